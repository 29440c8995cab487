#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# records.md 1-9, 29, 30: procedures in force, the public page, cases.
. tests/e2e/lib.sh

archive_make
tangthu --as admin user create mai --role archivist --password-file "$WORK/password" >/dev/null
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create QT 'Quy trình' --kind class --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="QT")|.uid')
for d in 1 2 3; do tangthu dossier create $d "Hồ sơ $d" --parent "$class" --file-code QT.$d >/dev/null; done
case_dossier=$(tangthu --json dossier show QT.3 | jq -r .uid)
put() { # file code, text
	echo "$2" >"$WORK/$1.txt"
	uid=$(tangthu add --dossier "$1" "$WORK/$1.txt" 2>/dev/null | cut -d' ' -f1)
	indexer_once
	tangthu set "$uid" type=QĐ subject="$2" number="$3" symbol=QĐ-SDL
	tangthu record declare "$uid"
	echo "$uid"
}
one=$(put QT.1 'Quy trình zyxomma lần một' 1)
two=$(put QT.2 'Quy trình zyxomma lần hai' 2)
is "a procedure" "$(exit_of tangthu procedure create QT-01 'Cấp thẻ hướng dẫn viên' --public --days 15)" 0
is "... once" "$(exit_of tangthu procedure create QT-01 'Khác')" 73
rev() { jq -r .uid; }
first=$(tangthu --json procedure revise QT-01 "$one" --change 'Ban hành lần đầu' | rev)
tangthu procedure step "$first" submit >/dev/null
is "nobody approves what he wrote" "$(exit_of tangthu procedure step "$first" approve)" 77
tangthu --as mai procedure step "$first" approve >/dev/null
is "it is in force by a decision" "$(tangthu --json procedure enforce "$first" --from 2024-01-01 --decision "$one" --published 'Bảng tin' | jq -r .state)" effective
is "... on a day" "$(tangthu --json procedure at QT-01 2024-06-01 | jq .rev)" 1
is "... and not before" "$(exit_of tangthu procedure at QT-01 2023-06-01)" 66
is "a case is received under it" "$(exit_of tangthu procedure case QT.3 QT-01 --code H24-240105-0001 --applicant 'Nguyễn Văn An' --received 2024-06-01)" 0

# shellcheck disable=SC2119
server_start
login lan
send() { # method, path, body, jq
	api "$1" "$2" -H 'Content-Type: application/json' -d "$3" >/dev/null
	printf '%s ' "$(cat "$WORK/status")"
	[ ! -s "$WORK/body" ] || jq -c "$4" "$WORK/body"
}
doc=$(api GET procedures | jq -r '.procedures[0].uid')
is "the next revision" "$(send POST "procedures/$doc/revisions" "{\"record\":\"$two\",\"change_note\":\"Sửa mục 3\"}" .rev)" '201 2'
second=$(jq -r .uid "$WORK/body")
is "... cannot be in force unapproved" "$(send POST "revisions/$second/enforce" "{\"effective_from\":\"2025-01-01\",\"decision\":\"$two\",\"published_where\":\"x\"}" .code)" '409 "conflict"'
is "it is submitted" "$(send POST "revisions/$second/step" '{"step":"submit"}' .state)" '200 "review"'
is "... not approved by its author" "$(send POST "revisions/$second/step" '{"step":"approve"}' .code)" '403 "denied"'
login mai
is "... approved by another" "$(send POST "revisions/$second/step" '{"step":"approve"}' .state)" '200 "approved"'
is "a day that is none" "$(send POST "revisions/$second/enforce" "{\"effective_from\":\"2025-02-30\",\"decision\":\"$two\",\"published_where\":\"x\"}" .field)" '400 "effective_from"'
is "a day before the former's" "$(send POST "revisions/$second/enforce" "{\"effective_from\":\"2023-01-01\",\"decision\":\"$two\",\"published_where\":\"x\"}" .code)" '400 "invalid"'
is "it is in force" "$(send POST "revisions/$second/enforce" "{\"effective_from\":\"2025-01-01\",\"decision\":\"$two\",\"published_where\":\"Cổng\"}" .state)" '200 "effective"'
is "the former is obsolete with its mark" "$(api GET "procedures/$doc" | jq -c '[.revisions[]|[.rev,.state,.mark]]')" \
	'[[2,"effective",null],[1,"obsolete","HẾT HIỆU LỰC"]]'
