#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 280
# The demo shows a department in order: procedures in force, cases, due dates, a hold, a disposal that
# awaits approval and an audit.
. tests/e2e/lib.sh

archive_make
sed -i 's/^second_factor = .*/second_factor = roles/' "$TANGTHU_DIR/tangthu.conf"
for who in lan mai kim; do cp "$WORK/password" "$WORK/$who.password"; done
tangthu --as admin user create mai --role archivist --clearance 2 --password-file "$WORK/password" >/dev/null
tangthu --as admin user create kim --role auditor --clearance 2 --password-file "$WORK/password" >/dev/null
# shellcheck disable=SC2119
server_start
indexer_start
is "it is put in order" "$(exit_of tests/demo-records "$WORK" mai kim "$ADDRESS")" 0
tail -n 3 "$WORK/err" | sed 's/^/# /'
sql() { sqlite3 "$TANGTHU_DIR/catalogue.db" "$1"; }
count() { jq "$1" "$WORK/list"; }
tangthu --json procedure list >"$WORK/list"
is "25 procedures and 6 internal processes are in force" \
	"$(count '[.[]|select(.code|test("^QT-"))]|length') $(count '[.[]|select(.code|test("^QTNB-"))]|length')" "25 6"
is "... to be read by everybody without login" "$(curl -sS "$ADDRESS/api/v1/public/procedures" | jq '[.procedures[].code]|unique|length')" 25
is "... a third of them in their second revision" "$(sql "SELECT count(*) FROM (SELECT doc FROM ctl_rev GROUP BY doc HAVING count(*)=2)")" 10
is "six cases, two of them open" "$(tangthu --json procedure cases | jq -c '[length,([.[]|select(.result==null)]|length)]')" '[6,2]'
is "dossiers have due dates" "$(tangthu --json retention due | jq 'length >= 4')" true
is "one hold by hand" "$(tangthu --json hold list | jq '[.[]|select(.name=="Thanh tra công tác văn thư")]|length')" 1
is "one disposal awaits approval" "$(tangthu --json disposal list | jq -c '[.[]|[.state,.judged,.dossiers]]')" '[["proposed",3,3]]'
is "one audit" "$(tangthu --as kim --json audit list | jq -c '[.[]|[.state,.findings,.open_findings]]')" '[["open",3,3]]'
is "... with something overdue and something corrected" "$(tangthu --as kim --json audit findings |
	jq -c '[([.[]|select(.overdue)]|length),([.[]|select(.corrected!=null)]|length)]')" '[1,1]'
is "... and frozen evidence drawn by words" "$(tangthu --as kim --json evidence list | jq -c '[.[]|[.sample,.query.words,.manifest_sha256!=null]]')" \
	'[[3,"\"hướng dẫn viên\"",true]]'
is "... and a year that is not done" "$(tangthu --as kim --json audit year "$(date +%Y)" |
	jq -c '[([.[]|select(.audits>0)]|length),([.[]|select(.audits==0)]|length > 20)]')" '[4,true]'
is "seed and codes of the auditor's second factor are beside it" "$(wc -c <"$WORK/kim.seed") $(wc -l <"$WORK/kim.codes")" "33 10"
indexer_stop
server_stop
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
