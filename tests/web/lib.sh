# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What every story in a browser begins with:  . "$(dirname "$0")/lib.sh"  (run by tests/run).
#
#	the browser and its driver are there, or the story is skipped with the reason
#	work, WORK	a directory of its own, gone at the end with every program whose .pid lies in it
#	an archive at $TANGTHU_DIR with its administrator; the password of all is in $work/password
#	serve STORY.mjs	serves the archive and runs the story with ADDRESS
set -eu

build=${BUILD:-build}
here=$(dirname "$0")
if ! command -v chromium >/dev/null; then
	echo "1..0 # SKIP chromium is not installed (config/install-deps test)"
	exit 0
fi
# Stories run side by side: the first one installs, the others wait for it.
mkdir -p "$build/web"
exec 9>"$build/web/lock"
flock 9
if ! [ -d "$build/web/node_modules/playwright-core" ]; then
	cp "$here/package.json" "$here/package-lock.json" "$build/web/"
	if ! npm ci --prefix "$build/web" --no-audit --no-fund >"$build/web/npm.log" 2>&1; then
		echo "1..0 # SKIP the npm registry cannot be reached (see $build/web/npm.log)"
		exit 0
	fi
fi
exec 9>&-
work=$(mktemp -d)
clean_up() {
	for pid in "$work"/*.pid; do
		[ ! -e "$pid" ] || kill "$(cat "$pid")" 2>/dev/null || :
	done
	chmod -R u+w "$work" 2>/dev/null || :
	rm -rf "$work" || :
}
trap clean_up EXIT
export BUILD="$build" WORK="$work" TANGTHU_DIR="$work/archive" NODE_PATH="$build/web/node_modules"
PATH=$build:$PATH

echo "a long enough password" >"$work/password"
tangthu init "$TANGTHU_DIR" --os-user "$(id -un)" --password-file "$work/password" >/dev/null

serve() {
	tangthu-server -d "$TANGTHU_DIR" --listen 127.0.0.1:0 >"$work/server.log" 2>&1 &
	echo $! >"$work/server.pid"
	tries=0
	until grep -q '^listening on' "$work/server.log"; do
		tries=$((tries + 1))
		[ $tries -le 100 ] || { cat "$work/server.log" >&2; exit 1; }
		sleep 0.1
	done
	ADDRESS=$(sed -n 's/^listening on //p' "$work/server.log") node "$here/$1"
}
