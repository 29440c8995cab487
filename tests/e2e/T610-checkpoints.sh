#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317,SC2119
# time-limit: 240
# The server signs its log; folder, mail and a witness elsewhere keep what it signed.
. tests/e2e/lib.sh

archive_make
tangthu --as admin user create kim --role auditor --password-file "$WORK/password" >/dev/null
mkdir "$WORK/elsewhere"
cat >"$WORK/sendmail" <<MAIL
#!/bin/sh
{ echo "\$@"; cat; } >"$WORK/mail"
MAIL
chmod +x "$WORK/sendmail"
cat >>"$TANGTHU_DIR/tangthu.conf" <<CONF
[log]
checkpoint_seconds = 1
checkpoint_folder = $WORK/elsewhere
checkpoint_mail = qa@example.invalid
sendmail = $WORK/sendmail
CONF
echo 'Biên bản kiểm tra.' >"$WORK/one.txt"
uid=$(tangthu add "$WORK/one.txt" | cut -d' ' -f1)
server_start
published() { [ "$(find "$WORK/elsewhere" -name '*.checkpoint' | wc -l)" -ge "$1" ]; }
ok "the server makes a checkpoint and puts it elsewhere" eventually published 1
ok "... and mails it" eventually grep -q '^tangthu/' "$WORK/mail"
is "... to the address named" "$(head -n 1 "$WORK/mail")" "-i qa@example.invalid"
tangthu --as kim checkpoint key >"$WORK/key"
sed -n '/^tangthu\//,$p' "$WORK/mail" >"$WORK/mailed"
is "... as it was signed" "$(exit_of tangthu-verify checkpoint -f "$WORK/key" "$WORK/mailed")" 0

login kim
is "an auditor reads the log" "$(api GET "log/entries?action=record.register" | jq -r '.entries[0].object')" "$uid"
api GET "log/entries?limit=2" >"$WORK/page"
is "... page by page" "$(jq '.entries|length' "$WORK/page")" 2
is "... each once" "$(api GET "log/entries?limit=1&from=$(jq .next "$WORK/page")" | jq '.entries[0].seq')" \
	"$(jq .next "$WORK/page")"
is "... oldest first when asked" "$(api GET 'log/entries?order=oldest&limit=1' | jq '.entries[0].seq')" 0
is "one entry shows its private fields" "$(api GET log/entries/3 | jq 'has("private")')" true
is "an entry beyond the end is not found" "$(api GET log/entries/999999 >/dev/null; cat "$WORK/status")" 404
is "... nor proved" "$(api GET log/entries/999999/proof >/dev/null; cat "$WORK/status")" 404
for bad in 'from=x' 'since=2026-13-01' 'actor=nobody' 'limit=0' 'kind=record'; do
	is "$bad is refused" "$(api GET "log/entries?$bad" >/dev/null; cat "$WORK/status")" 400
done
ok "a checkpoint is made on demand, unless there is one of all entries" \
	sh -c "case $(api POST log/checkpoints >"$WORK/asked"; cat "$WORK/status") in 200 | 201) ;; *) false ;; esac"
is "... once" "$(api POST log/checkpoints >/dev/null; cat "$WORK/status")" 200
is "... and verifies" "$(exit_of tangthu-verify checkpoint -f "$WORK/key" "$WORK/asked")" 0
api GET log/entries/4/proof >"$WORK/proof"
is "an entry is proved" "$(exit_of tangthu-verify entry -f "$WORK/key" "$WORK/proof")" 0
api GET "search?q=ki%E1%BB%83m" >/dev/null
search=$(api GET 'log/entries?action=search' | jq '.entries[0].seq')
is "what an auditor searches for is logged" \
	"$(api GET "log/entries/$search" | jq -r .private.query)" "kiểm"
api GET "log/entries/$search/proof" >"$WORK/proof"
is "the newest entry is proved too" "$(exit_of tangthu-verify entry -f "$WORK/key" "$WORK/proof")" 0
api GET "log/consistency?from=$(sed -n 2p "$WORK/mailed")" >"$WORK/extension"
is "the log extends what was mailed" \
	"$(exit_of tangthu-verify extends -f "$WORK/key" "$WORK/mailed" "$WORK/extension")" 0
is "a size that the log never had is refused" \
	"$(api GET 'log/consistency?from=999999' >/dev/null; cat "$WORK/status")" 400
is "the keys are told" "$(api GET log/keys | cmp - "$WORK/key" && echo same)" same
root=$(tangthu --json dossier list --all | jq -r '[.[]|select(.kind=="fonds")][0].uid')
is "a record that the auditor may not see has no readers for her" \
	"$(api GET "records/$uid/readers?day=$(date -u +%F)" >/dev/null; cat "$WORK/status")" 404
tangthu grant add "$root" kim list,read --until "$(date -u -d "+30 days" +%F)" >/dev/null
is "who could read a record is told" \
	"$(api GET "records/$uid/readers?day=$(date -u +%F)" | jq -c '[.readers[].name]')" '["kim","lan","minh"]'
is "... of a day that there is" "$(api GET "records/$uid/readers?day=x" >/dev/null; cat "$WORK/status")" 400
is "... before it arrived nobody" "$(api GET "records/$uid/readers?day=2020-01-01" | jq -c .readers)" "[]"
is "... also on the command line" \
	"$(tangthu --as kim log readers "$uid" "$(date -u +%F)" | awk '{ print $1 }' | paste -sd' ')" "kim lan minh"
