#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 240
# records.md 51.  What a staff member may not see does not exist: every route of the interface is asked in an archive
# that has hidden records and in one that has not, and must answer alike.
. tests/e2e/lib.sh

archive_make
mkdir "$WORK/open" "$WORK/hidden"
for i in 1 2 3 4 5 6; do
	printf 'Số: %s/BC-SDL\nBáo cáo du lịch quý %s năm 2024\nNội dung kiểm tra bến tàu.\n' $i $i \
		>"$WORK/open/bao-cao-$i.txt"
done
tangthu add "$WORK/open" >/dev/null 2>&1
indexer_once

# Two archives with the same uids; only the first gets what is hidden.
cp -a "$TANGTHU_DIR" "$WORK/without"
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create KIN 'Vụ việc kín zyxomma' --kind class --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="KIN")|.uid')
tangthu grant add "$class" lan list,read,download,print,edit,add,manage >/dev/null
tangthu grant inherit "$class" no
tangthu dossier create K1 'Hồ sơ kín zyxomma' --parent "$class" --file-code KIN.1 >/dev/null
dossier=$(tangthu --json dossier show KIN.1 | jq -r .uid)
printf 'Số: 77/QĐ-KIN\nQuyết định zyxomma du lịch năm 2021\n' >"$WORK/hidden/no-grant.txt"
printf 'Số: 78/QĐ-KIN\nKết luận zyxomma bến tàu năm 2022\n' >"$WORK/hidden/level.txt"
printf 'Số: 79/QĐ-KIN\nTỐI MẬT\nBáo cáo zyxomma bến tàu năm 2023\n' >"$WORK/hidden/secret.txt"
uid_of() { cut -d' ' -f1; }
no_grant=$(tangthu add --dossier KIN.1 "$WORK/hidden/no-grant.txt" 2>/dev/null | uid_of)
level=$(tangthu add "$WORK/hidden/level.txt" 2>/dev/null | uid_of)
secret=$(tangthu add "$WORK/hidden/secret.txt" 2>/dev/null | uid_of)
tangthu set "$level" --level 2
indexer_once
is "the archivist sees all three, so there is something to hide" \
	"$(for uid in $no_grant $level $secret; do tangthu --json show "$uid" | jq -r .uid; done | sort)" \
	"$(printf '%s\n' "$no_grant" "$level" "$secret" | sort)"
is "... and finds the two that are not in quarantine" "$(tangthu --json search zyxomma | jq .total)" 2

# shellcheck disable=SC2119 # it takes options of the server, there are none
server_start
WITH=$ADDRESS
mv "$WORK/server.pid" "$WORK/with.pid"
mv "$WORK/server.log" "$WORK/with.log"
# shellcheck disable=SC2119
TANGTHU_DIR=$WORK/without server_start
WITHOUT=$ADDRESS
ADDRESS=$WITH login minh || echo "Bail out! no login"
with_cookies=$COOKIES with_csrf=$CSRF
cp "$COOKIES" "$WORK/with.cookies"
with_cookies=$WORK/with.cookies
ADDRESS=$WITHOUT login minh || echo "Bail out! no login"

# One request to both: status, headers that say something, body without the request's own number.
ask() { # address cookies csrf method path body
	body=
	[ -z "$6" ] || body=$6
	flag=-s
	[ "$4" != HEAD ] || flag=-I
	# the head of an answer to HEAD is no body
	curl -sS "$flag" -X "$4" -D "$WORK/head" -o "$WORK/body" --max-time 20 -b "$2" \
		-H "X-Tangthu-Csrf: $3" -H 'If-Match: "1"' -H 'Tus-Resumable: 1.0.0' \
		-H 'Upload-Offset: 0' -H 'Content-Type: application/json' \
		${body:+-d "$body"} "$1$5" >/dev/null 2>&1
	[ "$4" != HEAD ] || : >"$WORK/body"
	tr -d '\r' <"$WORK/head" | grep -viE '^(date|set-cookie|x-request-id|content-length|connection):'
	sed -E 's/"request_id": *"[^"]*"//; s/"(csrf|expires)": *"[^"]*"//g' "$WORK/body" 2>/dev/null
}

both() { # method path body: empty when the answers are alike, else a diff
	ask "$WITH" "$with_cookies" "$with_csrf" "$1" "$2" "$3" >"$WORK/one"
	ask "$WITHOUT" "$COOKIES" "$CSRF" "$1" "$2" "$3" >"$WORK/two"
	[ -s "$WORK/one" ] || echo "no answer to $1 $2"
	diff "$WORK/one" "$WORK/two"
}

# "METHOD /path/with/{placeholders}", every one of them from the description, which another test
# holds equal to the server's table.
routes() {
	sed -nE 's|^  (/[^:]*):$|path \1|p; s/^    (get|post|put|patch|delete|head|options):$/\1/p' \
		server/openapi.yaml | while read -r word path; do
		if [ "$word" = path ]; then
			at=$path
		else
			echo "$(echo "$word" | tr '[:lower:]' '[:upper:]') $at"
		fi
	done
}

