#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# records.md 29; search.md D9: quy trình: and người nộp: find the records of cases, as a facet too, and
# tell an applicant's name only to who may edit the case.
. tests/e2e/lib.sh

archive_make
tangthu --as admin user create mai --role archivist --password-file "$WORK/password" >/dev/null
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create DV 'Một cửa' --kind class --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="DV")|.uid')
put() { # dossier
	tangthu dossier create "$1" "Hồ sơ $1" --parent "$class" --file-code "DV.$1" >/dev/null
	printf 'Đơn đề nghị cấp thẻ hướng dẫn viên số %s\n' "$1" >"$WORK/$1.txt"
	tangthu add --dossier "DV.$1" "$WORK/$1.txt" 2>/dev/null | cut -d' ' -f1
}
rule=$(put quytrinh)
for d in 1 2 3; do put $d >/dev/null; done
indexer_once
tangthu set "$rule" type=QĐ subject="Quy trình" number=1 symbol=QĐ-SDL
tangthu record declare "$rule"
for p in QT-01 QT-02; do
	tangthu procedure create $p "Thủ tục $p" --days 15 >/dev/null
done
found() { tangthu --json search -- "$1" | jq -c "${2:-.total}"; }
is "a procedure without cases finds nothing, and is known" "$(found 'quy trình:QT-01' '[.total,.problems]')" '[0,[]]'
rev=$(tangthu --json procedure revise QT-01 "$rule" --change 'Ban hành lần đầu' | jq -r .uid)
tangthu procedure step "$rev" submit >/dev/null
tangthu --as mai procedure step "$rev" approve >/dev/null
tangthu --json procedure enforce "$rev" --from 2024-01-01 --decision "$rule" --published 'Bảng tin' >/dev/null
is "nothing is counted under a procedure yet" "$(found 'huong dan vien' .procedures)" '{}'
tangthu procedure case DV.1 QT-01 --code H24-1 --applicant 'Trần Thị Bình' --received 2024-06-01 >/dev/null
tangthu procedure case DV.2 QT-01 --code H24-2 --applicant 'Trần Văn An' --received 2024-06-02 >/dev/null
is "the cases of a procedure are found without indexing anew" "$(found 'thủ tục:qt-01 thẻ')" 2
is "... and counted" "$(found 'huong dan vien' .procedures)" '{"QT-01":2}'
is "everything but" "$(found 'thẻ -procedure:QT-01')" 2
is "a procedure that is not there is told" "$(found 'quy trình:QT-99' '[.total,.problems]')" \
	'[0,["No retention rule, hold or procedure is called so."]]'
is "an applicant by name" "$(found 'người nộp:"Trần Thị Bình"')" 1
is "... without marks" "$(found 'applicant:"tran thi binh"')" 1
is "... by words that follow each other" "$(found 'applicant:tran') $(found 'applicant:"tran binh"') $(found 'applicant:tra')" "2 0 0"
is "staff who may read a case find it by its procedure" \
	"$(tangthu --as minh --json search 'quy trình:QT-01' | jq -c '[.total,.procedures]')" '[2,{"QT-01":2}]'
is "... but not by its applicant" "$(tangthu --as minh --json search 'người nộp:"Trần Thị Bình"' | jq -c '[.total,.problems]')" '[0,[]]'
tangthu --as admin grant add "$class" minh edit >/dev/null
is "... until they may edit it" "$(tangthu --as minh --json search 'người nộp:"Trần Thị Bình"' | jq -c '[.total,.problems]')" '[1,[]]'
tangthu saved add --procedure QT-01 "Thẻ" thẻ >/dev/null
is "a saved search keeps the procedure" "$(tangthu --json search --saved Thẻ | jq .total)" 2

# shellcheck disable=SC2119
server_start
login lan
is "it is chosen over HTTP" "$(api GET 'search?procedure=QT-01' | jq -c '[.total,.facets.procedures]')" \
	'[2,[{"code":"QT-01","name":"Thủ tục QT-01","count":2}]]'
done_testing
