#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317
# time-limit: 1500
# Every file of ../shared/data/hostile ends inside its limits, with a state and a reason, kept byte for
# byte, and a good file among them is read.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
bad=../shared/data/hostile
[ -d "$bad" ] || skip_all "$bad is not here"
archive_make
sed -i 's/^\(# *\)\?cpu *=.*/cpu = 15/; s/^\(# *\)\?wall *=.*/wall = 60/; s/^\(# *\)\?retry *=.*/retry = 0/
	s/^\(# *\)\?tries *=.*/tries = 1/' "$TANGTHU_DIR/tangthu.conf"
mkdir "$WORK/in"
find "$bad" -type f ! -name 'README*' ! -name '*.tsv' -size +0c -size -300M -exec cp -t "$WORK/in" --backup=numbered {} +
text_document "$WORK/in/good.txt" 1 "tài liệu tốt giữa những tệp xấu"
ok "they are taken in" tangthu add "$WORK/in"
count=$(sql "SELECT count(*) FROM record")
ok "there are many" test "$count" -gt 200
start=$SECONDS
ok "the indexer comes to an end" tangthu-indexer -d "$TANGTHU_DIR" --once
echo "# $count files in $((SECONDS - start)) s"
is "none waits" "$(sql "SELECT count(*) FROM record WHERE reading IN ('waiting', 'reading')")" 0
is "what was not read has a reason" "$(sql "SELECT count(*) FROM record WHERE
	reading IN ('partial', 'refused', 'failed') AND reading_reason IS NULL")" 0
is "the good one is read" "$(sql "SELECT r.reading FROM record r JOIN component c ON c.record = r.id
	WHERE c.name = 'good.txt'")" read
sql "SELECT reading || ' ' || coalesce(reading_reason, '-') || ' ' || count(*) FROM record
	GROUP BY reading, reading_reason" | sed 's/^/# /'
ok "the store is whole" store_is_whole
done_testing
