#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 900
# Pages whose ink is not black on white: pale, red, light blue, white on black, under grain.  A reader that
# looks for dark ink in the red channel would call them empty.  And backs that are empty stay so.
. tests/e2e/lib.sh

read_page() { tangthu-ocr --file "$1" --json 2>/dev/null | jq -c 'select(.event == "page")'; }

generate() { # state
	"$BUILD/tests/tangthu-gen" --set mixed --seed 5 --count 1 --kind short --appetite 0 --rotate 0 --format jpeg \
		--state "$1" --out "$WORK/$1" --truth "$WORK/t-$1" >/dev/null || exit 1
	read_page "$WORK/$1"/*.jpg >"$WORK/$1.json"
	mkdir "$WORK/r-$1"
	jq -r .text "$WORK/$1.json" >"$WORK/r-$1/$(basename "$WORK/$1"/*.jpg .jpg).txt"
}
recall() { tests/perf/ocr-score "$WORK/t-$1" "$WORK/r-$1" | sed 's/.* recall \([0-9]*\).*/\1/'; }
provenance() { jq -r .provenance "$WORK/$1.json"; }

# state, what it tells of what was done
while read -r state how; do
	generate "$state"
	is "a $state page is no blank one" "$(jq -r .source "$WORK/$state.json")" image
	ok "at least 19 of 20 words of a $state page are read ($(recall "$state") %)" test "$(recall "$state")" -ge 95
	ok "a $state page tells what was tried" grep -qE "pixels=[^ ]*$how" <<<"$(provenance "$state")"
done <<'END'
faint stretched
negative negative
red lost:
pale stretched
grain softened
END

generate clean
ok "a page in black with a red seal is read as it is" grep -qE 'pixels=red dpi' <<<"$(provenance clean)"

for state in scan bad bleed; do
	"$BUILD/tests/tangthu-gen" --set test --seed 1 --state "$state" --out "$WORK/back-$state" \
		--truth "$WORK/t-back" >/dev/null || exit 1
	is "the back of a $state sheet is blank" \
		"$(read_page "$WORK/back-$state/thong-bao.tif" | jq -r 'select(.page == 2).source')" blank
done
done_testing
