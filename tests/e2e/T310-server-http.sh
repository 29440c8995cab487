#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tsan
# HTTP itself: pages, headers of every answer, methods, limits, and what the parser lets through.
. tests/e2e/lib.sh

archive_make
# shellcheck disable=SC2119
server_start
PORT=${ADDRESS##*:}

code() { # curl options and address below ADDRESS: prints the status code; head in $WORK/head
	path=$1
	shift
	curl -sS --max-time 20 -D "$WORK/head" -o "$WORK/body" -w '%{http_code}' "$@" "$ADDRESS$path" 2>"$WORK/err"
}
header() { # name: its value in the last answer
	sed -n "s/^$1: //Ip" "$WORK/head" | tr -d '\r'
}
raw() { # bytes as printf format: the whole answer, until the server closes or 3 s are over
	# shellcheck disable=SC2059
	printf "$1" | perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $ARGV[0]) or die;
		local $/; print $s <STDIN>; $s->flush; $SIG{ALRM} = sub { exit }; alarm 3;
		$| = 1; while (sysread($s, my $b, 4096)) { print $b }' "$PORT"
}
raw_code() {
	raw "$1" | sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p'
}

# --- pages
is "/ is the page" "$(code /)" 200
is "... in HTML" "$(header Content-Type)" "text/html; charset=utf-8"
etag=$(header ETag)
is "... which is not sent again" "$(code / -H "If-None-Match: $etag")" 304
is "... nor is a weak tag of it" "$(code / -H "If-None-Match: \"x\", W/$etag")" 304
is "a script has its type" "$(code /app.js)$(header Content-Type)" "200text/javascript; charset=utf-8"
code /app.js -H 'Accept-Encoding: gzip' >/dev/null
is "... and is packed for who takes that" "$(header Content-Encoding)" gzip
is "... losing nothing" "$(gzip -dc "$WORK/body" | cmp - server/web/app.js 2>&1)" ""
is "HEAD of a page has its length and no body" "$(code / -I) $(header Content-Length)" \
	"200 $(stat -c %s server/web/index.html)"
is "what is not there is 404" "$(code /nothing.js)" 404
is "no path leads out of the pages" "$(code /../../etc/passwd --path-as-is)$(code /%2e%2e/x)" 400400
is "a slash in a segment is no separator" "$(code /vendor%2fpreact-htm.js)" 404
is "pages are only read" "$(code / -X POST)$(header Allow)" "405GET, HEAD"

# --- headers of every answer
for path in / /api/v1/live /api/v1/whoami /nothing /api/nothing; do
	code $path >/dev/null
	missing=
	for name in Content-Security-Policy X-Content-Type-Options Referrer-Policy \
		Cross-Origin-Opener-Policy Cross-Origin-Resource-Policy X-Request-Id Cache-Control; do
		[ -n "$(header $name)" ] || missing="$missing $name"
	done
	is "$path answers with every protective header" "$missing" ""
done
is "answers of the interface are not kept" "$(code /api/v1/live >/dev/null; header Cache-Control)" no-store
is "nothing may run but our own scripts" \
	"$(header Content-Security-Policy | grep -c "default-src 'none'.*script-src 'self'")" 1

# --- problems
is "nobody is signed in" "$(code /api/v1/whoami)" 401
is "... said as a problem" "$(header Content-Type)" application/problem+json
is "... with the request's number" "$(jq -r .request_id "$WORK/body")" "$(header X-Request-Id)"
is "... in Vietnamese" "$(jq -r .title "$WORK/body")" "Chưa đăng nhập"
code /api/v1/whoami -H 'Accept-Language: en-GB,en;q=0.8' >/dev/null
is "... or in English" "$(jq -r .title "$WORK/body")" "Not signed in"
is "an unknown address of the interface is 404" "$(code /api/v1/nonsense)" 404
is "another method is 405" "$(code /api/v1/login)" 405
is "... and says which one" "$(header Allow)" POST
is "a method nobody knows is 405" "$(code /api/v1/whoami -X BREW)" 405
is "TRACE is 405" "$(code /api/v1/whoami -X TRACE)" 405
is "HEAD of the interface has no body" "$(code /api/v1/live -I)$(header Content-Length)" 20015
is "a parameter twice is 400" "$(code '/api/v1/search?q=a&q=b')" 400
is "a broken escape is 400" "$(code '/api/v1/search?q=%zz')" 400
is "a NUL is 400" "$(code '/api/v1/search?q=%00')" 400

