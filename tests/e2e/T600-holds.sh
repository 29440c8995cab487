#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# records.md 46, 47: a hold by command line and over HTTP, and what it forbids.
. tests/e2e/lib.sh

archive_make
printf 'Quyết định du lịch\n' >"$WORK/mot.txt"
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create DL 'Du lịch' --kind class --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="DL")|.uid')
tangthu dossier create A 'Hồ sơ A' --parent "$class" --file-code DL.A >/dev/null
tangthu dossier create B 'Hồ sơ B' --parent "$class" --file-code DL.B >/dev/null
dossier=$(tangthu --json dossier show DL.A | jq -r .uid)
record=$(tangthu add --dossier DL.A "$WORK/mot.txt" 2>/dev/null | cut -d' ' -f1)

is "a hold needs its reason" "$(exit_of tangthu hold create 'Thanh tra' --authority 'QĐ 1')" 65
is "an auditor's hold is not the archivist's" \
	"$(exit_of tangthu hold create 'Đánh giá' --reason x --authority y --audit)" 77
hold=$(tangthu --json hold create 'Thanh tra' --reason 'Kiểm tra' --authority 'QĐ 1' | jq -r .uid)
is "a record that is not there cannot be held" \
	"$(exit_of tangthu hold add "$hold" 00000000-0000-4000-8000-000000000000)" 66
is "a dossier goes under it" "$(tangthu --json hold add "$hold" DL.A | jq .items)" 1
is "its records cannot be edited" "$(exit_of tangthu set "$record" subject=x)" 77
is "... nor moved" "$(exit_of tangthu set "$record" --dossier DL.B)" 77
is "it shows what lies under it" "$(tangthu --json hold show "$hold" | jq -r '.[0].uid')" "$dossier"

# shellcheck disable=SC2119
server_start
login lan
send() { # method, path, body: status and body
	api "$1" "$2" -H 'Content-Type: application/json' -H 'If-Match: *' -d "$3" >/dev/null
	printf '%s ' "$(cat "$WORK/status")"
	jq -c "$4" "$WORK/body"
}
is "a record says that it is held" "$(api GET "records/$record" | jq .held)" true
is "... and its dossier" "$(api GET "nodes/$dossier" | jq .held)" true
is "... and not the class above" "$(api GET "nodes/$class" | jq .held)" false
is "an edit is refused" "$(send PATCH "records/$record" '{"fields":{"subject":"x"}}' .code)" '409 "held"'
is "... and of the dossier" "$(send PATCH "nodes/$dossier" '{"title":"x"}' .code)" '409 "held"'
is "holds are listed" "$(api GET holds | jq -r '.holds[0].uid')" "$hold"
is "... and what lies under one" "$(api GET "holds/$hold/items" | jq -r '.items[0].uid')" "$dossier"
is "a second hold" "$(send POST holds '{"name":"Hai","reason":"r","authority":"a"}' .purpose)" '201 "legal"'
second=$(jq -r .uid "$WORK/body")
is "... without a reason is told" "$(send POST holds '{"name":"Hai","authority":"a"}' .field)" '400 "reason"'
is "the record goes under it too" "$(send POST "holds/$second/items" "{\"record\":\"$record\"}" .items)" '200 1'
is "an object that is not there is told" \
	"$(send POST "holds/$second/items" '{"record":"00000000-0000-4000-8000-000000000000"}' .field)" '400 "record"'
is "a release needs a reason" "$(send POST "holds/$hold/release" '{}' .field)" '400 "reason"'
is "the first is released" "$(send POST "holds/$hold/release" '{"reason":"xong"}' .release_reason)" '200 "xong"'
is "... once" "$(send POST "holds/$hold/release" '{"reason":"xong"}' .code)" '409 "conflict"'
is "the record is held by the other" "$(api GET "records/$record" | jq .held)" true
is "it is taken out" "$(send POST "holds/$second/items/end" "{\"record\":\"$record\",\"reason\":\"nhầm\"}" .items)" '200 0'
is "... and free" "$(api GET "records/$record" | jq .held)" false
is "an edit is taken again" "$(send PATCH "records/$record" '{"fields":{"subject":"x"}}' .fields.subject)" '200 "x"'
is "the released one is in the other list" "$(api GET 'holds?released=1' | jq -r '.holds[0].uid')" "$hold"
login minh
is "staff may not know of holds" "$(api GET holds | jq -r .code)" denied
is "... nor set one" "$(send POST holds '{"name":"x","reason":"r","authority":"a"}' .code)" '403 "denied"'
is "... nor release one" "$(send POST "holds/$second/release" '{"reason":"x"}' .code)" '403 "denied"'
is "every step is in the log" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" \
	"SELECT group_concat(action, ' ') FROM (SELECT action FROM event WHERE kind='hold' AND outcome='ok' ORDER BY seq)")" \
	"hold.open hold.add hold.open hold.add hold.release hold.end"
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
