#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317
# time-limit: 300
# A stack of documents in the intake folder becomes searchable records, and the next run finds
# nothing to do.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make
intake=$TANGTHU_DIR/intake
generate "$WORK/scans" --set test --seed 3
cp "$WORK"/scans/* "$intake"
for i in 1 2 3 4 5 6 7 8; do
	text_document "$intake/van-ban-$i.txt" "$i" "phê duyệt kế hoạch số $i về du lịch cộng đồng"
done
count=$(find "$intake" -maxdepth 1 -type f | wc -l)
sha256sum "$intake"/* | cut -d' ' -f1 >"$WORK/handed-in"

is "one run ends well" "$(exit_of tangthu-indexer --once)" 0
is "the folder is empty" "$(find "$intake" -type f | wc -l)" 0
is "every file is one record" "$(sql 'SELECT count(*) FROM record')" "$count"
ok "with exactly its bytes" registered_once "$WORK/handed-in"
ok "the store is whole" store_is_whole
is "every document is read" "$(readings)" "read $count"
ok "nothing is left over" settled
is "one log entry tells of each reading" \
	"$(sql "SELECT count(*) FROM event WHERE class = 'preservation'")" "$count"
is "every record that is not in quarantine is found" "$(hits '')" \
	"$(sql 'SELECT count(*) FROM record WHERE quarantine <> 1')"
is "a text document is found by its subject without diacritics" \
	"$(hits '"ke hoach so 5 ve du lich cong dong"')" 1
is "fields were suggested" "$(sql "SELECT value FROM suggestion s JOIN component c ON
	c.record = s.record WHERE c.name = 'van-ban-3.txt' AND field = 'symbol'")" "QĐ-SDL"
is "every page that was read has its words" "$(sql "SELECT count(*) FROM page WHERE
	state NOT IN ('read','blank')")" 0
is "the packs are there" "$(find "$TANGTHU_DIR/derived" -name '*.words.zip' | wc -l)" "$count"
is "progress says that it has ended" \
	"$(sql "SELECT value FROM setting WHERE key = 'run.indexer.progress'" | jq -r .state)" stopped
is "and how many pages it read" \
	"$(sql "SELECT value FROM setting WHERE key = 'run.indexer.progress'" | jq -r .pages)" \
	"$(sql 'SELECT count(*) FROM page')"

before=$(sql 'SELECT max(seq) FROM event')
is "a second run ends well" "$(exit_of tangthu-indexer --once)" 0
is "and changes nothing" "$(sql 'SELECT max(seq) FROM event')" "$before"

ok "verify is clean" tangthu --as admin verify

# As a daemon: what arrives is found without being told.
indexer_start
text_document "$WORK/late.txt" 99 "công nhận khu du lịch đảo Dấu"
mv "$WORK/late.txt" "$intake/late.txt"
late_is_found() { [ "$(hits '"khu du lịch đảo Dấu"')" = 1 ]; }
ok "a file that arrives while it runs is found" eventually late_is_found
kill "$(cat "$WORK/indexer.pid")"
wait "$(cat "$WORK/indexer.pid")"
is "asked to end it ends well" $? 0
rm -f "$WORK/indexer.pid"
done_testing
