#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 200
# Records, their pages, suggestions and search as the pages of the archive use them.
. tests/e2e/lib.sh

archive_make
mkdir "$WORK/in"
cat >"$WORK/in/mot.txt" <<'TEXT'
SỞ DU LỊCH
Số: 15/QĐ-SDL
Hải Phòng, ngày 12 tháng 3 năm 2024
QUYẾT ĐỊNH
Về việc công bố điểm du lịch Cát Bà
Điều 1. Công bố điểm du lịch Cát Bà.
TEXT
printf 'BÁO CÁO\nKết quả <b>kiểm tra</b> bến tàu năm 2023\n' >"$WORK/in/hai.txt"
first=$(tangthu add "$WORK/in/mot.txt" 2>/dev/null | cut -d' ' -f1)
second=$(tangthu add "$WORK/in/hai.txt" 2>/dev/null | cut -d' ' -f1)
ok "the indexer reads both" indexer_once
# shellcheck disable=SC2119
server_start
login lan

code() { # path, curl options: status code; body and head in $WORK
	path=$1
	shift
	curl -sS --max-time 20 -D "$WORK/head" -o "$WORK/body" -w '%{http_code}' -b "$COOKIES" \
		-H "X-Tangthu-Csrf: $CSRF" "$@" "$ADDRESS/api/v1/$path" 2>"$WORK/err"
}
header() {
	sed -n "s/^$1: //Ip" "$WORK/head" | tr -d '\r'
}
json() { # method, path, body, more
	method=$1 path=$2 body=$3
	shift 3
	code "$path" -X "$method" -H 'Content-Type: application/json' -d "$body" "$@"
}
of() {
	jq -rc "$1" "$WORK/body"
}

# --- list
is "both are listed, newest first" "$(code records; of '[.records[].uid]')" "200$(printf '["%s","%s"]' "$second" "$first")"
is "a page of one says where it goes on" "$(code 'records?limit=1'; of .next)" "200$second"
is "... and there is the other" "$(code "records?limit=1&after=$second"; of '.records[0].uid')" "200$first"
is "... and then nothing" "$(code "records?limit=1&after=$first"; of '[.records,.next]')" '200[[],null]'
is "those to be looked at" "$(code 'records?review=1&reading=read'; of '.records|length>0')" 200true
is "a limit out of range is told" "$(code 'records?limit=501'; of .field)" 400limit
is "a word that is none is told" "$(code 'records?reading=nonsense'; of .field)" 400reading
is "a dossier that is not there is 404" "$(code "records?dossier=00000000-0000-4000-8000-000000000000")" 404
is "a cursor that is none is told" "$(code "records?after=00000000-0000-4000-8000-000000000000"; of .field)" 400after

# --- one
is "a record is shown" "$(code "records/$first"; of '[.reading,.components[0].name,(.suggestions|length>2)]')" \
	'200["read","mot.txt",true]'
etag=$(header ETag)
is "... and not twice to who has it" "$(code "records/$first" -H "If-None-Match: $etag")" 304
is "what is not there is 404" "$(code "records/00000000-0000-4000-8000-000000000000")" 404
is "row numbers name nothing" "$(code records/1)" 404
is "the view is in the log, once" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" \
	"SELECT count(*) FROM event WHERE action='record.view' AND object='$first'")" 1

# --- change
is "a change needs the version read" "$(json PATCH "records/$first" '{"fields":{"number":"15"}}')" 428
is "... and no other" "$(json PATCH "records/$first" '{"fields":{"number":"15"}}' -H 'If-Match: "999.0"')" 412
is "... nor nonsense" "$(json PATCH "records/$first" '{"fields":{"number":"15"}}' -H 'If-Match: x')" 412
is "a change" "$(json PATCH "records/$first" \
	'{"fields":{"number":"15","symbol":"QĐ-SDL","issued":"2024-03-12","type":"QĐ","issuer":"Sở Du lịch"}}' \
	-H "If-Match: $etag"; of '[.notation,.type_name,.fields.issued]')" '200["15/QĐ-SDL","Quyết định","2024-03-12"]'
is "... makes the old version old" "$(json PATCH "records/$first" '{"fields":{"number":"16"}}' -H "If-Match: $etag")" 412
code "records/$first" >/dev/null
etag=$(header ETag)
for wrong in issued:2024-02-30 type:nonsense urgency:quick language:klingon; do
	is "a wrong ${wrong%%:*} is told" "$(json PATCH "records/$first" \
		"{\"fields\":{\"${wrong%%:*}\":\"${wrong#*:}\"}}" -H "If-Match: $etag"; of .field)" "400${wrong%%:*}"
done
is "an unknown field is told" "$(json PATCH "records/$first" '{"fields":{"colour":"red"}}' -H "If-Match: $etag"; of .field)" 400colour
is "a wrong one leaves everything" "$(json PATCH "records/$first" \
	'{"fields":{"number":"99"},"dossier":"00000000-0000-4000-8000-000000000000"}' -H "If-Match: $etag"; of .field
	code "records/$first" >/dev/null; of .fields.number)" "400dossier
15"
is "null clears" "$(json PATCH "records/$first" '{"fields":{"issuer":null}}' -H "If-Match: $etag"; of .fields.issuer)" 200null
is "any version by a star" "$(json PATCH "records/$first" '{"level":1}' -H 'If-Match: *'; of .own_level)" 2001

