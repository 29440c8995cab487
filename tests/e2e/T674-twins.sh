#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 60
# records.md 14, 44: a document that says the same in other bytes is told, and taken all the same.
. tests/e2e/lib.sh

archive_make
mkdir "$WORK/a"
i=0
while [ $i -lt 60 ]; do
	echo "Điều $i. Tổ chức, cá nhân kinh doanh dịch vụ lữ hành số $((i * 7)) có trách nhiệm thực hiện mục $((i * 13))."
	i=$((i + 1))
done >"$WORK/a/one.txt"
sed 's/trách nhiệm/trach nhiem/; s/^Điều 1\([0-9]\)/Diêu l\1/' "$WORK/a/one.txt" >"$WORK/a/two.txt"
printf 'Số: 9/TB-SYT\nThông báo tiêm chủng mở rộng cho trẻ em dưới năm tuổi trên toàn thành phố.\n' >"$WORK/a/three.txt"
one=$(tangthu add "$WORK/a/one.txt" 2>/dev/null | cut -d' ' -f1)
two=$(tangthu add "$WORK/a/two.txt" 2>/dev/null | cut -d' ' -f1)
three=$(tangthu add "$WORK/a/three.txt" 2>/dev/null | cut -d' ' -f1)
indexer_once
twins() { tangthu record twins "$1" | grep -oE "^[-0-9a-f]+ +[a-z]+" | tr -s " "; }
is "the same in other bytes is told" "$(twins "$two")" "$one text"
is "... both ways" "$(twins "$one")" "$two text"
is "something else is not" "$(twins "$three")" ""
tangthu set "$two" type=QĐ subject='x' >/dev/null
is "declaring warns, and declares" "$(tangthu record declare "$two" 2>&1)$(tangthu --json show "$two" | jq -r .state)" \
	"tangthu record: $two may be the same as $one (text)declared"
# shellcheck disable=SC2119
server_start
login minh
is "the record tells over HTTP" "$(api GET "records/$two" | jq -c .twins)" "[{\"uid\":\"$one\",\"because\":\"text\"}]"
tangthu set "$one" --level 2 >/dev/null
is "... but not of one that is not his to see" "$(api GET "records/$two" | jq -c .twins)" "[]"
is "... nor in the list" "$(api GET "records/$two/twins" | jq -c .twins)" "[]"
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
