#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 900
# Two archives that differ only in what is hidden answer 10,000 random requests of a low account
# alike, byte for byte.  REQUESTS and SEED choose others.
. tests/e2e/lib.sh

archive_make
mkdir "$WORK/open" "$WORK/hidden"
i=0
for what in 'báo cáo du lịch' 'quyết định bến tàu' 'thông báo khách sạn' 'kế hoạch lễ hội' 'tờ trình hướng dẫn viên'; do
	for year in 2019 2021 2022 2024; do
		i=$((i + 1))
		printf 'SỞ DU LỊCH\nSố: %s/BC-SDL\nNgày %s tháng %s năm %s\nVề việc %s\nNội dung %s quý %s.\n' \
			$i $((i % 27 + 1)) $((i % 12 + 1)) "$year" "$what" "$what" $((i % 4 + 1)) >"$WORK/open/$i.txt"
	done
done
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create MO 'Hồ sơ mở' --parent "$root" --file-code MO.1 >/dev/null
tangthu add "$WORK/open" >/dev/null 2>&1
tangthu add --dossier MO.1 "$WORK/open/1.txt" >/dev/null 2>&1
printf 'Số: 90/TB-SDL\nThông báo trong hồ sơ mở\n' >"$WORK/90.txt"
tangthu add --dossier MO.1 "$WORK/90.txt" >/dev/null 2>&1
indexer_once
uids() {
	sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT uid FROM record UNION SELECT uid FROM node ORDER BY 1"
}
uids >"$WORK/open.uids"

cp -a "$TANGTHU_DIR" "$WORK/without"
tangthu dossier create KIN 'Vụ việc kín zyxomma' --kind class --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="KIN")|.uid')
tangthu grant add "$class" lan list,read,download,print,edit,add,manage >/dev/null
tangthu grant inherit "$class" no
for n in 1 2 3; do
	tangthu dossier create K$n "Hồ sơ kín $n zyxomma du lịch" --parent "$class" --file-code KIN.$n >/dev/null
done
tangthu dossier create MAT 'Hồ sơ hạn chế zyxomma' --parent "$root" --file-code MAT.1 --level 2 >/dev/null
# Hidden by the lack of a grant, by the level (another index), by a secret mark, and in lists only;
# some of them with the very bytes of an open one.
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
	printf 'Số: %s/QĐ-KIN\nNgày 3 tháng 4 năm 20%s\nVề việc zyxomma bến tàu khách sạn du lịch %s\n' \
		$((70 + n)) $((18 + n % 8)) $n >"$WORK/hidden/$n.txt"
	case $n in
	[1-4]) tangthu add --dossier KIN.$((n % 3 + 1)) "$WORK/hidden/$n.txt" ;;
	[5-7]) tangthu add --dossier MAT.1 "$WORK/hidden/$n.txt" ;;
	8 | 9) echo 'TỐI MẬT' >>"$WORK/hidden/$n.txt"; tangthu add "$WORK/hidden/$n.txt" ;;
	10) tangthu set "$(tangthu add "$WORK/hidden/$n.txt" 2>/dev/null | cut -d' ' -f1)" --level 2 ;;
	*) tangthu add --dossier KIN.1 "$WORK/open/$n.txt" ;;
	esac >/dev/null 2>&1
done
indexer_once
uids | comm -13 "$WORK/open.uids" - >"$WORK/hidden.uids"
echo 00000000-0000-4000-8000-000000000000 >>"$WORK/hidden.uids"
is "there is something to hide" "$(awk 'END { print (NR > 15) }' "$WORK/hidden.uids")" 1
is "... and the archivist finds it" "$(tangthu --json search zyxomma | jq '.total > 5')" true
printf '%s\n' du lịch báo cáo bến tàu 'khách sạn' 'lễ hội' zyxomma zyx kín 71/QĐ-KIN 90/TB-SDL 3/BC-SDL QĐ 2021 2022 \
	'quyết định' 'Sở du lịch' KIN.1 MO.1 MAT.1 'hạn chế' 'ho so' 'huong dan' 'bao cao' "'" '"' '(' >"$WORK/words"
tangthu-server --routes >"$WORK/routes"

# shellcheck disable=SC2119 # it takes options of the server, there are none
server_start
mv "$WORK/server.pid" "$WORK/with.pid"
with=$ADDRESS
login minh
with_cookie=$(awk '/tangthu/ { print $6 "=" $7 }' "$COOKIES") with_csrf=$CSRF
# shellcheck disable=SC2119
TANGTHU_DIR=$WORK/without server_start
login minh
cookie=$(awk '/tangthu/ { print $6 "=" $7 }' "$COOKIES")
alike() { # count seed
	perl tests/e2e/alike.pl "$1" "$2" "$WORK/routes" "$WORK/open.uids" "$WORK/hidden.uids" "$WORK/words" \
		"$with" "$with_cookie" "$with_csrf" "$ADDRESS" "$cookie" "$CSRF"
}
count=${REQUESTS:-10000}
is "$count random requests are answered alike" "$(alike "$count" "${SEED:-20261126}" 2>"$WORK/asked")" ""
sed 's/^/# /' "$WORK/asked"
is "... as many as were to be asked" "$(awk -v n="$count" '{ print ($1 >= n) }' "$WORK/asked")" 1
is "... of which many found something" "$(tr ' ' '\n' <"$WORK/asked" | awk -F: -v n="$count" \
	'$1 == 200 { found = $2 } END { print (found > n / 3) }')" 1
# The comparison must be able to fail: with the archivist's eyes the two are not alike.
mv "$WORK/cookies.minh" "$WORK/cookies.low"
low=$ADDRESS
ADDRESS=$with login lan
with_cookie=$(awk '/tangthu/ { print $6 "=" $7 }' "$COOKIES") with_csrf=$CSRF
ADDRESS=$low login lan
cookie=$(awk '/tangthu/ { print $6 "=" $7 }' "$COOKIES")
is "... and whoever may see the rest is answered otherwise" \
	"$(alike 300 1 2>/dev/null | awk '/answers differ/ { print ($1 > 20) }')" 1
done_testing
