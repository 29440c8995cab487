#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 60
# search.md D9; records.md 33, 47, 53: a node goes elsewhere in the file plan with all that lies below;
# nothing is indexed again, and the next search knows its new rule.
. tests/e2e/lib.sh

archive_make
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
for y in 10 20; do tangthu rule set B.$y --title "$y năm" --authority x --years $y --action destroy --from 2000-01-01 >/dev/null; done
node() { tangthu --json dossier list --all | jq -r ".[]|select(.code==\"$1\")|.uid"; }
tangthu dossier create DL 'Du lịch' --kind class --rule B.10 --parent "$root" >/dev/null
tangthu dossier create VH 'Văn hóa' --kind class --rule B.20 --parent "$root" >/dev/null
tangthu dossier create DL1 'Lữ hành' --kind class --parent "$(node DL)" >/dev/null
tangthu dossier create A 'Hồ sơ A' --parent "$(node DL1)" --file-code DL.A >/dev/null
printf 'Báo cáo bến tàu\n' >"$WORK/a.txt"
tangthu add --dossier DL.A "$WORK/a.txt" >/dev/null 2>&1
indexer_once
seq() { sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT max(index_seq) FROM record"; }
before=$(seq)
found() { tangthu --json search -- "$1" | jq .total; }
is "governed by its class" "$(found 'thời hạn:B.10') $(found 'thời hạn:B.20')" "1 0"
is "a class goes elsewhere" "$(exit_of tangthu dossier move "$(node DL1)" "$(node VH)")" 0
is "... its dossier is governed there" "$(tangthu --json retention show DL.A | jq -r .rule)" B.20
is "... which the next search knows" "$(found 'thời hạn:B.10') $(found 'thời hạn:B.20') $(found 'bến tàu')" "0 1 1"
is "... and nothing was indexed for it" "$(seq)" "$before"
is "it is in the log" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT json_extract(detail, '\$.to') FROM event WHERE action='node.move'")" "$(node VH)"
is "not below itself" "$(exit_of tangthu dossier move "$(node VH)" "$(node DL1)")" 65
is "not by staff" "$(exit_of tangthu --as minh dossier move "$(node DL1)" "$(node DL)")" 77
hold=$(tangthu --json hold create 'Giữ' --reason r --authority a | jq -r .uid)
tangthu hold add "$hold" DL.A >/dev/null
is "not with something held in it" "$(exit_of tangthu dossier move "$(node DL1)" "$(node DL)")" 77
tangthu hold release "$hold" --reason x >/dev/null
# shellcheck disable=SC2119
server_start
login lan
tag() { api GET "nodes/$1" -D "$WORK/head" >/dev/null; sed -n 's/^ETag: //Ip' "$WORK/head" | tr -d '\r'; }
move() { # what, where, version
	api POST "nodes/$1/move" -H 'Content-Type: application/json' -H "If-Match: $3" -d "{\"parent\":\"$2\"}" >/dev/null
	cat "$WORK/status"
}
is "over HTTP" "$(move "$(node DL1)" "$(node DL)" "$(tag "$(node DL1)")")$(jq -r .parent "$WORK/body")" "200$(node DL)"
is "an old version is told" "$(move "$(node DL1)" "$(node VH)" '"1"')" 412
is "a parent that is none" "$(move "$(node DL1)" 00000000-0000-4000-8000-000000000000 "$(tag "$(node DL1)")")$(jq -r .field "$WORK/body")" 400parent
api POST grants/confirm -H 'Content-Type: application/json' -d '{"node":"'"$(node VH)"'","confirm":true}' >/dev/null
is "not where rights need a second person" "$(move "$(node DL1)" "$(node VH)" "$(tag "$(node DL1)")")" 403
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
