#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 200
# Every answer of every route has the headers that keep a browser from being used against us, what came
# from outside is never shown inline, and no change is made for a page of another site.  Slow clients of
# many addresses do not take the service away.
. tests/e2e/lib.sh

archive_make
sed -i '/^\[server\]/a connections = 120\nper_address = 16' "$TANGTHU_DIR/tangthu.conf"
printf '<html><script>alert(1)</script></html>\n' >"$WORK/trap.html"
record=$(tangthu add "$WORK/trap.html" 2>/dev/null | cut -d' ' -f1)
node=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="dossier")|.uid' | head -n 1)
indexer_once
tangthu-server --routes >"$WORK/routes"
# shellcheck disable=SC2119 # it takes options of the server, there are none
server_start
login lan
cookie=$(awk '/tangthu/ { print $6 "=" $7 }' "$COOKIES")
walk() {
	perl tests/e2e/headers.pl "$1" "$WORK/routes" "$ADDRESS" "$record" "$node" "$cookie" "$CSRF" 2>"$WORK/asked"
}
is "no change is made for another site's page" "$(walk forged)" ""
is "... of many" "$(awk '{ print ($1 > 100) }' "$WORK/asked")" 1
is "every answer has its headers" "$(walk headers)" ""
sed 's/^/# /' "$WORK/asked"
is "... of many kinds" "$(grep -c '200:.*40[013]:.*404:.*405:' "$WORK/asked")" 1
ok "an HTML file that came from outside" curl -sS -D "$WORK/head" -o /dev/null -b "$COOKIES" \
	"$ADDRESS/api/v1/records/$record/original"
is "... is to be saved, and shut in if it is opened" \
	"$(tr -d '\r' <"$WORK/head" | grep -ciE '^(content-disposition: attachment|content-security-policy: sandbox|x-content-type-options: nosniff)')" 3

# --- slowloris: 80 connections from five addresses drip for ever; an honest client is answered
cat >"$WORK/slow.pl" <<'PERL'
use strict; use IO::Socket::INET; use IO::Select; use Time::HiRes qw(time sleep);
my ($port, $seconds) = @ARGV; $SIG{PIPE} = 'IGNORE';
my %s; my $end = time + $seconds;
while (time < $end) {
	for my $i (1 .. 80) {
		unless ($s{$i} && $s{$i}->connected) {
			$s{$i} = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port, LocalAddr => "127.0.1." . ($i % 5 + 1)) or next;
			syswrite($s{$i}, "GET /api/v1/live HTTP/1.1\r\nHost: x\r\n");
			next;
		}
		delete $s{$i} unless syswrite($s{$i}, "X-a: b\r\n");
		if ($s{$i} && IO::Select->new($s{$i})->can_read(0)) { delete $s{$i} unless sysread($s{$i}, my $b, 4096) }
	}
	sleep 0.5;
}
PERL
perl "$WORK/slow.pl" "${ADDRESS##*:}" 15 &
slow=$!
sleep 2
is "slow clients are there" "$(curl -sS "$ADDRESS/api/v1/metrics" | awk '/^tangthu_connections / { print ($2 > 40) }')" 1
for _ in 1 2 3 4 5 6 7 8 9 10; do
	curl -sS -o /dev/null --max-time 3 -w '%{http_code}\n' "$ADDRESS/api/v1/live"
	sleep 1
done >"$WORK/codes"
is "... and everybody else is served" "$(sort "$WORK/codes" | uniq -c | awk '{ print $1, $2 }')" "10 200"
wait $slow
is "... they were closed" "$(curl -sS "$ADDRESS/api/v1/metrics" | awk '/^tangthu_connections_closed_slow_total/ { print ($2 > 40) }')" 1
done_testing
