#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Signing in by a directory: a real slapd knows the password, the archive all the rest.
. tests/e2e/lib.sh
. tests/e2e/directory.sh

archive_make
directory_start
tangthu --as admin user create hoa --role staff --external >/dev/null
tangthu --as admin user create vang --role staff --external >/dev/null
# shellcheck disable=SC2119
server_start
enter() { # name password: status and problem
	curl -sS --max-time 20 -o "$WORK/body" -w '%{http_code}' -H 'X-Tangthu-Csrf: 1' -H 'Content-Type: application/json' \
		-d "$(jq -nc --arg n "$1" --arg p "$2" '{name: $n, password: $p}')" "$ADDRESS/api/v1/login"
	jq -r '.code // ""' "$WORK/body" | tr -d '\n'
}
is "the directory's password signs in" "$(enter hoa 'the directory knows it'; jq -r '.groups[]' "$WORK/body")" 200staff
is "another does not" "$(enter hoa 'a long enough password')" 401login
is "an empty one is asked of nobody" "$(enter hoa '')$(enter hoa ' ')" 400invalid401login
is "an account that the directory has and we have not is nobody" "$(enter la 'the directory knows it')" 401login
is "an account that we have and the directory has not neither" "$(enter vang 'the directory knows it')" 401login
is "who has a password here is not asked of the directory" "$(enter minh 'a long enough password')" 200
is "a name cannot leave its place in the directory" "$(enter 'hoa,ou=people' 'the directory knows it')" 401login
is "wrong ones are throttled" "$(for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	[ "$(enter vang x)" = 429limit ] && echo throttled && break; done)" throttled
tangthu --as admin user disable hoa
is "a disabled account stays out" "$(enter hoa 'the directory knows it')" 401login
tangthu --as admin user enable hoa
# trust.md 8: the same is asked whatever the name is (test_directory counts the hashes as well)
sqlite3 "$TANGTHU_DIR/catalogue.db" 'DELETE FROM login_throttle'
for who in hoa minh nobody; do
	before=$(directory_asked)
	enter $who 'a wrong password, long' >/dev/null
	echo $(($(directory_asked) - before))
done >"$WORK/asked"
is "a failed sign-in asks the directory once, whoever it is" "$(tr '\n' ' ' <"$WORK/asked")" "1 1 1 "
is "... about a decoy where it is not its own" "$(directory_asked minh) $(directory_asked nobody)" "0 0"
stopped slapd
sqlite3 "$TANGTHU_DIR/catalogue.db" 'DELETE FROM login_throttle'
is "without the directory one is told that it is busy" "$(enter hoa 'the directory knows it')" 503busy
is "... and so is everybody who may be its own" "$(enter minh 'a wrong password, long')$(enter nobody 'a wrong password, long')" 503busy503busy
is "... each of them as a try that failed" "$(for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	[ "$(enter nobody 'a wrong password, long')" = 429limit ] && echo throttled && break; done)" throttled
is "... and the others sign in" "$(enter minh 'a long enough password')" 200
server_stop
sed -i 's/^dn = .*/dn = ou=people/' "$TANGTHU_DIR/tangthu.conf"
is "a dn without a place for the name stops the server" "$(exit_of timeout 10 tangthu-server -d "$TANGTHU_DIR" --listen 127.0.0.1:0) $(
	grep -c '%s once' "$WORK/err")" "65 1"
done_testing
