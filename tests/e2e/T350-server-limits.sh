#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tsan
# time-limit: 150
# Clients that are slow, many or silent; a queue that is full; stopping with work at hand.
. tests/e2e/lib.sh

archive_make
conf() { # key value: into [server]
	sed -i "/^\[server\]/a $1 = $2" "$TANGTHU_DIR/tangthu.conf"
}
conf timeout 2
conf connections 12
conf per_address 8
# shellcheck disable=SC2119
server_start
PORT=${ADDRESS##*:}

cat >"$WORK/client.pl" <<'PERL'
use strict; use IO::Socket::INET; use IO::Select; use Time::HiRes qw(time sleep);
my ($port, $what, $n) = @ARGV;
sub dial { IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port, LocalAddr => $_[0] || "127.0.0.1") }
# Seconds until the server closes, at most the limit.
sub closed_after {
	my ($s, $limit) = @_;
	my $from = time;
	while (time - $from < $limit) {
		next unless IO::Select->new($s)->can_read(0.1);
		my $got = sysread($s, my $b, 4096);
		return time - $from unless $got;
	}
	return -1;
}
if ($what eq "silent") {
	printf "%d\n", closed_after(dial(), 20) >= 0;
} elsif ($what eq "drip") {		# a byte of the head every 0.3 seconds, for ever
	my $s = dial(); my $from = time; $SIG{PIPE} = 'IGNORE';
	syswrite($s, "GET / HTTP/1.1\r\n");
	while (time - $from < 20) {
		last unless syswrite($s, "x");
		if (IO::Select->new($s)->can_read(0.3)) { last unless sysread($s, my $b, 4096) }
	}
	printf "%d\n", time - $from < 15;
} elsif ($what eq "drip-body") {
	my $s = dial(); my $from = time; $SIG{PIPE} = 'IGNORE';
	syswrite($s, "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
	while (time - $from < 20) {
		last unless syswrite($s, "x");
		if (IO::Select->new($s)->can_read(0.3)) { last unless sysread($s, my $b, 4096) }
	}
	printf "%d\n", time - $from < 15;
} elsif ($what eq "many") {		# n at once from one address: how many get an answer
	my @s = map { dial() } 1 .. $n;
	sleep 0.3;
	my $good = 0; $SIG{PIPE} = 'IGNORE';
	for (@s) { $_ and syswrite($_, "GET /api/v1/live HTTP/1.1\r\nHost: x\r\n\r\n") }
	for (@s) { next unless $_ && IO::Select->new($_)->can_read(0.5); $good++ if sysread($_, my $b, 4096) }
	print "$good\n";
} elsif ($what eq "full") {		# more than the server takes in all, from several addresses
	my @s = map { dial("127.0.0." . (2 + $_ % 5)) } 1 .. $n;
	sleep 0.3;
	my $late = dial("127.0.0.9"); syswrite($late, "GET /api/v1/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	my $before = IO::Select->new($late)->can_read(0.5) ? 1 : 0;
	close $_ for @s;
	my $after = IO::Select->new($late)->can_read(5) ? 1 : 0;
	print "$before $after\n";
} elsif ($what eq "linger") {		# half a request is at hand when the server stops
	my $s = dial(); syswrite($s, "GET /api/v1/live HTTP/1.1\r\n");
	printf "%d\n", closed_after($s, 20) >= 0;
}
PERL
client() {
	perl "$WORK/client.pl" "$PORT" "$@"
}

is "a silent connection is closed" "$(client silent)" 1
is "a head that never ends is closed" "$(client drip)" 1
is "a body that never ends is closed" "$(client drip-body)" 1
is "one address gets no more than its share" "$(client many 12)" 8
ok "... and when they are gone it is served again" eventually curl -fsS "$ADDRESS/api/v1/live"
is "over the limit a connection waits until there is room" "$(client full 12)" "0 1"
ok "afterwards all is well" eventually curl -fsS "$ADDRESS/api/v1/live"
is "the counters know of it" "$(curl -sS "$ADDRESS/api/v1/metrics" | awk '
	/^tangthu_connections_refused_total/ { refused = $2 >= 4 }
	/^tangthu_connections_closed_slow_total/ { slow = $2 >= 2 }
	END { print refused slow }')" 11

# --- keep-alive
is "a connection is used again" "$(curl -sS -o /dev/null -o /dev/null -w '%{num_connects}' \
	"$ADDRESS/api/v1/live" "$ADDRESS/api/v1/live")" 10

# --- stopping
perl "$WORK/client.pl" "$PORT" linger >"$WORK/lingered" &
lingering=$!
sleep 0.3
pid=$(cat "$WORK/server.pid")
kill -TERM "$pid"
ok "the server stops when it is told to" eventually sh -c "! kill -0 $pid"
wait "$pid" 2>/dev/null
is "... with success" $? 0
rm -f "$WORK/server.pid"
wait "$lingering"
is "... and lets go of who lingers" "$(cat "$WORK/lingered")" 1

# --- many at once: what one asks for, a queue of one cannot hold
sed -i 's/^connections = 12/connections = 200/; s/^per_address = 8/per_address = 200/' "$TANGTHU_DIR/tangthu.conf"
conf queue 1
conf workers 1
# shellcheck disable=SC2119
server_start
login lan
seq 1 60 | xargs -P 30 -I@ curl -sS -o /dev/null -D "$WORK/head.@" -w '%{http_code}\n' -b "$COOKIES" \
	"$ADDRESS/api/v1/search?q=@" >"$WORK/codes" 2>&1
is "every one of many gets an answer" "$(grep -cE '^(200|503)$' "$WORK/codes")" 60
is "... some of them 200" "$(grep -c 200 "$WORK/codes" | awk '{ print ($1 > 0) }')" 1
is "... and who gets 503 is told when to come back" \
	"$(cat "$WORK"/head.* | grep -c '^HTTP/1.1 503')" "$(cat "$WORK"/head.* | grep -ci '^retry-after: [1-9]')"

# --- two loops, killed hard, started again
server_stop
conf loops 2
# shellcheck disable=SC2119
server_start
for _ in 1 2 3 4 5 6 7 8; do curl -sS -o /dev/null -w '%{http_code}\n' "$ADDRESS/api/v1/live"; done >"$WORK/codes"
is "two loops share the work" "$(sort "$WORK/codes" | uniq -c | awk '{ print $1, $2 }')" "8 200"
login lan
kill -9 "$(cat "$WORK/server.pid")"
wait "$(cat "$WORK/server.pid")" 2>/dev/null
# shellcheck disable=SC2119
server_start
is "a session outlives the server" "$(api GET whoami | jq -r .name)" lan
is "the log of events is whole" "$(exit_of tangthu --as admin verify)" 0
is "nothing but the address was said" "$(grep -vcE '^listening|no second factor' "$WORK/server.log")" 0
done_testing
