#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317,SC2119
# time-limit: 200
# Internal audits from the programme to the verified correction, on the command line and over the interface.
. tests/e2e/lib.sh

archive_make
for who in kim bao; do
	tangthu --as admin user create $who --role auditor --clearance 2 --password-file "$WORK/password" >/dev/null
done
root=$(tangthu --json dossier list --all | jq -r '[.[]|select(.kind=="fonds")][0].uid')
tangthu grant add "$root" kim list,read,download --until "$(date -u -d "+30 days" +%F)" >/dev/null
echo 'Biên bản.' >"$WORK/one.txt"
uid=$(tangthu add "$WORK/one.txt" | cut -d' ' -f1)
indexer_once

is "an archivist keeps no audits" "$(exit_of tangthu audit create 2026 x)" 77
is "an audit has a title" "$(exit_of tangthu --as kim audit create 2026 '')" 65
is "a year is one" "$(exit_of tangthu --as kim audit create 26 x)" 65
is "an unknown auditor is refused" "$(exit_of tangthu --as kim audit create 2026 x --auditors nobody)" 65
is "a procedure named twice is refused" "$(exit_of tangthu --as kim audit create 2026 x --procedures A,A)" 65
old=$(tangthu --as kim audit create 2025 'Đánh giá nội bộ 2025' --procedures QT.01,QT.02)
audit=$(tangthu --as kim audit create 2026 'Đánh giá nội bộ 2026' --programme 'Năm' --criteria 'ISO 9001' \
	--scope 'Văn thư' --procedures QT.01 --auditors kim,bao)
is "an audit is kept" "$(tangthu --as kim --json audit list --year 2026 | jq -r '.[0]|.programme+"|"+.scope+"|"+(.auditors|join(","))')" \
	"Năm|Văn thư|bao,kim"
is "the year tells what was not audited" \
	"$(tangthu --as kim --json audit year 2026 | jq -r '.[]|select(.audits==0).procedure')" QT.02
set=$(tangthu --as kim evidence create "$uid" --audit "$audit" --clause 7.5 | cut -d' ' -f1)
tangthu --as kim evidence freeze "$set" >/dev/null
is "evidence belongs to its audit" "$(tangthu --as kim --json evidence show "$set" | jq -r .audit)" "$audit"

is "a nonconformity has an owner" \
	"$(exit_of tangthu --as kim audit finding "$audit" 'Thiếu' --clause 7.5 --grade minor --due 2026-01-31)" 65
is "... and a day" \
	"$(exit_of tangthu --as kim audit finding "$audit" 'Thiếu' --clause 7.5 --grade minor --owner minh)" 65
is "... and a grade that there is" \
	"$(exit_of tangthu --as kim audit finding "$audit" 'Thiếu' --clause 7.5 --grade bad)" 65
is "evidence of another audit is none" \
	"$(exit_of tangthu --as kim audit finding "$old" 'x' --clause 7.5 --grade observation --evidence "$set")" 65
finding=$(tangthu --as kim audit finding "$audit" 'Thiếu phê duyệt' --clause 7.5.2 --grade minor --owner kim \
	--due 2020-01-31 --evidence "$set")
other=$(tangthu --as kim audit finding "$audit" 'Chậm' --clause 8.5 --grade major --owner minh --due 2099-01-31)
is "what is due is listed" "$(tangthu --as kim --json audit findings --overdue | jq -r '.[].uid')" "$finding"
is "an owner sees their own" "$(tangthu --as minh --json audit findings | jq -r '.[].uid')" "$other"
is "... and no other" "$(exit_of tangthu --as minh audit correct "$finding" x)" 66
is "nothing is verified that was not corrected" "$(exit_of tangthu --as bao audit verify "$other")" 75
is "the owner corrects" "$(exit_of tangthu --as minh audit correct "$other" 'Đã làm')" 0
is "... and does not verify" "$(exit_of tangthu --as minh audit verify "$other")" 77
tangthu --as kim audit correct "$finding" 'Đã bổ sung'
is "an auditor does not verify what is theirs" "$(exit_of tangthu --as kim audit verify "$finding")" 77
is "... another does" "$(exit_of tangthu --as bao audit verify "$finding" 'Đạt')" 0
is "... once" "$(exit_of tangthu --as bao audit verify "$finding")" 75
is "what is verified is not corrected again" "$(exit_of tangthu --as kim audit correct "$finding" x)" 75
is "... nor overdue" "$(tangthu --as kim --json audit findings --overdue | jq length)" 0
is "an audit without report is not closed" "$(exit_of tangthu --as kim audit close "$audit")" 75
tangthu --as kim audit set "$audit" --report 'Đạt yêu cầu'
is "the evidence is held" "$(exit_of tangthu set "$uid" subject=x)" 77
tangthu grant add "$root" bao list,read --until "$(date -u -d "+30 days" +%F)" --audit "$audit" >/dev/null
is "an auditor sees what was granted for the audit" "$(exit_of tangthu --as bao show "$uid")" 0
is "an audit is closed" "$(exit_of tangthu --as kim audit close "$audit")" 0
is "... and what was granted for it has ended" "$(exit_of tangthu --as bao show "$uid")" 66
is "... and its evidence free" "$(exit_of tangthu set "$uid" subject=x)" 0
is "... and nothing more is found in it" \
	"$(exit_of tangthu --as kim audit finding "$audit" x --clause 1 --grade observation)" 75
