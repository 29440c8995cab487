#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A PDF from the time of .VnTime: its text is TCVN3 shown as windows-1252, and its titles are set in a font
# whose small letters look like capitals (vietnamese.md 3.5).
. tests/e2e/lib.sh
. tests/e2e/indexer.sh

archive_make
# Lines "FONT text"; fonts 1 and 2 are .VnTime and .VnTimeH, subset or not.
cat >"$WORK/lines" <<'TEXT'
2 sở du lịch hải phòng
2 quyết định
1 Về việc thành lập đoàn kiểm tra cơ sở lưu trú trên địa bàn thành phố
1 Căn cứ nghị định của chính phủ và đề nghị của trưởng phòng nghiệp vụ,
1 giám đốc quyết định thành lập đoàn kiểm tra gồm các ông bà có tên sau đây.
TEXT
iconv -f UTF-8 -t TCVN5712-1 "$WORK/lines" >"$WORK/lines.tcvn" || skip_all "no TCVN5712-1 in iconv"
perl - "$WORK/lines.tcvn" "$WORK/old.pdf" <<'PERL'
use strict; use warnings;
my ($from, $to) = @ARGV;
open my $in, '<:raw', $from or die; my $y = 780; my $content = "BT\n";
while (<$in>) {
	chomp; my ($font, $text) = split / /, $_, 2; $y -= 30;
	$text =~ s/([()\\])/\\$1/g;
	$content .= "/F$font 14 Tf 1 0 0 1 60 $y Tm ($text) Tj\n";
}
$content .= "ET\n";
sub font { "<</Type /Font /Subtype /Type1 /BaseFont /$_[0] /Encoding /WinAnsiEncoding>>" }
my @object = ("<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>",
	"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R /F2 6 0 R>>>>>>",
	"<</Length " . length($content) . ">>\nstream\n${content}endstream", font('.VnTime'), font('ABCDEF+.VnTimeH'));
my $out = "%PDF-1.4\n"; my @at;
for (0 .. $#object) { push @at, length $out; $out .= ($_ + 1) . " 0 obj\n$object[$_]\nendobj\n" }
my $xref = length $out;
$out .= "xref\n0 " . (@object + 1) . "\n0000000000 65535 f \n" . join('', map { sprintf "%010d 00000 n \n", $_ } @at);
$out .= "trailer\n<</Size " . (@object + 1) . " /Root 1 0 R>>\nstartxref\n$xref\n%%EOF\n";
open my $o, '>:raw', $to or die; print $o $out;
PERL

uid=$(tangthu add "$WORK/old.pdf" 2>/dev/null | cut -d' ' -f1)
indexer_once
tangthu show "$uid" --text >"$WORK/text"
is "what was set in .VnTimeH is in capitals" "$(grep -cE '^SỞ DU LỊCH HẢI PHÒNG|^QUYẾT ĐỊNH' "$WORK/text")" 2
is "what was set in .VnTime is as it was typed" "$(grep -c 'Về việc thành lập đoàn kiểm tra' "$WORK/text")" 1
is "its ư, which the PDF calls a hyphen, is back" "$(grep -c 'cơ sở lưu trú trên' "$WORK/text")-$(grep -c 'của trưởng phòng' "$WORK/text")" 1-1
is "a search with marks finds it" "$(tangthu --json search 'đoàn kiểm tra' | jq .total)" 1
is "the type is known by its line in capitals" \
	"$(tangthu --json show "$uid" | jq -r '[.suggestions[] | select(.field == "type").value][0]')" QĐ
is "the log keeps what was taken for it, and how sure that is" \
	"$(sql "SELECT detail LIKE '%TCVN3%legal=%' FROM event WHERE action='record.read'")" 1
is "the bytes are as they came" "$(tangthu show "$uid" --original "$WORK/back" && cmp "$WORK/back" "$WORK/old.pdf" && echo same)" same
done_testing
