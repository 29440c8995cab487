#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A renamed agency never rewrites old records: the old name finds it, is shown as of its day, and a search
# for the new name finds what stands under the old one.
. tests/e2e/lib.sh

archive_make
put() { # file, text, issuer, day
	echo "$2" >"$WORK/$1.txt"
	uid=$(tangthu add "$WORK/$1.txt" 2>/dev/null | cut -d' ' -f1)
	tangthu set "$uid" "issuer=$3" "issued=$4" type=QĐ
	echo "$uid"
}
old=$(put one 'Sở Du lịch quyết định.' 'SỞ DU LỊCH' 2019-05-06)
new=$(put two 'Sở Văn hóa, Thể thao và Du lịch quyết định.' 'Sở Văn hóa, Thể thao và Du lịch' 2025-06-01)
other=$(put three 'Sở Nội vụ quyết định.' 'Sở Nội vụ' 2019-01-01)
agency=$(tangthu agency create 'Sở Du lịch' --code H24 --from 2016-07-01 --authority 'QĐ thành lập')
unit=$(tangthu agency create 'Phòng Quản lý lữ hành' --unit --parent "$agency" --from 2016-08-01 --authority 'QĐ')
indexer_once
is "before, the new name finds only its own" "$(tangthu --json search '"sở văn hóa, thể thao và du lịch"' | jq .total)" 1
ok "it is renamed" tangthu agency rename "$agency" 'Sở Văn hóa, Thể thao và Du lịch' --code H24 --from 2025-03-01 --authority 'Nghị quyết'
is "... not twice for one day" "$(exit_of tangthu agency rename "$agency" 'Khác' --from 2025-03-01 --authority x)" 65
is "on a day it has the name of the day" "$(tangthu --json agency list --find 'so du lich' --on 2020-01-01 | jq -r '.[0].name')" 'Sở Du lịch'
is "... and today's today" "$(tangthu --json agency list --find 'so du lich' | jq -c '[.[0].name,(.[0].names|length)]')" \
	'["Sở Văn hóa, Thể thao và Du lịch",2]'
is "the record keeps its issuer" "$(tangthu --json show "$old" | jq -r '.fields.issuer // .issuer')" 'SỞ DU LỊCH'
is "the new name finds what stands under the old one" \
	"$(tangthu --json search 'sở văn hóa, thể thao và du lịch' | jq -c '[.hits[].uid]|sort')" \
	"$(printf '%s\n%s\n' "$old" "$new" | jq -Rnc '[inputs]|sort')"
# shellcheck disable=SC2119
server_start
login lan
send() { # method path body: status and code
	api "$1" "$2" -H 'Content-Type: application/json' -d "$3" >/dev/null
	printf '%s' "$(cat "$WORK/status")$(jq -r '.field // .code // ""' "$WORK/body")"
}
is "... over HTTP too, and the old name the new" "$(api GET 'search?q=S%E1%BB%9F+Du+l%E1%BB%8Bch' | jq -c '[.hits[].uid]|sort')" \
	"$(printf '%s\n%s\n' "$old" "$new" | jq -Rnc '[inputs]|sort')"
is "the record tells who that was and what it is called now" "$(api GET "records/$old" | jq -c '.issuer_agency|[.uid,.then,.now]')" \
	"[\"$agency\",\"Sở Du lịch\",\"Sở Văn hóa, Thể thao và Du lịch\"]"
is "... nobody where nobody is known" "$(api GET "records/$other" | jq -c .issuer_agency)" null
is "units hang below" "$(api GET "agencies/$unit" | jq -r .parent)" "$agency"
is "... as they were then" "$(api GET "agencies/$unit?on=2016-07-01" | jq -c .name)" null
is "agencies page by page" "$(api GET 'agencies?limit=1' | jq -r .next)" "$agency"
is "... the next" "$(api GET "agencies?limit=1&after=$agency" | jq -r '.agencies[0].uid')" "$unit"
is "a day that is none" "$(send GET 'agencies?on=2025-02-30' '{}')" 400on
is "a name without its decision" "$(send POST agencies '{"name":"x","from":"2020-01-01"}')" 400authority
is "a kind that is none" "$(send POST agencies '{"name":"x","from":"2020-01-01","authority":"x","kind":"ministry"}')" 400kind
is "a parent that is none" "$(send POST agencies '{"name":"x","from":"2020-01-01","authority":"x","parent":"00000000-0000-4000-8000-000000000000"}')" 404not-found
is "a unit ends" "$(send POST "agencies/$unit/end" '{"from":"2025-03-01","authority":"Nghị quyết"}'; jq -c '[.name,.names[0].valid_to]' "$WORK/body")" \
	'200[null,"2025-03-01"]'
is "... once" "$(send POST "agencies/$unit/end" '{"from":"2025-04-01","authority":"x"}')" 409conflict
login minh
is "staff read them" "$(api GET agencies | jq '.agencies|length')" 2
is "... and change none" "$(send POST "agencies/$unit/names" '{"name":"x","from":"2026-01-01","authority":"x"}')" 403denied
server_stop
is "each step stands in the log" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT group_concat(action, ' ') FROM event WHERE action LIKE 'agency.%'")" \
	"agency.create agency.create agency.rename agency.end"
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
