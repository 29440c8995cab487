#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 400
# Framed stamps through every state of a scan: a secret mark sends the record into quarantine, a mark
# of urgency is suggested with its place; pages without a stamp give neither.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make
intake=$TANGTHU_DIR/intake

stamped() { # option, mark, name
	local state
	for state in clean scan grey bad bleed bw fax; do
		generate "$WORK/$3-$state" --set mixed --kind short --count 1 --state $state --format pdf \
			--rotate 0 --seed 11 "$1" "$2"
		cp "$WORK/$3-$state"/*.pdf "$intake/$3-$state.pdf"
	done
}
stamped --secrecy MẬT mat
stamped --secrecy "TUYỆT MẬT" tuyet-mat
stamped --urgency "HỎA TỐC" hoa-toc
stamped --urgency KHẨN khan
generate "$WORK/plain" --set mixed --kind short --count 4 --state scan --format pdf --rotate 0 --seed 12
for f in "$WORK"/plain/*.pdf; do
	cp "$f" "$intake/plain-$(basename "$f")"
done
is "the scans are read" "$(exit_of tangthu-indexer --once)" 0

names() { sql "$1" | sort | paste -sd' '; }
is "every secret mark is found, and no other page is held back" \
	"$(names "SELECT c.name FROM component c JOIN record r ON r.id = c.record WHERE r.quarantine = 1")" \
	"$(for n in mat tuyet-mat; do
		for s in clean scan grey bad bleed bw fax; do echo "$n-$s.pdf"; done; done | sort | paste -sd' ')"
is "every mark of urgency is suggested" \
	"$(names "SELECT c.name || '=' || s.value FROM suggestion s JOIN component c ON c.record = s.record
		WHERE s.field = 'urgency'")" \
	"$(for s in clean scan grey bad bleed bw fax; do echo "hoa-toc-$s.pdf=HỎA TỐC"; echo "khan-$s.pdf=KHẨN"; done |
		sort | paste -sd' ')"
is "with the place of the stamp" "$(sql "SELECT count(*) FROM suggestion WHERE field = 'urgency'
	AND method = 'stamp' AND w > 0 AND x >= 0 AND y > 0")" 14
is "seals are seen on colour scans" "$(sql "SELECT count(DISTINCT c.name) > 8 FROM page_mark m
	JOIN component c ON c.id = m.component WHERE m.kind = 'seal'")" 1
done_testing
