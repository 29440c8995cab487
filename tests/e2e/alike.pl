#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Asks two servers the same random things as the same low account and prints where they differ.
# Called by T515-alike.sh:
#
#	alike.pl COUNT SEED ROUTES OPEN HIDDEN WORDS ADDRESS COOKIE CSRF ADDRESS COOKIE CSRF
#
# ROUTES is what tangthu-server --routes prints, OPEN and HIDDEN are files of uids that both archives
# and only the first one have, WORDS a file of search terms.  Answers must be the same byte for byte,
# but for the number of the request, sealed cursors (each server has a key of its own; they are
# followed on both) and, sorted by relevance, the order of hits (architecture D2).
use strict;
use warnings;
require "./tests/e2e/client.pl";
use JSON::PP;

my ($count, $seed, $routes, $open, $hidden, $words, @server) = @ARGV;
my @side = map { { address => $server[$_ * 3], cookie => $server[$_ * 3 + 1], csrf => $server[$_ * 3 + 2],
	http => client(60) } } 0, 1;
my $json = JSON::PP->new->canonical->utf8;
srand($seed);

sub lines { open(my $f, "<:raw", $_[0]) or die "$_[0]: $!\n"; my @l = grep { /\S/ } <$f>; chomp @l; @l }
sub any { $_[int rand @_] }
my @open = lines($open);
my @hidden = lines($hidden);
my @words = lines($words);
my @route = map { [ split /\t/ ] } lines($routes);
# Counters and clocks of the process itself; what ends, makes or lists sessions.
my %left_out = map { $_ => 1 } qw(metrics login logout passwordChange sessionList);
@route = grep { !$left_out{ $_->[2] } } @route;
my %etag;

sub escaped { (my $s = $_[0]) =~ s/([^A-Za-z0-9_.~-])/sprintf "%%%02X", ord $1/ge; $s }

sub phrase {
	my $n = 1 + int rand 3;
	my $q = join " ", map { any(@words) } 1 .. $n;
	my $kind = rand;
	$q = "\"$q\"" if $kind < 0.15;
	$q = substr($q, 0, 3 + int rand 4) . "*" if $kind > 0.9;
	$q = any("số:", "number:", "hồ sơ:", "loại:", "cơ quan:", "năm:", "-", "NOT ", "từ:2019 đến:") . $q
	    if rand() < 0.2;
	$q .= any(" OR ", " AND ", " ") . any(@words) if rand() < 0.3;
	return $q;
}

sub search_of {
	my %p = (q => phrase(), sort => any("newest", "oldest", "newest", "oldest", "relevance"));
	$p{limit} = any(1, 2, 5, 20, 100) if rand() < 0.5 || $p{sort} eq "relevance";
	# A set has no pages: all of it is compared.
	$p{limit} = 100 if $p{sort} eq "relevance";
	$p{offset} = int rand 8 if rand() < 0.2 && $p{sort} ne "relevance";
	$p{type} = any("BC", "QĐ", "TB", "KH") if rand() < 0.2;
	$p{year} = 2018 + int rand 8 if rand() < 0.2;
	$p{dossier} = any(@open, @hidden) if rand() < 0.15;
	return ("GET", "/api/v1/search", \%p, $p{sort} eq "relevance");
}

sub list_of {
	my %p;
	my $of = any(qw(records nodes dossiers));
	if ($of eq "records") {
		$p{limit} = any(1, 3, 50);
		$p{ any("dossier", "review", "quarantine", "reading", "none") } = any(@open, @hidden, 0, 1, "read");
	} else {
		$p{q} = any(@words) if rand() < 0.5;
		$p{parent} = any("root", @open, @hidden) if rand() < 0.5;
		$p{limit} = any(1, 3, 50);
	}
	delete $p{none};
	return ("GET", "/api/v1/$of", \%p);
}

# Any route about an object that is or is not there; what would change something is only ever asked
# of what the account may not know.
sub route_of {
	for (;;) {
		my ($method, $path, $id) = @{ any(@route) };
		my $reads = $method eq "GET" || $method eq "HEAD";
		my $uid = $reads && rand() < 0.4 ? any(@open) : any(@hidden);
		my $about = $path =~ s/\{(uid|record|node|dossier|upload|audit|hold|batch|stack)\}/$uid/;
		next if !$reads && $method ne "OPTIONS" && !$about;
		$path =~ s/\{(page|component|ordinal|version)\}/any(1, 1, 2, 3, 9)/ge;
		$path =~ s/\{(\w+)\}/any(1, "x", any(@hidden))/ge;
		my %p;
		$p{ any(qw(record node dossier q parent object)) } = any(@hidden, @words) if $reads && rand() < 0.3;
		$method = "HEAD" if $method eq "GET" && rand() < 0.25;
		return ($method, $path, \%p);
	}
}

