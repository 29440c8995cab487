#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Who signed: the list of signers, and a name that seal and flourish hide from the first reading.
# shellcheck disable=SC2119
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make

is "the list is empty at first" "$(tangthu --json signer list)" "[]"
ok "a signer is added with post and days" \
	tangthu signer add "Ngô Diệu Chi" --post "GIÁM ĐỐC" --from 1990-01-01
is "the same again is refused" "$(exit_of tangthu signer add "Ngô Diệu Chi" --post "GIÁM ĐỐC" --from 1990-01-01)" 73
is "a name of one word is refused" "$(exit_of tangthu signer add Chi)" 65
is "a day that does not exist is refused" "$(exit_of tangthu signer add "Lê An" --from 2024-02-30)" 65
is "a last day before the first is refused" \
	"$(exit_of tangthu signer add "Lê An" --from 2024-02-03 --to 2024-02-02)" 65
is "staff may not change the list" "$(exit_of tangthu --as minh signer add "Lê An Bình")" 77
id=$(tangthu signer add "Lê An Bình")
ok "a signer is taken out" tangthu signer remove "$id"
is "once" "$(exit_of tangthu signer remove "$id")" 66
is "each change is in the log" \
	"$(sql "SELECT group_concat(action) FROM (SELECT action FROM event WHERE action LIKE 'signer.%' ORDER BY seq)")" \
	"signer.add,signer.add,signer.remove"
is "... with names that can be forgotten" \
	"$(sql "SELECT count(*) FROM event WHERE action LIKE 'signer.%' AND detail LIKE '%An B%'") $(sql "SELECT count(*) FROM event_private WHERE CAST(value AS TEXT)='Lê An Bình'")" "0 2"

server_start
login lan
is "the list over HTTP" "$(api GET signers | jq -c '.signers[] | [.name, .post, .from, .to]')" \
	'["Ngô Diệu Chi","GIÁM ĐỐC","1990-01-01",""]'
id=$(api POST signers -H 'Content-Type: application/json' -d '{"name":"Trần Văn An","to":"2020-12-31"}' | jq .id)
is "one is added" "$(cat "$WORK/status")" 201
api POST signers -H 'Content-Type: application/json' -d '{"post":"GIÁM ĐỐC"}' >/dev/null
is "not without a name" "$(cat "$WORK/status")" 400
api DELETE "signers/$id" >/dev/null
is "and taken out" "$(cat "$WORK/status")" 204
server_stop

# The second of these has a seal over its office and a flourish through its name.
generate "$WORK/letters" --set mixed --kind letter --count 2 --seed 5 --appetite 0 --state bw --format pdf --rotate 0
cp "$WORK"/letters/00002*.pdf "$TANGTHU_DIR/intake/"
is "the letter is read" "$(exit_of tangthu-indexer --once)" 0
ok "the reader looked twice at its signature block" \
	test "$(sql "SELECT count(*) FROM page_mark WHERE kind = 'signature'")" -gt 0
is "its signer is suggested, marked as one of the list" \
	"$(sql "SELECT value, method FROM suggestion WHERE field = 'signer' ORDER BY confidence DESC LIMIT 1")" \
	"Ngô Diệu Chi signer-list"
is "and the pages of the API do not show what was looked at" "$(server_start
	login lan
	api GET "records/$(sql "SELECT uid FROM record")/pages" | jq '[.. | objects | select(.kind? == "signature")] | length'
	server_stop)" 0
done_testing
