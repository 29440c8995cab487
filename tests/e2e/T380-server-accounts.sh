#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tsan
# Accounts, rights, file plan and queue over the interface; what takes effect on the next request.
. tests/e2e/lib.sh

archive_make
printf 'Báo cáo riêng về bến tàu\n' >"$WORK/a.txt"
record=$(tangthu add "$WORK/a.txt" 2>/dev/null | cut -d' ' -f1)
# shellcheck disable=SC2119
server_start

as() { # name
	COOKIES=$WORK/cookies.$1
	CSRF=$(cat "$WORK/csrf.$1")
}
for name in admin lan minh; do
	login $name
	echo "$CSRF" >"$WORK/csrf.$name"
done
code() {
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

# --- accounts
as admin
is "a user is made" "$(json POST users \
	'{"name":"hoa","display":"Hoa","clearance":2,"password":"yet another password","groups":["staff"]}'
	of '[.name,.kind,.clearance,.groups]')" '201["hoa","user",2,["staff"]]'
is "... once" "$(json POST users '{"name":"hoa"}')" 409
is "a wrong name is told" "$(json POST users '{"name":"Hòa Bình"}'; of .field)" 400name
is "a weak password is told" "$(json POST users '{"name":"tam","password":"123456789012"}'; of .field)" 400password
is "... and nothing of it stays" "$(code users/tam)" 404
is "a role cannot be made" "$(json POST users '{"name":"boss","kind":"role"}'; of .field)" 400kind
is "a group that is not there is told" "$(json POST users '{"name":"tam","groups":["nobody"]}'; of .field)" 400group
is "a group is made" "$(json POST users '{"name":"ban-tau","kind":"group"}'; of .kind)" 201group
is "... and has a member" "$(json POST users/hoa/groups '{"group":"ban-tau"}'; of '.groups|sort')" '200["ban-tau","staff"]'
is "... once" "$(json POST users/hoa/groups '{"group":"ban-tau"}')" 409
is "all are listed" "$(code users; of '[.users[].name]|contains(["admin","hoa","ban-tau","staff"])')" 200true
is "no hash is ever shown" "$(grep -c 'argon2' "$WORK/body")" 0
is "clearance is changed" "$(json PATCH users/hoa '{"clearance":1}'; of .clearance)" 2001
is "... within its limits" "$(json PATCH users/hoa '{"clearance":4}'; of .field)" 400clearance
is "the last administrator stays" "$(json PATCH users/admin '{"disabled":true}'; of .code)" 409held
is "membership ends" "$(code users/hoa/groups/ban-tau -X DELETE)$(code users/hoa/groups/ban-tau -X DELETE)" 204404
is "nobody is 404" "$(code users/nobody)$(json PATCH users/nobody '{"clearance":1}')" 404404

# --- rights
as minh
is "staff read what is in the inbox" "$(code "records/$record")" 200
as lan
inbox=$(code "records/$record" >/dev/null; of .dossier.uid)
is "the archivist raises the level" "$(json PATCH "records/$record" '{"level":2}' -H 'If-Match: *'; of .level)" 2002
as minh
is "... and it is gone for who is not cleared" "$(code "records/$record")" 404
jq -c 'del(.request_id)' "$WORK/body" >"$WORK/hidden"
code "records/00000000-0000-4000-8000-000000000000" >/dev/null
is "... exactly like what never was" "$(jq -c 'del(.request_id)' "$WORK/body")" "$(cat "$WORK/hidden")"
is "... in lists too" "$(code records; of .records)" '200[]'
is "... and its pages and bytes" "$(for part in pages pages/1/text pages/1/words pages/1/image original; do
	code "records/$record/$part"; done)" 404404404404404
is "... and cannot be changed" "$(json PATCH "records/$record" '{"level":0}' -H 'If-Match: *')$(json POST jobs/retry "{\"record\":\"$record\"}")" 404403
as admin
is "the administrator clears her" "$(json PATCH users/minh '{"clearance":2}')" 200
is "... without seeing it" "$(code "records/$record")" 404
as minh
is "... and it is there on the next request" "$(code "records/$record")" 200
is "staff may not edit" "$(json PATCH "records/$record" '{"fields":{"number":"1"}}' -H 'If-Match: *')" 403
is "... nor give rights" "$(json POST grants "{\"record\":\"$record\",\"principal\":\"minh\",\"permissions\":[\"edit\"]}")" 403
is "... and what was refused stands in the log, once a minute" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" \
	"SELECT detail, count(*) FROM event WHERE action='request.denied' GROUP BY detail ORDER BY detail" |
	grep -E 'recordUpdate|grantCreate' | tr '\n' ' ')" '{"route":"grantCreate"}|1 {"route":"recordUpdate"}|1 '
