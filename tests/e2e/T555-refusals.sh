#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What evhttp refuses before a request is ours carries the headers of every other answer (trust.md 8) and
# says as a problem what was wrong.
. tests/e2e/lib.sh

archive_make
# shellcheck disable=SC2119
server_start
nm -D --defined-only "$BUILD/tangthu-server" >"$WORK/symbols"
is "the server stands before evhttp_send_error" "$(grep -c ' T evhttp_send_error$' "$WORK/symbols")" 1
cat >"$WORK/raw.pl" <<'PERL'
# Sends standard input, prints the answer until the server closes or 5 s are over.
use strict; use IO::Socket::INET;
my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $ARGV[0]) or die;
local $/; local $SIG{PIPE} = 'IGNORE'; my $request = <STDIN>;
syswrite($s, $request);
$SIG{ALRM} = sub { print "\nstill open\n"; exit }; alarm 5;
while (sysread($s, my $b, 65536)) { print $b }
PERL
long() { head -c "$1" /dev/zero | tr '\0' a; }
headers() { # of the answer in $WORK/answer: what is missing or wrong, or nothing
	sed '/^\r*$/q' "$WORK/answer" | tr -d '\r' >"$WORK/head"
	for wanted in \
		"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'" \
		"X-Content-Type-Options: nosniff" "Referrer-Policy: no-referrer" \
		"Cross-Origin-Opener-Policy: same-origin" "Cross-Origin-Resource-Policy: same-origin" \
		"X-Frame-Options: DENY" "Permissions-Policy: camera=(), geolocation=(), microphone=()" \
		"Cache-Control: no-store" "Content-Type: application/problem+json"; do
		[ "$(grep -cxF "$wanted" "$WORK/head")" = 1 ] || echo "not once: $wanted"
	done
	grep -qxE 'X-Request-Id: [0-9a-f]{16}' "$WORK/head" || echo "no request id"
	[ "$(grep -ci '^content-length:' "$WORK/head")" = 1 ] || echo "not one length"
	grep -ciE '^(server|content-type: text/html)' "$WORK/head" | grep -v '^0$'
	grep -qxi 'connection: close' "$WORK/head" || echo "the connection stays open"
}
refused() { # name, status and code, request as printf format
	# shellcheck disable=SC2059
	printf "$3" | perl "$WORK/raw.pl" "${ADDRESS##*:}" >"$WORK/answer"
	sed '1,/^\r*$/d' "$WORK/answer" >"$WORK/body"
	is "$1" "$(sed -n '1s/^HTTP\/1\.[01] \([0-9]*\).*/\1/p' "$WORK/answer") $(
		jq -r '[.status, .code] | join(" ")' "$WORK/body" 2>/dev/null)" "$2"
	is "... with every header" "$(headers)" ""
}
bad='400 400 invalid'
refused "no HTTP at all" "$bad" 'nonsense that goes on long enough\r\n\r\n'
refused "no version" "$bad" 'GET /api/v1/live\r\n\r\n'
refused "a version nobody knows" "$bad" 'GET / HTTP/x.y\r\nHost: x\r\n\r\n'
refused "a method that is no word" "$bad" '\001\002 / HTTP/1.1\r\nHost: x\r\n\r\n'
refused "a header line without a colon" "$bad" 'GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n'
refused "a length that is none" "$bad" 'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n{}'
refused "a negative length" "$bad" 'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}'
# libevent takes what is no size of a chunk for one that is too large.
refused "a broken chunk" '413 413 too-large' 'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'
refused "an expectation nobody knows" '417 417 expectation' \
	'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nExpect: the moon\r\nContent-Length: 2\r\n\r\n{}'
refused "a target over the limit" "$bad" "GET /$(long 20000) HTTP/1.1\r\nHost: x\r\n\r\n"
refused "a header over the limit" "$bad" "GET / HTTP/1.1\r\nHost: x\r\nX-Long: $(long 20000)\r\n\r\n"
refused "many headers over the limit" "$bad" "GET / HTTP/1.1\r\nHost: x\r\n$(for n in $(seq 300); do
	printf 'X-%s: %s\\r\\n' "$n" "$(long 80)"; done)\r\n"
refused "a body that is announced too large" '413 413 too-large' \
	'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n{'
refused "a chunk that is announced too large" '413 413 too-large' \
	'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n'
refused "a HEAD over the limit" "$bad" "HEAD / HTTP/1.1\r\nHost: x\r\nX-Long: $(long 20000)\r\n\r\n"
refused "HTTP 1.0 as well" "$bad" 'GET / HTTP/1.0\r\nnonsense\r\n\r\n'
printf 'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\nContent-Length: 999999999\r\n\r\n{' |
	perl "$WORK/raw.pl" "${ADDRESS##*:}" | sed '1,/^\r*$/d' >"$WORK/body"
is "it is said in the reader's language" "$(jq -r .title "$WORK/body")" "Too large"
is "the server lives on" "$(curl -sS -o /dev/null -w '%{http_code}' "$ADDRESS/api/v1/live")" 200
is "nothing of it is in the log" "$(grep -vcE '^listening|second_factor = off' "$WORK/server.log")" 0
server_stop

# --- with TLS
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
	-addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
	-keyout "$WORK/key.pem" -out "$WORK/cert.pem" 2>/dev/null
sed -i "/^\[server\]/a tls_cert = $WORK/cert.pem\ntls_key = $WORK/key.pem" "$TANGTHU_DIR/tangthu.conf"
# shellcheck disable=SC2119
server_start
curl -sS --cacert "$WORK/cert.pem" -D "$WORK/head" -o "$WORK/body" -H "X-Long: $(long 20000)" "$ADDRESS/" 2>"$WORK/err"
is "with TLS it also says to stay with it" "$(tr -d '\r' <"$WORK/head" | grep -cxiE 'strict-transport-security: max-age=31536000|x-frame-options: deny')" 2
done_testing
