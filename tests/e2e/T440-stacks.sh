#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 250
# A stack of scans becomes records, by separator sheets and by hand; each shows only its own pages.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh

archive_make
generate "$WORK/scans" --kind letter --count 6 --format pdf --state clean --dpi 150 --appetite 0 --seed 5
# Three one-page letters and a blank sheet between the second and the third.
mapfile -t letters < <(for f in "$WORK"/scans/*.pdf; do
	[ "$(qpdf --show-npages "$f")" = 1 ] && echo "$f"
done | head -n 3)
cat >"$WORK/blank.txt" <<'PDF'
%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>> endobj
trailer <</Root 1 0 R/Size 4>>
PDF
qpdf "$WORK/blank.txt" "$WORK/blank.pdf" 2>/dev/null
qpdf --empty --pages "${letters[0]}" "${letters[1]}" "$WORK/blank.pdf" "${letters[2]}" -- "$WORK/stack.pdf" 2>/dev/null
is "a stack of four sheets" "$(qpdf --show-npages "$WORK/stack.pdf")" 4
sed -i "s/^#separator_blank.*/separator_blank = yes/" "$TANGTHU_DIR/tangthu.conf"
stack=$(tangthu add "$WORK/stack.pdf" 2>/dev/null | cut -d' ' -f1)
ok "the indexer reads it" indexer_once
is "... and parts it at the blank sheet" "$(sql "SELECT group_concat(pages) FROM (SELECT pages FROM record WHERE void=0 ORDER BY id)")" 2,1
second=$(sql "SELECT uid FROM record WHERE void=0 ORDER BY id DESC LIMIT 1")
is "nothing was read again" "$(sql "SELECT count(*) FROM page")" 4
is "... the file is whole" "$(sql "SELECT count(*) FROM blob WHERE mime='application/pdf'")" 1
ok "... as it arrived" store_is_whole
is "the parts are read and indexed" "$(readings)" "read 3"
# shellcheck disable=SC2119
server_start
login lan

code() { # path, curl options
	local path=$1
	shift
	curl -sS --max-time 60 -D "$WORK/head" -o "$WORK/body" -w '%{http_code}' -b "$COOKIES" \
		-H "X-Tangthu-Csrf: $CSRF" "$@" "$ADDRESS/api/v1/$path" 2>"$WORK/err"
}
post() { # path, body
	code "$1" -X POST -H 'Content-Type: application/json' -H 'If-Match: *' -d "$2"
}
of() { jq -rc "$1" "$WORK/body"; }
texts() { # record: the first words of its pages
	local n
	for n in $(seq "$(code "records/$1" >/dev/null; of .pages)"); do
		code "records/$1/pages/$n/text" >/dev/null
		md5sum <"$WORK/body" | cut -c1-6
	done | paste -sd' '
}

is "the first part" "$(code "records/$stack/stack"; of '[.ranges[]|[.first_page,.last_page]]')" '200[[1,2]]'
is "the second part" "$(code "records/$second/stack"; of '[.ranges[]|[.first_page,.last_page]],.last_change')" '200[[4,4]]
split'
code "records/$stack" >/dev/null
before=$(texts "$stack")
is "... shows its page" "$(code "records/$second/pages/1/image")" 200
is "... and no more" "$(code "records/$second/pages/2/image"; code "records/$second/pages/2/text")" 404404

# --- by hand
is "a split wants the record's tag" "$(code "records/$stack/split" -X POST -H 'Content-Type: application/json' -d '{"at":[2]}')" 428
is "... and pages of it" "$(post "records/$stack/split" '{"at":[3]}'; of .field)" 400at
is "... in numbers" "$(post "records/$stack/split" '{"at":["2"]}'; of .field)" 400at
is "no separator is left" "$(post "records/$stack/split" '{"separators":true}')" 404
is "a split by hand" "$(post "records/$stack/split" '{"at":[2]}'; of '.records|length')" 2001
third=$(of '.records[0]')
is "... while it is looked at, nothing else" "$(post "records/$stack/split" '{"at":[2]}')" 409
ok "the indexer looks at the parts" indexer_once
is "... and searches know them" "$(code search; of .total)" 2003
is "... each with its own fields" "$(sql "SELECT count(DISTINCT record) FROM suggestion WHERE field='subject'")" 3
is "a correction" "$(post "records/$third/pages/1/corrections" '{"text":"Trang thứ hai sửa tay"}')" 201
is "a merge" "$(post "records/$second/merge" "{\"record\":\"$third\"}"; of .pages)" 2002
is "what was merged is not there" "$(code "records/$third"; code "records/$third/pages/1/text")" 404404
ok "the indexer follows" indexer_once
is "... the correction went with its page" "$(code "records/$second/pages/2/text"; grep -c 'sửa tay' "$WORK/body")" 2001
is "... and is found there" "$(code 'search' -G --data-urlencode 'q="sửa tay"'; of '[.hits[]|[.uid,.page]]')" "200[[\"$second\",2]]"
is "a page is moved" "$(post "records/$second/pages/2/move" '{"to":1}'; of .pages)" 2002
ok "... looked at" indexer_once
is "... and stands in front" "$(code "records/$second/pages/1/text"; grep -c 'sửa tay' "$WORK/body")" 2001
is "its ranges" "$(code "records/$second/stack"; of '[.ranges[]|[.first_page,.last_page]]')" '200[[2,2],[4,4]]'
is "a page is turned" "$(post "records/$second/pages/2/turn" '{"degrees":90}'; code "records/$second/pages" >/dev/null; of '[.pages[].turn]')" '200[0,90]'
is "... its boxes with it" "$(code "records/$second/pages/2/words"; of '.width>.height')" 200true
is "... by right angles" "$(post "records/$second/pages/2/turn" '{"degrees":45}'; of .field)" 400degrees
is "undone: move" "$(post "records/$second/undo" '{}'; indexer_once; code "records/$second/stack" >/dev/null; of .last_change)" 200merge
is "undone: merge" "$(post "records/$second/undo" '{}'; indexer_once; code "records/$third" >/dev/null; of .pages)" 2001
is "undone: split" "$(post "records/$stack/undo" '{}'; indexer_once; code "records/$stack" >/dev/null; of .pages)" 2002
post "records/$stack/pages/2/corrections" "$(code "records/$stack/pages/2/text?version=0" >/dev/null; jq -Rs '{text:.}' "$WORK/body")" >/dev/null
is "... and its pages are what they were" "$(texts "$stack")" "$before"
is "undone: the indexer's own split" "$(tangthu stack undo "$stack" && indexer_once; tangthu stack show "$stack" | head -n 2)" \
	"all 4 pages of stack.pdf
separator: page 3"
is "... which it does not repeat" "$(code search; of .total)" 2001
is "the command line splits too" "$(tangthu stack split "$stack" --separators | cut -f2)" "1 pages"
ok "... and the indexer follows" indexer_once
is "a text has no pages to cut" "$(echo "một tệp chữ" >"$WORK/chu.txt"
	uid=$(tangthu add "$WORK/chu.txt" 2>/dev/null | cut -d' ' -f1); indexer_once
	exit_of tangthu stack split "$uid" --at 2)" 65

# --- who may what
login minh
is "who may not edit changes nothing" "$(post "records/$stack/split" '{"at":[2]}'; post "records/$stack/merge" "{\"record\":\"$second\"}"; \
	post "records/$stack/undo" '{}'; post "records/$stack/pages/1/turn" '{"degrees":90}'; post "records/$stack/pages/1/move" '{"to":1}')" 403403403403403
is "every change is in the log" "$(sql "SELECT count(DISTINCT action) FROM event WHERE action LIKE 'stack.%'")" 4
is "everything fits" "$(exit_of tangthu --as admin verify)" 0
tangthu --as admin backup "$WORK/backup" >/dev/null
is "a backup of ranges is whole" "$(tangthu restore "$WORK/backup" "$WORK/again" >/dev/null 2>&1; exit_of tangthu -d "$WORK/again" --as admin verify)" 0
ok "an index made anew" tangthu --as admin reindex
is "... knows the parts" "$(code search; of '.total>=2')" 200true
done_testing