my $what = 0;
sub headers_for {
	my ($side, $method, $path) = @_;
	my %h = (Cookie => $side->{cookie}, "X-Tangthu-Csrf" => $side->{csrf}, "Accept-Language" => $what % 2 ? "en" : "vi");
	$h{"If-Match"} = "\"1\"" if $method eq "PATCH";
	$h{"Content-Type"} = "application/json" if $method =~ /^(POST|PATCH|PUT)$/;
	$h{"If-None-Match"} = $etag{$path} if $etag{$path} && $what % 3 == 0;
	$h{Range} = "bytes=" . ($what % 40) . "-" . ($what % 40 + 20) if $path =~ /original/ && $what % 2;
	return \%h;
}

# What lies in a package (stored, not deflated), but for the moment it was made and digests of that.
sub unpacked {
	my ($zip) = @_;
	my ($at, $out) = (0, "");
	while (substr($zip, $at, 4) eq "PK\x03\x04") {
		my ($size, $name, $extra) = unpack("x18 V x4 v v", substr($zip, $at, 30));
		$out .= substr($zip, $at + 30, $name) . "\n" . substr($zip, $at + 30 + $name + $extra, $size) . "\n";
		$at += 30 + $name + $extra + $size;
	}
	$out =~ s/(described|CREATEDATE)="[^"]*"|\b[0-9a-f]{64}\b//g;
	return $out;
}

sub essence {
	my ($answer, $set) = @_;
	my %header = %{ $answer->{headers} };
	delete @header{qw(date x-request-id set-cookie)};
	$header{"tangthu-copy"} =~ s/at="[^"]*"// if $header{"tangthu-copy"}; # the moment of the copy
	my $content = $answer->{content} // "";
	$content = unpacked($content) if $content =~ /^PK\x03\x04/;
	$content =~ s/"request_id": *"[^"]*"//;
	$content =~ s/"(csrf|expires)": *"[^"]*"//g;
	my $next = $content =~ s/"next": *"([^"]*)"/"next":"..."/ ? $1 : undef;
	if ($set && $answer->{status} == 200) {
		my $body = $json->decode($content);
		$body->{hits} = [ sort map { $json->encode($_) } @{ $body->{hits} } ];
		$content = $json->encode($body);
	}
	return ($json->encode([ $answer->{status}, \%header ]) . "\n$content", $next);
}

my ($different, %seen, %status) = (0);
sub both {
	my ($method, $path, $parameters, $set, $after) = @_;
	my $query = join "&", map { "$_=" . escaped($parameters->{$_}) } sort keys %$parameters;
	my (@got, @next);
	$what++;
	for my $i (0, 1) {
		my $more = $after ? "&after=" . escaped($after->[$i]) : "";
		my %options = (headers => headers_for($side[$i], $method, $path));
		$options{content} = "{}" if $method =~ /^(POST|PATCH|PUT)$/;
		my $answer = $side[$i]{http}->request($method, "$side[$i]{address}$path?$query$more", \%options);
		die "no answer to $method $path?$query: $answer->{content}\n" if $answer->{status} == 599;
		($got[$i], $next[$i]) = essence($answer, $set);
		$etag{$path} = $answer->{headers}{etag} if $i == 1 && $answer->{headers}{etag};
		$status{ $answer->{status} }++ if $i == 0;
	}
	$seen{ $path =~ s/[0-9a-f-]{36}/{}/r }++;
	if ($got[0] ne $got[1] && ++$different <= 5) {
		print "$method $path?$query\n< $got[0]\n> $got[1]\n";
	}
	# The rest of a list: each side from its own cursor.
	both($method, $path, $parameters, $set, \@next) if $next[0] && $next[1] && $what < $count && rand() < 0.7;
}

while ($what < $count) {
	my $kind = rand;
	both($kind < 0.4 ? search_of() : $kind < 0.55 ? list_of() : route_of());
}
print "$different answers differ\n" if $different;
printf STDERR "%d requests, %d kinds of path, statuses %s\n", $what, scalar keys %seen,
    join(" ", map { "$_:$status{$_}" } sort keys %status);
