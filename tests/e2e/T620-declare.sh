#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# records.md 10, 13-16, 19: records under control by command line and over HTTP.
. tests/e2e/lib.sh

archive_make
printf 'Quyết định một\n' >"$WORK/mot.txt"
printf 'Quyết định hai\n' >"$WORK/hai.txt"
one=$(tangthu add "$WORK/mot.txt" 2>/dev/null | cut -d' ' -f1)
two=$(tangthu add "$WORK/hai.txt" 2>/dev/null | cut -d' ' -f1)
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create DL 'Du lịch' --kind class --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="DL")|.uid')
tangthu dossier create A 'Hồ sơ A' --parent "$class" --file-code DL.A >/dev/null
dossier=$(tangthu --json dossier show DL.A | jq -r .uid)

is "what has no subject is not declared" "$(exit_of tangthu record declare "$one")" 65
tangthu set "$one" type=QĐ subject='Công bố' symbol=QĐ-SDL
is "the next number of the year" "$(tangthu record number "$one" out)" 1
is "... is the document's" "$(tangthu --json show "$one" | jq -r .fields.number)" 1
is "... once" "$(exit_of tangthu record number "$one" out)" 73
is "it is declared" "$(exit_of tangthu record declare "$one")" 0
is "... and never changed in place" "$(exit_of tangthu set "$one" subject=x)" 77
is "a correction needs its reason" "$(exit_of tangthu record correct "$one" subject=x)" 65
is "... and is made" "$(exit_of tangthu record correct "$one" subject='Công bố lại' --reason 'Sai chữ')" 0
is "details" "$(tangthu record details "$one" signer_post='Giám đốc' --reason 'Bổ sung')" "signer_post      Giám đốc"
is "a relation to what is not here" "$(exit_of tangthu record relate "$one" cites 30/2020/NĐ-CP)" 0
is "... is shown" "$(tangthu --json record relations "$one" | jq -r '.[0].text')" 30/2020/NĐ-CP
is "in two dossiers" "$(exit_of tangthu record file "$one" DL.A)" 0
is "the register" "$(tangthu record book out "$(date +%Y)" | tail -1 | tr -d '\r')" "1,1/QĐ-SDL,,,Công bố lại,"
is "a number is void" "$(exit_of tangthu record void out "$(date +%Y)" 1 --reason 'Nhầm')" 0
is "... and stays" "$(tangthu record book out "$(date +%Y)" | tail -1 | tr -d '\r' | cut -d, -f6)" Nhầm

# shellcheck disable=SC2119
server_start
login lan
send() { # method, path, body, jq
	api "$1" "$2" -H 'Content-Type: application/json' -H 'If-Match: *' -d "$3" >/dev/null
	printf '%s ' "$(cat "$WORK/status")"
	[ ! -s "$WORK/body" ] || jq -c "$4" "$WORK/body"
}
is "its versions" "$(api GET "records/$one/versions" | jq -c '[.versions[]|[.content.fields.subject,.reason]]')" \
	'[["Công bố","Sai chữ"],["Công bố lại","Bổ sung"]]'
is "... of another" "$(api GET "records/$two/versions" | jq -c .versions)" '[]'
is "declare without a subject is told" "$(send POST "records/$two/declare" '{}' .code)" '400 "invalid"'
send PATCH "records/$two" '{"fields":{"type":"CV","subject":"Hai"}}' . >/dev/null
is "declare" "$(send POST "records/$two/declare" '{}' .state)" '200 "declared"'
is "... twice" "$(send POST "records/$two/declare" '{}' .code)" '409 "conflict"'
is "an edit in place" "$(send PATCH "records/$two" '{"fields":{"subject":"x"}}' .code)" '409 "held"'
is "a correction" "$(send POST "records/$two/correct" '{"fields":{"subject":"Hai mươi"},"reason":"sót"}' .fields.subject)" '200 "Hai mươi"'
is "... without a reason" "$(send POST "records/$two/correct" '{"fields":{"subject":"Ba"}}' .field)" '400 "reason"'
is "details" "$(send PATCH "records/$two/details" '{"details":{"recipients":"Sở Nội vụ"},"reason":"r"}' .details)" '200 {"recipients":"Sở Nội vụ"}'
is "... that are none" "$(send PATCH "records/$two/details" '{"details":{"physical":"9"},"reason":"r"}' .code)" '400 "invalid"'
is "a relation" "$(send POST "records/$two/relations" "{\"kind\":\"amends\",\"other\":\"$one\"}" '.relations[0].subject')" '200 "Công bố lại"'
relation=$(jq -r '.relations[0].uid' "$WORK/body")
is "... from the other side" "$(api GET "records/$one/relations" | jq -c '[.relations[]|[.kind,.outgoing]]')" '[["cites",true],["amends",false]]'
is "... ended" "$(send DELETE "records/$two/relations/$relation" '' '.relations|length')" '200 0'
is "... once" "$(send DELETE "records/$two/relations/$relation" '' .code)" '404 "not-found"'
is "filed as a guest" "$(send POST "records/$two/file" "{\"dossier\":\"$dossier\"}" .state)" '200 "declared"'
is "... and out" "$(send POST "records/$two/unfile" "{\"dossier\":\"$dossier\"}" .state)" '200 "declared"'
is "no number for what is declared" "$(send POST "records/$two/number" '{"book":"in"}' .code)" '409 "held"'
is "the book" "$(api GET "books/out/$(date +%Y)" | jq -c '[.numbers[]|[.number,.void_reason]]')" '[[1,"Nhầm"]]'
is "no such book" "$(api GET "books/up/2026" | jq -r .code)" not-found
is "a recall" "$(send POST "records/$two/recall" '{"reason":"nhầm"}' .state)" '200 "recalled"'
is "twins" "$(api GET "records/$two/twins" | jq -c .twins)" '[]'
is "bulk acceptance" "$(send POST "nodes/$dossier/accept" '{"confidence":0.9}' .)" '200 {"accepted":0,"more":false}'
is "... of the unsure is refused" "$(send POST "nodes/$dossier/accept" '{"confidence":0.2}' .field)" '400 "confidence"'
login minh
is "staff declare nothing" "$(send POST "records/$one/recall" '{"reason":"x"}' .code)" '403 "denied"'
is "... and draw no numbers" "$(send POST "records/$one/number" '{"book":"in"}' .code)" '403 "denied"'
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
