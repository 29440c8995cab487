#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 240
# The event log: exported, proved, checked by a program that shares no code with the one that wrote it.
. tests/e2e/lib.sh

archive_make
tangthu --as admin user create kim --role auditor --password-file "$WORK/password" >/dev/null
for i in 1 2 3 4 5 6; do
	echo "Công văn số $i về việc kiểm tra." >"$WORK/$i.txt"
	tangthu add "$WORK/$i.txt" >>"$WORK/uids"
done
uid=$(sed -n '1s/ .*//p' "$WORK/uids")
tangthu show "$uid" >/dev/null

is "an archivist may not read the log" "$(exit_of tangthu log list)" 77
is "an administrator may not either" "$(exit_of tangthu --as admin log list)" 77
is "an archivist makes no checkpoint" "$(exit_of tangthu checkpoint make)" 77
is "an auditor finds what was done to a record" \
	"$(tangthu --as kim --json log list --object "$uid" | jq -r '[.[].action]|join(" ")')" \
	"record.view record.register"
is "... with the address in it" \
	"$(tangthu --as kim --json log list --object "$uid" | jq -r '.[0].private.source')" "cli $(id -un)"
is "reading the log stands in the log" \
	"$(tangthu --as kim --json log list --action log.read | jq length)" 1
is "a day that is none is refused" "$(exit_of tangthu --as kim log list --since 2026-02-30)" 65

before=$(tangthu --as kim --json log list --limit 1 | jq '.[0].seq')
for i in 1 2 3 4; do
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		tangthu show "$uid" --original - >/dev/null || echo failed >>"$WORK/failed"
	done &
done
wait
is "four processes append at once, and none in vain" \
	"$([ -e "$WORK/failed" ] && cat "$WORK/failed"; tangthu --as kim --json log list --action record.download --limit 1000 |
		jq length)/$(($(tangthu --as kim --json log list --limit 1 | jq '.[0].seq') - before))" 40/40
ok "a checkpoint is made" tangthu --as kim checkpoint make "$WORK/old" --qr "$WORK/sheet.svg"
is "... again without a new entry it is the same" \
	"$(tangthu --as kim checkpoint make | cmp - "$WORK/old" && echo same)" same
is "... and a sheet to print" "$(grep -c '<path' "$WORK/sheet.svg")" 1
tangthu --as kim checkpoint key >"$WORK/key"
old=$(sed -n 2p "$WORK/old")
tangthu --as kim log export "$WORK/before"
tangthu add "$WORK/1.txt" >/dev/null 2>&1
tangthu --as kim log export "$WORK/entries"
tangthu --as kim checkpoint make "$WORK/now"
is "an export never overwrites a file" "$(exit_of tangthu --as kim log export "$WORK/entries")" 74
is "the whole log verifies against both checkpoints" \
	"$(exit_of tangthu-verify log -f "$WORK/key" "$WORK/entries" "$WORK/old" "$WORK/now")" 0
is "... also when it is read from a pipe" \
	"$(tangthu-verify log -q -f "$WORK/key" - "$WORK/now" <"$WORK/entries" && echo yes)" yes
is "entries behind the last checkpoint are no proof" \
	"$(exit_of tangthu-verify log -f "$WORK/key" "$WORK/entries" "$WORK/old")" 1
is "... unless one lets them pass" \
	"$(exit_of tangthu-verify log -t -f "$WORK/key" "$WORK/entries" "$WORK/old")" 0
is "a log that ends before its checkpoint is refused" \
	"$(head -n 5 "$WORK/entries" | exit_of tangthu-verify log -f "$WORK/key" - "$WORK/old")" 1

tangthu --as kim log prove 5 "$WORK/proof"
is "an entry is proved" "$(exit_of tangthu-verify entry -f "$WORK/key" "$WORK/proof")" 0
is "an entry that is not there is not proved" "$(exit_of tangthu --as kim log prove 100000)" 66
sed 's/^index 5/index 6/' "$WORK/proof" >"$WORK/forged"
is "a forged proof is refused" "$(exit_of tangthu-verify entry -f "$WORK/key" "$WORK/forged")" 1
head -c 300 "$WORK/proof" >"$WORK/forged"
is "... a truncated one too" "$(exit_of tangthu-verify entry -f "$WORK/key" "$WORK/forged")" 1
tangthu --as kim log extends "$old" "$WORK/extension"
is "the log extends its older state" \
	"$(exit_of tangthu-verify extends -f "$WORK/key" "$WORK/old" "$WORK/extension")" 0
sed "2s/./A/" "$WORK/extension" >"$WORK/forged"
is "... and nothing else does" \
	"$(exit_of tangthu-verify extends -f "$WORK/key" "$WORK/old" "$WORK/forged")" 1
sed '2s/.*/7/' "$WORK/old" >"$WORK/forged"
is "a forged checkpoint is refused" "$(exit_of tangthu-verify checkpoint -f "$WORK/key" "$WORK/forged")" 1
head -n 5 "$WORK/old" >"$WORK/forged"
is "... a truncated one too" "$(exit_of tangthu-verify checkpoint -f "$WORK/key" "$WORK/forged")" 1
is "... and one that nobody known signed" \
	"$(exit_of tangthu-verify checkpoint \
		-k 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW' "$WORK/old")" 1
is "two thousand harms to the log are all found" \
	"$("$BUILD/tests/mutate_log" "$WORK/entries" "$WORK/now" "$WORK/key" 2000 7 | tail -n 1)" \
	"2000 harms to $(wc -l <"$WORK/entries") entries, 0 not found"

# Root rewrites an entry, its leaf, the tree and the kept nodes: an older checkpoint elsewhere tells.
is "the key changes hands in the log" "$(exit_of tangthu --as admin checkpoint rotate)" 0
tangthu --as kim checkpoint make "$WORK/third"
is "... the old public key knows not the new one" \
	"$(exit_of tangthu-verify checkpoint -f "$WORK/key" "$WORK/third")" 1
tangthu --as kim checkpoint key >"$WORK/keys"
is "... both together know all" \
	"$(exit_of tangthu-verify checkpoint -f "$WORK/keys" "$WORK/old" "$WORK/now" "$WORK/third")" 0
is "an archivist may not forget a person" "$(exit_of tangthu log forget kim)" 77
ok "an administrator may" tangthu --as admin log forget kim
is "... whose address is gone" \
	"$(tangthu --as kim --json log list --actor kim --action log.export |
		jq -r '.[0].private.source')" null
tangthu --as kim log export "$WORK/after"
tangthu --as kim checkpoint make "$WORK/fourth"
is "... and the log still verifies, against every checkpoint" \
	"$(exit_of tangthu-verify log -f "$WORK/keys" "$WORK/after" "$WORK/old" "$WORK/now" "$WORK/third" \
		"$WORK/fourth")" 0
ok "tangthu verify agrees" tangthu --as admin verify
chmod u+w "$TANGTHU_DIR/log.key" && rm "$TANGTHU_DIR/log.key"
is "without its key nothing is signed" "$(exit_of tangthu --as kim checkpoint make)" 66
is "... until a new one is made" "$(exit_of tangthu --as admin checkpoint rotate --lost)" 0
is "... which the log tells" \
	"$(tangthu --as kim --json log list --action log.key | jq -r '.[0].detail | has("old")')" false
done_testing
