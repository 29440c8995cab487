#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Two columns whose rows stand at different heights: recognition makes one line of both and cuts the letters
# of one in half.  What reads as nonsense is read again by itself.
. tests/e2e/lib.sh

"$BUILD/tests/tangthu-gen" --set mixed --seed 9 --count 1 --kind letter --state clean --format pdf --rotate 0 \
	--appetite 0 --dpi 200 --out "$WORK/page" >/dev/null || exit 1
tangthu-ocr --file "$WORK"/page/*.pdf --json 2>/dev/null >"$WORK/read.json"
page() { jq -r "select(.event == \"page\") | $1" "$WORK/read.json"; }
is "the page was recognised, and a stretch of it twice" \
	"$(page .provenance | grep -c 'tried=vie@0:[^;]*+garbled:1')" 1
is "the office on the right is a line of its own" "$(page .text | grep -c '^PHÓ GIÁM ĐỐC$')" 1
is "and so is the copy on the left" "$(page .text | grep -c '^- Như tr[eê]n')" 1
is "each of its words lies on the page" \
	"$(page '[.words[] | select(.[1] < 0 or .[2] < 0 or .[1] + .[3] > 1700 or .[2] + .[4] > 2400)] | length')" 0
done_testing
