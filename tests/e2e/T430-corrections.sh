#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 200
# Pages as ALTO, hOCR and text; weak words; a person's correction is what everybody sees then.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh

archive_make
generate "$WORK/scans" --set test --seed 3 >/dev/null
printf 'SỞ DU LỊCH\nDu lịch bền vửng và phát triển\n\nHết.\n' >"$WORK/mot.txt"
scan=$(find "$WORK/scans" -name '*.pdf' | sort | head -n 1)
record=$(tangthu add "$WORK/mot.txt" 2>/dev/null | cut -d' ' -f1)
page=$(tangthu add "$scan" 2>/dev/null | cut -d' ' -f1)
ok "a text and a scan are read" indexer_once
# shellcheck disable=SC2119
server_start
login lan

code() { # path, curl options
	local path=$1
	shift
	curl -sS --max-time 20 -D "$WORK/head" -o "$WORK/body" -w '%{http_code}' -b "$COOKIES" \
		-H "X-Tangthu-Csrf: $CSRF" "$@" "$ADDRESS/api/v1/$path" 2>"$WORK/err"
}
tag() { sed -n 's/^ETag: //Ip' "$WORK/head" | tr -d '\r'; }
json() { # path, body, more
	local path=$1 body=$2
	shift 2
	code "$path" -X POST -H 'Content-Type: application/json' -d "$body" "$@"
}
of() { jq -rc "$1" "$WORK/body"; }

# --- formats
for uid in "$record" "$page"; do
	is "ALTO of $uid" "$(code "records/$uid/pages/1/alto")" 200
	ok "... is valid" xmllint --noout --schema tests/e2e/alto-4.xsd "$WORK/body"
	is "... with every word of the page" "$(grep -o '<String ' "$WORK/body" | wc -l)" \
		"$(code "records/$uid/pages/1/words" >/dev/null; of '.words|length')"
	is "hOCR of $uid" "$(code "records/$uid/pages/1/hocr")" 200
	ok "... is well-formed" xmllint --noout "$WORK/body"
done
code "records/$page/pages/1/words" >/dev/null
of '.words[].text' >"$WORK/words"
code "records/$page/pages/1/hocr" >/dev/null
is "hOCR holds the words in their order" "$(xmllint --xpath \
	'//*[local-name()="span"][@class="ocrx_word"]/text()' "$WORK/body" | diff - "$WORK/words" && echo same)" same
code "records/$page/pages/1/alto" >/dev/null
etag=$(tag)
is "what one has is not sent again" "$(code "records/$page/pages/1/alto" -H "If-None-Match: $etag")" 304
is "no page 99" "$(code "records/$page/pages/99/alto")" 404
tangthu export "$page" --format alto --output "$WORK/all.xml"
ok "the command line gives all pages in one file" xmllint --noout --schema tests/e2e/alto-4.xsd "$WORK/all.xml"
is "... and never writes over one" "$(exit_of tangthu export "$page" --format alto --output "$WORK/all.xml")" 74
is "text is the text" "$(tangthu export "$record" --format text --pages 1 | head -n 2 | tail -n 1)" \
	"Du lịch bền vửng và phát triển"
is "a format that is none" "$(exit_of tangthu export "$record" --format docx)" 65
is "pages that are none" "$(exit_of tangthu export "$record" --format text --pages 2-9)" 65

# --- weak words
is "the weak words of a page" "$(code "records/$page/pages/1/weak"; of '.weak|map(.weak)-["red","yellow"]')" '200[]'
weak=$(of '.weak|length')
is "... are those that the words tell" "$(code "records/$page/pages/1/words" >/dev/null; of '[.words[]|select(.weak)]|length')" "$weak"
is "... and the command's" "$(tangthu weak "$page" --pages 1 | wc -l)" "$weak"
is "a record's pages with weak words" "$(code "records/$page/weak"; of '.pages|map(select(.weak<1))')" '200[]'
is "a text that was given has none" "$(code "records/$record/weak"; of '[.pages,.next]')" '200[[],null]'

