#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 300
# Bar codes in the scans: labels are told with their place, separator sheets are known as such, blank
# pages part only where the configuration says so.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make
generate "$WORK/clean" --set codes --count 6 --state clean --dpi 200 --seed 5
generate "$WORK/fax" --set codes --count 6 --state fax --seed 6
cp "$WORK"/clean/*.pdf "$TANGTHU_DIR/intake"
for f in "$WORK"/fax/*.pdf; do
	cp "$f" "$TANGTHU_DIR/intake/fax-$(basename "$f")"
done
is "the scans are read" "$(exit_of tangthu-indexer --once)" 0

payloads() { jq -r '.code_kind + " " + .code' "$WORK"/clean.truth/*.json "$WORK"/fax.truth/*.json | sort; }
is "every code was found, and none that is not there" \
	"$(sql "SELECT kind || ' ' || value FROM page_mark WHERE kind IN ('qr','code128','code39')" | sort)" \
	"$(payloads)"
is "the six sheets are separators" "$(sql "SELECT count(*) FROM page_mark WHERE kind = 'separator'")" 6
is "with their code's payload" "$(sql "SELECT count(*) FROM page_mark s JOIN page_mark c ON
	c.component = s.component AND c.no = s.no AND c.value = s.value AND c.kind <> 'separator'
	WHERE s.kind = 'separator' AND s.value LIKE 'TANGTHU-TACH %'")" 6
is "labels stand at the head of their page" "$(sql "SELECT count(*) FROM page_mark m JOIN page p ON
	p.component = m.component AND p.no = m.no WHERE m.kind <> 'separator' AND m.value NOT LIKE 'TANGTHU%'
	AND m.y * 8 < p.height AND m.x * 2 > p.width AND m.w > 20")" 6

# Another word for separators, and blank pages too.
printf '[scan]\nseparator = HS-2024\nseparator_blank = yes\n' >>"$TANGTHU_DIR/tangthu.conf"
generate "$WORK/more" --set codes --count 6 --state clean --dpi 150 --seed 7
generate "$WORK/blank" --set test --seed 3
cp "$WORK"/more/*.pdf "$TANGTHU_DIR/intake"
blank=$(jq -r 'select([.text[] | select(. == "")] | length > 0) | .file' "$WORK"/blank.truth/*.json | head -n 1)
cp "$WORK/blank/$blank" "$TANGTHU_DIR/intake"
is "more are read under another configuration" "$(exit_of tangthu-indexer --once)" 0
is "the configured word makes the separator" \
	"$(sql "SELECT count(*) FROM page_mark WHERE kind = 'separator' AND value LIKE 'HS-2024-%'")" 1
is "and so does each blank page now" \
	"$(sql "SELECT count(*) FROM page_mark WHERE kind = 'separator' AND value = ''")" \
	"$(sql "SELECT count(*) FROM page WHERE state = 'blank'")"
is "of which there are" "$(sql "SELECT count(*) > 0 FROM page WHERE state = 'blank'")" 1
done_testing
