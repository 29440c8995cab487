#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 200
# Who destroys proves afresh who he is in the one way there is: by the second factor too, by the
# directory where it keeps the password, over HTTP and at the command line (records.md 41).
. tests/e2e/lib.sh
. tests/e2e/directory.sh

archive_make
directory_start
tangthu --as admin user create mai --role archivist --clearance 2 --password-file "$WORK/password" >/dev/null
tangthu --as admin user create hoa --role archivist --clearance 2 --external >/dev/null
echo 'the directory knows it' >"$WORK/directory-password"
echo 'not what it knows' >"$WORK/wrong"
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
for who in lan mai hoa; do tangthu grant add "$root" $who dispose >/dev/null; done
tangthu rule set 01 --title 'Một năm' --authority 'Thử' --years 1 --action destroy --from 2000-01-01 >/dev/null
tangthu dossier create H 'Hồ sơ' --kind class --rule 01 --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="H")|.uid')
for d in A B C D G; do tangthu dossier create $d "Hồ sơ $d" --parent "$class" --file-code H.$d >/dev/null; done
echo 'biên bản họp' >"$WORK/minutes.txt"
minutes=$(tangthu add --dossier H.G "$WORK/minutes.txt" 2>/dev/null | cut -d' ' -f1)
indexer_once
tangthu set "$minutes" type=BB subject='biên bản'
tangthu record declare "$minutes"
for d in A B C D; do tangthu custody close H.$d --date 2001-01-01 >/dev/null; done
tangthu retention tick >/dev/null
approved() { # dossier: a batch that another than lan approved
	batch=$(tangthu --json disposal propose destroy "$1" --title "Đợt $1" | jq -r .uid)
	tangthu disposal judge "$batch" approve "$1" >/dev/null
	tangthu --as mai disposal approve "$batch" --minutes "$minutes" --decision "$minutes" >/dev/null
	echo "$batch"
}
state() { tangthu --json disposal list | jq -r ".[]|select(.uid==\"$1\")|.state"; }
a=$(approved H.A) b=$(approved H.B) c=$(approved H.C) d=$(approved H.D)
is "four wait" "$(tangthu --json disposal list --state approved | jq length)" 4

# shellcheck disable=SC2119
server_start
send() { # method path body: status and problem
	api "$1" "$2" -H 'Content-Type: application/json' -d "$3" >/dev/null
	cat "$WORK/status"
	[ ! -s "$WORK/body" ] || jq -r '.code // .state // ""' "$WORK/body" | tr -d '\n'
}
stale() { sqlite3 "$TANGTHU_DIR/catalogue.db" 'UPDATE session SET verified=verified-901000000'; }

# --- a second factor
login mai
api POST whoami/factor -H 'Content-Type: application/json' -d '{}' >"$WORK/factor"
seed=$(jq -r .secret "$WORK/factor")
api POST whoami/factor/confirm -H 'Content-Type: application/json' -d "{\"code\":\"$(totp "$seed" -1)\"}" |
	jq -r '.recovery_codes[]' >"$WORK/codes"
stale
is "a stale proof executes nothing" "$(send POST "disposals/$a/execute" '{}')" 403verify-required
is "... nor does the password in the request" "$(send POST "disposals/$a/execute" '{"current":"a long enough password"}')" \
	403verify-required
is "the password alone is no proof" "$(send POST whoami/verify '{"password":"a long enough password"}')" 403code-required
is "... and executes nothing" "$(send POST "disposals/$a/execute" '{}')$(state "$a")" 403verify-requiredapproved
is "password and code are one" "$(send POST whoami/verify \
	"{\"password\":\"a long enough password\",\"code\":\"$(totp "$seed" 0)\"}")" 204
is "... and it begins" "$(send POST "disposals/$a/execute" '{}')" 202executing
is "a token executes nothing" "$(send POST tokens '{"name":"x","scope":["read","edit"],"days":1}' >/dev/null
	curl -sS -X POST -H "Authorization: Bearer $(jq -r .token "$WORK/body")" "$ADDRESS/api/v1/disposals/$b/execute" | jq -r .code)" scope

# --- a directory
login hoa 'the directory knows it'
stale
is "who signs in by the directory proves it there" "$(send POST "disposals/$b/execute" '{}')$(
	send POST whoami/verify '{"password":"not what it knows"}')$(
	send POST whoami/verify '{"password":"the directory knows it"}')" 403verify-required400invalid204
is "... and it begins" "$(send POST "disposals/$b/execute" '{}')" 202executing
is "there is no password to change here" "$(send POST whoami/password \
	'{"current":"the directory knows it","password":"another one, long enough"}')" 409held

# --- the own password
login lan
stale
is "a password is changed after a fresh proof" "$(send POST whoami/password \
	'{"current":"a long enough password","password":"another one, long enough"}')$(
	send POST whoami/verify '{"password":"a long enough password"}')$(send POST whoami/password \
	'{"current":"a long enough password","password":"another one, long enough"}')" 403verify-required204204
server_stop

# --- the command line
execute() { # who password-file [code-file] batch
	exit_of tangthu --as "$1" disposal execute "$4" --password-file "$2" ${3:+--code-file} ${3:+"$3"}
}
is "a wrong password executes nothing" "$(execute mai "$WORK/wrong" "" "$c")$(state "$c")" 77approved
echo 000000 >"$WORK/bad-code"
is "... nor a wrong code" "$(execute mai "$WORK/password" "$WORK/bad-code" "$c")$(state "$c")" 77approved
sqlite3 "$TANGTHU_DIR/catalogue.db" 'DELETE FROM login_throttle'
head -n 1 "$WORK/codes" >"$WORK/code"
is "password and recovery code do" "$(execute mai "$WORK/password" "$WORK/code" "$c")$(state "$c")" 0done
is "... and the log says how" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT detail FROM event
	WHERE action='login.again' AND outcome='ok' ORDER BY seq DESC LIMIT 1")" '{"factor":"recovery"}'
is "the directory's password does" "$(execute hoa "$WORK/wrong" "" "$d")$(
	execute hoa "$WORK/directory-password" "" "$d")$(state "$d")" 770done
is "tries at the command line are throttled" "$(for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	[ "$(execute lan "$WORK/wrong" "" "$d")" = 75 ] && echo throttled && break; done)" throttled
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