# --- correction
path=records/$record/pages/1
is "the reading has version 0" "$(code "$path/words"; of '[.version,.author,.corrected]')" '200[0,null,null]'
etag=$(tag)
index=$(of '[.words[].text]|index("vửng")')
is "a correction names what it corrects" "$(json "$path/corrections" '{"words":[{"index":0,"text":"x"}]}')" 428
is "... and no other state" "$(json "$path/corrections" '{"words":[{"index":0,"text":"x"}]}' -H 'If-Match: "9.ab"')" 412
for bad in '{}' '{"words":[],"text":"a"}' '{"words":[]}' '{"words":[{"index":-1,"text":"a"}]}' \
	'{"words":[{"index":9999,"text":"a"}]}' '{"words":[{"index":1}]}' '{"words":"x"}' '{"colour":1}'; do
	is "nonsense: $bad" "$(json "$path/corrections" "$bad" -H "If-Match: $etag")" 400
done
is "a word is corrected" "$(json "$path/corrections" "{\"words\":[{\"index\":$index,\"text\":\"vững\"}]}" \
	-H "If-Match: $etag"; of .version)" 2011
is "... once" "$(json "$path/corrections" "{\"words\":[{\"index\":$index,\"text\":\"vừng\"}]}" -H "If-Match: $etag")" 412
is "the new text is shown" "$(code "$path/text"; grep -c 'bền vững' "$WORK/body")" 2001
is "... with its author" "$(code "$path/words"; of '[.version,.author,(.corrected|length>0)]')" '200[1,"lan",true]'
etag=$(tag)
is "... in ALTO too" "$(code "$path/alto"; grep -c 'CS="true"' "$WORK/body"; grep -c 'CONTENT="vững"' "$WORK/body")" "2002
1"
ok "... which is valid" xmllint --noout --schema tests/e2e/alto-4.xsd "$WORK/body"
is "what was read stays" "$(code "$path/text?version=0"; grep -c 'vửng' "$WORK/body")" 2001
is "no version 7" "$(code "$path/text?version=7")" 404
ok "the index follows" indexer_once
is "search finds the new word" "$(tangthu search --json '"bền vững"' | jq -r '.total')" 1
is "... with it in the snippet" "$(tangthu search --json '"bền vững"' | grep -c 'vững')" 1
is "... and not the old one" "$(tangthu search --json '"bền vửng" AND bền' | jq -r '[.hits[]|select(.uid=="'"$record"'")]|length')" 0
is "it is undone by a further one" "$(code "$path/text?version=0" >/dev/null
	jq -Rs '{text: .}' "$WORK/body" >"$WORK/old.json"
	json "$path/corrections" "@$WORK/old.json" -H "If-Match: $etag"; of .version)" 2012
is "... as the list tells" "$(code "$path/corrections"; of '[.corrections[].version]')" '200[1,2]'
is "... and the log" "$(sql "SELECT count(*) FROM event WHERE action='page.correct' AND object='$record' AND page=1")" 2
is "the command line corrects" "$(tangthu correct "$record" --page 1 --version 2 "$index=vững")" "page 1: version 3"
is "... not what changed" "$(exit_of tangthu correct "$record" --page 1 --version 2 "$index=vừng")" 75
is "... by a file" "$(tangthu show "$record" --page 1 --version 0 | tangthu correct "$record" --page 1 --text -)" "page 1: version 4"
is "... gives what was read" "$(tangthu show "$record" --page 1 | grep -c vửng)" 1

# --- who may
tangthu --as admin grant add "$(sql "SELECT n.uid FROM node n JOIN dossier_item i ON i.dossier=n.id JOIN record r ON r.id=i.record WHERE r.uid='$record'")" minh list,read >"$WORK/out" 2>"$WORK/err"
login minh
is "who may read reads it" "$(code "$path/alto")" 200
is "... and corrects nothing" "$(json "$path/corrections" '{"text":"x"}' -H 'If-Match: *')" 403
login admin
is "who may not read knows of nothing" "$(code "$path/alto"; code "$path/weak"; code "$path/corrections"; \
	code "records/$record/weak"; json "$path/corrections" '{"text":"x"}' -H 'If-Match: *')" 404404404404404
is "everything fits" "$(exit_of tangthu --as admin verify)" 0
tangthu --as admin backup "$WORK/backup" >/dev/null
is "a backup has the corrections" "$(tangthu restore "$WORK/backup" "$WORK/again" >/dev/null 2>&1
	tangthu -d "$WORK/again" show "$record" --page 1 --version 1 | grep -c vững)" 1
done_testing
