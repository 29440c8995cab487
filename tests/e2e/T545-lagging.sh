#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A record that was moved has the rights of its new place only when the index knows of it; until then
# the old place must grant them too (architecture D1).
. tests/e2e/lib.sh

archive_make
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu --as admin user create kim --role auditor --password-file "$WORK/password" >/dev/null
tangthu --as admin user create tam --role auditor --password-file "$WORK/password" >/dev/null
until=$(date -u -d '+30 days' +%F)
place() { # code, what minh and tam may, what kim may: a class with a dossier in it
	tangthu dossier create "$1" "Lớp $1" --kind class --parent "$root" >/dev/null
	uid=$(tangthu --json dossier list --all | jq -r --arg c "$1" '.[]|select(.code==$c)|.uid')
	tangthu grant add "$uid" lan list,read,download,print,edit,add,manage >/dev/null
	tangthu grant add "$uid" minh "$2" >/dev/null
	tangthu grant add "$uid" kim "$3" --until "$until" >/dev/null
	tangthu grant add "$uid" tam "$2" --until "$until" >/dev/null
	tangthu grant inherit "$uid" no >/dev/null
	tangthu dossier create "$1-1" "Hồ sơ $1" --parent "$uid" --file-code "$1.1" >/dev/null
}
place CU list list,read
place MOI list,read,print list,read,download
printf 'Số: 5/BC-SDL\nBáo cáo về tàu thủy lưu trú\n' >"$WORK/moved.txt"
uid=$(tangthu add --dossier CU.1 "$WORK/moved.txt" 2>/dev/null | cut -d' ' -f1)
indexer_once
set=$(tangthu --as kim evidence create "$uid" --clause 9.2 | cut -d' ' -f1)
tangthu set "$uid" --dossier MOI.1 >/dev/null
# shellcheck disable=SC2119
server_start
code() { # method, path
	api "$1" "$2" >/dev/null
	cat "$WORK/status"
}
all() {
	login minh
	echo "$(code POST "records/$uid/print") $(code GET "search?q=t%C3%A0u&record=$uid") $(
		code GET "search?like=$uid")"
}
is "moved but not indexed: printed, searched inside or likened by nobody who could not before" \
	"$(all)" "403 404 404"
is "... nor on the command line" "$(exit_of tangthu --as minh search --like "$uid")" 66
is "... nor fixed as evidence by who could only read it" \
	"$(exit_of tangthu --as kim evidence freeze "$set")" 77
is "... nor chosen as evidence by who could not read it" \
	"$(exit_of tangthu --as tam evidence create "$uid" --clause 9.2)" 66
is "... and who could before still can" "$(login lan; code POST "records/$uid/print")" 204
indexer_once
is "indexed: as its new place says" "$(all)" "204 200 200"
is "... on the command line too" "$(exit_of tangthu --as minh search --like "$uid")" 0
is "... and as evidence" "$(exit_of tangthu --as kim evidence freeze "$set")" 0
done_testing
