#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317
# time-limit: 180
# tsan
# The index is a cache: thrown away, damaged or half rebuilt, it comes back without reading again.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make
intake=$TANGTHU_DIR/intake
for i in $(seq 20); do
	text_document "$intake/doc-$i.txt" "$i" "tái lập chỉ mục số $i"
done
ok "all is read" tangthu-indexer --once
read_times=$(sql "SELECT count(*) FROM event WHERE class = 'preservation'")
is "all is found" "$(hits 'tái lập chỉ mục')" 20
ok "a rebuild ends well" tangthu-indexer --reindex
is "all is found again" "$(hits 'tái lập chỉ mục')" 20

ok "a rebuild in more parts than there are records in some ends well" tangthu-indexer --reindex --readers 16
is "nothing is twice in it" "$(hits 'tái lập chỉ mục')" 20
ok "with more readers than a rebuild has parts, too" tangthu-indexer --reindex --readers 40
is "all is in it" "$(hits 'tái lập chỉ mục')" 20

rm -rf "$TANGTHU_DIR/index"
ok "without an index the next run makes one" tangthu-indexer --once
is "with everything in it" "$(hits 'tái lập chỉ mục')" 20

find "$TANGTHU_DIR/index" -type f -name '*glass' -exec sh -c 'printf garbage | dd of="$1" conv=notrunc 2>/dev/null' _ {} \;
ok "a damaged index is rebuilt" tangthu-indexer --once
is "with everything in it" "$(hits 'tái lập chỉ mục')" 20

for i in 1 2 3 4 5; do
	tangthu-indexer --reindex >>"$WORK/indexer.log" 2>&1 &
	pid=$!
	sleep "0.0$((i * 2))"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	[ "$(hits 'tái lập chỉ mục')" = 20 ] || break
done
is "killed in a rebuild the old index serves" "$(hits 'tái lập chỉ mục')" 20
ok "the next start clears up" tangthu-indexer --once
ok "nothing of it is left" [ ! -e "$TANGTHU_DIR/index.new" ]
is "all is found" "$(hits 'tái lập chỉ mục')" 20
is "nothing was read again" "$(sql "SELECT count(*) FROM event WHERE class = 'preservation'")" "$read_times"
ok "verify is clean" tangthu --as admin verify
done_testing
