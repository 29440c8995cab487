#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 900
# What scans come as: bits, bytes, inks, palettes and alpha, in JBIG2, CCITT, JPEG and Flate, at 2,400 dpi,
# pages that are too large, long documents, and one bad page among good ones.
. tests/e2e/lib.sh
misc=../shared/data/scans-misc/ocrmypdf

read_file() { tangthu-ocr --file "$1" --json 2>/dev/null; }
# Sources of the pages, or the reasons of those that failed.
ends() { read_file "$1" | jq -r 'select(.event != "document" and .event != "done") | .source // .reason' | sort -u | tr '\n' ' ' | sed 's/ $//'; }

# Ours: one page of each kind in a TIFF, every page read.
"$BUILD/tests/tangthu-gen" --set mixed --seed 3 --count 1 --kind short --state clean --format tiff --rotate 0 --dpi 150 \
	--out "$WORK/colour" --truth "$WORK/t" >/dev/null || exit 1
"$BUILD/tests/tangthu-gen" --set mixed --seed 3 --count 1 --kind short --state bw --format tiff --rotate 0 --dpi 200 \
	--out "$WORK/bits" --truth "$WORK/t" >/dev/null || exit 1
for file in "$WORK"/colour/*.tif "$WORK"/bits/*.tif; do
	is "$(basename "$file") is read from its image" "$(ends "$file")" image
done

# A long born-digital document: no page of it sees recognition.
tests/e2e/pdf-make.pl long "$WORK/long.pdf" 330 || exit 1
read_file "$WORK/long.pdf" >"$WORK/long.json"
is "all 330 pages of a long document are read, each its own" "$(jq -s '[.[] | select(.event == "page") |
	select(.page as $n | .text | startswith("This is page \($n) of\n"))] | length' "$WORK/long.json")" 330
is "a page with a sound text layer never sees recognition" \
	"$(jq -s '[.[] | select(.event == "page" and .source != "text-layer")] | length' "$WORK/long.json")" 0

# One page of a size that nobody has between two good ones.
cat >"$WORK/huge.pdf" <<'PDF'
%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400000 400000]/Contents 4 0 R/Resources<<>>>>endobj
4 0 obj<</Length 30>>stream
0 0 m 300000 300000 l 9 w S   
endstream endobj
trailer<</Root 1 0 R>>
PDF
qpdf --empty --pages "$WORK/long.pdf" 1 "$WORK/huge.pdf" 1 "$WORK/long.pdf" 1 -- "$WORK/among.pdf" 2>/dev/null
read_file "$WORK/among.pdf" >"$WORK/among.json"
is "the pages beside a bad one are read" \
	"$(jq -r 'select(.event == "page") | .page' "$WORK/among.json" | tr '\n' ' ')" "1 3 "
is "the bad one says why" "$(jq -r 'select(.event == "page-failed") | "\(.page) \(.reason)"' "$WORK/among.json")" \
	"2 too-many-pixels"
is "and the document is done" "$(jq -r 'select(.event == "done") | .event' "$WORK/among.json")" "done"

if [ -d "$misc" ]; then
	for file in ccitt.pdf cmyk.pdf jbig2.pdf palette.pdf masks.pdf 2400dpi.pdf baiona_alpha.png baiona_cmyk.jpg \
		baiona_colormapped.png baiona_gray.png; do
		read_file "$misc/$file" >"$WORK/one.json"
		is "$file: one page, read" "$(jq -r 'select(.event != "document") | .event' "$WORK/one.json" |
			tr '\n' ' ')" "page done "
	done
	read_file "$misc/cardinal.pdf" >"$WORK/one.json"
	is "pages on their sides and head are turned upright" \
		"$(jq -s '[.[] | select(.event == "page").rotation] | unique | length' "$WORK/one.json")" 4
	is "a blank page is blank" "$(ends "$misc/blank.pdf")" blank
else
	echo "ok $((tests += 1)) - formats of ocrmypdf's own tests # SKIP $misc is not here"
fi
done_testing
