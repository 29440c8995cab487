#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Asks every route as every role about every object and prints what differs from the table
# (tests/e2e/access-matrix).  Called by T510-matrix.sh:
#
#	matrix.pl TABLE ROUTES ADDRESS OBJECTS PASSWORD
#
# ROUTES is what tangthu-server --routes prints; OBJECTS has a line "NAME RECORD NODE" for each
# object, the last of them "none", which is not there.  --print writes the table as it is answered.
use strict;
use warnings;
require "./tests/e2e/client.pl";
use JSON::PP;

my $print = @ARGV && $ARGV[0] eq "--print" && shift @ARGV;
my ($table, $routes, $address, $objects, $password) = @ARGV;
# role => [account or undef, objects that it sees]
my @roles = (
	[ "nobody" ],
	[ "administrator", "admin" ],
	[ "archivist", "lan", qw(open kept high) ],
	[ "staff", "minh", qw(open) ],
	[ "auditor", "kiem" ],
);
my $none = "00000000-0000-4000-8000-000000000000";
# What stands for a {} that is no object of the walk.
my %stand_in = (page => 1, seq => 0, component => 1, id => 999999999, year => 2026, format => "pdfa", name => "tam", group => "ban-tau", upload => $none);

sub lines { open(my $f, "<:raw", $_[0]) or die "$_[0]: $!\n"; grep { /\S/ && !/^#/ } <$f> }

my (@object, %uid);
for (lines($objects)) {
	my ($name, $record, $node) = split;
	push @object, $name;
	$uid{$name} = { records => $record, nodes => $node };
}

my %wanted;
for (lines($table)) {
	chomp;
	my ($id, @cell) = split(" ", $_, @roles + 2);
	my $request = @cell > @roles ? pop @cell : "";
	die "$table: $id: " . @roles . " cells wanted\n" unless @cell == @roles;
	die "$table: $id stands there twice\n" if $wanted{$id};
	$wanted{$id} = { cell => \@cell, request => $request };
}

my $number = 0;
sub ask {
	my ($http, $session, $method, $path, $body) = @_;
	my %header = (
		"X-Tangthu-Csrf" => $session->{csrf} // "none", "If-Match" => "*",
		"Tus-Resumable" => "1.0.0", "Upload-Offset" => 0,
		$session->{cookie} ? (Cookie => $session->{cookie}) : (),
	);
	$header{"Content-Type"} = "application/json" if $method =~ /^(POST|PATCH|PUT|DELETE)$/;
	$header{"Content-Type"} = "application/offset+octet-stream" if $path =~ m{/uploads/};
	my %options = (headers => \%header);
	$options{content} = $body if defined $body && $method !~ /^(GET|HEAD|OPTIONS)$/;
	$options{content} //= "{}" if $method =~ /^(POST|PATCH|PUT)$/;
	$number++;
	return $http->request($method, $address . $path, \%options);
}

sub sign_in {
	my ($http, $name) = @_;
	return {} unless defined $name;
	my $answer = ask($http, {}, "POST", "/api/v1/login", encode_json({ name => $name, password => $password }));
	my ($cookie) = ($answer->{headers}{"set-cookie"} // "") =~ /^([^;]*)/;
	die "$name cannot sign in: $answer->{status} $answer->{content}\n" unless $answer->{status} == 200;
	return { cookie => $cookie, csrf => decode_json($answer->{content})->{csrf} };
}

# What may differ between two answers about nothing.
sub essence {
	my ($answer) = @_;
	my %header = %{ $answer->{headers} };
	delete @header{qw(date x-request-id)};
	(my $content = $answer->{content} // "") =~ s/"request_id": *"[^"]*"//;
	return JSON::PP->new->canonical->encode([ "$answer->{status}", \%header, $content ]);
}

my $http = client(30);
my @session = map { sign_in($http, $_->[1]) } @roles;
my (@complaint, %known, %told);

sub path_of {
	my ($pattern, $object) = @_;
	my ($kind) = $pattern =~ m{^/api/v1/(records|nodes)/\{uid\}};
	$pattern =~ s{\{uid\}}{$kind ? $uid{$object}{$kind} : $none}e;
	$pattern =~ s{\{(\w+)\}}{$stand_in{$1} // $none}ge;
	return $pattern;
}

# Status in the table: "200" whatever the object, "200/404" for one seen and one not, "200|404" for
# one that is there and one that is not.
sub status_wanted {
	my ($cell, $role, $object) = @_;
	my ($seen, $hidden) = split m{[/|]}, $cell;
	my (undef, undef, @sees) = @$role;
	my $sees = $cell =~ /\|/ ? $object ne $object[-1] : grep { $_ eq $object } @sees;
	return ($sees || !defined $hidden ? $seen : $hidden, $sees);
}

for (lines($routes)) {
	chomp;
	my ($method, $pattern, $id) = split /\t/;
	my $line = $wanted{$id};
	$known{$id} = 1;
	if (!$line) {
		push @complaint, "$id ($method $pattern) has no line in $table: say there what each role may expect";
		next unless $print;
		$line = { cell => [ ("?") x @roles ], request => "" };
	}
	my $request = $line->{request};
	my $own_session = $request =~ s/^!\s*//;
	my ($query, $body) = $request =~ /^(\?\S*)?\s*(\{.*)?$/;
	die "$table: $id: what is \"$request\"?\n" unless defined $query || defined $body || $request eq "";
	my $about = "$pattern$request" =~ m{^/api/v1/(records|nodes)/\{uid\}|\$(record|node)\b};
	for my $r (0 .. $#roles) {
		my ($nothing, @row);
		for my $object (reverse($about ? @object : ($object[-1]))) {
			my ($want, $sees) = status_wanted($line->{cell}[$r], $roles[$r], $object);
			my $fill = sub { (my $s = $_[0] // "") =~ s/\$(record|node)\b/$uid{$object}{"$1s"}/g; $s };
			my $session = $own_session ? sign_in($http, $roles[$r][1]) : $session[$r];
			my $answer = ask($http, $session, $method, path_of($pattern, $object) . $fill->($query),
				defined $body ? $fill->($body) : undef);
			$row[!!$sees] = $answer->{status};
			push @complaint, "$id: $roles[$r][0], object $object: $answer->{status}, not $want" .
			    ($answer->{status} == 599 ? " $answer->{content}" : "") if $want ne $answer->{status};
			# What one does not see looks like what is not there, to the last byte.
			my $essence = essence($answer);
			$nothing //= $essence;
			push @complaint, "$id: $roles[$r][0], object $object is told apart from nothing:\n$nothing\n$essence"
			    if $about && !$sees && $essence ne $nothing;
		}
		$told{$id}[$r] = !defined $row[1] || $row[1] == $row[0] ? $row[0] : "$row[1]/$row[0]";
	}
	printf "%-20s %s\n", $id, join(" ", map { sprintf "%-7s", $_ } @{ $told{$id} }, $line->{request}) if $print;
}
push @complaint, map { "$_ is in $table and no route" } grep { !$known{$_} } sort keys %wanted;
print "$_\n" for $print ? () : @complaint;
print STDERR "asked $number\n";
