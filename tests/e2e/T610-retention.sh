#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# records.md 33-40: a schedule from a table to due dates, overrides and the calendar.
. tests/e2e/lib.sh

archive_make
tangthu --as admin user create mai --role archivist --password-file "$WORK/password" >/dev/null
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
cat >"$WORK/bad.csv" <<'CSV'
code,title,years,trigger,event,count_from,action,authority,valid_from
10,Mười năm,10,,,,destroy,TT 10/2022/TT-BNV,2000-01-01
VV,Vĩnh viễn,vĩnh viễn,,,,destroy,TT 10/2022/TT-BNV,2000-01-01
20,Hai mươi,20,,,,destroy,TT 10/2022/TT-BNV,31/02/2019
CSV
is "a bad schedule is refused whole" "$(exit_of tangthu rule import "$WORK/bad.csv")" 65
is "... with its lines" "$(grep -c '^line [34]:' "$WORK/err")" 2
is "... and nothing of it is there" "$(tangthu --json rule list | jq '[.[]|select(.code=="10")]|length')" 0
cat >"$WORK/good.csv" <<'CSV'
code;title;years;trigger;event;count_from;action;authority;valid_from
05;Năm năm;5;;;;destroy;TT 10/2022/TT-BNV;2000-01-01
10;Mười năm;10 năm;;;;destroy;TT 10/2022/TT-BNV;2000-01-01
HD;Hợp đồng;5;event;thanh lý;date;destroy;TT 10/2022/TT-BNV;2000-01-01
VV;Vĩnh viễn;vĩnh viễn;;;;transfer;TT 10/2022/TT-BNV;2000-01-01
CSV
is "a good one comes in" "$(exit_of tangthu rule import "$WORK/good.csv")" 0
is "what goes out comes in again" "$(tangthu rule export >"$WORK/out.csv" && tangthu --json rule import "$WORK/out.csv" 2>/dev/null | jq length)" 0
tangthu dossier create DL 'Du lịch' --kind class --rule 10 --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="DL")|.uid')
for d in A B; do tangthu dossier create $d "Hồ sơ $d" --parent "$class" --file-code DL.$d >/dev/null; done
dossier=$(tangthu --json dossier show DL.A | jq -r .uid)
is "an open dossier waits" "$(tangthu --json retention show DL.A | jq -r '.rule+" "+.due')" "10 waiting"
is "... and has the code of its term, as has what it holds" "$(tangthu --json retention show DL.A | jq -r .maintenance)" 06
is "rules tell theirs" "$(tangthu --json rule list | jq -r '[.[]|select(.code=="VV" or .code=="05")|.maintenance]|join(" ")')" "07 01"
is "an event that has not happened is no clock" "$(tangthu retention override DL.B --rule HD --reason 'Hợp đồng' | cut -c 1)" "-"
tangthu --json retention overrides >"$WORK/pending"
second=$(jq -r '.[0].uid' "$WORK/pending")
is "... five years for ten wait for a second person" "$(jq -r '.[0].state' "$WORK/pending")" pending
is "... who is another" "$(exit_of tangthu retention decide "$second" --approve --reason ừ)" 77
is "... and is" "$(tangthu --as mai --json retention decide "$second" --approve --reason 'Đồng ý' | jq -r .rule)" HD
is "the event starts the clock" "$(tangthu --json retention fact DL.B 'thanh lý' 2016-02-29 | jq -r .due_on)" 2021-02-28
is "a day that is none is refused" "$(exit_of tangthu retention fact DL.B 'thanh lý' 2016-02-30)" 65
is "a preview changes nothing" "$(tangthu --json rule set HD --title x --authority y --years 7 --trigger event \
	--event 'thanh lý' --from-date --action destroy --preview | jq -r '.[0].before+" "+.[0].after')" "2021-02-28 2023-02-28"
is "... nothing" "$(tangthu --json retention show DL.B | jq -r .due_on)" 2021-02-28
is "a rule that governs cannot end" "$(exit_of tangthu rule end HD --to 2030-01-01)" 77
sqlite3 "$TANGTHU_DIR/catalogue.db" "UPDATE dossier SET state='closed', closed='2014-03-09' WHERE file_code='DL.A'" 2>/dev/null
tangthu rule set 10 --title 'Mười năm' --authority 'TT 10/2022/TT-BNV' --years 11 --action destroy >/dev/null
is "a new version moves the due date" "$(tangthu --json retention show DL.A | jq -r .due_on)" 2025-12-31
is "the due list" "$(tangthu --json retention due --until 2026-01-01 | jq -r '[.[].file_code]|join(" ")')" "DL.B DL.A"

