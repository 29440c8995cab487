#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Small PDF files that the tests of exports need and no tool makes.
#	pdf-make.pl shared OUT		three pages with one resource dictionary that lists everything
#	pdf-make.pl signed OUT KEY CERT	a page with a detached CMS signature over the whole file
#	pdf-make.pl changed IN OUT	the signed file with one signed byte changed
#	pdf-make.pl long OUT N		N small pages with a text layer; each says which one it is
use strict;
use warnings;

sub pdf {    # objects (without "N 0 obj"), catalogue first
	my @objects = @_;
	my $out = "%PDF-1.7\n";
	my @at;
	for my $i (0 .. $#objects) {
		push @at, length $out;
		$out .= ($i + 1) . " 0 obj\n$objects[$i]\nendobj\n";
	}
	my $xref = length $out;
	$out .= "xref\n0 " . (@objects + 1) . "\n0000000000 65535 f \n";
	$out .= sprintf "%010d 00000 n \n", $_ for @at;
	return $out . "trailer <</Size " . (@objects + 1) . " /Root 1 0 R>>\nstartxref\n$xref\n%%EOF\n";
}

sub stream { my ($entries, $data) = @_; "<<$entries /Length " . length($data) . ">>\nstream\n$data\nendstream" }

sub image {    # bytes that can be looked for
	my $data = shift;
	stream("/Type/XObject/Subtype/Image/Width " . length($data) . "/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8", $data);
}

sub write_file { my ($name, $data) = @_; open my $f, '>:raw', $name or die "$name: $!"; print $f $data or die; close $f or die }

sub read_file { my $name = shift; open my $f, '<:raw', $name or die "$name: $!"; local $/; <$f> }

# Objects: 1 catalog, 2 pages, 3-5 pages, 6-8 contents, 9 resources, 10-12 images, 13 form on page 1
# with a dictionary of its own that also lists the images of the others, 14-16 widgets of one field,
# 17-19 their appearances, 20 the field, 21 an embedded file, 22 its specification, 23 a tiling pattern.
sub shared {
	my @page = map {
		"<</Type/Page/Parent 2 0 R/Contents @{[$_ + 5]} 0 R/Annots[@{[$_ + 13]} 0 R]"
		    . "/Thumb @{[9 + $_ % 3 + 1]} 0 R/PieceInfo<</X<</Private @{[9 + $_ % 3 + 1]} 0 R>>>>"
		    . "/AA<</O<</S/JavaScript/JS(PRIVATE-SCRIPT)>>>>>>"
	} 1 .. 3;
	my @content = map { stream('', "q 300 0 0 30 50 700 cm /Im$_ Do Q\n" . ($_ == 1 ? "/Fm1 Do\n/Pattern cs /P1 scn 10 10 50 50 re f\n" : '')) } 1 .. 3;
	my @widget = map { "<</Type/Annot/Subtype/Widget/Rect[50 50 150 80]/Parent 20 0 R/P @{[$_ + 2]} 0 R/AP<</N @{[$_ + 16]} 0 R>>/A<</S/GoTo/D[3 0 R/Fit]>>>>" } 1 .. 3;
	my @appearance = map { stream("/Type/XObject/Subtype/Form/BBox[0 0 100 30]/Resources<</XObject<</Im$_ @{[$_ + 9]} 0 R>>>>", "% APPEARANCE-OF-PAGE-$_\n/Im$_ Do") } 1 .. 3;
	return pdf(
		'<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[20 0 R]>>/Names<</EmbeddedFiles<</Names[(a)22 0 R]>>>>/OpenAction<</S/JavaScript/JS(PRIVATE-SCRIPT)>>>>',
		'<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count 3/MediaBox[0 0 595 842]/Resources 9 0 R>>',
		@page, @content,
		'<</XObject<</Im1 10 0 R/Im2 11 0 R/Im3 12 0 R/Fm1 13 0 R>>/Pattern<</P1 23 0 R>>/Properties<</MC0<</Metadata 21 0 R>>>>>>',
		(map { image("CONTENT-OF-PAGE-$_ " x 3) } 1 .. 3),
		stream('/Type/XObject/Subtype/Form/BBox[0 0 100 100]/Resources<</XObject<</Im1 10 0 R/Im2 11 0 R/Im3 12 0 R>>>>/PieceInfo<</X<</Private 12 0 R>>>>', '/Im1 Do'),
		@widget, @appearance,
		'<</FT/Sig/T(PRIVATE-FIELD)/Kids[14 0 R 15 0 R 16 0 R]>>',
		stream('/Type/EmbeddedFile', 'PRIVATE-ATTACHMENT'),
		'<</Type/Filespec/F(a.txt)/EF<</F 21 0 R>>>>',
		stream('/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 10 10]/XStep 10/YStep 10/Resources<</XObject<</Im1 10 0 R/Im3 12 0 R>>>>', '/Im1 Do'));
}

