#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A page on its side is turned, whatever recognition made of its standing lines: header and columns are
# looked for by place.
. tests/e2e/lib.sh

# How the first page of each was turned.
turned() { # turn
	"$BUILD/tests/tangthu-gen" --set mixed --count 2 --seed 990 --appetite 0 --state scan --format pdf --rotate "$1" \
		--out "$WORK/$1" --truth "$WORK/truth" >/dev/null
	for file in "$WORK/$1"/*.pdf; do
		tangthu-ocr --file "$file" --json 2>/dev/null | jq -r 'select(.event == "page" and .page == 1).rotation'
	done | sort | uniq -c | sed 's/^ *//'
}
is "pages whose head is at the right are turned back" "$(turned 90)" "2 270"
is "... and whose head is at the left" "$(turned 270)" "2 90"
done_testing
