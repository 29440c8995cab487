#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 240
# The reader reads the same, byte for byte, with and without the functions that stand before
# leptonica's (ocr/fastpix.c), and its own PNG output does not go through them.
. tests/e2e/lib.sh
"$BUILD/tests/tangthu-gen" --set test --seed 110 --out "$WORK/pages" --truth "$WORK/truth" >/dev/null || exit 1
nm -D --defined-only "$BUILD/tangthu-ocr" >"$WORK/with"
nm -D --defined-only "$BUILD/tests/tangthu-ocr-png" >"$WORK/without"
is "the reader stands before pixWriteMem" "$(grep -c ' T pixWriteMem$' "$WORK/with")" 1
is "the one to compare with does not" "$(grep -c ' T pixWriteMem$' "$WORK/without")" 0

# All that was read; the time it took differs.
pages() { # program, folder for images, file
	mkdir -p "$2"
	"$1" --file "$3" --json --images "$2" | jq -c 'select(.event == "page") | del(.cpu_us)'
}
for file in "$WORK"/pages/{quyet-dinh,cong-van,mat}.pdf "$WORK"/pages/{thong-bao.tif,nghieng.png,giay-moi.jpg}; do
	which=$(basename "$file")
	pages tangthu-ocr "$WORK/a/$which" "$file" >"$WORK/a.json"
	pages "$BUILD/tests/tangthu-ocr-png" "$WORK/b/$which" "$file" >"$WORK/b.json"
	ok "$which has words" jq -e -s 'any(.words | length > 10)' "$WORK/a.json"
	ok "$which reads the same" cmp "$WORK/a.json" "$WORK/b.json"
	ok "$which looks the same" diff -r "$WORK/a/$which" "$WORK/b/$which"
done
is "a page of one bit is shown as PNG" "$(head -c 8 "$WORK/a/cong-van.pdf/page-1.png" | od -An -tx1 | tr -d ' ')" \
	89504e470d0a1a0a
done_testing
