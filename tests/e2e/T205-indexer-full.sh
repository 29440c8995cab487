#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317
# time-limit: 180
# A disk that is full, and one that has space again.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
mkdir "$WORK/disk"
mount -t tmpfs -o size=24m none "$WORK/disk" 2>/dev/null || skip_all "mounting a small file system is not allowed here"
trap 'clean_up_disk' EXIT
clean_up_disk() {
	for pid in "$WORK"/*.pid; do
		[ -e "$pid" ] && kill -9 "$(cat "$pid")" 2>/dev/null
	done
	sleep 0.2
	umount -l "$WORK/disk"
	clean_up
}
export TANGTHU_DIR="$WORK/disk/archive"
archive_make
sed -i 's/^\(# *\)\?reserve *=.*/reserve = 6M/' "$TANGTHU_DIR/tangthu.conf"
sed -i 's/^\(# *\)\?retry *=.*/retry = 1/' "$TANGTHU_DIR/tangthu.conf"
intake=$TANGTHU_DIR/intake
free_bytes() { df --output=avail -B1 "$WORK/disk" | tail -n 1; }
for i in 1 2 3; do
	text_document "$intake/before-$i.txt" "$i" "trước khi đĩa đầy"
done
ok "with space all is read" tangthu-indexer --once

# Nearly full: below the reserve.
dd if=/dev/zero of="$WORK/disk/ballast" bs=1M count=$(($(free_bytes) / 1048576 - 4)) 2>/dev/null
for i in 4 5 6; do
	text_document "$WORK/disk/x" "$i" "khi đĩa đã đầy"
	mv "$WORK/disk/x" "$intake/during-$i.txt"
done
indexer_start
told_so() { grep -q -i 'space\|reserve' "$WORK/indexer.log"; }
ok "it says that there is no space" eventually told_so
waiting() { sql "SELECT value FROM setting WHERE key = 'run.indexer.progress'" | jq -e '.state == "waiting"'; }
ok "the catalogue says that it waits" eventually waiting
sleep 1
is "the files are still in the folder" "$(find "$intake" -maxdepth 1 -type f | wc -l)" 3
is "no half of anything was registered" "$(sql 'SELECT count(*) FROM record')" 3
ok "it is alive" kill -0 "$(cat "$WORK/indexer.pid")"
rm "$WORK/disk/ballast"
all_read() { [ "$(readings)" = "read 6" ]; }
ok "with space again it goes on by itself" eventually all_read
found() { [ "$(hits '"khi đĩa đã đầy"')" = 3 ]; }
ok "and all is found" eventually found
is "no page was charged with it" "$(sql 'SELECT count(*) FROM page WHERE tries > 0')" 0

# To the last byte, while documents are being read: nothing is half.
for i in $(seq 7 30); do
	text_document "$WORK/disk/x" "$i" "khi đĩa đầy đến byte cuối"
	mv "$WORK/disk/x" "$intake/last-$i.txt"
done
sleep 0.3
dd if=/dev/zero of="$WORK/disk/ballast" bs=4k 2>/dev/null
sleep 3
ok "it is alive still" kill -0 "$(cat "$WORK/indexer.pid")"
rm "$WORK/disk/ballast"
rest_read() { [ "$(readings)" = "read 30" ]; }
ok "afterwards everything is read" eventually rest_read
ok "nothing is left over" eventually settled
is "each document is there once" "$(sql 'SELECT count(*) FROM component')" 30
indexer_stop
ok "the store is whole" store_is_whole
ok "verify is clean" tangthu --as admin verify
done_testing
