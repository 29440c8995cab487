#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 60
# records.md 10, 12, 47: other bytes for a declared record; the old ones stay readable beside it.
. tests/e2e/lib.sh

archive_make
put() { # name, text
	printf '%s\n' "$2" >"$WORK/$1.txt"
	tangthu add "$WORK/$1.txt" 2>/dev/null | cut -d' ' -f1
}
one=$(put one 'Báo cáo quét thiếu trang zyxomma')
two=$(put two 'Báo cáo quét lại đầy đủ quokka')
indexer_once
tangthu set "$one" type=BC subject='Báo cáo' number=7 symbol=BC-SDL >/dev/null
tangthu record details "$one" keyword='cảng' >/dev/null
tangthu set "$two" number=8 symbol=BC-SDL >/dev/null
is "a draft is not replaced, it is changed" "$(exit_of tangthu record replace "$one" "$two" --reason 'quét lại')" 75
tangthu record declare "$one" 2>/dev/null
is "without a reason" "$(exit_of tangthu record replace "$one" "$two")" 65
is "by itself" "$(exit_of tangthu record replace "$one" "$one" --reason x)" 65
hold=$(tangthu --json hold create 'Giữ' --reason r --authority a | jq -r .uid)
tangthu hold add "$hold" "$one" >/dev/null
is "not under a hold" "$(exit_of tangthu record replace "$one" "$two" --reason x)" 77
tangthu hold release "$hold" --reason x >/dev/null
tangthu set "$two" --level 2 >/dev/null
is "not by what others may see" "$(exit_of tangthu record replace "$one" "$two" --reason x)" 75
tangthu set "$two" --level 0 >/dev/null
indexer_once
is "the bytes of a draft beside it" "$(exit_of tangthu record replace "$one" "$two" --reason 'quét lại')" 0
indexer_once
original() { tangthu show "$1" --original - 2>/dev/null; }
is "the record shows the new ones" "$(original "$one")" 'Báo cáo quét lại đầy đủ quokka'
is "... under its old name and number" "$(tangthu --json show "$one" | jq -r '[.state,.fields.subject,.fields.number]|join(" ")')" "declared Báo cáo 7"
is "the old ones are readable as they were" "$(original "$two")" 'Báo cáo quét thiếu trang zyxomma'
is "... with their metadata, frozen" "$(tangthu --json show "$two" | jq -r '[.state,.fields.subject,.fields.number]|join(" ")')" "recalled Báo cáo 7"
is "... which cannot be changed" "$(exit_of tangthu set "$two" subject=x)$(exit_of tangthu record replace "$one" "$two" --reason x)" 7775
is "a search finds each by its own words" "$(tangthu --json search quokka | jq -r '.hits[].uid') $(tangthu --json search zyxomma | jq -r '.hits[].uid')" "$one $two"
is "both are in the log" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT count(*) FROM event WHERE action='record.replace'")" 2
# shellcheck disable=SC2119
server_start
login lan
is "the record names what it replaces" "$(api GET "records/$one/relations" | jq -c '[.relations[]|[.kind,.other]]')" "[[\"replaces\",\"$two\"]]"
is "... and its version with the reason" "$(api GET "records/$one/versions" | jq -r '.versions[-1].reason')" 'quét lại'
three=$(put three 'Báo cáo quét lần ba')
indexer_once
tangthu record relate "$three" cites 8/BC-SDL >/dev/null
is "a number that the draft alone had is nobody's now" \
	"$(api GET "records/$three/relations" | jq -c '[.relations[]|[.other,.text]]')" '[[null,"8/BC-SDL"]]'
tag=$(api GET "records/$one" -D "$WORK/head" >/dev/null; sed -n 's/^ETag: //Ip' "$WORK/head" | tr -d '\r')
send() {
	api POST "records/$one/replace" -H 'Content-Type: application/json' -H "If-Match: $2" \
		-d "{\"by\":\"$1\",\"reason\":\"lần ba\"}" >/dev/null
	cat "$WORK/status"
}
is "an old version is told over HTTP" "$(send "$three" '"1"')" 412
is "a record that is none" "$(send 00000000-0000-4000-8000-000000000000 "$tag")$(jq -r .field "$WORK/body")" 400by
is "it is done over HTTP, too" "$(send "$three" "$tag")$(api GET "records/$one/original")" "200Báo cáo quét lần ba"
is "the archive is whole" "$(indexer_once; exit_of tangthu --as admin verify)" 0
done_testing
