#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 200
# Second factor, sessions, fresh proof and API tokens, each with what must not work.
. tests/e2e/lib.sh

archive_make
sed -i 's/^second_factor = .*/second_factor = roles/' "$TANGTHU_DIR/tangthu.conf"
tangthu --as admin user create kiem --role auditor --password-file "$WORK/password" >/dev/null
printf 'Báo cáo\n' >"$WORK/a.txt"
record=$(tangthu add "$WORK/a.txt" 2>/dev/null | cut -d' ' -f1)
# shellcheck disable=SC2119
server_start
PASSWORD="a long enough password"

code() {
	path=$1
	shift
	curl -sS --max-time 20 -D "$WORK/head" -o "$WORK/body" -w '%{http_code}' "$@" "$ADDRESS/api/v1/$path" 2>"$WORK/err"
}
of() {
	jq -rc "$1" "$WORK/body"
}
enter() { # name [code [password]]: status and problem; the cookie in $WORK/jar.name
	body=$(jq -nc --arg n "$1" --arg p "${3:-$PASSWORD}" --arg c "${2:-}" \
		'{name: $n, password: $p} + (if $c == "" then {} else {code: $c} end)')
	rm -f "$WORK/jar"
	code login -c "$WORK/jar" -H 'X-Tangthu-Csrf: 1' -H 'Content-Type: application/json' -d "$body"
	of '.code // ""' | tr -d '\n'
	! grep -q tangthu "$WORK/jar" || mv "$WORK/jar" "$WORK/jar.$1"
}
as() { # name
	jar=$WORK/jar.$1
	csrf=$(code whoami -b "$jar" >/dev/null; of .csrf)
}
json() { # method path body
	code "$2" -b "$jar" -X "$1" -H "X-Tangthu-Csrf: $csrf" -H 'Content-Type: application/json' -d "$3"
}

sqlite3 "$TANGTHU_DIR/catalogue.db" "UPDATE setting SET value='Sở Du lịch' WHERE key='archive.name'"
# --- a role that needs it
is "an administrator signs in with the password the first time" "$(enter admin)" 200
as admin
is "... and is told what is due" "$(of '[.second_factor.confirmed, .second_factor.due]')" "[false,true]"
is "... which is all that is allowed" "$(code users -b "$jar"; of .code)$(code search -b "$jar"; of .code)" \
	403enrol-required403enrol-required
is "an auditor likewise" "$(enter kiem; as kiem; code records -b "$jar"; of .code)" 200403enrol-required
is "staff are not asked" "$(enter minh; as minh; code records -b "$jar")" 200200

# --- enrolment
as admin
is "a seed is made" "$(json POST whoami/factor '{}'; of '.secret|length')" 20132
secret=$(of .secret)
is "... as the code of applications" "$(of .uri | sed 's/=[A-Z2-7]\{32\}&/=&/')" \
	"$(of .uri | grep -E '^otpauth://totp/[^:]*:admin\?secret=' | sed 's/=[A-Z2-7]\{32\}&/=&/')"
is "... of this archive" "$(of .uri | sed -n 's/.*[?&]issuer=\([^&]*\).*/\1/p')" "$(jq -rn '"Sở Du lịch"|@uri')"
of .qr >"$WORK/qr"
# The code drawn from its path and read by another program says the same.
is "... drawn as a square of dark runs" "$(jq -r '[.side > 40, (.path|test("^(M[0-9]+ [0-9]+h[0-9]+v1h-[0-9]+z)+$"))]|join(" ")' \
	"$WORK/qr")" "true true"
grep -c "$secret" "$TANGTHU_DIR"/catalogue.db* >"$WORK/found"
is "the seed does not stand on the disk" "$(cut -d: -f2 "$WORK/found" | sort -u)" 0
is "the key that seals it is its owner's alone" "$(stat -c '%a %s' "$TANGTHU_DIR/seal.key")" "400 32"
is "a wrong code confirms nothing" "$(json POST whoami/factor/confirm '{"code":"000000"}'; of .field)" 400code
used=$(totp "$secret" 0)
is "the right one does" "$(json POST whoami/factor/confirm "{\"code\":\"$used\"}"; of '.recovery_codes|length')" 20010
of '.recovery_codes[]' >"$WORK/codes"
is "... and the session goes on with it" "$(code users -b "$jar")" 200