sub signed {
	my ($out, $key, $cert) = @_;
	my $room = 8192;
	my $file = pdf(
		'<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[5 0 R]>>>>',
		'<</Type/Pages/Kids[3 0 R]/Count 1>>',
		'<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots[5 0 R]/Resources<</XObject<</Im1 7 0 R>>>>>>',
		stream('', 'q 500 0 0 700 50 50 cm /Im1 Do Q'),
		'<</Type/Annot/Subtype/Widget/FT/Sig/T(ChuKy1)/Rect[0 0 0 0]/P 3 0 R/V 6 0 R>>',
		"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/Reason(Ban hanh)/M(D:20260101080000+07'00')"
		    . "/ByteRange[0000000000 0000000000 0000000000 0000000000]/Contents<" . '0' x (2 * $room) . '>>>',
		image('scan of a page ' x 4));
	my $at = index $file, '/Contents<0000';
	$at += length '/Contents';
	my $end = $at + 2 * $room + 2;
	my $range = sprintf '/ByteRange[%010d %010d %010d %010d]', 0, $at, $end, length($file) - $end;
	$file =~ s{/ByteRange\[0000000000[^\]]*\]}{$range};
	write_file("$out.data", substr($file, 0, $at) . substr($file, $end));
	system('openssl', 'cms', '-sign', '-binary', '-in', "$out.data", '-signer', $cert, '-inkey', $key,
		'-outform', 'DER', '-out', "$out.der", '-md', 'sha256') == 0 or die 'openssl cms';
	my $hex = unpack 'H*', read_file("$out.der");
	substr($file, $at + 1, length $hex) = $hex;
	unlink "$out.data", "$out.der";
	return $file;
}

# As many pages as a large report has, each of a size that costs next to nothing to draw.
sub long {
	my $n = shift;
	my @lines = ('a report of the archives of the city that has a great many pages',
		'and every one of them says in its own words what has been found',
		'by the people who looked into the boxes that were kept there.');
	my @objects = ('<</Type/Catalog/Pages 2 0 R>>',
		"<</Type/Pages/Count $n/MediaBox[0 0 330 80]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Kids["
		    . join(' ', map { 2 * $_ + 1 . " 0 R" } 1 .. $n) . ']>>');
	for my $page (1 .. $n) {
		push @objects, "<</Type/Page/Parent 2 0 R/Contents @{[2 * $page + 2]} 0 R>>",
		    stream('', join ' ', 'BT /F 10 Tf 12 TL 10 60 Td', (map { "($_) Tj T*" } "This is page $page of", @lines), 'ET');
	}
	return pdf(@objects);
}

my $what = shift // '';
if ($what eq 'shared') {
	write_file($ARGV[0], shared());
} elsif ($what eq 'signed') {
	write_file($ARGV[0], signed(@ARGV));
} elsif ($what eq 'changed') {
	my $file = read_file($ARGV[0]);
	$file =~ s/scan of a page/scan of A page/ or die 'nothing to change';
	write_file($ARGV[1], $file);
} elsif ($what eq 'long') {
	write_file($ARGV[0], long($ARGV[1]));
} else {
	die "usage: pdf-make.pl shared|signed|changed|long ...\n";
}
