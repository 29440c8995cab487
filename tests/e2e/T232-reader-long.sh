#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 900
# Long documents: 340 and 659 pages, Ctrl-C in the middle, temporary space that is bounded and shown; and
# image encodings that T112 has no file of: 16 bits, a TIFF whose pages are all different.
# shellcheck disable=SC2317
. tests/e2e/lib.sh
. tests/e2e/indexer.sh
archive_make
intake=$TANGTHU_DIR/intake
status() { tangthu --json status | jq "$1"; }

# Pages with a sound text layer, and a page that must be recognised.
generate "$WORK/scan" --set mixed --count 1 --kind short --seed 3 --state clean --format pdf --rotate 0 --dpi 100
scan=$(find "$WORK/scan" -name '*.pdf')
many() { # pages, file, out
	local args=() i
	for ((i = 0; i < $1; i++)); do args+=("$2" 1); done
	qpdf --empty --pages "${args[@]}" -- "$3"
}
for pages in 659 340; do
	tests/e2e/pdf-make.pl long "$WORK/long.pdf" $pages && mv "$WORK/long.pdf" "$intake/long-$pages.pdf"
done
is "long documents are read" "$(exit_of tangthu-indexer --once)" 0
is "every page of them" "$(sql "SELECT group_concat(n) FROM (SELECT count(*) AS n FROM page
	WHERE state = 'read' GROUP BY component ORDER BY n)")" "340,659"
is "nothing temporary is left" "$(status .spool_bytes) $(status .spool_documents)" "0 0"

# Ctrl-C while a scan is read: what was read stays and is not read again.
many 16 "$scan" "$intake/scan-16.pdf"
indexer_start
half_way() { [ "$(sql "SELECT count(*) FROM page p JOIN component c ON c.id = p.component
	WHERE c.name = 'scan-16.pdf' AND p.state = 'read'")" -ge 3 ]; }
ok "some pages are read" eventually half_way
ok "their temporary space is told" [ "$(status .spool_bytes)" -gt 0 ]
kill -INT "$(cat "$WORK/indexer.pid")"
gone() { ! kill -0 "$(cat "$WORK/indexer.pid")"; }
ok "Ctrl-C ends it" eventually gone
rm -f "$WORK/indexer.pid"
before=$(sql "SELECT count(*) FROM page p JOIN component c ON c.id = p.component WHERE c.name = 'scan-16.pdf' AND p.state = 'read'")
ok "before the document is through" [ "$before" -lt 16 ]
ok "and the space is still told" [ "$(status .spool_documents)" = 1 ]
# shellcheck disable=SC2119 # it takes options of the server, there are none
server_start
login lan
is "... over HTTP not to who does not run the machine" "$(api GET jobs | jq .counts)" null
tangthu --as admin user join lan administrator >/dev/null
is "... to who does" "$(api GET jobs | jq -c '.counts | [.spool_documents, .spool_bytes]')" \
	"[1,$(status .spool_bytes)]"
is "... and to the watcher of the machine" \
	"$(curl -sS "$ADDRESS/api/v1/metrics" | sed -n 's/^tangthu_spool_//p' | tr '\n' ' ')" \
	"documents 1 bytes $(status .spool_bytes) "
server_stop
is "it goes on when it is started again" "$(exit_of tangthu-indexer --once --progress)" 0
read_again=$(grep -oE '[0-9]+ (pages|trang)' "$WORK/out" | tail -n 1 | cut -d' ' -f1)
is "at the page where it was" "$((before + read_again))" 16
is "no page counts a failed try" "$(sql "SELECT count(*) FROM page WHERE tries > 0")" 0

# A limit that one page passes: documents are read one after the other, and all of them.
sed -i 's/^.*spool = .*/spool = 1M/' "$TANGTHU_DIR/tangthu.conf"
many 2 "$scan" "$intake/a.pdf"
many 3 "$scan" "$intake/b.pdf"
is "with little temporary space all is read as well" "$(exit_of tangthu-indexer --once)" 0
is "to the last page" "$(sql "SELECT count(*) FROM page p JOIN component c ON c.id = p.component
	WHERE c.name IN ('a.pdf', 'b.pdf') AND p.state = 'read'")" 5

