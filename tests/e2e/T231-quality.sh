#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 400
# What is wrong with scanned pages: dark edges, a sheet that was scanned twice, pages that were left out.
# shellcheck disable=SC2119
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make
intake=$TANGTHU_DIR/intake

# A plan of four pages, numbered from the second one; the last one is blank.
for state in scan bw; do
	generate "$WORK/$state" --set mixed --kind plan --count 1 --seed 21 --appetite 3 --state $state --format pdf --rotate 0
	mv "$WORK/$state"/*.pdf "$WORK/$state.pdf"
done
put() { # name, pages as qpdf names them
	local name=$1
	shift
	qpdf --empty --pages "$@" -- "$intake/$name.pdf"
}
put left-out "$WORK/scan.pdf" 1,3
put doubled "$WORK/scan.pdf" 1,2,2,3
put scanned-again "$WORK/scan.pdf" 1,2 "$WORK/bw.pdf" 2
put whole "$WORK/scan.pdf" 1-4

# One byte a pixel, the left edge in shadow over 60 % of its height.
pdftoppm -r 150 -gray -f 1 -l 1 -singlefile "$WORK/scan.pdf" "$WORK/page"
perl -e '
	local $/; open my $in, "<:raw", $ARGV[0] or die; my $pgm = <$in>;
	my ($w, $h, $at) = $pgm =~ /\AP5\s+(\d+)\s+(\d+)\s+255\s/ ? ($1, $2, $+[0]) : die;
	my $data = substr $pgm, $at;
	for my $y (0 .. int(0.6 * $h)) { substr($data, $y * $w, 30) = "\x10" x 30 }
	my @tags = ([256, 4, 1, $w], [257, 4, 1, $h], [258, 3, 1, 8], [259, 3, 1, 1], [262, 3, 1, 1], [273, 4, 1, 8 + 2 + 12 * 10 + 4 + 8],
		[277, 3, 1, 1], [278, 4, 1, $h], [279, 4, 1, length $data], [282, 5, 1, 8 + 2 + 12 * 10 + 4]);
	open my $out, ">:raw", $ARGV[1] or die;
	print $out "II*\0", pack("V", 8), pack("v", scalar @tags), (map { pack "vvVV", @$_ } @tags), pack("V", 0), pack("VV", 150, 1), $data;
' "$WORK/page.pgm" "$intake/dark.tif"
is "all are read" "$(exit_of tangthu-indexer --once)" 0
uid_of() { sql "SELECT r.uid FROM record r JOIN component c ON c.record = r.id WHERE c.name LIKE '$1.%'"; }

server_start
login lan
quality() { # name: page, what is told but for the two that this scan always has
	api GET "records/$(uid_of "$1")/pages" | jq -r '.pages[] | "\(.page): \(.quality - ["low-dpi", "not-colour", "blank"] | join(",")) \(.same_as) \(.missing)"' |
		paste -sd'|'
}
is "a whole document has nothing" "$(quality whole)" "1:  0 0|2:  0 0|3:  0 0|4:  0 0"
is "a page left out is told by the number of the next one" "$(quality left-out)" "1:  0 0|2: missing-pages 0 1"
is "the same image twice is told, with the first one" "$(quality doubled)" "1:  0 0|2:  0 0|3: doubled 2 0|4:  0 0"
is "and the same sheet scanned anew, in black and white" "$(quality scanned-again)" "1:  0 0|2:  0 0|3: doubled 2 0"
is "an edge in shadow is told" "$(quality dark)" "1: dark-edge 0 0"
is "the numbers printed are told" "$(api GET "records/$(uid_of whole)/pages" | jq -c '[.pages[].printed_no]')" "[0,2,3,0]"
is "the command line tells them, too" "$(tangthu show "$(uid_of doubled)" | grep '^quality')" "quality      page 3: doubled (as page 2)"
server_stop

sed -i 's/^.*report_doubled = .*/report_doubled = no/; s/^.*report_numbers = .*/report_numbers = no/; s/^.*max_dark_edge = .*/max_dark_edge = 0/' "$TANGTHU_DIR/tangthu.conf"
is "each rule can be switched off" "$(for n in doubled left-out dark; do tangthu show "$(uid_of $n)"; done | grep -c '^quality.*\(doubled\|missing\|dark\)')" 0
done_testing
