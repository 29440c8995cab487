#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 120
# vietnamese.md 3; search.md: the record that was meant comes first, however its number was written, where
# the number was never filled in, and where a word was misread or is mistyped; every hit says why.
. tests/e2e/lib.sh

archive_make
mkdir "$WORK/files"
put() { # name, text
	printf '%s\n' "$2" >"$WORK/files/$1.txt"
}
put meant 'Số: 015 / QĐ - SDL
Hải Phòng, ngày 05 tháng 01 năm 2024
QUYẾT ĐỊNH
Về việc cấp thẻ hướng dẫn viên'
put cites 'Số: 20/BC-SDL
Căn cứ Quyết định số 15/QĐ-SDL, theo Quyết định số 15/QĐ-SDL và 15/QĐ-SDL.'
put other 'Số: 15/QĐ-UBND
QUYẾT ĐỊNH
15 15 15 SDL QĐ'
put longer 'Số: 115/QĐ-SDL
QUYẾT ĐỊNH
15 15 15'
put unfilled 'Số:      /KH-SDL
Hải Phòng, ngày 12 tháng 3 năm 2023
KẾ HOẠCH
Về việc kiểm tra bến tàu Tuần Châu'
put filled 'Số: 7/KH-SDL
Hải Phòng, ngày 12 tháng 3 năm 2022
KẾ HOẠCH
Về việc kiểm tra bến tàu Cái Rồng'
put misread 'Biên bản kiểm kê d0ng sông'
tangthu add "$WORK/files" >/dev/null 2>&1
indexer_once
titles() { # query
	tangthu --json search -- "$1" | jq -r '[.hits[].uid] | join(" ")'
}
first() { # query
	titles "$1" | cut -d' ' -f1
}
uid() { # words that only one text has
	titles "\"$1\""
}
meant=$(uid 'cấp thẻ hướng dẫn viên')
for form in '15/QĐ-SDL' '015/QĐ-SDL' '15 / qd - sdl' 'Số: 015 / QĐ - SDL' 'quyết định 15/QĐ-SDL' 'so:15/qd-sdl'; do
	is "$form finds the decision itself first" "$(first "$form")" "$meant"
done
is "the number as a field finds nothing else" "$(titles 'số:15/QĐ-SDL')" "$meant"

unfilled=$(uid 'bến tàu Tuần Châu')
is "a number that was left open is found by its symbol and year" "$(titles 'ký hiệu:KH-SDL năm:2023')" "$unfilled"
is "... by its symbol and subject" "$(first 'số:/KH-SDL tuần châu')" "$unfilled"
is "... and by symbol, year and subject as plain words" "$(first '/KH-SDL kiểm tra bến tàu tuần châu 2023')" "$unfilled"
is "... beside the one that was filled in" "$(titles 'ký hiệu:KH-SDL' | wc -w)" 2

misread=$(uid 'kiểm kê')
# shellcheck disable=SC2119
server_start
login minh || echo "Bail out! no login"
ask() { # query, jq
	curl -sS --max-time 20 -b "$COOKIES" \
		"$ADDRESS/api/v1/search?q=$(jq -rn --arg q "$1" '$q | @uri')" | jq -rc "$2"
}
is "a word that was misread is found" "$(ask 'dòng sông' '.hits[0].uid')" "$misread"
is "... and marked" "$(ask 'dòng' '[.hits[0].snippet[] | select(.marked).text]')" '["d0ng"]'
is "... on its page, and the hit says so" \
	"$(ask 'dòng' '.hits[0] | [.page, (.why[] | select(.in == "page").match)]')" '[1,"nearly"]'
is "a mistyped word is found" "$(ask 'tuaan chau' '.hits[0].uid')" "$unfilled"
is "... not beside AND" "$(ask 'tuaan AND chau' .total)" 0
tangthu set "$(uid 'Cái Rồng')" number=7 symbol=KH-SDL issued=2022-03-12 >/dev/null
indexer_once
is "a hit by its number says so" \
	"$(ask '7/KH-SDL' '[.hits[0].why[] | select(.in == "number").match]')" '["as_typed"]'
is "neighbouring words in other marks say so" \
	"$(ask 'kiểm tra bên tàu' '[.hits[0].why[] | select(.in == "page").match]')" '["as_typed"]'
is "... and a single one" "$(ask 'bển' '[.hits[0].why[] | select(.in == "page").match]')" '["any_marks"]'
done_testing