login lan
is "printing is logged each time" "$(api POST "records/$uid/print"; cat "$WORK/status"
	api POST "records/$uid/print"; tangthu --as kim --json log list --object "$uid" --action record.print | jq length)" 2042
login minh
is "... and refused without the permission" "$(api POST "records/$uid/print" >/dev/null; cat "$WORK/status")" 403
is "... which is logged too" \
	"$(tangthu --as kim --json log list --object "$uid" --action request.denied | jq length)" 1
tangthu --as minh checkpoint make 2>/dev/null
is "so is what an account may not do on the command line" \
	"$(tangthu --as kim --json log list --actor minh --action request.denied | jq -r '.[0].detail.verb')" checkpoint
for who in lan minh; do
	is "$who may not ask who reads" \
		"$(login $who; api GET "records/$uid/readers?day=2026-01-01" >/dev/null; cat "$WORK/status")" 403
	login $who
	for path in log/entries log/entries/3 log/entries/3/proof log/consistency log/checkpoints log/keys; do
		is "$who may not GET $path" "$(api GET $path >/dev/null; cat "$WORK/status")" 403
	done
	is "$who makes no checkpoint" "$(api POST log/checkpoints >/dev/null; cat "$WORK/status")" 403
done

is "a witness takes the first checkpoint" \
	"$(exit_of tangthu witness "$WORK/state" --key-file "$WORK/key" --folder "$WORK/elsewhere")" 0
tangthu add "$WORK/sendmail" >/dev/null
before=$(find "$WORK/elsewhere" -name '*.checkpoint' | wc -l)
ok "the log grows and is signed again" eventually published $((before + 1))
server_stop
size=$(sed -n 2p "$WORK/state")
is "the witness follows" \
	"$(exit_of tangthu witness "$WORK/state" --key-file "$WORK/key" --folder "$WORK/elsewhere")" 0
is "... to a larger log" "$([ "$(sed -n 2p "$WORK/state")" -gt "$size" ] && echo larger)" larger
is "... and stays there" \
	"$(tangthu witness "$WORK/state" --key-file "$WORK/key" --folder "$WORK/elsewhere" | grep -c ' 0 checkpoints taken')" 1
# The same from the server, with a token of an auditor's.
tangthu --as kim token create witness --scope read --days 30 2>/dev/null | grep -oE 'tt_[A-Za-z0-9_-]{43}' >"$WORK/token"
server_start
asked() { # state, options
	exit_of tangthu witness "$@" --key-file "$WORK/key" --url "$ADDRESS" --token-file "$WORK/token"
}
is "a witness asks the server" "$(asked "$WORK/state.url")" 0
tangthu add "$WORK/one.txt" >/dev/null 2>&1
login kim && api POST log/checkpoints >/dev/null
is "... again, and follows" "$(asked "$WORK/state.url")/$(grep -c ' 1 checkpoints taken' "$WORK/out")" 0/1
is "... with what the folder gave, too" "$(cp "$WORK/state" "$WORK/state.both"; asked "$WORK/state.both")" 0
sed '2s/.*/999999/' "$WORK/state.url" >"$WORK/state.bad"
is "a kept checkpoint that was changed is refused" "$(asked "$WORK/state.bad")" 77
tangthu --as lan token create other --scope read --days 30 2>/dev/null | grep -oE 'tt_[A-Za-z0-9_-]{43}' >"$WORK/token"
is "another's token is no use" "$(asked "$WORK/state.url")" 77
server_stop
is "a witness without keys does nothing" "$(exit_of tangthu witness "$WORK/state" --folder "$WORK/elsewhere")" 65
is "a token goes to no other machine in the clear" \
	"$(exit_of tangthu witness "$WORK/state" --key-file "$WORK/key" --url http://example.invalid:1/ \
		--token-file "$WORK/password")" 77
is "a server that is not there is told" \
	"$(exit_of tangthu witness "$WORK/state" --key-file "$WORK/key" --url http://127.0.0.1:1 \
		--token-file "$WORK/password")" 74

# Root, with the key, rewrites the log: the same archive begins anew and signs as many entries.
sqlite3 "$TANGTHU_DIR/catalogue.db" "DROP TRIGGER event_no_update; DROP TRIGGER checkpoint_no_delete;
	UPDATE event SET leaf=randomblob(32) WHERE seq=5; DELETE FROM log_node; DELETE FROM checkpoint;
	DELETE FROM checkpoint_sent"
rm -f "$WORK"/elsewhere/*
python3 - "$TANGTHU_DIR/catalogue.db" <<'REWRITE'
import hashlib, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
stack = []
leaves = [r[0] for r in db.execute("SELECT leaf FROM event ORDER BY seq")]
for leaf in leaves:
    node, level = leaf, 0
    while stack and stack[-1][1] == level:
        node = hashlib.sha256(b"\x01" + stack.pop()[0] + node).digest()
        level += 1
    stack.append((node, level))
db.execute("UPDATE log_tree SET frontier=?", (b"".join(n for n, _ in stack),))
db.commit()
REWRITE
tangthu --as kim checkpoint make >/dev/null
server_start
ok "the rewritten log is signed" eventually published 1
server_stop
is "the witness refuses it" \
	"$(exit_of tangthu witness "$WORK/state" --key-file "$WORK/key" --folder "$WORK/elsewhere")" 74
is "... and says why" "$(grep -c REFUSED "$WORK/err")" 1
is "an emptied folder is told" \
	"$(rm -f "$WORK"/elsewhere/*; exit_of tangthu witness "$WORK/state" --key-file "$WORK/key" \
		--folder "$WORK/elsewhere")" 66
done_testing