# shellcheck disable=SC2119
server_start
login lan
send() { # method, path, body, jq
	api "$1" "$2" -H 'Content-Type: application/json' -d "$3" >/dev/null
	printf '%s ' "$(cat "$WORK/status")"
	jq -c "$4" "$WORK/body"
}
is "the server did what the calendar brought" "$(api GET "nodes/$dossier" | jq -r .state)" under_review
is "the due list over HTTP" "$(api GET 'due?until=2026-01-01&limit=1' | jq -r '.dossiers[0].file_code+" "+.next_due')" "DL.B 2021-02-28"
is "... goes on" "$(api GET "due?until=2026-01-01&limit=1&after_due=2021-02-28&after=$(jq -r .next "$WORK/body")" | jq -r '.dossiers[0].file_code')" DL.A
is "a day that is none is told" "$(api GET 'due?until=2026-02-30' | jq -r .field)" until
is "versions of a rule" "$(api GET rules/10/versions | jq -c '[.versions[].years]')" "[10,11]"
is "a rule nobody made" "$(api GET rules/none/versions | jq -r .code)" not-found
is "a new version" "$(send POST rules '{"code":"20","title":"Hai mươi","years":20,"action":"destroy","authority":"TT 10","valid_from":"2000-01-01"}' .code)" '201 "20"'
is "... twice" "$(send POST rules '{"code":"20","title":"Hai mươi","years":20,"action":"destroy","authority":"TT 10","valid_from":"2000-01-01"}' .code)" '409 "exists"'
is "permanent and destroyed is refused" "$(send POST rules '{"code":"x","title":"x","years":null,"action":"destroy","authority":"TT 10","valid_from":"2000-01-01"}' .code)" '400 "invalid"'
is "a preview over HTTP" "$(send POST rules/preview '{"code":"10","title":"x","years":20,"action":"destroy","authority":"x","valid_from":"2026-01-01"}' '[.total,.moves[0].after]')" '200 [1,"2034-12-31"]'
is "... of another rule of the class" "$(api GET "nodes/$class/retention/preview?rule=20" | jq -c '[.total,.moves[0].after]')" '[1,"2034-12-31"]'
is "a longer rule is in force at once" "$(send POST "nodes/$dossier/retention" '{"rule":"20","reason":"vụ kiện"}' .retention.due_on)" '200 "2034-12-31"'
is "... a reason is wanted" "$(send POST "nodes/$dossier/retention" '{"rule":"VV"}' .field)" '400 "reason"'
is "a shorter one waits" "$(send POST "nodes/$dossier/retention" '{"rule":"05","reason":"trùng"}' '[.retention.rule,.overrides[-1].state]')" '200 ["20","pending"]'
over=$(jq -r '.overrides[-1].uid' "$WORK/body")
is "... for another person" "$(send POST "overrides/$over/decide" '{"approve":true,"reason":"ừ"}' .code)" '403 "denied"'
login mai
is "... who approves" "$(send POST "overrides/$over/decide" '{"approve":true,"reason":"ừ"}' .retention.rule)" '200 "05"'
is "... once" "$(send POST "overrides/$over/decide" '{"approve":true,"reason":"ừ"}' .code)" '409 "conflict"'
is "a schedule over HTTP is refused by line" "$(curl -sS -b "$COOKIES" -H "X-Tangthu-Csrf: $CSRF" -H 'Content-Type: text/csv' \
	--data-binary @"$WORK/bad.csv" -w '%{http_code}' -o "$WORK/body" "$ADDRESS/api/v1/schedule"; jq -c '[.imported,.fault_count,.faults[0].line]' "$WORK/body")" '422[false,2,3]'
is "... and comes in" "$(curl -sS -b "$COOKIES" -H "X-Tangthu-Csrf: $CSRF" -H 'Content-Type: text/csv' \
	--data-binary @"$WORK/out.csv" -w '%{http_code}' -o "$WORK/body" "$ADDRESS/api/v1/schedule?dry=1"; jq -c '[.imported,.rows]' "$WORK/body")" '200[false,6]'
login minh
is "staff may not make rules" "$(send POST rules '{"code":"z","title":"z","action":"review","authority":"z","valid_from":"2026-01-01"}' .code)" '403 "denied"'
is "... nor override them" "$(send POST "nodes/$dossier/retention" '{"rule":"VV","reason":"x"}' .code)" '403 "denied"'
is "... nor note facts" "$(send POST "nodes/$dossier/facts" '{"name":"x","date":"2020-01-01"}' .code)" '403 "denied"'
is "... nor import" "$(send POST schedule '[]' .code)" '403 "denied"'
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
