#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 600
# A page in every encoding that scans come in, made here: JPEG 2000, JBIG2, CCITT, four inks, palette,
# alpha, 16 bits, 2,400 dpi; its words are read from each, and a JPEG 2000 that lies about its size ends
# with a reason.  (T112 reads files of others, T232 TIFF and PNG of 16 bits.)
. tests/e2e/lib.sh

make_page() { # folder, options of tangthu-gen
	"$BUILD/tests/tangthu-gen" --set mixed --seed 3 --count 1 --kind short --rotate 0 --out "$WORK/$1" --truth "$WORK/t" \
		"${@:2}" >/dev/null || exit 1
}
make_page jp2 --state clean --format jp2 --dpi 120
make_page colour --state clean --format pdf --dpi 150
make_page bits --state bw --format pdf --dpi 200
pdftoppm -r 150 -gray -singlefile "$WORK"/colour/*.pdf "$WORK/page"
pdfimages -ccitt "$WORK"/bits/*.pdf "$WORK/fax"
read -r wide tall < <(pdfimages -list "$WORK"/bits/*.pdf | awk 'NR == 3 { print $4, $5 }')
mkdir "$WORK/made"
tests/e2e/image-make.pl "$WORK/made" "$WORK/page.pgm" "$WORK"/jp2/*.jp2 "$WORK/fax-000.ccitt" "$wide" "$tall" || exit 1
cp "$WORK"/jp2/*.jp2 "$WORK/made/page.jp2"
cp "$WORK"/bits/*.pdf "$WORK/made/ccitt.pdf"

# The page's words: what stands in its head, in capitals with marks.
words() { tangthu-ocr --file "$1" 2>"$WORK/err" | tr -s ' ' | grep -oE 'DU LỊCH HẢI PHÒNG|THÔNG BÁO' | sort -u | tr '\n' ','; }
ends() { tangthu-ocr --file "$1" --json 2>/dev/null |
	jq -r 'select(.event != "document" and .event != "done") | .source // .reason' | tr '\n' ' '; }
for file in page.jp2 jpx.pdf jbig2.pdf ccitt.pdf cmyk.pdf palette.pdf palette.png mask.pdf alpha.png deep.pdf 2400-dpi.pdf; do
	is "$file: its words are read" "$(words "$WORK/made/$file")" "DU LỊCH HẢI PHÒNG,THÔNG BÁO,"
done
is "a JPEG 2000 larger than anything is not decoded" "$(ends "$WORK/made/giant.jp2")" "too-many-pixels "
is "one that is larger than it says neither" "$(ends "$WORK/made/lying.jp2")" "damaged "
done_testing
