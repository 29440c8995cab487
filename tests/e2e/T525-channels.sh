#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 200
# One negative test for each way by which a hidden record could be told (trust.md section 8): what staff
# without the right are answered, and that who has it is answered otherwise.
. tests/e2e/lib.sh

archive_make
tangthu --as admin user create hoa --role archivist --password-file "$WORK/password" >/dev/null
printf 'Số: 1/BC-SDL\nNgày 2 tháng 3 năm 2019\nBáo cáo du lịch mở\n' >"$WORK/open.txt"
tangthu add "$WORK/open.txt" >/dev/null 2>&1
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create KIN 'Vụ việc zyxomma' --kind class --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="KIN")|.uid')
tangthu grant add "$class" lan list,read,download,print,edit,add,manage >/dev/null
tangthu grant inherit "$class" no
tangthu dossier create K1 'Hồ sơ zyxomma' --parent "$class" --file-code KIN.1 >/dev/null
dossier=$(tangthu --json dossier show KIN.1 | jq -r .uid)
printf 'Số: 77/QĐ-KIN\nNgày 3 tháng 4 năm 2021\nQuyết định zyxomma du lịch\n' >"$WORK/hidden.txt"
hidden=$(tangthu add --dossier KIN.1 "$WORK/hidden.txt" 2>/dev/null | cut -d' ' -f1)
nothing=00000000-0000-4000-8000-000000000000
indexer_once
tangthu-server --routes >"$WORK/routes"
# shellcheck disable=SC2119
server_start
for name in lan hoa minh; do
	login $name
	echo "$CSRF" >"$WORK/csrf.$name"
done
as() {
	COOKIES=$WORK/cookies.$1
	CSRF=$(cat "$WORK/csrf.$1")
}
get() { # path, curl options: body
	api GET "$@"
}
# The answer to one and the same request about the hidden record and about nothing.
alike() { # method path-with-@ curl options
	method=$1 path=$2
	shift 2
	for uid in "$hidden" "$nothing"; do
		rm -f "$WORK/body"
		# shellcheck disable=SC2046 # one word or none
		curl -sS -X "$method" -b "$COOKIES" -H "X-Tangthu-Csrf: $CSRF" -D "$WORK/head" -o "$WORK/body" "$@" \
			$([ "$method" != HEAD ] || echo -I) "$ADDRESS/api/v1/$(echo "$path" | sed "s/@/$uid/g")" >/dev/null
		{
			tr -d '\r' <"$WORK/head" | grep -viE '^(date|x-request-id):'
			[ "$method" = HEAD ] || sed 's/"request_id":"[^"]*"//' "$WORK/body"
		} >"$WORK/answer.$uid"
	done
	cmp -s "$WORK/answer.$hidden" "$WORK/answer.$nothing" && sed -n '1s/[^ ]* //p' "$WORK/answer.$hidden" | cut -c1-3
}

as lan
etag=$(curl -sS -b "$COOKIES" -D - -o /dev/null "$ADDRESS/api/v1/records/$hidden" | tr -d '\r' | sed -n 's/^ETag: //Ip')
digest=$(curl -sS -b "$COOKIES" -D - -o /dev/null "$ADDRESS/api/v1/records/$hidden/original" | tr -d '\r' | sed -n 's/^ETag: //Ip')
is "who has the right finds it, so there is something to hide" "$(get 'search?q=zyxomma' | jq -c '[.total, .facets.years[0].year]')" "[1,2021]"

as minh
is "hits and totals" "$(get 'search?q=zyxomma' | jq -c '[.total,.total_exact,(.hits|length)]')" "[0,true,0]"
is "... with an empty query" "$(get 'search?sort=newest' | jq .total)" 1
is "facets" "$(get search | jq -c '[.facets.years[].year]')" "[2019]"
is "snippets" "$(get 'search?q=du%20lich' | grep -c zyxomma)" 0
is "document numbers" "$(get 'search?q=77/Q%C4%90-KIN' | jq .total)" 0
is "wildcards" "$(get 'search?q=zyx*' | jq .total)" 0
is "... are not told apart from words that nobody wrote" "$(get 'search?q=zyx*' | jq -c '[.problems[].text]')" \
	"$(get 'search?q=qwy*' | jq -c '[.problems[].text]')"
