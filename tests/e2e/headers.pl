#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Walks every route and looks at what every answer must have (trust.md section 8), and at what a page of
# another site could send.  Called by T520-headers.sh:
#
#	headers.pl headers|forged ROUTES ADDRESS RECORD NODE COOKIE CSRF
use strict;
use warnings;
require "./tests/e2e/client.pl";

my ($what, $routes, $address, $record, $node, $cookie, $csrf) = @ARGV;
my %always = (
	"x-content-type-options" => "nosniff",
	"referrer-policy" => "no-referrer",
	"cross-origin-opener-policy" => "same-origin",
	"cross-origin-resource-policy" => "same-origin",
	"x-frame-options" => "DENY",
	"permissions-policy" => "camera=(), geolocation=(), microphone=()",
);
my $policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; " .
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
# What is sent as it came or may be opened outside of our pages is shut in completely.
my $shut = qr/^sandbox; default-src 'none'$/;
# Types that a browser may show because we made them.
my $ours = qr{^(application/(problem\+)?json|text/(html|css|javascript|plain)|image/(jpeg|png|svg\+xml)|
	application/(xml|[a-z]+\+xml|zip|pdf|octet-stream|vnd\.[\w.+-]+)|text/(csv|vnd\.[\w.+-]+)|application/xhtml\+xml)(;|$)}x;

open(my $f, "<", $routes) or die "$routes: $!\n";
my @routes = map { chomp; [ split /\t/ ] } <$f>;
my $http = client(30);
my (%seen, $asked);

sub ask {
	my ($method, $path, $header, $body) = @_;
	my %options = (headers => { "Content-Type" => "application/json", "If-Match" => "*", %$header });
	$options{content} = $body // "{}" if $method =~ /^(POST|PATCH|PUT)$/;
	my $answer = $http->request($method, "$address$path", \%options);
	die "$method $path: $answer->{content}\n" if $answer->{status} == 599;
	$asked++;
	$seen{ $answer->{status} }++;
	return $answer;
}

sub look {
	my ($about, $answer) = @_;
	my $h = $answer->{headers};
	for (sort keys %always) {
		print "$about: $_: ", $h->{$_} // "none", "\n" unless ($h->{$_} // "") eq $always{$_};
	}
	my $csp = $h->{"content-security-policy"} // "";
	print "$about: policy: $csp\n" unless $csp eq $policy || $csp =~ $shut;
	print "$about: no Cache-Control\n" unless $h->{"cache-control"};
	print "$about: Server: $h->{server}\n" if $h->{server};
	print "$about: no request id\n" unless ($h->{"x-request-id"} // "") =~ /^[0-9a-f]{16}$/;
	my $type = $h->{"content-type"} // "";
	print "$about: type $type\n" if $type && $type !~ $ours;
	# Bytes that came from outside are saved and shut in; markup that we made (hOCR) is shut in.
	my $saved = ($h->{"content-disposition"} // "") =~ /^attachment/;
	print "$about: shown inline\n" if $about =~ m{/original} && $answer->{status} < 300 && !$saved;
	print "$about: an open policy\n" if $answer->{status} < 300 && $csp !~ $shut && $about =~ m{/api/} &&
	    ($about =~ m{/original} || $type =~ /html|xml|svg/);
}

sub path_of {
	my ($pattern) = @_;
	my $uid = $pattern =~ m{/nodes/} ? $node : $record;
	$pattern =~ s/\{uid\}/$uid/;
	$pattern =~ s/\{\w+\}/1/g;
	return $pattern;
}

my %ends = map { $_ => 1 } qw(login logout passwordChange sessionEndOthers sessionEnd verify factorBegin factorConfirm factorRemove);
my %mine = (Cookie => $cookie, "X-Tangthu-Csrf" => $csrf);
for (@routes) {
	my ($method, $pattern, $id) = @$_;
	my $path = path_of($pattern);
	my $changes = $method !~ /^(GET|HEAD|OPTIONS)$/;
	next if $ends{$id} && $what eq "headers";
	if ($what eq "headers") {
		look("$method $pattern, nobody", ask($method, $path, { "X-Tangthu-Csrf" => "x" }));
		look("$method $pattern, signed in", ask($method, $path, \%mine));
		look("$method $pattern, wrong parameter", ask($method, "$path?limit=-1&offset=x&page=%00", \%mine));
		look("$method $pattern, HEAD", ask("HEAD", $path, \%mine)) if $method eq "GET";
		look("$method $pattern, not acceptable method", ask("PUT", $path, \%mine));
	} elsif ($changes) {
		for my $forged (
			[ "no header", Cookie => $cookie ],
			[ "another token", %mine, "X-Tangthu-Csrf" => "guessed" ],
			[ "another origin", %mine, Origin => "https://evil.example" ],
			[ "no origin", %mine, Origin => "null" ],
			[ "another site", %mine, "Sec-Fetch-Site" => "cross-site" ],
			[ "a sibling", %mine, "Sec-Fetch-Site" => "same-site" ],
			[ "a link", %mine, "Sec-Fetch-Site" => "none" ],
		) {
			my ($name, %header) = @$forged;
			next if $id eq "login" && $name eq "another token";
			my $answer = ask($method, $path, \%header);
			print "$method $pattern, $name: $answer->{status} $answer->{content}\n"
			    unless $answer->{status} == 403 && $answer->{content} =~ /"code":"csrf"/;
		}
	}
}
if ($what eq "headers") {
	look("the page", ask("GET", "/", {}));
	look("a script", ask("GET", "/app.js", {}));
	look("no file", ask("GET", "/no/such/file", {}));
	look("a path that leads up", ask("GET", "/../etc/passwd", {}));
	look("no route", ask("GET", "/api/v1/none", {}));
	look("no JSON", ask("POST", "/api/v1/login", { "X-Tangthu-Csrf" => "x" }, "{"));
	look("no JSON type", ask("POST", "/api/v1/login", { "X-Tangthu-Csrf" => "x", "Content-Type" => "text/plain" }));
	look("too much JSON", ask("POST", "/api/v1/login", { "X-Tangthu-Csrf" => "x" }, "{" . (" " x 70000) . "}"));
}
print STDERR "$asked asked: ", join(" ", map { "$_:$seen{$_}" } sort keys %seen), "\n";
