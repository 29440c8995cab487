#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 120
# Searching through the interface and the command line: facets, lists behind the last hit, inside one
# record, more like one, and lists of numbers; what is hidden changes none of it.
. tests/e2e/lib.sh

archive_make
mkdir "$WORK/files"
for i in 1 2 3 4 5; do
	printf 'Số: %s/BC-SDL\nBáo cáo du lịch quý %s năm 2024\nNội dung kiểm tra bến tàu số %s.\n' $i $i $i \
		>"$WORK/files/bao-cao-$i.txt"
done
printf 'Số: 9/TB-SYT\nThông báo tiêm chủng mở rộng cho trẻ em.\n' >"$WORK/files/thong-bao.txt"
printf 'Số:      /KH-SDL\nKế hoạch lễ hội hoa phượng đỏ.\n' >"$WORK/files/ke-hoach.txt"
tangthu add "$WORK/files" >/dev/null 2>&1
secret=$(printf 'Số: 8/BC-SDL\nBáo cáo du lịch kín kiểm tra bến tàu.\n' >"$WORK/secret.txt" &&
	tangthu add "$WORK/secret.txt" 2>/dev/null | cut -d' ' -f1)
tangthu set "$secret" --level 2 >/dev/null
indexer_once
# shellcheck disable=SC2119 # it takes options of the server, there are none
server_start
login minh || echo "Bail out! no login"
get() { # path
	curl -sS --max-time 20 -b "$COOKIES" "$ADDRESS/api/v1/$1"
}
post() { # path body
	curl -sS --max-time 20 -b "$COOKIES" -H "X-Tangthu-Csrf: $CSRF" -H 'Content-Type: application/json' \
		-d "$2" "$ADDRESS/api/v1/$1"
}
ask() { # query, jq
	get "search?limit=100&q=$(jq -rn --arg q "$1" '$q | @uri')" | jq -rc "$2"
}

is "five of six are found, the hidden one is not" "$(ask 'bến tàu' .total)" 5
is "... nor counted in a facet" "$(ask 'bến tàu' '[.facets.levels[].count] | add')" 5
is "... nor in the dossiers" "$(ask 'bến tàu' '[.facets.dossiers[].count] | add')" 5
is "... and the archivist sees all six" "$(tangthu --json search 'bến tàu' | jq .total)" 6
is "a query is told as it was understood" "$(ask 'tau AND' .understood)" tau
is "... and where it broke" "$(ask 'tau AND' '.problems[0] | [.at, .length]')" '[4,3]'
is "a hit says why" "$(ask 'bến tàu' '.hits[0].why | map(select(.in == "page")) | .[0].match')" as_typed
is "NEAR through the interface" "$(ask 'tra NEAR/1 tau' .total)" 0
is "... and within reach" "$(ask 'tra NEAR/2 tau' .total)" 5
is "a prefix" "$(ask 'tiê*' .total)" 1

is "a number that was not read is found by its symbol" \
	"$(ask '31/KH-SDL' '[.total, .problems[0].at, .problems[0].length]')" '[1,0,9]'
is "... in its field as well" "$(ask 'Số: 31/KH-SDL' '[.total, .problems[0].at]')" '[1,6]'
is "... but not in a list of numbers" \
	"$(post search/batch '{"queries":["31/KH-SDL"]}' | jq -r '.results[0].state')" none
is "a number that is hidden from one is no number" "$(ask '8/BC-SDL' '.problems | length')" 0
is "what was found only nearly says so" "$(tangthu search phuongq | grep -c '(nearly)')" 1
is "... and nothing else does" "$(tangthu search phượng | grep -c '(nearly)')" 0
is "a year needs no words" "$(tangthu --json search --year 1999 | jq .total)" 0
is "... nothing at all does" "$(exit_of tangthu search)" 65

first=$(get "search?q=b%E1%BA%BFn&limit=2")
second=$(get "search?q=b%E1%BA%BFn&limit=2&after=$(echo "$first" | jq -r .next)")
third=$(get "search?q=b%E1%BA%BFn&limit=2&after=$(echo "$second" | jq -r .next)")
is "the list goes on behind the last hit" \
	"$(printf '%s' "$first$second$third" | jq -r '.hits[].uid' | sort -u | wc -l)" 5
is "... to its end" "$(echo "$third" | jq -c '[(.hits | length), .next]')" '[1,null]'
is "a hidden record is no place to go on from" "$(get "search?q=b&after=$secret" | jq .status)" 404
is "... nor to look into" "$(get "search?q=b&record=$secret" | jq .status)" 404
is "... nor to find more like" "$(get "search?like=$secret" | jq .status)" 404

uid=$(echo "$first" | jq -r '.hits[0].uid')
is "inside one record" "$(get "search?q=du&record=$uid" | jq -c '[.total, .hits[0].hit_pages[0].page]')" '[1,1]'
is "more like one: the others of its kind, not itself" \
	"$(get "search?like=$uid" | jq -c --arg u "$uid" '[.total, ([.hits[].uid] | index($u))]')" '[4,null]'
is "like and words together are refused" "$(get "search?like=$uid&q=x" | jq .status)" 400

list='{"queries":["1/BC-SDL","9/TB-SYT","8/BC-SDL","77/QĐ-X","bến tàu"]}'
is "a list of numbers: found, none or several" "$(post search/batch "$list" | jq -c '[.results[].state]')" \
	'["found","found","none","none","several"]'
is "... as a table" "$(post 'search/batch?format=csv' "$list" | sed -n '2p' | cut -d, -f1-3)" '1/BC-SDL,found,1'
is "an empty list is refused" "$(post search/batch '{"queries":[]}' | jq .status)" 400
is "... and one of 501" \
	"$(post search/batch "$(jq -nc '{queries: [range(501) | tostring]}')" | jq .status)" 400
is "the command line reads the list from a pipe" \
	"$(printf '1/BC-SDL\n77/QĐ-X\n8/BC-SDL\n' | tangthu search --batch - | cut -d, -f2 | tr '\n' ' ')" \
	"state found none found "
is "... and finds more like one" "$(tangthu --json search --like "$uid" | jq .total)" 5
printf 'UBND TỈNH KIÊN GIANG\nSỞ Y TẾ\nSố: 41/TB-SYT\nKiên Giang, ngày 05 tháng 3 năm 2018\nTHÔNG BÁO\nVề lịch trực\n' \
	>"$WORK/place.txt"
tangthu add "$WORK/place.txt" >/dev/null 2>&1
indexer_once
is "an issuer is found with its place" "$(ask 'cơ quan:"Sở Y tế Kiên Giang"' .total)" 1
is "... and with no other" "$(ask 'cơ quan:"Sở Y tế Hải Phòng"' .total)" 0
is "sort:number orders by number" \
	"$(ask 'bến tàu sort:number' '[.hits[].notation]')" '["1/BC-SDL","2/BC-SDL","3/BC-SDL","4/BC-SDL","5/BC-SDL"]'
done_testing
