#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317
# time-limit: 300
# Bad files among good ones: each is kept byte for byte and ends with a state and a reason, and the
# good ones are read meanwhile.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make
intake=$TANGTHU_DIR/intake
sed -i 's/^\(# *\)\?wall *=.*/wall = 20/; s/^\(# *\)\?retry *=.*/retry = 0/' "$TANGTHU_DIR/tangthu.conf"
generate "$WORK/hostile" --set hostile --seed 2
rm -f "$WORK"/hostile/hostile.tsv "$WORK"/hostile/hostile-names.hex
find "$WORK/hostile" -type f ! -name '.*' -exec mv -t "$intake" {} +
for i in $(seq 10); do
	text_document "$intake/good-$i.txt" "$i" "tài liệu tốt giữa những tệp xấu"
done
find "$intake" -type f -exec sha256sum {} + | cut -d' ' -f1 | sed 's/^\\//' >"$WORK/handed-in"
count=$(wc -l <"$WORK/handed-in")
indexer_start
good() { [ "$(hits '"tài liệu tốt"')" = 10 ]; }
ok "the good ones are found while the bad ones are worked on" eventually good
all_ended() { [ "$(sql "SELECT count(*) FROM record WHERE reading NOT IN ('waiting','reading')")" = "$count" ]; }
for _ in 1 2 3; do
	eventually all_ended && break
done
ok "every file has ended" all_ended
indexer_stop
ok "every file is one record with exactly its bytes" registered_once "$WORK/handed-in"
ok "the store is whole" store_is_whole
is "what was not read has a reason" "$(sql "SELECT count(*) FROM record WHERE
	reading IN ('partial','refused','failed') AND reading_reason IS NULL")" 0
echo "# $(readings)"
ok "verify is clean" tangthu --as admin verify
done_testing
