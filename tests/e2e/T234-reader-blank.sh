#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 900
# Blank backs are found through the states of a scan (B051 has all), with dark edges and punch holes too; a leaf with
# nothing but its number is none.
. tests/e2e/lib.sh

sources() { tangthu-ocr --file "$1" --json 2>/dev/null | jq -r 'select(.event == "page").source'; }

for state in scan bad fax bleed; do
	"$BUILD/tests/tangthu-gen" --set test --seed 2 --state $state --out "$WORK/back-$state" --truth "$WORK/t" \
		>/dev/null || exit 1
	is "the back of a $state sheet is blank, its front is not" \
		"$(sources "$WORK/back-$state/thong-bao.tif" | tr '\n' ' ')" "image blank "
done

for state in scan bad fax; do
	"$BUILD/tests/tangthu-gen" --set mixed --kind numbers --count 1 --seed 3 --state $state --rotate 0 \
		--format tiff --out "$WORK/numbers" --truth "$WORK/t" >/dev/null || exit 1
	tangthu-ocr --file "$WORK"/numbers/*-$state.tif --json 2>/dev/null >"$WORK/numbers.json"
	is "no $state page with nothing but its number is blank" \
		"$(jq -r 'select(.event == "page").source' "$WORK/numbers.json" | sort | uniq -c | tr -s ' ')" " 12 image"
	is "they are told to be almost blank" "$(jq -r 'select(.event == "page").warnings[]' "$WORK/numbers.json" |
		sort | uniq -c | tr -s ' ')" " 12 almost-blank"
	ok "most of the numbers are read" test "$(jq -r 'select(.event == "page") | select((.page | tostring) == .text) | .page' \
		"$WORK/numbers.json" | wc -l)" -ge 7
done

# A4 at 150 dpi: the scanner's lid dark at two sides, two punch holes at the left.
awk 'BEGIN {
	w = 1240; h = 1754
	printf "P2\n%d %d\n255\n", w, h
	for (y = 0; y < h; y++) {
		line = ""
		for (x = 0; x < w; x++) {
			hole = (x - 70) ^ 2 < 324 && ((x - 70) ^ 2 + (y - 640) ^ 2 < 324 || (x - 70) ^ 2 + (y - 1112) ^ 2 < 324)
			line = line (y < 24 || x > w - 30 || hole ? 25 : 246 + (x * 7 + y * 13) % 5) " "
		}
		print line
	}
}' >"$WORK/edges.pgm"
is "a blank page with dark edges and holes is blank" "$(sources "$WORK/edges.pgm")" blank
done_testing
