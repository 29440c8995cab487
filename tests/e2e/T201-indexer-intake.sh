#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317
# time-limit: 120
# A folder full of traps: what is taken, what stays, and that nothing is taken twice.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make
intake=$TANGTHU_DIR/intake
mkdir -p "$intake/sub/deeper" "$intake/.hidden"

text_document "$WORK/outside.txt" 1 "tài liệu bên ngoài thư mục"
ln -s "$WORK/outside.txt" "$intake/link.txt"
ln -s /etc "$intake/link-to-folder"
mkfifo "$intake/pipe.pdf"
text_document "$intake/.hidden.txt" 2 "tệp ẩn"
text_document "$intake/.hidden/x.txt" 2 "trong thư mục ẩn"
text_document "$intake/~\$lock.docx" 3 "tệp khóa"
text_document "$intake/half.pdf.part" 4 "tải dở"
: >"$intake/empty.pdf"
text_document "$intake/sub/deeper/below.txt" 5 "trong thư mục con"
text_document "$intake"/$'line\nbreak\e[31m.txt' 6 "tên có ký tự điều khiển"
text_document "$intake"/$'bad-\xff\xfe-bytes.txt' 7 "tên không phải UTF-8"
text_document "$intake/$(printf 'ế%.0s' $(seq 83)).txt" 8 "tên dài hai trăm năm mươi ba byte"
text_document "$intake/-rf" 9 "tên như một tùy chọn"
text_document "$intake/same-1.txt" 10 "hai tệp giống hệt nhau"
cp "$intake/same-1.txt" "$intake/same-2.txt"

is "a run ends well" "$(exit_of tangthu-indexer --once -v)" 0
cp "$WORK/err" "$WORK/log"
is "eight files are taken" "$(sql 'SELECT count(*) FROM record')" 8
is "what is no regular file stays" "$(cd "$intake" && find . -mindepth 1 -maxdepth 1 \
	\( -type l -o -type p \) | LC_ALL=C sort | paste -sd' ')" "./link-to-folder ./link.txt ./pipe.pdf"
is "hidden and unfinished names stay" "$(cd "$intake" && find . -type f | LC_ALL=C sort |
	paste -sd' ')" "./.hidden.txt ./.hidden/x.txt ./half.pdf.part ./~\$lock.docx"
ok "the file behind the link is untouched" grep -q "bên ngoài" "$WORK/outside.txt"
ok "the folders stay" [ -d "$intake/sub/deeper" ]
is "the log names what is not taken, once each" "$(grep -c 'is not taken' "$WORK/log")" 3
ok "no control character reaches the log" bash -c "! grep -q $'\e' '$WORK/log'"
is "an empty file is kept and refused" "$(sql "SELECT r.reading, r.reading_reason FROM record r
	JOIN component c ON c.record = r.id WHERE c.name = 'empty.pdf'")" "refused empty"
is "the others are read" "$(readings)" "read 7,refused 1"
is "names are clean" "$(sql "SELECT count(*) FROM component WHERE name GLOB '*[' || char(1) || '-' ||
	char(31) || ']*' OR name LIKE '%/%'")" 0
is "the second of two equal files knows the first" \
	"$(sql 'SELECT count(*) FROM record WHERE duplicate_of IS NOT NULL')" 1
is "and shares its bytes" "$(sql 'SELECT count(*) FROM blob')" 7
is "a second run takes nothing" "$(tangthu-indexer --once 2>>"$WORK/err"; sql 'SELECT count(*) FROM record')" 8
ok "the store is whole" store_is_whole

# A folder named like a dossier files into it.
code=$(sql "SELECT d.file_code FROM dossier d JOIN setting s ON s.key = 'inbox' AND s.value = d.node")
mkdir "$intake/$code"
text_document "$intake/$code/filed.txt" 11 "nộp thẳng vào hồ sơ"
text_document "$intake/sub/inbox.txt" 12 "thư mục không phải hồ sơ"
ok "a folder named like a dossier is read" tangthu-indexer --once
is "both are filed" "$(sql "SELECT count(*) FROM dossier_item i JOIN component c ON c.record = i.record
	WHERE c.name IN ('filed.txt', 'inbox.txt')")" 2

# A file that grows is left until it is closed and still.
indexer_start
( for i in 1 2 3 4 5 6; do echo "dòng $i của tệp đang lớn dần"; sleep 0.5; done ) >"$intake/growing.txt" &
writer=$!
sleep 1.5
is "a growing file is not taken" "$(sql "SELECT count(*) FROM component WHERE name = 'growing.txt'")" 0
wait $writer
whole=$(sha256sum <"$intake/growing.txt" | cut -d' ' -f1)
taken() { [ "$(sql "SELECT count(*) FROM blob WHERE sha256 = '$whole'")" = 1 ]; }
ok "when it is whole, all of it is taken" eventually taken
gone() { [ ! -e "$intake/growing.txt" ]; }
ok "and removed from the folder" eventually gone
is "once" "$(sql "SELECT count(*) FROM component WHERE name = 'growing.txt'")" 1
indexer_stop

if [ "$(id -u)" != 0 ]; then
	text_document "$intake/forbidden.txt" 13 "không có quyền đọc"
	chmod 0 "$intake/forbidden.txt"
	ok "a file that may not be read holds up nothing" tangthu-indexer --once
	ok "and stays" [ -e "$intake/forbidden.txt" ]
	chmod 600 "$intake/forbidden.txt"
fi
done_testing
