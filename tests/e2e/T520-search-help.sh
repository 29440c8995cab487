#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What helps a search: the list of synonyms, likelier words, how a word may go on.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh

archive_make
mkdir "$WORK/files"
text_document "$WORK/files/a.txt" 15 "kế hoạch của ủy ban nhân dân phường"
for i in 20 21 22; do
	text_document "$WORK/files/c$i.txt" $i "thẩm định khách sạn số $i"
done
text_document "$WORK/files/b.txt" 16 "phân công hướng dẫn viên mùa hè"
tangthu add "$WORK/files" >/dev/null
indexer_once
found() { tangthu --json search -- "$1" | jq -r "$2"; }

is "an abbreviation finds its long form" "$(found 'HDV mùa hè' .total)" 1
is "and says what it searched for" "$(found 'HDV mùa hè' '.also[0]')" "hướng dẫn viên"
is "what is marked is the long form" "$(found 'HDV' '.hits[0].marks | length')" 3
is "the list has it" "$(tangthu --json synonym list | jq -r '.[] | select(.term == "HDV") | .also')" \
	"hướng dẫn viên"
is "an unknown abbreviation finds nothing" "$(found KHMH .total)" 0
ok "a pair is added" tangthu synonym add KHMH "kế hoạch"
is "and finds at once" "$(found KHMH .total)" 1
is "the same pair again is refused" "$(exit_of tangthu synonym add khmh 'KẾ HOẠCH')" 73
is "a pair of the same words is refused" "$(exit_of tangthu synonym add 'Hoà' 'hòa')" 65
is "staff may not change the list" "$(exit_of tangthu --as minh synonym add A 'anh')" 77
ok "a pair is taken out" tangthu synonym remove "$(tangthu --json synonym list |
	jq '.[] | select(.term == "KHMH") | .id')"
is "and finds nothing more" "$(found KHMH .total)" 0
is "both changes are in the log" \
	"$(sql "SELECT group_concat(action) FROM (SELECT action FROM event WHERE action LIKE 'synonym.%' ORDER BY seq)")" \
	"synonym.add,synonym.remove"

is "a likelier word is told where it was only found nearly" "$(tangthu search 'khash sạnn' | tail -n 1)" \
	"did you mean: khach san"
is "... and where nothing was found" "$(tangthu search 'khash sạnn zyxomma' | tail -n 1 | grep -c '^did you mean: khach san')" 1
is "... but not where a record holds the words" "$(tangthu search 'khách sạn' | grep -c '^did you mean')" 0

# shellcheck disable=SC2119  # its own options, not ours
server_start
login minh
is "the list is read over HTTP" \
	"$(api GET synonyms | jq -r '.synonyms[] | select(.term == "UBND") | .also')" "ủy ban nhân dân"
api POST synonyms -H 'Content-Type: application/json' -d '{"term":"AB","also":"an bình"}' >/dev/null
is "staff may not add" "$(cat "$WORK/status")" 403
api DELETE synonyms/1 >/dev/null
is "nor take out" "$(cat "$WORK/status")" 403
is "a word goes on behind its neighbour" \
	"$(api GET "suggest?q=kh%C3%A1ch+sa" | jq -c '[.corrected, .completions]')" '[null,["san"]]'
api GET "suggest" >/dev/null
is "a suggestion needs a text" "$(cat "$WORK/status")" 400
login lan
id=$(api POST synonyms -H 'Content-Type: application/json' -d '{"term":"AB","also":"an bình"}' | jq .id)
is "the archivist adds" "$(cat "$WORK/status")" 201
api POST synonyms -H 'Content-Type: application/json' -d '{"term":"AB"}' >/dev/null
is "half a pair is no pair" "$(cat "$WORK/status")" 400
api DELETE "synonyms/$id" >/dev/null
is "and takes out" "$(cat "$WORK/status")" 204
api DELETE "synonyms/$id" >/dev/null
is "once" "$(cat "$WORK/status")" 404
is "the search over HTTP says what it searched for" \
	"$(api GET "search?q=hdv" | jq -r '.also[0].also')" "hướng dẫn viên"
done_testing