# --- signing in with it
is "the password alone is not enough" "$(enter admin)" 401code-required
is "a wrong password tells nothing of a code" "$(enter admin '' 'a wrong password, long')" 401login
is "a wrong code is refused" "$(enter admin 123456)" 401login
is "a code that was used is refused" "$(enter admin "$used")" 401login
is "one of long ago is refused" "$(enter admin "$(totp "$secret" -5)")" 401login
used=$(totp "$secret" 1)
is "the next one signs in" "$(enter admin "$used")" 200
is "... once" "$(enter admin "$used")" 401login
recovery=$(sed -n 1p "$WORK/codes")
is "a recovery code signs in" "$(enter admin "$(echo "$recovery" | tr 'A-Z-' 'a-z ')")" 200
is "... once" "$(enter admin "$recovery")" 401login
as admin
is "one code fewer is left" "$(of .second_factor.recovery_left)" 9
is "nonsense is no code" "$(enter admin "$(printf '%064d' 0)")$(enter admin 'ABCD-EFGH-IJKL-MNO1')" 401login401login
is "failed codes count as failed sign-ins" "$(for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	[ "$(enter admin 999999)" = 429limit ] && echo throttled && break; done)" throttled
is "the log says how one came in" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" \
	"SELECT DISTINCT detail FROM event WHERE action='login' AND detail IS NOT NULL ORDER BY 1" | tr '\n' ' ')" \
	'{"factor":"recovery"} {"factor":"totp"} '

# --- sessions
rm "$WORK/jar.minh"
enter minh >/dev/null
cp "$WORK/jar.minh" "$WORK/jar.first"
enter minh >/dev/null
as minh
is "sessions are listed" "$(code whoami/sessions -b "$jar"; of '[(.sessions|length), (.sessions[0].current), .sessions[1].address]')" \
	'200[3,true,"127.0.0.1"]'
other=$(of '.sessions[1].id')
as admin
is "... of nobody else" "$(json DELETE "whoami/sessions/$other" '')" 404
as minh
is "one is ended" "$(json DELETE "whoami/sessions/$other" '')$(code whoami -b "$WORK/jar.first")$(code whoami -b "$jar")" 204401200
is "... once, and no other name works" "$(json DELETE "whoami/sessions/$other" ''; json DELETE whoami/sessions/abc ''; \
	json DELETE "whoami/sessions/ffffffffffffffff" '')" 404404404
enter minh >/dev/null
as minh
is "all others are ended" "$(json DELETE whoami/sessions '' ; code whoami/sessions -b "$jar"; of '.sessions|length')" 2042001
as admin
is "the administrator ends another's" "$(json DELETE users/minh/sessions ''; code whoami -b "$WORK/jar.minh")" 204401

# --- a fresh proof
sqlite3 "$TANGTHU_DIR/catalogue.db" "UPDATE session SET verified=verified-901000000"
is "a dangerous act after a quarter of an hour asks again" "$(json POST users '{"name":"be"}'; of .code)" 403verify-required
is "... reading does not" "$(code users -b "$jar")" 200
sqlite3 "$TANGTHU_DIR/catalogue.db" "DELETE FROM login_throttle"
is "a wrong proof is none" "$(json POST whoami/verify '{"password":"a wrong password, long"}'; of .code)" 400invalid
is "... nor is half of one" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" "DELETE FROM login_throttle"; \
	json POST whoami/verify "{\"password\":\"$PASSWORD\"}"; of .code)" 403code-required
is "... and the session lives on" "$(json POST users '{"name":"be"}'; of .code)" 403verify-required
is "password and code prove it" "$(json POST whoami/verify \
	"{\"password\":\"$PASSWORD\",\"code\":\"$(sed -n 2p "$WORK/codes")\"}")$(json POST users '{"name":"be"}')" 204201
is "new recovery codes end the old ones" "$(json POST whoami/factor/codes '{}' >/dev/null; enter admin "$(sed -n 3p "$WORK/codes")")" 401login

