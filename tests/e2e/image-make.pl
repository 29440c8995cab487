#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# One page in every encoding that scans come in and no tool here writes.
#	image-make.pl FOLDER PAGE.pgm PAGE.jp2 PAGE.ccitt WIDTH HEIGHT
# The PGM at 150 dpi, the JPEG 2000 at 120, the fax (G4, of the size told) at 200.  Files are named after what they are.
use strict;
use warnings;
use Compress::Zlib;

my ($folder, $pgm, $jp2, $fax, $fax_w, $fax_h) = @ARGV;

sub read_file { my $name = shift; open my $f, '<:raw', $name or die "$name: $!"; local $/; <$f> }
sub write_file { my ($name, $data) = @_; open my $f, '>:raw', "$folder/$name" or die "$name: $!"; print $f $data or die; close $f or die }

sub stream { my ($entries, $data) = @_; "<<$entries/Length " . length($data) . ">>\nstream\n$data\nendstream" }

# A page with one image all over it; more objects from number 6 on.
sub pdf {
	my ($w, $h, $dpi, $entries, $data, @more) = @_;
	my ($x, $y) = map { $_ * 72 / $dpi } $w, $h;
	my @objects = ('<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1>>',
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 $x $y]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
		stream('', "q $x 0 0 $y 0 0 cm /I Do Q"), stream("/Type/XObject/Subtype/Image/Width $w/Height $h$entries", $data), @more);
	my ($out, @at) = ("%PDF-1.7\n");
	for my $i (0 .. $#objects) { push @at, length $out; $out .= $i + 1 . " 0 obj\n$objects[$i]\nendobj\n" }
	my $xref = length $out;
	$out .= "xref\n0 " . (@objects + 1) . "\n0000000000 65535 f \n" . join '', map { sprintf "%010d 00000 n \n", $_ } @at;
	return $out . "trailer <</Size " . (@objects + 1) . "/Root 1 0 R>>\nstartxref\n$xref\n%%EOF\n";
}

sub png {
	my ($w, $h, $bits, $type, $rows, @chunks) = @_;
	my $chunk = sub { my ($t, $d) = @_; pack('N', length $d) . $t . $d . pack 'N', crc32($t . $d) };
	return "\x89PNG\r\n\x1a\n" . $chunk->('IHDR', pack 'NNCCCCC', $w, $h, $bits, $type, 0, 0, 0)
	    . join('', map { $chunk->(@$_) } @chunks) . $chunk->('IDAT', compress(join '', map { "\0$_" } @$rows)) . $chunk->('IEND', '');
}

my $page = read_file($pgm);
my ($w, $h, $at) = $page =~ /\AP5\s+(\d+)\s+(\d+)\s+255\s/ ? ($1, $2, $+[0]) : die "$pgm is no PGM";
my $grey = substr $page, $at;
my @row = unpack "(a$w)*", $grey;

# Four inks, black alone; the palette backwards; the ink only where the mask is not clear; 16 bits.
my $ink = join '', map { chr(255 - $_) } 0 .. 255;
(my $black = $grey) =~ s/(.)/"\0\0\0" . substr($ink, ord $1, 1)/gse;
write_file('cmyk.pdf', pdf($w, $h, 150, '/ColorSpace/DeviceCMYK/BitsPerComponent 8/Filter/FlateDecode', compress($black)));
(my $negative = $grey) =~ s/(.)/substr($ink, ord $1, 1)/gse;
my $palette = join '', map { chr(255 - $_) x 3 } 0 .. 255;
write_file('palette.pdf', pdf($w, $h, 150, '/ColorSpace[/Indexed/DeviceRGB 255 6 0 R]/BitsPerComponent 8/Filter/FlateDecode',
	compress($negative), stream('', $palette)));
write_file('mask.pdf', pdf($w, $h, 150, '/ColorSpace/DeviceGray/BitsPerComponent 8/SMask 6 0 R/Filter/FlateDecode', compress("\0" x length $grey),
	stream("/Type/XObject/Subtype/Image/Width $w/Height $h/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode", compress($negative))));
(my $deep = $grey) =~ s/(.)/$1$1/gs;
write_file('deep.pdf', pdf($w, $h, 150, '/ColorSpace/DeviceGray/BitsPerComponent 16/Filter/FlateDecode', compress($deep)));
my $dpi = ['pHYs', pack 'NNC', 5906, 5906, 1];
write_file('palette.png', png($w, $h, 8, 3, [unpack "(a$w)*", $negative], ['PLTE', $palette], $dpi));
write_file('alpha.png', png($w, $h, 8, 6, [map { (my $r = $_) =~ s/(.)/"\0\0\0" . substr($ink, ord $1, 1)/gse; $r } @row], $dpi));

# The head of the page at 2,400 dpi without its margins, a bit a pixel: just below the pixels of a page.
my @head = map { (my $bits = substr $_, 100, $w - 200) =~ s/(.)/(ord $1 < 128 ? "\0" : "\xff") x 2/gse; $bits } @row[0 .. 370];
write_file('2400-dpi.pdf', pdf(8 * length $head[0], 16 * @head, 2400, '/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/FlateDecode',
	compress(join '', map { $_ x 16 } @head)));

# JPEG 2000: in a PDF; one that says it is larger than anything; one whose box and code stream differ.
my $jpx = read_file($jp2);
my ($jh, $jw) = $jpx =~ /ihdr(.{8})/s ? unpack 'NN', $1 : die "$jp2 has no header";
write_file('jpx.pdf', pdf($jw, $jh, 120, '/Filter/JPXDecode', $jpx));
(my $giant = $jpx) =~ s/(ihdr).{8}/$1 . pack 'NN', 60000, 60000/se;
write_file('giant.jp2', $giant);
(my $lying = $jpx) =~ s/(\xff\x51.{4}).{8}/$1 . pack 'NN', 60000, 60000/se;
write_file('lying.jp2', $lying);

# JBIG2 (ITU-T T.88, embedded as in PDF): a page and a generic region, whose MMR coding is G4.
my $g4 = read_file($fax);
my $segment = sub { my ($n, $type, $d) = @_; pack('NCCCN', $n, $type, 0, 1, length $d) . $d };
write_file('jbig2.pdf', pdf($fax_w, $fax_h, 200, '/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/JBIG2Decode',
	$segment->(0, 48, pack 'NNNNCn', $fax_w, $fax_h, 0, 0, 0, 0)
	    . $segment->(1, 38, pack('NNNNCC', $fax_w, $fax_h, 0, 0, 0, 1) . $g4)));
