#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The header of a typed PDF: two columns in the same rows.  Where the number stands lower than the issuer, the
# text layer has nothing between them, not even a space ("1284/QD-UBNDHai Duong").
. tests/e2e/lib.sh

# X, baseline, font (1 plain, 2 bold), text
perl - "$WORK/cells.pdf" <<'PERL'
use strict; use warnings;
my $content = "BT\n";
while (<DATA>) {
	chomp; my ($x, $y, $font, $text) = split /\t/;
	$content .= "/F$font 13 Tf 1 0 0 1 $x $y Tm ($text) Tj\n";
}
$content .= "ET\n";
sub font { "<</Type/Font/Subtype/Type1/BaseFont/$_[0]>>" }
my @object = ("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>",
	"<</Length " . length($content) . ">>\nstream\n${content}endstream", font('Times-Roman'), font('Times-Bold'));
my $out = "%PDF-1.4\n"; my @at;
for (0 .. $#object) { push @at, length $out; $out .= ($_ + 1) . " 0 obj\n$object[$_]\nendobj\n" }
my $xref = length $out;
$out .= "xref\n0 " . (@object + 1) . "\n0000000000 65535 f \n" . join('', map { sprintf "%010d 00000 n \n", $_ } @at);
$out .= "trailer\n<</Size " . (@object + 1) . "/Root 1 0 R>>\nstartxref\n$xref\n%%EOF\n";
open my $o, '>:raw', shift or die; print $o $out;
__DATA__
85	780	2	UY BAN NHAN DAN
260	780	2	CONG HOA XA HOI CHU NGHIA VIET NAM
85	765.5	2	TINH HAI DUONG
310	765.5	2	Doc lap - Tu do - Hanh phuc
90	745.5	1	So: 1284/QD-UBND
290	745.5	1	Hai Duong, ngay 14 thang 6 nam 2023
255	700	2	QUYET DINH
160	680	1	Ve viec phe duyet ke hoach phat trien du lich cua m
PERL

tangthu-ocr --file "$WORK/cells.pdf" --json 2>/dev/null >"$WORK/read.json"
page() { jq -r "select(.event == \"page\") | $1" "$WORK/read.json"; }
is "its text layer is taken" "$(page .source)" text-layer
is "every cell is a line of its own" "$(page .text | sed '/^$/d' | head -6 | sort)" "CONG HOA XA HOI CHU NGHIA VIET NAM
Doc lap - Tu do - Hanh phuc
Hai Duong, ngay 14 thang 6 nam 2023
So: 1284/QD-UBND
TINH HAI DUONG
UY BAN NHAN DAN"
is "each word lies in its own column" \
	"$(page '.words[] | select(.[0] | IN("1284/QD-UBND", "Hai", "DUONG", "CONG")) | "\(.[0]) \(.[1] > 500)"')" \
	"DUONG false
CONG true
1284/QD-UBND false
Hai true"
done_testing