# --- API tokens
enter minh >/dev/null
as minh
is "a token is made" "$(json POST tokens '{"name":"script","scope":["read"],"days":30}'; of '.token|test("^tt_[A-Za-z0-9_-]{43}$")')" 201true
token=$(of .token)
id=$(of .id)
bearer() { # token path more
	t=$1 p=$2
	shift 2
	code "$p" -H "Authorization: Bearer $t" "$@"
}
is "... and is not kept" "$(grep -c "$token" "$TANGTHU_DIR/catalogue.db")" 0
is "it reads what its owner reads" "$(bearer "$token" "records/$record"; of .uid)" "200$record"
is "... and no more" "$(bearer "$token" jobs)$(bearer "$token" users)" 403403
is "it changes nothing" "$(bearer "$token" "records/$record" -X PATCH -H 'If-Match: *' -H 'Content-Type: application/json' -d '{}'; of .code)" 403scope
is "it is no way to accounts, rights and tokens" "$(bearer "$token" tokens; of .code)$(bearer "$token" whoami/sessions; of .code)$(
	bearer "$token" grants; of .code)" 403scope403scope403scope
is "a cookie beside it does not help" "$(bearer "$token" tokens -b "$jar")" 403
for bad in "tt_" "$token "x "${token%?}" "${token}A" "tt_$(printf '%043d' 0)" "$(echo "$token" | tr '[:lower:]' '[:upper:]')" "tt_../../etc/passwd"; do
	bearer "$bad" whoami
	echo
done >"$WORK/bad"
is "what is not the token is nobody" "$(sort -u "$WORK/bad")" 401
is "another scheme is nobody" "$(code whoami -H "Authorization: Basic $token" -b "$jar")" 401
is "it is listed without its text" "$(code tokens -b "$jar"; of '[.tokens[]|[.name,.scope,(.used!=null or .used==null),has("token")]]')" \
	'200[["script",["read"],true,false]]'
as admin
is "nobody makes one for another person" "$(json POST tokens '{"name":"x","scope":["read"],"days":1,"owner":"minh"}'; of .code)" 403denied
is "a disabled owner's token is nobody" "$(json PATCH users/minh '{"disabled":true}')$(bearer "$token" whoami)$(
	json PATCH users/minh '{"disabled":false}')$(bearer "$token" whoami)" 200401200200
sqlite3 "$TANGTHU_DIR/catalogue.db" "DROP TRIGGER api_token_end_only; UPDATE api_token SET expires=created+1"
is "an expired one is nobody" "$(bearer "$token" whoami)" 401
sqlite3 "$TANGTHU_DIR/catalogue.db" "UPDATE api_token SET expires=created+86400000000"
enter minh >/dev/null
as minh
is "an ended one is nobody" "$(json DELETE "tokens/$id" '')$(bearer "$token" whoami)$(json DELETE "tokens/$id" '')" 204401404
is "days and scope are limited" "$(json POST tokens '{"name":"x","scope":["read"],"days":400}'; of .field)$(
	json POST tokens '{"name":"x","scope":[],"days":4}'; of .field)" 400days400scope
enter lan >/dev/null
as lan
is "a scanner's token takes in" "$(json POST tokens '{"name":"máy quét","scope":["add"],"days":366}')" 201
token=$(of .token)
is "... files" "$(printf 'Tờ trình\n' | bearer "$token" uploads -X POST -H 'Tus-Resumable: 1.0.0' -H 'Upload-Length: 11' \
	-H "Upload-Metadata: filename $(printf 'a.txt' | base64)" -H 'Content-Length: 0')" 201
is "... and reads nothing" "$(bearer "$token" records; of .code)" 403scope

# --- the lost telephone
as admin
is "nobody takes the own away by that way" "$(json DELETE users/admin/factor '')" 403
enter kiem >/dev/null
as kiem
json POST whoami/factor '{}' >/dev/null
json POST whoami/factor/confirm "{\"code\":\"$(totp "$(of .secret)" 0)\"}" >/dev/null
is "the auditor has one" "$(enter kiem)" 401code-required
as admin
is "the administrator takes it away" "$(json DELETE users/kiem/factor '')$(enter kiem)" 204200
is "the log of events is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
