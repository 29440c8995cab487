#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tsan
# Signing in and out, forged requests, guessing, languages, the own password.
. tests/e2e/lib.sh

archive_make
# shellcheck disable=SC2119
server_start
PASSWORD="a long enough password"

code() {
	path=$1
	shift
	curl -sS --max-time 20 -D "$WORK/head" -o "$WORK/body" -w '%{http_code}' "$@" "$ADDRESS/api/v1/$path" 2>"$WORK/err"
}
header() {
	sed -n "s/^$1: //Ip" "$WORK/head" | tr -d '\r'
}
sign_in() { # name, password, more curl options
	body="{\"name\":\"$1\",\"password\":\"$2\"}"
	shift 2
	code login -H 'X-Tangthu-Csrf: 1' -H 'Content-Type: application/json' -d "$body" "$@"
}

# --- in
is "the right password signs in" "$(sign_in lan "$PASSWORD")" 200
is "the answer says who it is" "$(jq -rc '[.name,.language,.groups]' "$WORK/body")" '["lan","vi",["archivist"]]'
is "the archivist may take in and plan, no more" "$(jq -rc .capabilities "$WORK/body")" '["ingest","plan"]'
cookie=$(header Set-Cookie)
is "the cookie is out of reach of scripts and other sites" \
	"$(echo "$cookie" | grep -c '^tangthu=[A-Za-z0-9_-]\{43\}; Path=/; HttpOnly; SameSite=Strict$')" 1
is "the name does not stand on the disk beside its token" \
	"$(grep -c "$(echo "$cookie" | sed 's/tangthu=\([^;]*\).*/\1/')" "$TANGTHU_DIR/catalogue.db")" 0
is "a wrong password does not" "$(sign_in lan "wrong password 1")" 401
jq -c 'del(.request_id)' "$WORK/body" >"$WORK/wrong"
is "... and sets no cookie" "$(header Set-Cookie)" ""
sign_in nobody "wrong password 1" >/dev/null
is "an unknown name gets the same answer" "$(jq -c 'del(.request_id)' "$WORK/body")" "$(cat "$WORK/wrong")"
is "no name is an error" "$(sign_in '' x)$(jq -r .field "$WORK/body")" 400name
is "no JSON is an error" "$(code login -H 'X-Tangthu-Csrf: 1' -H 'Content-Type: application/json' -d '{')" 400
is "another member is an error" "$(code login -H 'X-Tangthu-Csrf: 1' -H 'Content-Type: application/json' \
	-d '{"name":"lan","password":"x","admin":true}')$(jq -r .field "$WORK/body")" 400admin
is "a doubled member is an error" "$(code login -H 'X-Tangthu-Csrf: 1' -H 'Content-Type: application/json' \
	-d '{"name":"lan","name":"minh","password":"x"}')" 400
is "another content type is 415" "$(code login -H 'X-Tangthu-Csrf: 1' -d 'name=lan')" 415

# --- forged
login lan
is "the session is there" "$(code whoami -b "$COOKIES")" 200
is "signing in needs the header that no form can send" \
	"$(code login -H 'Content-Type: application/json' -d '{}')" 403
is "a change needs it" "$(code logout -b "$COOKIES" -X POST)" 403
is "... with the session's own token" "$(code logout -b "$COOKIES" -X POST -H 'X-Tangthu-Csrf: guessed')" 403
is "... from our own page" \
	"$(code logout -b "$COOKIES" -X POST -H "X-Tangthu-Csrf: $CSRF" -H 'Origin: https://evil.example')" 403
is "... and no sandboxed one" \
	"$(code logout -b "$COOKIES" -X POST -H "X-Tangthu-Csrf: $CSRF" -H 'Origin: null')" 403
is "... not from another site of the same kind" \
	"$(code logout -b "$COOKIES" -X POST -H "X-Tangthu-Csrf: $CSRF" -H 'Sec-Fetch-Site: same-site')" 403
is "the session lives on" "$(code whoami -b "$COOKIES")" 200
is "two cookies of the name are worth nothing" \
	"$(code whoami -H "Cookie: tangthu=a; tangthu=$(awk '/tangthu/ { print $7 }' "$COOKIES")")" 401

# --- language
is "the language is chosen" "$(code whoami -b "$COOKIES" -X PATCH -H "X-Tangthu-Csrf: $CSRF" \
	-H "Origin: $ADDRESS" -H 'Sec-Fetch-Site: same-origin' -H 'Content-Type: application/json' \
	-d '{"language":"en"}')$(jq -r .language "$WORK/body")" 200en
is "... for good" "$(code whoami -b "$COOKIES" -H 'Accept-Language: vi')$(jq -r .language "$WORK/body")" 200en
is "... from two" "$(api PATCH whoami -H 'Content-Type: application/json' -d '{"language":"fr"}' | jq -r .field)" language
is "errors speak it" "$(api GET records/nonsense | jq -r .title)" "Not found"

# --- out
is "signing out" "$(code logout -b "$COOKIES" -X POST -H "X-Tangthu-Csrf: $CSRF")" 204
is "... takes the cookie back" "$(header Set-Cookie | grep -c 'Max-Age=0')" 1
is "... and ends the session" "$(code whoami -b "$COOKIES")" 401

# --- rights of the moment
login minh
is "staff do not see accounts" "$(code users -b "$COOKIES")" 403
is "... nor the queue" "$(code jobs -b "$COOKIES")" 403
login admin
is "the administrator sees accounts" "$(code users -b "$COOKIES")" 200
is "... but no record" "$(code records -b "$COOKIES")$(jq -c '.records' "$WORK/body")" '200[]'
is "disabling an account" "$(api PATCH users/minh -H 'Content-Type: application/json' -d '{"disabled":true}' |
	jq -r .disabled)" true
COOKIES=$WORK/cookies.minh
is "... ends its sessions at once" "$(code whoami -b "$COOKIES")" 401
is "... and its signing in" "$(sign_in minh "$PASSWORD")" 401

# --- own password
login lan
is "a new password needs the old one" "$(api POST whoami/password -H 'Content-Type: application/json' \
	-d '{"current":"wrong","password":"another long password"}' | jq -r .field)" current
is "... and must be good" "$(api POST whoami/password -H 'Content-Type: application/json' \
	-d "{\"current\":\"$PASSWORD\",\"password\":\"short\"}" | jq -r .field)" password
api POST whoami/password -H 'Content-Type: application/json' \
	-d "{\"current\":\"$PASSWORD\",\"password\":\"another long password\"}" >/dev/null
is "it is changed" "$(cat "$WORK/status")" 204
is "... and every session has ended" "$(code whoami -b "$COOKIES")" 401
is "... and the new one signs in" "$(sign_in lan "another long password")" 200

# --- guessing
for i in 1 2 3 4 5 6 7; do
	got=$(sign_in admin "guess number $i")
done
is "guessing is slowed down" "$got" 429
is "... and told for how long" "$(header Retry-After | grep -c '^[1-9][0-9]*$')" 1
is "... also with the right password" "$(sign_in admin "$PASSWORD")" 429
is "... but nobody else is" "$(sign_in lan "another long password")" 200
is "the log of events is whole" "$(exit_of tangthu --as admin verify)" 0
is "no password came into the server's log" "$(grep -c 'password' "$WORK/server.log")" 0
done_testing