# --- suggestions
code "records/$second" >/dev/null
suggestion=$(of '[.suggestions[]|select(.state=="new")][0].id')
field=$(of '[.suggestions[]|select(.state=="new")][0].field')
value=$(of '[.suggestions[]|select(.state=="new")][0].value')
is "a suggestion is taken" "$(json POST "records/$second/suggestions/$suggestion/accept" '{}'; of ".fields.$field")" "200$value"
is "... and one that is not there is 404" "$(json POST "records/$second/suggestions/0123456789abcdef/reject" '{}')" 404

# --- pages
is "its pages" "$(code "records/$first/pages"; of '[.total,.pages[0].page,.pages[0].state,.pages[0].image]')" '200[1,1,"read",null]'
is "the text of a page" "$(code "records/$first/pages/1/text"; grep -c 'điểm du lịch' "$WORK/body")" 2002
is "the words of a page" "$(code "records/$first/pages/1/words?q=cat+ba"; of '[.words[]|select(.marked)|.text]')" \
	'200["Cát","Bà","Cát","Bà."]'
is "no page 2" "$(code "records/$first/pages/2/text")" 404
is "no page 0" "$(code "records/$first/pages/0/text")" 404
is "no image of text" "$(code "records/$first/pages/1/image")" 404
is "the page's view is in the log, once" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" \
	"SELECT count(*) FROM event WHERE action='page.view' AND object='$first' AND page=1")" 1

# --- search
ok "the index follows" indexer_once
is "a search finds" "$(code 'search?q=diem+du+lich'; of '[.total,.total_exact,.hits[0].uid,.hits[0].page]')" \
	"200[1,true,\"$first\",1]"
is "... with marks in the snippet" "$(of '[.hits[0].snippet[]|select(.marked)|.text|ascii_downcase]|length>0')" true
is "... and facets" "$(of '[.facets.types[0].code,.facets.years[0].year]')" '["QĐ",2024]'
is "fields in a query" "$(code 'search' -G --data-urlencode 'q=số:15/QĐ-SDL'; of '.hits[0].uid')" "200$first"
is "nothing in a query finds all" "$(code search; of .total)" 2002
is "... by type" "$(code 'search' -G --data-urlencode 'type=QĐ'; of .total)" 2001
is "markup in a document is text" "$(code 'search?q=kiem+tra'; of '[.hits[0].snippet[].text]|join("")|contains("<b>")')" 200true
is "a broken query is searched and told" "$(code 'search' -G --data-urlencode 'q="cát bà'; of '[.total>0,(.problems|length)]')" '200[true,1]'
is "an offset too far is told" "$(code 'search?offset=10001'; of .field)" 400offset
is "no hits wanted, only counts" "$(code 'search?limit=0&q=du'; of '[.hits,.total]')" '200[[],1]'
is "no snippets wanted, only the hits" "$(code 'search?q=du&snippets=0'; of '[.total,(.hits[0].snippet|length)]')" '200[1,0]'

# --- originals (records.md 12)
want=$(sha256sum "$WORK/in/mot.txt" | cut -d' ' -f1)
is "the original comes back byte for byte" "$(code "records/$first/original"; sha256sum "$WORK/body" | cut -d' ' -f1)" "200$want"
is "... as attachment" "$(header Content-Disposition)" "attachment; filename=\"mot.txt\"; filename*=UTF-8''mot.txt"
is "... which may do nothing in a browser" "$(header Content-Security-Policy)" "sandbox; default-src 'none'"
is "... tagged by its content" "$(header ETag)" "\"$want\""
is "a range" "$(code "records/$first/original" -r 3-6; header Content-Range; wc -c <"$WORK/body")" \
	"206bytes 3-6/$(stat -c %s "$WORK/in/mot.txt")
4"
is "... the same bytes" "$(dd if="$WORK/in/mot.txt" bs=1 skip=3 count=4 2>/dev/null | cmp - "$WORK/body" 2>&1)" ""
is "its end" "$(code "records/$first/original" -r -5; tail -c 5 "$WORK/in/mot.txt" | cmp - "$WORK/body" 2>&1)" 206
is "a range outside" "$(code "records/$first/original" -r 99999-; header Content-Range)" \
	"416bytes */$(stat -c %s "$WORK/in/mot.txt")"
is "a range of this version" "$(code "records/$first/original" -r 0-0 -H "If-Range: \"$want\"")" 206
is "... and of another is the whole" "$(code "records/$first/original" -r 0-0 -H 'If-Range: "other"')" 200
is "what one has is not sent" "$(code "records/$first/original" -H "If-None-Match: \"$want\"")" 304
is "HEAD tells the length" "$(code "records/$first/original" -I; header Content-Length)" "200$(stat -c %s "$WORK/in/mot.txt")"
is "no component 2" "$(code "records/$first/original/2")" 404
is "component 1 is the same" "$(code "records/$first/original/1"; sha256sum "$WORK/body" | cut -d' ' -f1)" "200$want"
sum() { sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT count(*) FROM event WHERE action='record.download' AND object='$first'"; }
before=$(sum)
code "records/$first/original" >/dev/null
code "records/$first/original" >/dev/null
is "every download is in the log" $(($(sum) - before)) 2
is "the log of events is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
