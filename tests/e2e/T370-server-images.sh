#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 240
# A scan's display image, its words as boxes, a search that opens on the right page.
. tests/e2e/lib.sh

archive_make

[ -x "$BUILD/tests/tangthu-gen" ] || skip_all "tangthu-gen is not built"
mkdir "$WORK/scans"
"$BUILD/tests/tangthu-gen" --out "$WORK/scans" --seed 7 --count 1 --kind decision --state clean --format pdf --appetite 2 --truth "$WORK/truth" \
	>/dev/null 2>"$WORK/err" || mkdir -p "$WORK/truth"
file=$(find "$WORK/scans" -name '*.pdf' | head -n 1)
record=$(tangthu add "$file" 2>/dev/null | cut -d' ' -f1)
ok "the scan is read" indexer_once
# shellcheck disable=SC2119
server_start
login lan

code() {
	path=$1
	shift
	curl -sS --max-time 20 -D "$WORK/head" -o "$WORK/body" -w '%{http_code}' -b "$COOKIES" "$@" \
		"$ADDRESS/api/v1/$path" 2>"$WORK/err"
}
header() {
	sed -n "s/^$1: //Ip" "$WORK/head" | tr -d '\r'
}

code "records/$record/pages" >/dev/null
is "its page has an image" "$(jq -r '.pages[0]|[.state,(.image.width>500),(.width>500)]|join(" ")' "$WORK/body")" "read true true"
mime=$(jq -r '.pages[0].image.mime' "$WORK/body")
width=$(jq -r '.pages[0].width' "$WORK/body")
height=$(jq -r '.pages[0].height' "$WORK/body")
is "the image comes with its type" "$(code "records/$record/pages/1/image")$(header Content-Type)" "200$mime"
is "... as such bytes" "$(od -An -tx1 -N2 "$WORK/body" | tr -d ' ')" \
	"$(case $mime in image/jpeg) echo ffd8 ;; *) echo 8950 ;; esac)"
is "... with its length" "$(header Content-Length)" "$(stat -c %s "$WORK/body")"
etag=$(header ETag)
is "... and is not sent again" "$(code "records/$record/pages/1/image" -H "If-None-Match: $etag")" 304
is "... but asked for each time" "$(header Cache-Control)" "private, no-cache"
is "every word's box lies on the page" "$(code "records/$record/pages/1/words"
	jq --argjson w "$width" --argjson h "$height" '[.words[]|select(.box)|select(
		.box[0] < -5 or .box[1] < -5 or .box[0]+.box[2] > $w+5 or .box[1]+.box[3] > $h+5)]|length' "$WORK/body")" 2000
is "... and there are many" "$(jq '[.words[]|select(.box)]|length>30' "$WORK/body")" true
word=$(jq -r '[.words[]|select((.text|length)>4 and .confidence>80)][0].text' "$WORK/body")
code search -G --data-urlencode "q=\"$word\"" >/dev/null
is "a word that was read is found" "$(jq -r '.hits[0].uid' "$WORK/body")" "$record"
page=$(jq -r '.hits[0].page' "$WORK/body")
is "... on its page" "$(code "records/$record/pages/$page/words" -G --data-urlencode "q=\"$word\""
	jq '[.words[]|select(.marked)]|length>0' "$WORK/body")" 200true
is "the hit shows what the reader made of number and type" \
	"$(code search; jq '.hits[0]|(.suggested|length>0) and (.fields.number!=null)' "$WORK/body")" 200true
done_testing
