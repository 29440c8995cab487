#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317
# time-limit: 300
# A backup is taken while scans arrive, are read and are indexed; what it holds is a whole archive
# of that moment, which goes on reading where the backup found it.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make
generate "$WORK/scans" --set test --seed 11
for i in $(seq 60); do
	text_document "$WORK/doc-$i.txt" "$i" "sao lưu khi đang nhập lần thứ $i"
done
waiting() { sql "SELECT count(*) FROM job WHERE state IN ('waiting','leased')"; }
as_admin() { tangthu --as admin "$@"; }
# Nothing that the copy's catalogue names may be missing in the copy.
restored_whole() { # copy
	tangthu -d "$1" --as admin verify
}
goes_on() { # copy: reads what was not read yet, and then everything is there
	tangthu-indexer -d "$1" --once >>"$WORK/again.log" 2>&1 &&
		[ "$(sqlite3 "$1/catalogue.db" \
			"SELECT count(*) FROM record WHERE reading IN ('waiting','reading')")" = 0 ]
}

tangthu add "$WORK/scans" >"$WORK/out" 2>&1 || echo "# $(tail -n 1 "$WORK/out")"
indexer_start
one_by_one() { for f in "$WORK"/doc-*.txt; do tangthu add "$f" || return; done; }
started adding one_by_one
some_read() { [ "$(sql "SELECT count(*) FROM page WHERE state='read'")" -ge "$1" ]; }
for round in 1 2 3; do
	eventually some_read $((round * 4))
	before=$(waiting)
	ok "backup $round is made during an ingest" as_admin backup "$WORK/backup-$round"
	echo "# waiting or being read: $before before, $(waiting) after"
	[ $round != 1 ] || is "... while documents were waiting" "$([ "$before" -gt 0 ] && echo yes)" yes
done
wait "$(cat "$WORK/adding.pid")"
rm -f "$WORK/adding.pid"
indexer_stop
for round in 1 2 3; do
	copy=$WORK/restored-$round
	ok "backup $round is restored" as_admin restore "$WORK/backup-$round" "$copy"
	ok "... verify finds it clean" restored_whole "$copy"
	ok "... it goes on reading what the backup found unread" goes_on "$copy"
	ok "... and is clean again" restored_whole "$copy"
done
is "the backups are entries of the log" "$(sql "SELECT count(*) FROM event WHERE action='backup'")" 3
ok "the archive itself is clean" as_admin verify
done_testing
