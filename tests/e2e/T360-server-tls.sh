#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# HTTPS by configuration: TLS 1.2 and later, a __Host- cookie, whole files.
. tests/e2e/lib.sh

archive_make
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
	-addext 'subjectAltName=IP:127.0.0.1' -keyout "$WORK/key.pem" -out "$WORK/cert.pem" 2>/dev/null
sed -i "/^\[server\]/a tls_cert = $WORK/cert.pem\ntls_key = $WORK/key.pem" "$TANGTHU_DIR/tangthu.conf"
# shellcheck disable=SC2119
server_start
is "the address says so" "${ADDRESS%%:*}" https
CURL_CA_BUNDLE=$WORK/cert.pem
export CURL_CA_BUNDLE

code() {
	path=$1
	shift
	curl -sS --max-time 20 -D "$WORK/head" -o "$WORK/body" -w '%{http_code}' "$@" "$ADDRESS/$path" 2>"$WORK/err"
}
is "pages come over TLS" "$(code '')" 200
is "... and will not come otherwise" "$(grep -ci '^strict-transport-security: max-age=31536000' "$WORK/head")" 1
is "TLS 1.3 is spoken" "$(code '' --tlsv1.3)" 200
is "TLS 1.2 is spoken" "$(code '' --tls-max 1.2)" 200
is "TLS 1.1 is not" "$(exit_of openssl s_client -connect "${ADDRESS#https://}" -tls1_1 -cipher 'ALL:@SECLEVEL=0')" 1
is "plain HTTP gets nothing" "$(exit_of curl -sS --max-time 5 "http://${ADDRESS#https://}/" | grep -c '^0$')" 0
is "signing in" "$(code api/v1/login -c "$WORK/jar" -H 'X-Tangthu-Csrf: 1' -H "Origin: $ADDRESS" \
	-H 'Content-Type: application/json' -d '{"name":"lan","password":"a long enough password"}')" 200
is "... gives a cookie that is bound to host and TLS" \
	"$(grep -ci '^set-cookie: __Host-tangthu=.*; Path=/; HttpOnly; SameSite=Strict; Secure' "$WORK/head")" 1
is "a page of plain HTTP is not ours" "$(code api/v1/login -H 'X-Tangthu-Csrf: 1' -H "Origin: http://${ADDRESS#https://}" \
	-H 'Content-Type: application/json' -d '{}')" 403
login lan
COOKIES=$WORK/jar

# --- a file larger than any buffer
head -c 30000000 /dev/urandom >"$WORK/large"
record=$(tangthu add "$WORK/large" 2>/dev/null | cut -d' ' -f1)
is "a large original comes whole" "$(code "api/v1/records/$record/original" -b "$WORK/jar"; cmp "$WORK/large" "$WORK/body" 2>&1)" 200
is "a range of it too" "$(code "api/v1/records/$record/original" -b "$WORK/jar" -r 20000000-20000099
	dd if="$WORK/large" bs=1 skip=20000000 count=100 2>/dev/null | cmp - "$WORK/body" 2>&1)" 206
server_stop

# --- wrong configuration
echo nonsense >"$WORK/cert.pem"
is "a certificate that is none is told" "$(exit_of tangthu-server -d "$TANGTHU_DIR" --listen 127.0.0.1:0)" 65
is "... with its name" "$(grep -c "$WORK/cert.pem" "$WORK/err")" 1
done_testing
