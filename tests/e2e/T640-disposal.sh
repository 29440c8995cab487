#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# records.md 40-45, 49: a disposal over HTTP and by command line, and what is left of it.
# time-limit: 240
. tests/e2e/lib.sh

archive_make
tangthu --as admin user create mai --role archivist --clearance 2 --password-file "$WORK/password" >/dev/null
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
for who in lan mai; do tangthu grant add "$root" $who dispose >/dev/null; done
tangthu rule set 01 --title 'Một năm' --authority 'Thử' --years 1 --action destroy --from 2000-01-01 >/dev/null
tangthu dossier create H 'Hồ sơ' --kind class --rule 01 --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="H")|.uid')
for d in A B G; do tangthu dossier create $d "Hồ sơ $d" --parent "$class" --file-code H.$d >/dev/null; done
node() { tangthu --json dossier show "$1" | jq -r .uid; }
put() { # file code, text
	echo "$2" >"$WORK/$1.txt"
	uid=$(tangthu add --dossier "$1" "$WORK/$1.txt" 2>/dev/null | cut -d' ' -f1)
	indexer_once
	tangthu set "$uid" type=BB subject="$2"
	tangthu record declare "$uid"
	echo "$uid"
}
a=$(put H.A 'zyxomma sẽ hủy')
b=$(put H.B 'zyxomma còn lại')
minutes=$(put H.G 'biên bản họp')
decision=$minutes
tangthu custody close H.A --date 2001-01-01
tangthu custody close H.B --date 2001-01-01
tangthu retention tick >/dev/null
blob=$(sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT o.blob FROM record r JOIN component c ON c.record=r.id
	JOIN rendition o ON o.component=c.id WHERE r.uid='$a'")
on_disk() { find "$TANGTHU_DIR/store" -name "$blob" | wc -l; }
tangthu --as admin backup "$WORK/backup" >/dev/null

# shellcheck disable=SC2119
server_start
login lan
send() { # method, path, body, jq
	api "$1" "$2" -H 'Content-Type: application/json' -d "$3" >/dev/null
	printf '%s ' "$(cat "$WORK/status")"
	jq -c "$4" "$WORK/body"
}
is "they are under review" "$(api GET 'due?state=under_review' | jq -c '[.dossiers[].file_code]')" '["H.A","H.B"]'
is "a proposal needs a title" "$(send POST disposals "{\"action\":\"destroy\",\"dossiers\":[\"$(node H.A)\"]}" .field)" '400 "title"'
is "an open dossier is not disposed of" "$(send POST disposals "{\"action\":\"destroy\",\"title\":\"x\",\"dossiers\":[\"$(node H.G)\"]}" .code)" '409 "conflict"'
is "a proposal" "$(send POST disposals "{\"action\":\"destroy\",\"title\":\"Đợt 1\",\"dossiers\":[\"$(node H.A)\",\"$(node H.B)\"]}" .state)" '201 "proposed"'
batch=$(jq -r .uid "$WORK/body")
is "an approval before the verdicts" "$(send POST "disposals/$batch/approve" "{\"minutes\":\"$minutes\",\"decision\":\"$decision\"}" .code)" '409 "conflict"'
is "a verdict" "$(send POST "disposals/$batch/verdict" "{\"dossier\":\"$(node H.A)\",\"verdict\":\"approve\"}" .judged)" '200 1'
is "another needs a reason" "$(send POST "disposals/$batch/verdict" "{\"dossier\":\"$(node H.B)\",\"verdict\":\"keep\"}" .code)" '400 "invalid"'
is "... and has it" "$(send POST "disposals/$batch/verdict" "{\"dossier\":\"$(node H.B)\",\"verdict\":\"keep\",\"reason\":\"cần\"}" .judged)" '200 2'
is "who proposed does not approve" "$(send POST "disposals/$batch/approve" "{\"minutes\":\"$minutes\",\"decision\":\"$decision\"}" .code)" '403 "denied"'
login mai
is "another does" "$(send POST "disposals/$batch/approve" "{\"minutes\":\"$minutes\",\"decision\":\"$decision\"}" .state)" '200 "approved"'
sqlite3 "$TANGTHU_DIR/catalogue.db" 'UPDATE session SET verified=verified-901000000'
is "an execution wants a fresh proof" "$(send POST "disposals/$batch/execute" '{}' .code)" '403 "verify-required"'
is "... and nothing has happened" "$(on_disk)" 1
is "the proof" "$(api POST whoami/verify -H 'Content-Type: application/json' -d '{"password":"a long enough password"}'; cat "$WORK/status")" 204
is "it begins" "$(send POST "disposals/$batch/execute" '{}' .state)" '202 "executing"'
# shellcheck disable=SC2317 # asked by eventually
ended() { [ "$(api GET "disposals/$batch" | jq -r .state)" = "done" ]; }
ok "it ends" eventually ended
is "the certificate" "$(api GET "disposals/$batch" | jq -c '[.certificate.dossiers[]|[.file_code,.outcome,.files]]|sort')" '[["H.A","destroyed",1],["H.B","kept",0]]'
is "... and its digest" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" 'SELECT certificate FROM disposal' | tr -d '\n' | sha256sum | cut -d' ' -f1)" \
	"$(api GET "disposals/$batch" | jq -r .certificate_sha256)"
is "the bytes are off the disk" "$(on_disk)" 0
is "the record is not there" "$(api GET "records/$a" | jq -r .code)" not-found
is "... nor its pages" "$(api GET "records/$a/pages/1/text" | jq -r .code)" not-found
is "... nor its original" "$(api GET "records/$a/original" | jq -r .code)" not-found
is "a search finds nothing of it before the index knows" "$(api GET 'search?q=zyxomma' | jq -c '[.hits[].uid]')" "[\"$b\"]"
indexer_once
is "... and after" "$(api GET 'search?q=zyxomma' | jq -c '[.total,[.hits[].uid]]')" "[1,[\"$b\"]]"
is "the list does not show it" "$(api GET "records?limit=500" | jq "[.records[].uid]|index(\"$a\")")" null
is "its tombstone" "$(api GET tombstones | jq -c '[.tombstones[]|.kind]')" '["dossier","record"]'
is "... without content" "$(api GET tombstones | grep -c 'sẽ hủy')" 0
is "the dossier is a name" "$(api GET "nodes/$(node H.A)" | jq -c '[.state,.records]')" '["destroyed",0]'
is "... and the other is back" "$(api GET "nodes/$(node H.B)" | jq -c '[.state,.records]')" '["archived",1]'
login minh
is "staff see no disposal" "$(api GET disposals | jq -c .disposals)" '[]'
is "... nor this one" "$(api GET "disposals/$batch" | jq -r .code)" not-found
is "... and may propose none" "$(send POST disposals "{\"action\":\"destroy\",\"title\":\"x\",\"dossiers\":[\"$(node H.B)\"]}" .code)" '403 "denied"'
server_stop
is "the content is nowhere in the catalogue" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" .dump | grep -c 'sẽ hủy')" 0
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0

# records.md 44
tangthu disposal ledger >"$WORK/ledger"
is "the ledger" "$(jq -r .kind "$WORK/ledger" | tr '\n' ' ')" "dossier record "
is "a backup from before is restored" "$(exit_of tangthu restore "$WORK/backup" "$WORK/restored" --ledger "$WORK/ledger")" 0
is "... without what was destroyed since" "$(exit_of tangthu -d "$WORK/restored" show "$a")" 66
is "... on disk either" "$(find "$WORK/restored/store" -name "$blob" | wc -l)" 0
is "... nor in its index" "$(tangthu -d "$WORK/restored" --json search zyxomma | jq .total)" 1
is "... and is whole" "$(exit_of tangthu -d "$WORK/restored" --as admin verify)" 0
is "a ledger that is none is refused" "$(echo '{}' >"$WORK/bad"; exit_of tangthu restore "$WORK/backup" "$WORK/other" --ledger "$WORK/bad")" 65
done_testing
