# SPDX-License-Identifier: GPL-3.0-or-later
# The HTTP client of the stories that ask thousands of things:  require "./tests/e2e/client.pl".
use strict;
use warnings;
use HTTP::Tiny;
use Socket qw(IPPROTO_TCP TCP_NODELAY);

# It writes head and body of a request apart: the body would wait 40 ms for the delayed acknowledgement
# of the head.
{
	no warnings "redefine";
	my $connect = \&HTTP::Tiny::Handle::connect;
	*HTTP::Tiny::Handle::connect = sub {
		my $handle = $connect->(@_);
		setsockopt($handle->{fh}, IPPROTO_TCP, TCP_NODELAY, 1) or die "TCP_NODELAY: $!\n";
		return $handle;
	};
}

sub client { HTTP::Tiny->new(keep_alive => 1, max_redirect => 0, timeout => $_[0]) }
1;