is "dossiers named in a query" "$(get 'search?q=h%E1%BB%93%20s%C6%A1:KIN.1' | jq -c '[.total]')" "[0]"
is "a facet of a dossier" "$(get "search?dossier=$dossier" | jq -c .total; cat "$WORK/status")" "$(get "search?dossier=$nothing" | jq -c .total; cat "$WORK/status")"
# Completions, corrections, similar and saved searches, as far as there are such routes.
grep -E '^GET' "$WORK/routes" | grep -iE 'suggest|complet|similar|spell|recent|saved|histor' | grep -v '{' | cut -f 2 |
	while read -r path; do
		for q in zyx zyxo zyxomm zyxomma; do
			curl -sS -b "$COOKIES" "$ADDRESS$path?q=$q&prefix=$q&word=$q"
		done
	done >"$WORK/said"
is "completions, corrections, saved and recent searches" "$(grep -c 'zyxomma"' "$WORK/said")" 0
is "every part of a record: text, words, boxes, images, tiles, bytes, exports" "$(
	grep -E '^GET' "$WORK/routes" | cut -f 2 | grep '^/api/v1/records/{uid}' | while read -r path; do
		path=$(echo "$path" | sed -e 's|^/api/v1/||' -e 's/{uid}/@/' -e 's/{[a-z]*}/1/g')
		# 403 where the account may not ask at all, whatever it asks for.
		alike GET "$path" | grep -qE '^40[34]' || echo "$path"
		alike HEAD "$path" | grep -qE '^40[34]' || echo "HEAD $path"
	done)" ""
is "every part of a dossier" "$(
	grep -E '^GET' "$WORK/routes" | cut -f 2 | grep '^/api/v1/nodes/{uid}' | while read -r path; do
		path=$(echo "$path" | sed -e 's|^/api/v1/||' -e 's/{[a-z]*}/1/2g')
		for uid in $dossier $nothing; do get "$(echo "$path" | sed "s/{uid}/$uid/")" >/dev/null; cat "$WORK/status"; done |
			grep -qE '^(404404|403403)$' || echo "$path"
	done)" ""
is "ETag and 304" "$(alike GET records/@ -H "If-None-Match: $etag")$(alike GET records/@/original -H "If-None-Match: $digest")" 404404
is "Range" "$(alike GET records/@/original -H 'Range: bytes=0-0')$(alike GET records/@/original -H 'Range: bytes=999999-')" 404404
is "errors of a change" "$(alike PATCH records/@ -H 'If-Match: "9"' -H 'Content-Type: application/json' -d '{"fields":{"issued":"x"}}')" 404
is "... of many at once" "$(alike POST jobs/retry -H 'Content-Type: application/json' -d '{"record":"@"}')" 403
is "lists of records" "$(get 'records?limit=100' | jq '.records|length')" 1
is "... of what is to be looked at" "$(get 'records?review=1' | grep -c "$hidden")" 0
is "lists of nodes, by words and by place" "$(get 'nodes?q=zyxomma' | jq -c .nodes)$(get 'dossiers?q=kin' | jq -c .nodes)$(
	get "nodes?parent=$root" | grep -c KIN)" "[][]0"
is "the queue" "$(get jobs | jq -r .code)" denied
is "rights" "$(alike GET 'grants?record=@')" 404
is "what waits for a second person" "$(get grants/wishes | jq -c .wishes)" "[]"
is "the log" "$(get log/entries | jq -r .code)" denied

# Another archivist without the right to the class: what arrives must not tell what is there already.
as hoa
is "the queue of who takes in" "$(get 'jobs?limit=100' | grep -c "$hidden")" 0
is "bytes that are there already are taken like new ones" "$(curl -sS -b "$COOKIES" -H "X-Tangthu-Csrf: $CSRF" -H 'Tus-Resumable: 1.0.0' \
	-H "Upload-Length: $(stat -c %s "$WORK/hidden.txt")" -H "Upload-Metadata: filename $(printf 'moi.txt' | base64)" \
	-H 'Content-Type: application/offset+octet-stream' --data-binary "@$WORK/hidden.txt" -o /dev/null -w '%{http_code}' \
	"$ADDRESS/api/v1/uploads")" 201
mine=$(get 'records?limit=1' | jq -r '.records[0].uid')
is "... and the new record names no twin" "$(get "records/$mine" | jq -c '.duplicate_of')" null
is "a dossier's code that is taken is no word about it" "$(curl -sS -b "$COOKIES" -H "X-Tangthu-Csrf: $CSRF" -H 'Content-Type: application/json' \
	-d '{"parent":"'"$class"'","code":"K1","title":"x"}' "$ADDRESS/api/v1/dossiers" | jq -r .code)" not-found
as lan
is "... whereas lan is told of the first one" "$(get "records/$hidden" | jq -r .uid)" "$hidden"
done_testing
