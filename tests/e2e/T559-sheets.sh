#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 200
# Mục lục as PDF, drawn by the sandboxed reader: every row, on as many pages as it takes, in letters that a
# search finds (records.md 17).
. tests/e2e/lib.sh

archive_make
class=$(tangthu --json dossier list --all | jq -r '[.[]|select(.kind=="fonds")][0].uid')
tangthu dossier create ML 'Hồ sơ cấp thẻ <hướng dẫn viên> & lữ hành' --parent "$class" --file-code ML.1 >/dev/null
tangthu dossier create TR 'Hồ sơ trống' --parent "$class" --file-code TR.1 >/dev/null
printf 'file\tdossier\tnumber\tsymbol\ttype\tsubject\tissued\tissuer\n' >"$WORK/table.tsv"
long=$(printf 'Về việc phối hợp kiểm tra điều kiện kinh doanh dịch vụ lữ hành%.0s ' $(seq 20))
for i in $(seq 1 45); do
	echo "Văn bản $i." >"$WORK/$i.txt"
	subject="Cấp thẻ hướng dẫn viên du lịch quốc tế đợt $i cho các cá nhân đủ điều kiện"
	[ "$i" != 20 ] || subject=$long
	[ "$i" != 21 ] || subject="Mãdàikhôngcókhoảngtrắng$(head -c 200 /dev/zero | tr '\0' x)"
	printf '%s.txt\tML.1\t%s\tQĐ-SDL\tQĐ\t%s\t2024-03-%02d\tSở Du lịch (mẫu)\n' "$i" "$i" "$subject" $((i % 28 + 1)) >>"$WORK/table.tsv"
done
tangthu add --metadata "$WORK/table.tsv" "$WORK"/[0-9]*.txt >"$WORK/added" 2>&1
indexer_once
is "45 documents are filed" "$(tangthu custody contents ML.1 | tail -n +2 | wc -l)" 45
ok "the PDF is made" sh -c "tangthu custody contents ML.1 --pdf >'$WORK/a.pdf'"
ok "... sound" qpdf --check "$WORK/a.pdf"
pages=$(qpdf --show-npages "$WORK/a.pdf")
is "... on several pages" "$([ "$pages" -ge 4 ] && [ "$pages" -le 12 ] && echo several)" several
pdftotext -layout "$WORK/a.pdf" "$WORK/a.txt"
is "its title and dossier stand in it" "$(grep -c 'MỤC LỤC VĂN BẢN, TÀI LIỆU' "$WORK/a.txt") $(grep -c 'Hồ sơ cấp thẻ <hướng dẫn viên> & lữ hành' "$WORK/a.txt")" "1 1"
is "... every document" "$(seq 1 45 | while read -r i; do grep -qE "(^|[^0-9])$i/QĐ-SDL" "$WORK/a.txt" || echo "$i"; done)" ""
is "... the heads on every page" "$(grep -c 'STT' "$WORK/a.txt")" "$pages"
is "... a subject longer than a column, all of it" "$(pdftotext "$WORK/a.pdf" - | tr '\n' ' ' | grep -o 'phối hợp' | wc -l)" 20
is "... and a word without an end" "$(pdftotext "$WORK/a.pdf" - | tr -d '\n ' | grep -c "x\{100\}")" 1
is "its letters are embedded" "$(pdffonts "$WORK/a.pdf" | tail -n +3 | awk '{ print $(NF-4) }' | sort -u)" yes
is "nothing lies beyond the paper" "$(pdftotext -bbox "$WORK/a.pdf" - | sed -n 's/.*xMax="\([0-9.]*\)" yMax="\([0-9.]*\)".*/\1 \2/p' |
	awk '$1 > 556 || $2 > 842 { n++ } END { print n + 0 }')" 0
is "an empty dossier has an empty table" "$(tangthu custody contents TR.1 --pdf | pdftotext - - | grep -c 'STT')" 1
# shellcheck disable=SC2119
server_start
login lan
node=$(tangthu --json dossier show ML.1 | jq -r .uid)
is "the server gives it too" "$(api GET "nodes/$node/contents/pdf" >"$WORK/b.pdf"; cat "$WORK/status"; qpdf --show-npages "$WORK/b.pdf")" "200$pages"
is "... to be saved" "$(api HEAD "nodes/$node/contents/pdf" | tr -d '\r' | grep -ciE '^(content-type: application/pdf|content-disposition: attachment; .*muc-luc.pdf)')" 2
is "... with the same words" "$(pdftotext -layout "$WORK/b.pdf" - | cmp - "$WORK/a.txt" && echo same)" same
is "HTML says the same" "$(api GET "nodes/$node/contents?format=html" | grep -o "<td>" | wc -l)" 315
is "... and escapes" "$(api GET "nodes/$node/contents?format=html" | grep -c '&lt;hướng dẫn viên&gt; &amp; lữ hành')" 1

# --- minutes of a handover (records.md 18, 32)
api POST handover -H 'Content-Type: application/json' -d '{"from":"lan","to":"minh","reason":"Nghỉ việc <theo nguyện vọng>"}' >"$WORK/made"
minutes=$(jq -r .uid "$WORK/made")
is "a handover has minutes" "$(api GET "handovers/$minutes" | jq -c '[.handover.from,.handover.to,.handover.dossiers,(.items|length)]')" \
	"$(jq -c '["lan","minh",.dossiers,.dossiers]' "$WORK/made")"
is "... with what each dossier held" "$(api GET "handovers/$minutes" | jq -c '.items[]|select(.file_code=="ML.1")|[.records,.files]')" '[45,45]'
is "... as a page that prints and is signed" "$(api GET "handovers/$minutes?format=html" | grep -cE 'BIÊN BẢN BÀN GIAO HỒ SƠ, TÀI LIỆU</h1>|<span>BÊN NHẬN</span>|&lt;theo nguyện vọng&gt;')" 3
is "... and as PDF" "$(api GET "handovers/$minutes/pdf" >"$WORK/c.pdf"; cat "$WORK/status"; pdftotext -layout "$WORK/c.pdf" - |
	grep -cE 'BIÊN BẢN BÀN GIAO HỒ SƠ|BÊN GIAO +BÊN NHẬN +NGƯỜI LẬP BIÊN BẢN|Tổng cộng: [0-9]+ hồ sơ|ML\.1')" 2004
is "... listed" "$(api GET 'handovers?limit=1' | jq -r '.handovers[0].uid')" "$minutes"
is "... by command line too" "$(tangthu custody minutes "$minutes" | grep -c 'Bên nhận: minh') $(tangthu custody minutes "$minutes" --pdf | pdftotext - - | grep -c 'Bên nhận: minh')" "1 1"
is "nothing to hand over makes none" "$(api POST handover -H 'Content-Type: application/json' -d '{"from":"lan","to":"minh","reason":"x"}' | jq -c '[.uid,.dossiers]')" '[null,0]'
login minh
is "who took it has the minutes" "$(api GET handovers | jq '.handovers|length')" 1
login admin
is "... others do not" "$(api GET handovers | jq -c .handovers)$(api GET "handovers/$minutes/pdf" >/dev/null; cat "$WORK/status")" '[]404'
login minh
is "who may not see the dossier gets none" "$(api GET "nodes/00000000-0000-4000-8000-000000000000/contents/pdf" >/dev/null; cat "$WORK/status")" 404
server_stop
done_testing
