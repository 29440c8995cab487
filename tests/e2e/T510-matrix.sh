#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 400
# records.md 54.  Every route, asked as every role about every kind of object, answers as tests/e2e/access-matrix
# says.  A route without a line there fails this test: whoever adds a route says what it answers to
# whom.  Its head explains the columns; tests/e2e/matrix.pl --print shows what is answered.
. tests/e2e/lib.sh

[ -x "$BUILD/tests/tangthu-gen" ] || skip_all "tangthu-gen is not built"
archive_make
tangthu --as admin user create kiem --role auditor --clearance 3 --password-file "$WORK/password" >/dev/null
tangthu --as admin user create ban-tau --group >/dev/null
tangthu --as admin user create tam --role staff --password-file "$WORK/password" >/dev/null
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
inbox=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="dossier")|.uid')
node_of() {
	tangthu --json dossier show "$1" | jq -r .uid
}
tangthu dossier create KIN 'Vụ việc kín' --kind class --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="KIN")|.uid')
tangthu grant add "$class" lan list,read,download,print,edit,add,manage >/dev/null
tangthu grant inherit "$class" no
tangthu dossier create K1 'Hồ sơ kín' --parent "$class" --file-code KIN.1 >/dev/null
tangthu dossier create H1 'Hồ sơ hạn chế' --parent "$root" --file-code MAT.1 --level 2 >/dev/null
mkdir "$WORK/scans"
"$BUILD/tests/tangthu-gen" --out "$WORK/scans" --seed 5 --count 3 --kind decision --state clean --format pdf \
	--appetite 1 --truth "$WORK/truth" >/dev/null 2>&1
# A scan each, so that there is an image to hide.
scan() { # which, options of add
	file=$(find "$WORK/scans" -name '*.pdf' | sort | sed -n "$1p")
	shift
	tangthu add "$@" "$file" 2>/dev/null | cut -d' ' -f1
}
open=$(scan 1)
kept=$(scan 2 --dossier KIN.1)
high=$(scan 3 --dossier MAT.1)
indexer_once
none=00000000-0000-4000-8000-000000000000
cat >"$WORK/objects" <<EOF
open $open $inbox
kept $kept $(node_of KIN.1)
high $high $(node_of MAT.1)
none $none $none
EOF
tangthu-server --routes | grep -E "${ONLY:-.}" >"$WORK/routes"
# shellcheck disable=SC2119 # it takes options of the server, there are none
server_start
matrix() {
	perl tests/e2e/matrix.pl "$@" tests/e2e/access-matrix "$WORK/routes" "$ADDRESS" "$WORK/objects" \
		"a long enough password"
}
if [ "${1:-}" = --print ]; then
	matrix --print
	exit
fi
is "no answer is unexpected" "$(matrix 2>"$WORK/asked")" ""
is "... of many" "$(awk '{ print ($2 > 400) }' "$WORK/asked")" 1
# A table that says too little or something else is told.
grep 'recordRead$' "$WORK/routes" >"$WORK/one"
grep -v '^recordRead ' tests/e2e/access-matrix >"$WORK/table"
is "a route without a line is told" "$(perl tests/e2e/matrix.pl "$WORK/table" "$WORK/one" "$ADDRESS" \
	"$WORK/objects" "a long enough password" 2>/dev/null | grep -c '^recordRead .*has no line')" 1
sed 's/^\(recordRead  *401  *\)[0-9]*/\1200/' tests/e2e/access-matrix >"$WORK/table"
is "... and an answer that differs" "$(perl tests/e2e/matrix.pl "$WORK/table" "$WORK/one" "$ADDRESS" \
	"$WORK/objects" "a long enough password" 2>/dev/null | grep -c '^recordRead: administrator, object')" 4
is "the log of events is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