# Encodings of images.
outcome() { tangthu-ocr --file "$1" --json 2>/dev/null |
	jq -r 'select(.event != "document" and .event != "done") | .source // .reason' | sort | uniq -c | tr -s ' \n' ' '; }
pdftoppm -r 100 -gray -singlefile "$scan" "$WORK/page"
perl -e '
	use Compress::Zlib;
	local $/; open my $in, "<:raw", $ARGV[0] or die; my $pgm = <$in>;
	my ($w, $h, $at) = $pgm =~ /\AP5\s+(\d+)\s+(\d+)\s+255\s/ ? ($1, $2, $+[0]) : die;
	my $grey = substr $pgm, $at;
	my $deep = join "", map { chr($_) . chr($_) } unpack "C*", $grey;
	my $bits = join "", map { my $y = $_; pack "B*", (join("", map { ord(substr $grey, $y * $w + $_, 1) < 128 ? 1 : 0 } 0 .. $w - 1)) . "0" x (-$w % 8) } 0 .. $h - 1;
	# pages of one TIFF: bits a sample, samples, photometric, resolution, data
	my @pages = ([8, 1, 1, 100, $grey], [16, 1, 1, 100, $deep], [1, 1, 0, 100, $bits],
		[8, 3, 2, 100, join "", map { chr($_) x 3 } unpack "C*", $grey]);
	my ($out, @at) = ("II*\0");
	my $body = "";
	for my $p (@pages) { push @at, 8 + length $body; $body .= $p->[4]; $body .= "\0" if length($body) % 2 }
	my $next = 8 + length $body;
	$out .= pack("V", $next) . $body;
	for my $i (0 .. $#pages) {
		my ($bits_, $samples, $photo, $dpi, $data) = @{$pages[$i]};
		my $size = 2 + 12 * 11 + 4; my $extra = $next + $size;
		my @tags = ([256, 4, 1, $w], [257, 4, 1, $h], [258, 3, $samples, $samples == 1 ? $bits_ : $extra + 8], [259, 3, 1, 1], [262, 3, 1, $photo],
			[273, 4, 1, $at[$i]], [277, 3, 1, $samples], [278, 4, 1, $h], [279, 4, 1, length $data], [282, 5, 1, $extra], [283, 5, 1, $extra]);
		my $after = $extra + 8 + 6;
		$out .= pack("v", scalar @tags) . join("", map { pack "vvVV", @$_ } @tags) . pack("V", $i < $#pages ? $after : 0) . pack("VV", $dpi, 1) . pack("vvv", 8, 8, 8);
		$next = $after;
	}
	open my $f, ">:raw", $ARGV[1] or die; print $f $out;
	# 16 bits in a PNG
	my $chunk = sub { my ($t, $d) = @_; pack("N", length $d) . $t . $d . pack "N", crc32($t . $d) };
	my $rows = join "", map { "\0" . substr $deep, 2 * $w * $_, 2 * $w } 0 .. $h - 1;
	open my $png, ">:raw", $ARGV[2] or die;
	print $png "\x89PNG\r\n\x1a\n", $chunk->("IHDR", pack("NNCCCCC", $w, $h, 16, 0, 0, 0, 0)), $chunk->("pHYs", pack("NNC", 3937, 3937, 1)),
		$chunk->("IDAT", compress($rows)), $chunk->("IEND", "");
' "$WORK/page.pgm" "$WORK/mixed.tif" "$WORK/deep.png"
is "every page of a TIFF of grey, 16 bits, bits and colour is read" "$(outcome "$WORK/mixed.tif")" " 4 image "
is "a PNG of 16 bits is read" "$(outcome "$WORK/deep.png")" " 1 image "
ok "and its words" sh -c "tangthu-ocr --file '$WORK/deep.png' 2>/dev/null | grep -q 'CỘNG HÒA'"
done_testing
