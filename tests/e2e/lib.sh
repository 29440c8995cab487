# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What every story begins with:  . tests/e2e/lib.sh  (run by tests/run in the root of the tree).
#
#	WORK		a directory of its own, gone at the end with every program started here
#	is NAME GOT WANTED	one test
#	ok NAME COMMAND...	passes when the command succeeds
#	exit_of COMMAND...	prints the exit status; output in $WORK/out and $WORK/err
#	skip_all REASON, done_testing
#	archive_make		$TANGTHU_DIR with admin, lan (archivist, clearance 2; acts for this
#				OS user) and minh (staff); passwords in $WORK/password; no second
#				factor is asked of anybody (T530 turns it on)
#	server_start [OPTIONS], server_stop	sets ADDRESS
#	indexer_start, indexer_stop, indexer_once
#	login NAME		signs in; sets COOKIES and CSRF
#	totp SEED STEPS	the six digits, steps of 30 s away from now
#	api METHOD PATH [CURL OPTIONS]	body to stdout, status code to $WORK/status
set -u
BUILD=${BUILD:-$PWD/build}
PATH=$BUILD:$PATH
WORK=$(mktemp -d)
export TANGTHU_DIR="$WORK/archive"
tests=0
failures=0

clean_up() {
	for pid in "$WORK"/*.pid; do
		[ -e "$pid" ] && kill -9 "$(cat "$pid")" 2>/dev/null
	done
	chmod -R u+w "$WORK" && rm -rf "$WORK"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# Server and indexer write to the same catalogue: a story waits for them as they wait for each other.
sqlite3() {
	command sqlite3 -cmd '.timeout 20000' "$@"
}

told() { # ok|not ok, name
	tests=$((tests + 1))
	echo "$1 $tests - $2"
	[ "$1" = ok ] || failures=$((failures + 1))
}

is() {
	if [ "$2" = "$3" ]; then
		told ok "$1"
	else
		told "not ok" "$1"
		printf '%s\n' "got: $2" "wanted: $3" | sed 's/^/# /'
		[ ! -s "$WORK/err" ] || tail -n 5 "$WORK/err" | sed 's/^/# stderr: /'
	fi
}

ok() {
	name=$1
	shift
	if "$@" >"$WORK/out" 2>"$WORK/err"; then
		told ok "$name"
	else
		told "not ok" "$name"
		tail -n 5 "$WORK/err" | sed 's/^/# /'
	fi
}

exit_of() {
	"$@" >"$WORK/out" 2>"$WORK/err" && echo 0 || echo $?
}

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

done_testing() {
	echo "1..$tests"
	[ $failures = 0 ]
	exit
}

archive_make() {
	echo "a long enough password" >"$WORK/password"
	tangthu init "$TANGTHU_DIR" --os-user "$(id -un)" --password-file "$WORK/password" >/dev/null &&
		tangthu user create lan --role archivist --clearance 2 \
			--password-file "$WORK/password" >/dev/null &&
		tangthu user create minh --role staff --password-file "$WORK/password" >/dev/null &&
		tangthu user bind --move lan "$(id -un)" &&
		sed -i 's/^.*second_factor = .*/second_factor = off/' "$TANGTHU_DIR/tangthu.conf" && return
	echo "Bail out! no archive"
	exit 1
}

started() { # name, command...: in the background
	name=$1
	shift
	"$@" >>"$WORK/$name.log" 2>&1 &
	echo $! >"$WORK/$name.pid"
}

stopped() { # name: asks, and waits
	pid=$(cat "$WORK/$1.pid" 2>/dev/null) || return 0
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	rm -f "$WORK/$1.pid"
}

# Waits at most a minute, or as long as 600 tries take, for a command to succeed.
eventually() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || return 1
		sleep 0.1
	done
}

server_start() {
	rm -f "$WORK/server.log"
	started server tangthu-server -d "$TANGTHU_DIR" --listen 127.0.0.1:0 "$@"
	if ! eventually grep -q '^listening on' "$WORK/server.log"; then
		sed 's/^/# /' "$WORK/server.log"
		echo "Bail out! the server does not start"
		exit 1
	fi
	ADDRESS=$(sed -n 's/^listening on //p' "$WORK/server.log" | head -n 1)
}
server_stop() { stopped server; }
indexer_start() { started indexer tangthu-indexer -d "$TANGTHU_DIR"; }
indexer_stop() { stopped indexer; }
indexer_once() { tangthu-indexer -d "$TANGTHU_DIR" --once >>"$WORK/indexer.log" 2>&1; }

login() {
	COOKIES=$WORK/cookies.$1
	rm -f "$COOKIES"
	CSRF=$(curl -sS -c "$COOKIES" -H 'X-Tangthu-Csrf: login' -H 'Content-Type: application/json' \
		-d "{\"name\":\"$1\",\"password\":\"${2:-a long enough password}\"}" \
		"$ADDRESS/api/v1/login" | jq -r '.csrf // empty')
	[ -n "$CSRF" ]
}

api() {
	method=$1 path=$2
	shift 2
	[ "$method" != HEAD ] || set -- -I "$@"
	curl -sS -X "$method" -b "$COOKIES" -H "X-Tangthu-Csrf: $CSRF" -o "$WORK/body" \
		-w '%{http_code}' "$@" "$ADDRESS/api/v1/$path" >"$WORK/status"
	cat "$WORK/body"
}

totp() { tests/totp "$@"; }