as lan
is "the archivist gives a right" "$(json POST grants \
	"{\"record\":\"$record\",\"principal\":\"hoa\",\"permissions\":[\"list\"],\"days\":30}")" 201
id=$(of .id)
is "... which is listed" "$(code "grants?record=$record"; of "[.grants[]|select(.id==$id)|.principal,.permissions,(.until!=null)]")" \
	'200["hoa",["list"],true]'
is "... not all rights are hers to see" "$(code grants)" 403
is "a wrong right is told" "$(json POST grants "{\"record\":\"$record\",\"principal\":\"hoa\",\"permissions\":[\"own\"]}"; of .field)" 400permissions
is "... ends" "$(code "grants/$id?record=$record" -X DELETE)" 204
is "... and stays to be seen" "$(code "grants?record=$record&ended=1"; of "[.grants[]|select(.id==$id)|.ended!=null]")" '200[true]'
as admin
is "the administrator sees all rights" "$(code grants; of '.grants|length>1')" 200true
is "... but no record's subject" "$(code 'grants?ended=1' >/dev/null; of '[.grants[]|select(.record)|.title]|unique')" "[null]"

# --- file plan
as lan
fonds=$(code 'nodes?parent=root' >/dev/null; of '.nodes[0].uid')
is "a class is made" "$(json POST nodes "{\"parent\":\"$fonds\",\"code\":\"DL\",\"title\":\"Du lịch\",\"rule\":\"review\"}"; of .kind)" 201class
class=$(of .uid)
is "... once" "$(json POST nodes "{\"parent\":\"$fonds\",\"code\":\"DL\",\"title\":\"Du lịch\"}")" 409
is "a dossier in it" "$(json POST dossiers "{\"parent\":\"$class\",\"code\":\"01\",\"title\":\"Bến tàu\",\"year\":2024}"; of '[.kind,.year]')" \
	'201["dossier",2024]'
dossier=$(of .uid)
is "... is found by words without marks" "$(code 'dossiers?q=ben+tau'; of '.nodes[0].uid')" "200$dossier"
is "no title is told" "$(json POST dossiers "{\"parent\":\"$class\",\"code\":\"02\"}"; of .field)" 400title
is "no parent is told" "$(json POST dossiers '{"code":"02","title":"x"}'; of .field)" 400parent
is "a parent that is not there" "$(json POST dossiers '{"parent":"00000000-0000-4000-8000-000000000000","code":"2","title":"x"}')" 404
code "nodes/$dossier" >/dev/null
etag=$(header ETag)
is "a title is changed" "$(json PATCH "nodes/$dossier" '{"title":"Bến tàu khách"}' -H "If-Match: $etag"; of .title)" "200Bến tàu khách"
is "... by who saw the last one" "$(json PATCH "nodes/$dossier" '{"title":"x"}' -H "If-Match: $etag")" 412
is "... and says so" "$(json PATCH "nodes/$dossier" '{"title":"x"}')" 428
is "the record moves there" "$(json PATCH "records/$record" "{\"dossier\":\"$dossier\"}" -H 'If-Match: *'; of .dossier.uid)" "200$dossier"
is "... from the inbox" "$(code "records?dossier=$inbox"; of .records)" '200[]'
is "staff plan nothing" "$(as minh; json POST dossiers "{\"parent\":\"$class\",\"code\":\"03\",\"title\":\"x\"}")" 403
is "rules are listed" "$(code rules; of '.rules|length>0')" 200true
is "types are listed" "$(code types; of '[.types[]|select(.code=="QĐ").name_en]|length')" 2001

# --- queue
as lan
for i in 1 2 3; do printf 'Tờ trình %s\n' $i >"$WORK/$i.txt" && tangthu add "$WORK/$i.txt" >/dev/null 2>&1; done
is "the queue in pages" "$(code 'jobs?limit=2'; of '.jobs|length')" 2002
next=$(of .next)
is "... and the rest" "$(code "jobs?limit=2&after=$next"; of '[(.jobs|length),.next!=null]')" '200[2,true]'
is "a cursor tells nothing" "$(code 'jobs?limit=2' >/dev/null; [ "$(of .next)" != "$next" ] && echo differs)" differs
is "... and cannot be made up" "$(code 'jobs?after=AAAA'; of .field)" 400after
is "counts of everything are not hers" "$(of .counts)" null
is "nothing failed, nothing is tried again" "$(json POST jobs/retry "{\"record\":\"$record\"}"; of .retried)" 2000
is "the log of events is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
