#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Searches that people keep: their own, run with the rights of the moment.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh

archive_make
mkdir "$WORK/files"
text_document "$WORK/files/a.txt" 15 "thẩm định khách sạn Cát Bà"
text_document "$WORK/files/b.txt" 16 "thẩm định khách sạn Đồ Sơn"
tangthu add "$WORK/files" >/dev/null
indexer_once

ok "a search is kept" tangthu saved add --sort newest "Khách sạn" "khach san"
is "it is listed" "$(tangthu --json saved list | jq -rc '.[] | [.name, .query, .sort]')" \
	'["Khách sạn","khach san","newest"]'
is "it finds what the search finds" "$(tangthu --json search --saved "Khách sạn" | jq .total)" 2
is "its name is known without marks and capitals" \
	"$(tangthu --json search --saved "khach SAN" | jq .total)" 2
is "a second one of that name is refused" "$(exit_of tangthu saved add "KHÁCH SẠN" x)" 73
is "a name without a letter is refused" "$(exit_of tangthu saved add "--" "..." x)" 65
is "an order that there is not is refused" "$(exit_of tangthu saved add --sort up B x)" 65
is "words beside a kept search are refused" "$(exit_of tangthu search --saved "Khách sạn" more)" 65
is "another person has none of it" "$(tangthu --as minh --json saved list | jq length)" 0
is "... and cannot run it" "$(exit_of tangthu --as minh search --saved "Khách sạn")" 66
is "... nor take it out" "$(exit_of tangthu --as minh saved remove "Khách sạn")" 66
ok "but may have one of that name" tangthu --as minh saved add "Khách sạn" "đồ sơn"
is "what is kept finds only what its owner may read" \
	"$(tangthu --as minh --json search --saved "Khách sạn" | jq .total)" \
	"$(tangthu --as minh --json search "đồ sơn" | jq .total)"
is "a year that cannot be is told when it runs" \
	"$(tangthu saved add --year 12 C x >/dev/null; exit_of tangthu search --saved C)" 65
is "the log has it, name and words as private fields" \
	"$(sql "SELECT group_concat(DISTINCT p.name) FROM event e JOIN event_private p ON p.seq=e.seq WHERE e.action='search.save' AND p.name<>'source'")" \
	"name,query"
ok "it is taken out" tangthu saved remove "khách sạn"
is "once" "$(exit_of tangthu saved remove "khách sạn")" 66

# shellcheck disable=SC2119  # its own options, not ours
server_start
login lan
post() { api POST searches -H 'Content-Type: application/json' -d "$1"; }
uid=$(post '{"name":"Mới","query":"khách sạn","choices":{"type":"QĐ","sort":"newest"}}' | jq -r .uid)
is "it is kept over HTTP" "$(cat "$WORK/status")" 201
is "... and listed" "$(api GET searches | jq -c '.searches[] | select(.name == "Mới") | [.query, .choices]')" \
	'["khách sạn",{"type":"QĐ","sort":"newest"}]'
for bad in '{"query":"x"}' '{"name":" "}' '{"name":"a","choices":{"colour":"red"}}' \
	'{"name":"a","choices":{"year":2020}}' '{"name":"a","choices":[]}' '{"name":"a","owner":"minh"}'; do
	post "$bad" >/dev/null
	is "$bad is refused" "$(cat "$WORK/status")" 400
done
post '{"name":"mới"}' >/dev/null
is "a second one of that name is refused" "$(cat "$WORK/status")" 409
change() { api PATCH "searches/$uid" -H 'Content-Type: application/json' -d "$1" >/dev/null; }
change '{"query":"đồ sơn"}'
is "what is not given stays" "$(api GET searches | jq -c '.searches[] | select(.name == "Mới") | [.query, .choices.type]')" \
	'["đồ sơn","QĐ"]'
change '{"choices":{}}'
is "choices go as a whole" "$(api GET searches | jq -c '.searches[] | select(.name == "Mới").choices')" '{}'
login minh
change '{"query":"x"}'
is "another person's is not there to change" "$(cat "$WORK/status")" 404
api DELETE "searches/$uid" >/dev/null
is "... nor to take out" "$(cat "$WORK/status")" 404
is "... nor to see" "$(api GET searches | jq -r '.searches | map(.name) | join(",")')" "Khách sạn"
login lan
sql "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<200)
	INSERT OR IGNORE INTO saved_search(uid, principal, name, key, query, changed)
	SELECT 'u'||i, (SELECT principal FROM saved_search WHERE uid='$uid'), 'n'||i, 'n'||i, '', 0 FROM n"
post '{"name":"one more"}' >/dev/null
is "two hundred are enough" "$(cat "$WORK/status")" 429
api DELETE "searches/$uid" >/dev/null
is "who made it takes it out" "$(cat "$WORK/status")" 204
done_testing