# --- limits
head -c 9000000 /dev/zero >"$WORK/big"
is "a body over 8 MiB is 413" "$(code /api/v1/login -H 'X-Tangthu-Csrf: 1' --data-binary "@$WORK/big")" 413
is "a JSON body over 64 KiB is 413" "$(head -c 70000 /dev/zero | tr '\0' ' ' |
	code /api/v1/login -H 'X-Tangthu-Csrf: 1' -H 'Content-Type: application/json' --data-binary @-)" 413
is "a head over 16 KiB is refused" \
	"$(code /api/v1/live -H "X-Long: $(head -c 20000 /dev/zero | tr '\0' a)" | grep -cE '^(400|413)$')" 1
is "a target over 8 KiB is 400" "$(code "/api/v1/live?x=$(head -c 9000 /dev/zero | tr '\0' a)")" 400

# --- the parser (style.md section 5): pinned, so that a new libevent shows itself
H='Host: x\r\nX-Tangthu-Csrf: 1\r\nContent-Type: application/json\r\n'
is "Content-Length and Transfer-Encoding together are refused" \
	"$(raw_code "POST /api/v1/login HTTP/1.1\r\n${H}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")" 400
n=0
for size in 0x5 +5 ' 5'; do
	n=$((n + 1))
	answer=$(raw "POST /api/v1/login HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n$size\r\nhello\r\n0\r\n\r\n")
	is "a chunk of size \"$size\" gets no further than 411" "$(echo "$answer" | sed -n '1s/.* \(4[0-9]*\) .*/\1/p')" 411
	is "... and ends the connection" "$(echo "$answer" | grep -ci '^connection: close')" 1
done
is "an empty header name is ignored" "$(raw_code 'GET /api/v1/live HTTP/1.1\r\nHost: x\r\n: x\r\nConnection: close\r\n\r\n')" 200
is "two lengths are refused" "$(raw_code "POST /api/v1/login HTTP/1.1\r\n${H}Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}abc")" 400
is "two hosts are refused" "$(raw_code 'GET /api/v1/live HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n')" 400
is "what is no HTTP is 400" "$(raw_code 'nonsense that goes on long enough\r\n\r\n')" 400
is "an absolute target is refused" "$(raw_code 'GET http://x/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')" 400
is "two requests on one connection get two answers" \
	"$(raw 'GET /api/v1/live HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' |
		grep -o 'HTTP/1.1 200' | wc -l)" 2
is "half a request is no harm" "$(raw 'POST /api/v1/login HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf' | wc -c)" 0

# --- health and counters
is "the server is sound" "$(code /api/v1/health) $(jq -r .status "$WORK/body")" "200 ok"
is "counters are for this machine" "$(code /api/v1/metrics)" 200
is "... and count" "$(awk '/^tangthu_http_requests_total.route="live",status="2xx"/ { print ($2 > 3) }' "$WORK/body")" 1
is "... but not for whom a proxy forwards" "$(code /api/v1/metrics -H 'X-Forwarded-For: 203.0.113.9')" 404
is "nothing was written to the log by all this" "$(grep -vcE '^listening|second_factor = off' "$WORK/server.log")" 0

# --- where it may listen
server_stop
is "no address but loopback without TLS" \
	"$(exit_of tangthu-server -d "$TANGTHU_DIR" --listen 0.0.0.0:0)" 77
is "... and it says what to do" "$(grep -c 'tls_cert' "$WORK/err")" 1
is "no archive, no server" "$(exit_of tangthu-server -d "$WORK/nothing")" 66
is "no sense, no server" "$(exit_of tangthu-server --nonsense)" 64
# shellcheck disable=SC2119
is "a taken port is told" "$(server_start && exit_of tangthu-server -d "$TANGTHU_DIR" --listen "127.0.0.1:${ADDRESS##*:}")" 75
done_testing
