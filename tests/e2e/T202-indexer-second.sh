#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317
# time-limit: 180
# Several indexers on one archive: one writes the index, others help reading, no document is read
# by two.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make
intake=$TANGTHU_DIR/intake
indexer_start
running() { sql "SELECT value FROM setting WHERE key = 'run.indexer.progress'" | jq -e '.pid > 0'; }
ok "an indexer runs" eventually running
is "a second one ends with 75" "$(exit_of tangthu-indexer --once)" 75
cp "$WORK/err" "$WORK/said"
ok "and says who is there" grep -q "another indexer (pid $(cat "$WORK/indexer.pid"))" "$WORK/said"
is "wrong usage ends with 64" "$(exit_of tangthu-indexer --readers none)" 64
is "--reindex and --no-index do not go together" "$(exit_of tangthu-indexer --reindex --no-index)" 64
is "no archive ends with 66" "$(exit_of tangthu-indexer -d "$WORK/nowhere" --once)" 66

# Two more that only read; a stack for all three, begun with scans: whoever has one of them is busy
# long enough for the others to come.
started helper-1 tangthu-indexer --no-index
started helper-2 tangthu-indexer --no-index
generate "$WORK/scans" --kind short --state bw --format png --dpi 200 --count 8 --seed 5
mv "$WORK/scans"/*.png "$intake/"
for i in $(seq 52); do
	text_document "$WORK/doc-$i.txt" "$i" "chia việc đọc tài liệu thứ $i"
	mv "$WORK/doc-$i.txt" "$intake/"
done
all_read() { [ "$(sql "SELECT count(*) FROM record WHERE reading = 'read'")" = 60 ]; }
ok "all is read" eventually all_read
is "each document once" "$(sql "SELECT count(*) FROM event WHERE class = 'preservation'")" 60
all_found() { [ "$(hits 'chia việc đọc')" = 52 ] && [ "$(hits '')" = 60 ]; }
ok "and found" eventually all_found
# Each tells of its part when it next writes down its progress.
busy_ones() { sql "SELECT count(*) FROM setting WHERE key LIKE 'run.%.progress'
	AND json_extract(value, '$.documents') > 0"; }
shared_out() { [ "$(busy_ones)" -gt 1 ]; }
ok "more than one had a part in it" eventually shared_out

# The running one rebuilds for whoever asks.
marks=$(stat -c %i "$TANGTHU_DIR/index/open" 2>/dev/null)
is "a rebuild is done by the running indexer" "$(exit_of timeout 60 tangthu-indexer --reindex)" 0
ok "the index is a new one" [ "$(stat -c %i "$TANGTHU_DIR/index/open")" != "$marks" ]
is "with everything in it" "$(hits '')" 60
text_document "$intake/after.txt" 61 "sau khi dựng lại chỉ mục"
found_after() { [ "$(hits '"sau khi dựng lại"')" = 1 ]; }
ok "and it goes on" eventually found_after
stopped helper-1
stopped helper-2
indexer_stop
ok "verify is clean" tangthu --as admin verify
done_testing
