#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# records.md 53, 54: separation of duties over the interface and the command line: changes of rights that wait for a
# second person, what an administrator cannot take, what an auditor is given, an audit's end.
. tests/e2e/lib.sh

archive_make
tangthu --as admin user create hoa --role archivist --clearance 2 --password-file "$WORK/password" >/dev/null
tangthu --as admin user create quan --role administrator --password-file "$WORK/password" >/dev/null
tangthu --as admin user create kiem --role auditor --clearance 2 --password-file "$WORK/password" >/dev/null
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create KIN 'Vụ việc kín' --kind class --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="KIN")|.uid')
for who in lan hoa; do
	tangthu grant add "$class" $who list,read,download,print,edit,add,manage >/dev/null
done
tangthu grant inherit "$class" no
tangthu dossier create K1 'Hồ sơ kín' --parent "$class" --file-code KIN.1 >/dev/null
printf 'Quyết định kín\n' >"$WORK/a.txt"
record=$(tangthu add --dossier KIN.1 "$WORK/a.txt" 2>/dev/null | cut -d' ' -f1)
# shellcheck disable=SC2119
server_start
for name in lan hoa minh admin quan kiem; do
	login $name
	echo "$CSRF" >"$WORK/csrf.$name"
done
as() {
	COOKIES=$WORK/cookies.$1
	CSRF=$(cat "$WORK/csrf.$1")
}
json() { # method path body: the status
	api "$1" "$2" -H 'Content-Type: application/json' -d "$3" >/dev/null
	cat "$WORK/status"
}
of() {
	jq -rc "$1" "$WORK/body"
}
grant='{"node":"'$class'","principal":"minh","permissions":["list","read"],"days":30}'

as lan
is "a class is made to demand it" "$(json POST grants/confirm '{"node":"'"$class"'","confirm":true}')" 204
is "a right there waits" "$(json POST grants "$grant"; of '.wish|length')" 20236
wish=$(of .wish)
is "... and is an alert beside the class until then" "$(api GET "nodes/$class" | jq .rights_pending)" 1
as minh
is "... and is not there yet" "$(api GET "records/$record" >/dev/null; cat "$WORK/status")" 404
is "... nor told to whom it does not concern" "$(api GET grants/wishes | jq -c .wishes)" "[]"
is "... nor decided by" "$(json POST "grants/wishes/$wish/decide" '{"approve":true}')" 404
as lan
is "who proposed it sees it" "$(api GET grants/wishes | jq -c '[.wishes[]|[.kind,.principal,.permissions,.proposed_by,.own]]')" \
	'[["add","minh",["list","read"],"lan",true]]'
is "... and may not approve" "$(json POST "grants/wishes/$wish/decide" '{"approve":true}'; of .code)" 403denied
as hoa
is "the second person does" "$(json POST "grants/wishes/$wish/decide" '{"approve":true}')" 204
is "... once" "$(json POST "grants/wishes/$wish/decide" '{"approve":false}'; of .code)" 409held
is "... and the alert is gone" "$(api GET "nodes/$class" | jq .rights_pending)" 0
as minh
is "... and the right is there on the next request" "$(api GET "records/$record" >/dev/null; cat "$WORK/status")" 200
as lan
id=$(api GET "grants?node=$class" | jq '.grants[]|select(.principal=="minh").id')
is "its end waits, too" "$(json DELETE "grants/$id?node=$class" ''; of '.wish|length')" 20236
wish=$(of .wish)
is "... what one proposed one may take back" "$(json POST "grants/wishes/$wish/decide" '{"approve":false}')" 204
is "what cannot be is told at once" "$(json POST grants '{"node":"'"$class"'","principal":"minh","permissions":["own"]}'; of .field)" \
	400permissions
is "the decided ones are kept" "$(api GET 'grants/wishes?decided=1' | jq -c '[.wishes[]|[.kind,.approved,.decided_by]]')" \
	'[["add",true,"hoa"],["end",false,"lan"]]'

# --- on the command line
is "it waits there as well" "$(tangthu grant inherit KIN.1 no | cut -d: -f1)" "waits for a second person"
wish=$(tangthu --json grant waiting | jq -r '.[0].id')
is "... for somebody else" "$(exit_of tangthu grant approve "$wish")" 77
is "... not for who may not manage it" "$(exit_of tangthu --as minh grant approve "$wish")" 66
is "... not for lan with the name of another (both stand in the log)" "$(exit_of tangthu --as hoa grant approve "$wish")" 77
tangthu --as admin user bind --move hoa "$(id -un)"
ok "... who approves" tangthu grant approve "$wish"
is "... and it is done" "$(tangthu --json grant waiting | jq length)" 0

# --- administrators
as admin
is "an administrator gives himself nothing" "$(json POST grants '{"node":"'"$root"'","principal":"admin","permissions":["read"]}'; of .code)" 403denied
is "... no role" "$(json POST users/admin/groups '{"group":"archivist"}'; of .code)" 403denied
is "... no clearance" "$(json PATCH users/admin '{"clearance":3}'; of .code)" 403denied
is "... and confirms no right of his own" "$(json POST grants '{"node":"'"$class"'","principal":"quan","permissions":["read"]}'; of '.wish|length')" 20236
wish=$(of .wish)
as quan
is "... nor does the other, when it is his" "$(json POST "grants/wishes/$wish/decide" '{"approve":true}'; of .code)" 403denied
is "reading stays closed to both" "$(api GET "records/$record" >/dev/null; cat "$WORK/status")" 404

# --- auditors
as admin
audit=$(tangthu --as kiem audit create 2026 'Đánh giá nội bộ' --report 'Xong')
is "an auditor may not be given to edit" "$(json POST grants '{"node":"'"$root"'","principal":"kiem","permissions":["read","edit"],"days":30}')" 400
is "... nor anything without an end" "$(json POST grants '{"node":"'"$root"'","principal":"kiem","permissions":["read"]}')" 400
is "... but to read for an audit" "$(json POST grants \
	'{"node":"'"$root"'","principal":"kiem","permissions":["list","read"],"days":30,"audit":"'"$audit"'"}')" 201
is "... which is told" "$(api GET "grants?node=$root" | jq -r '.grants[]|select(.principal=="kiem").audit')" "$audit"
as kiem
is "... and lets the auditor read" "$(api GET "nodes/$root" >/dev/null; cat "$WORK/status")" 200
ok "the audit is closed" tangthu --as kiem audit close "$audit"
is "... and the right is gone with it" "$(api GET "nodes/$root" >/dev/null; cat "$WORK/status")" 404
is "the log says who proposed and who approved" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" \
	"SELECT action, count(*) FROM event WHERE action IN('grant.propose','grant.approve','grant.reject') GROUP BY 1" | tr '\n' ' ')" \
	"grant.approve|2 grant.propose|4 grant.reject|1 "
is "the log of events is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