is "... nor changed" "$(exit_of tangthu --as kim audit set "$audit" --scope x)" 75
is "each step stands in the log" \
	"$(tangthu --as kim --json log list --kind audit --object "$audit" | jq -r '[.[].action]|join(" ")')" \
	"audit.close audit.update audit.create"
server_start
login kim
json() { api "$1" "$2" -H 'Content-Type: application/json' -d "$3"; }
new=$(json POST audits '{"year":2026,"title":"Đột xuất","procedures":["QT.02"]}' | jq -r .uid)
is "an audit is made over the interface" "$(api GET "audits/$new" | jq -r '.title+" "+.state')" "Đột xuất open"
is "... and changed with the version seen" \
	"$(api PATCH "audits/$new" -H 'If-Match: "9"' -H 'Content-Type: application/json' -d '{"plan":"x"}' >/dev/null
	cat "$WORK/status")" 412
is "... which says so" \
	"$(api PATCH "audits/$new" -H 'If-Match: "1"' -H 'Content-Type: application/json' -d '{"plan":"x"}' | jq -r .plan)" x
is "evidence is listed by audit" "$(api GET "evidence?audit=$audit" | jq -r '.sets[].uid') $(
	api GET "evidence?audit=$new" | jq -c .sets) $(api GET evidence?audit=00000000-0000-4000-8000-000000000000 >/dev/null
	cat "$WORK/status")" "$set [] 404"
is "the year tells" "$(api GET audit-years/2026 | jq -c '[.procedures[].audits]')" "[1,1]"
f=$(json POST "audits/$new/findings" \
	'{"clause":"8.4","grade":"minor","statement":"Chậm","owner":"minh","due":"2021-01-01"}' | jq -r .uid)
is "what is overdue is listed" "$(api GET 'findings?overdue=1' | jq -r '.findings[].uid')" "$f"
is "a grade that is none is refused" \
	"$(json POST "audits/$new/findings" '{"clause":"8","grade":"x","statement":"y"}' >/dev/null; cat "$WORK/status")" 400
is "nothing is verified uncorrected" "$(json POST "findings/$f/verification" '{}' >/dev/null; cat "$WORK/status")" 412
is "an audit without report is not closed" "$(api POST "audits/$new/close" >/dev/null; cat "$WORK/status")" 412
login minh
is "an owner sees their own" "$(api GET findings | jq -r '[.findings[].uid]|sort|join(" ")')" \
	"$(printf '%s\n' "$f" "$other" | sort | paste -sd' ')"
is "... corrects it" "$(json POST "findings/$f/correction" '{"correction":"Xong"}' | jq -r .corrected_by)" minh
is "... and verifies nothing" "$(json POST "findings/$f/verification" '{}' >/dev/null; cat "$WORK/status")" 403
for path in audits "audits/$new" audit-years/2026; do
	is "staff may not GET $path" "$(api GET "$path" >/dev/null; cat "$WORK/status")" 403
done
is "staff make no audit" "$(json POST audits '{"year":2026,"title":"x"}' >/dev/null; cat "$WORK/status")" 403
login lan
is "another's finding does not exist" \
	"$(json POST "findings/$f/correction" '{"correction":"x"}' >/dev/null; cat "$WORK/status")" 404
is "... in no list" "$(api GET findings | jq '.findings|length')" 0
login kim
is "an auditor verifies" "$(json POST "findings/$f/verification" '{"note":"Đạt"}' | jq -r .verified_by)" kim
server_stop
ok "tangthu verify is clean" tangthu --as admin verify
done_testing