is "... which every view of the record carries" "$(api GET "records/$one" | jq -r .revision.mark)" 'HẾT HIỆU LỰC'
is "on a day one or none" "$(api GET 'procedure?code=QT-01&at=2024-12-31' | jq .rev) $(api GET 'procedure?code=QT-01&at=2025-01-01' | jq .rev)" "1 2"
indexer_once
is "the default search leaves the obsolete out" "$(api GET 'search?q=zyxomma' | jq -c '[.total,[.hits[].uid]]')" "[1,[\"$two\"]]"
is "... and finds it when asked" "$(api GET 'search?q=zyxomma&obsolete=1' | jq .total)" 2
is "... by command line too" "$(tangthu --json search zyxomma | jq .total) $(tangthu --json search --obsolete zyxomma | jq .total)" "1 2"
is "readers are asked" "$(send POST "revisions/$second/readers" '{"who":"minh","due":"2026-01-31"}' '.readers[0].confirmed')" '200 null'
is "the case keeps its revision" "$(api GET cases | jq -c '[.cases[]|[.code,.rev,.on_time,.due]]')" '[["H24-240105-0001",1,"late","2024-06-16"]]'
is "... is found by its applicant" "$(api GET 'cases?q=van+an' | jq -r '.cases[0].applicant')" 'Nguyễn Văn An'
is "a result of another dossier is refused" "$(send POST "nodes/$case_dossier/case/result" "{\"record\":\"$two\",\"date\":\"2024-06-10\"}" .code)" '400 "invalid"'
is "the seven forms of a case" "$(api GET "nodes/$case_dossier/case/forms" | jq -c '[(.forms|length),.forms[6].title]')" '[7,"Sổ theo dõi hồ sơ"]'
is "... hold records of it only" "$(send POST "nodes/$case_dossier/case/forms" "{\"record\":\"$two\",\"form\":1}" .code)" '400 "invalid"'
echo 'Giấy tiếp nhận hồ sơ.' >"$WORK/receipt.txt"
paper=$(tangthu add --dossier QT.3 "$WORK/receipt.txt" 2>/dev/null | cut -d' ' -f1)
is "... such as the receipt" "$(send POST "nodes/$case_dossier/case/forms" "{\"record\":\"$paper\",\"form\":1}" '.forms[0].records')" "200 [\"$paper\"]"
is "... by command line too" "$(tangthu --json procedure form QT.3 "$paper" 7 | jq -c '[.[]|.records|length]')" '[0,0,0,0,0,0,1]'
is "... and taken back" "$(tangthu --json procedure form QT.3 "$paper" 0 | jq -c '[.[]|.records|length]|add')" 0
is "figures" "$(api GET 'cases/figures?from=2024-01-01&to=2024-12-31' | jq -c '.figures[0]|[.procedure,.month,.received,.late]')" '["QT-01","2024-06",1,1]'
login minh
is "a reader confirms" "$(send POST "revisions/$second/confirm" '{}' .)" '204 '
is "... who was not asked does not" "$(send POST "revisions/$first/confirm" '{}' .code)" '404 "not-found"'
is "applicants are masked for staff" "$(api GET cases | jq -r '.cases[0].applicant')" 'N. V. A.'
is "... and not found by name" "$(api GET 'cases?q=van+an' | jq -c .cases)" '[]'
is "staff make no procedures" "$(send POST procedures '{"code":"x","title":"x"}' .code)" '403 "denied"'
open_page() { curl -sS "$ADDRESS/api/v1/public/procedures$1"; }
is "the public feed needs no session" "$(open_page '' | jq -c '[.procedures[]|[.rev,.in_force,.decision]]')" '[[2,true,"2/QĐ-SDL"],[1,false,"1/QĐ-SDL"]]'
is "... and tells nobody's name" "$(open_page '' | grep -c 'lan\b\|mai\b')" 0
is "the posting list prints" "$(open_page '?format=html' | grep -c 'CÓ HIỆU LỰC')" 1
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
