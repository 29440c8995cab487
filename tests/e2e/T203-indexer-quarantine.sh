#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317
# time-limit: 180
# A page with a secret mark never reaches the index, and an archivist can let it go there.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make
intake=$TANGTHU_DIR/intake
for mark in "MẬT" "TỐI MẬT" "TUYỆT MẬT"; do
	n=$((${n:-0} + 1))
	text_document "$WORK/x" "$n" "rà phá thủy lôi khu vực cảng"
	{ head -n 3 "$WORK/x"; echo "$mark"; tail -n +4 "$WORK/x"; } >"$intake/mat-$n.txt"
done
text_document "$intake/open.txt" 4 "bảo mật thông tin và rà phá thủy lôi"
echo "MẬT ONG rừng U Minh" >>"$intake/open.txt"
ok "all is read" tangthu-indexer --once
is "three are in quarantine" "$(sql 'SELECT count(*) FROM record WHERE quarantine = 1')" 3
is "with the reason" "$(sql "SELECT count(*) FROM event WHERE detail LIKE '%secret-mark%'")" 3
is "none of them is found" "$(hits 'rà phá thủy lôi')" 1
is "nor by its number" "$(hits 'number:1/QĐ-SDL')" 0
is "nothing of them is in the index" "$(hits '')" 1
is "the log tells which mark" "$(sql "SELECT count(*) FROM event WHERE detail LIKE '%TUYỆT MẬT%'")" 1
ok "a rebuild leaves them out too" tangthu-indexer --reindex
is "still one" "$(hits '')" 1
ok "verify is clean" tangthu --as admin verify
done_testing
