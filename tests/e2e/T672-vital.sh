#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 60
# records.md 48: vital records, and which of them lack a whole copy away from here.
. tests/e2e/lib.sh

archive_make
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create DL 'Du lịch' --kind class --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="DL")|.uid')
for d in A B; do
	tangthu dossier create $d "Hồ sơ $d" --parent "$class" --file-code DL.$d >/dev/null
	printf 'Văn bản %s\n' $d >"$WORK/$d.txt"
	tangthu add --dossier DL.$d "$WORK/$d.txt" >/dev/null 2>&1
done
report() { tangthu --json vital list "$@" | jq -c '[.[]|[.file_code,.status,.whole,.files]]'; }

is "nothing is vital" "$(report --all)" "[]"
is "a dossier is flagged" "$(exit_of tangthu vital mark DL.A)" 0
is "... and has no copy anywhere" "$(report)" '[["DL.A","none",0,1]]'
is "a class, with what lies below" "$(tangthu vital mark "$class"; report)" '[["DL.A","none",0,1],["DL.B","none",0,1]]'
tangthu --as admin backup "$WORK/elsewhere" >/dev/null
is "a backup is looked into" "$(tangthu --as admin vital verify "$WORK/elsewhere" --place 'Kho Kiến An')" "2 whole, 0 missing, 0 damaged"
is "... and nothing is lacking" "$(report)" "[]"
is "... which the whole list says" "$(report --all)" '[["DL.A","verified",1,1],["DL.B","verified",1,1]]'
is "it is in the log" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT detail FROM event WHERE action='vital.verify'")" \
	'{"whole":2,"missing":0,"damaged":0}'
blob=$(sha256sum "$WORK/A.txt" | cut -d' ' -f1)
file=$(find "$WORK/elsewhere" -name "$blob")
chmod u+w "$file" && printf x >>"$file"
is "a damaged copy is told" "$(exit_of tangthu --as admin vital verify "$WORK/elsewhere" --place 'Kho Kiến An')" 74
is "... and lacking again" "$(report)" '[["DL.A","none",0,1]]'
rm -f "$file"
is "so is a missing one" "$(tangthu --as admin vital verify "$WORK/elsewhere" --place 'Kho Kiến An' 2>/dev/null)" "1 whole, 1 missing, 0 damaged"
sqlite3 "$TANGTHU_DIR/catalogue.db" "UPDATE offsite_blob SET verified=1"
is "a look too long ago is none" "$(report)" '[["DL.A","none",0,1],["DL.B","stale",0,1]]'
is "a place has a name" "$(exit_of tangthu --as admin vital verify "$WORK/elsewhere")" 65
is "looking is the operator's" "$(exit_of tangthu --as minh vital verify "$WORK/elsewhere" --place x)" 77
is "flagging is not everybody's" "$(exit_of tangthu --as minh vital mark DL.A)" 77
# shellcheck disable=SC2119
server_start
login lan
is "the report over HTTP" "$(api GET 'vital' | jq -c '[.records[].file_code]')" '["DL.A","DL.B"]'
is "... page by page" "$(api GET "vital?limit=1&after=$(api GET 'vital?limit=1' | jq -r .next)" | jq -c '[.records[].file_code]')" '["DL.B"]'
is "the node tells it" "$(api GET "nodes/$class" | jq .vital)" true
api POST "nodes/$class/vital" -H 'Content-Type: application/json' -d '{"vital":false}' >/dev/null
is "the flag is taken away" "$(cat "$WORK/status")$(api GET vital | jq -c '[.records[].file_code]')" '204["DL.A"]'
hold=$(tangthu --json hold create 'Giữ' --reason r --authority a | jq -r .uid)
tangthu hold add "$hold" DL.A >/dev/null
is "what is held keeps its flag" "$(exit_of tangthu vital unmark DL.A)" 77
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