differences() { # object uid
	routes | while read -r method path; do
		case $path in
		*/metrics | */login | */logout | */whoami/password) continue ;;
		*'{'*) ;;
		*) continue ;;
		esac
		url=$(echo "$path" | sed -e "s/{uid}/$1/; s/{page}/1/; s/{component}/1/; s/{upload}/$1/" \
			-e "s/{id}/0123456789abcdef/; s/{[a-z]*}/zyxomma/g")
		for method in $method $([ "$method" = GET ] && echo HEAD); do
			body=
			[ "$method" != PATCH ] || body='{"fields":{"subject":"x"}}'
			[ "$method" != POST ] || body='{}'
			wrong=$(both "$method" "$url" "$body")
			[ -z "$wrong" ] || printf '%s %s\n%s\n' "$method" "$url" "$wrong"
		done
	done
}
is "there are routes to walk" "$([ "$(routes | wc -l)" -gt 30 ] && echo many)" many
is "a record in a dossier without a grant answers as if it were not there, on every route" \
	"$(differences "$no_grant")" ""
is "a record above the clearance likewise" "$(differences "$level")" ""
is "a record in quarantine likewise" "$(differences "$secret")" ""
is "a hidden dossier likewise" "$(differences "$dossier")" ""
is "a hidden class likewise" "$(differences "$class")" ""

lists=$(
	for path in records 'records?review=1' 'records?quarantine=1' 'records?reading=read' \
		"records?dossier=$dossier" nodes 'nodes?parent=root' 'nodes?q=zyxomma' "nodes?parent=$class" \
		dossiers 'dossiers?q=kin' jobs 'jobs?state=failed' types rules users grants health live whoami \
		"grants?node=$class" "grants?record=$no_grant" ''; do
		both GET "/api/v1/$path" ""
	done
)
is "every list, count and status is the same" "$lists" ""

searches=$(
	for sort in newest oldest; do
		for q in '' zyxomma '"quyết định zyxomma"' du%20lich bến%20tàu 'số:77/QĐ-KIN' 77/QĐ-KIN \
			năm:2021 năm:2022 hồ%20sơ:KIN.1 "hồ%20sơ:$dossier" loại:QĐ zyxom* -zyxomma \
			'NOT%20zyxomma' 'từ:2021-01-01%20đến:2023-12-31' 'du%20lịch%20OR%20zyxomma'; do
			both GET "/api/v1/search?sort=$sort&q=$q" ""
			both GET "/api/v1/search?sort=$sort&limit=1&offset=1&type=QĐ&q=$q" ""
			both GET "/api/v1/search?sort=$sort&year=2021&q=$q" ""
			both GET "/api/v1/search?sort=$sort&dossier=$dossier&q=$q" ""
		done
	done
)
is "every search, total, facet and snippet is the same" "$searches" ""
hits() { jq -c '[.total, ([.hits[].uid] | sort), .facets]' <"$WORK/body"; }
sets=$(
	for q in du%20lich bến%20tàu 'báo cáo'; do
		q=$(echo "$q" | sed 's/ /%20/g')
		ask "$WITH" "$with_cookies" "$with_csrf" GET "/api/v1/search?q=$q" "" >/dev/null
		one=$(hits)
		ask "$WITHOUT" "$COOKIES" "$CSRF" GET "/api/v1/search?q=$q" "" >/dev/null
		[ "$one" = "$(hits)" ] || echo "$q: $one $(hits)"
	done
)
is "sorted by relevance the same set is found" "$sets" ""
is "uploading the bytes of a hidden record tells nothing" \
	"$(tangthu-server --help >/dev/null 2>&1; both OPTIONS /api/v1/uploads "")" ""

COOKIES=$with_cookies CSRF=$with_csrf ADDRESS=$WITH
seen() { # status of the record, number of hits
	api GET "records/$no_grant" >/dev/null
	cat "$WORK/status"
	api GET 'search?q=zyxomma' | jq .total
}
grant_of() { tangthu --json grant list "$1" | jq -r '.[]|select(.who=="minh")|.id'; }
tangthu grant add "$class" minh list,read >/dev/null
is "a right takes effect on the next request, in the search as well" "$(seen)" "2001"
tangthu grant end "$(grant_of "$class")"
is "and so does its end" "$(seen)" "4040"
tangthu grant add "$no_grant" minh list,read >/dev/null
is "the first right of a record's own waits for the index: old and new class must both admit" \
	"$(seen)" "4040"
is "... and is there once it is indexed again" "$(indexer_once; seen)" "2001"
tangthu grant end "$(grant_of "$no_grant")"
is "its end waits for nothing" "$(seen)" "4040"
done_testing
