#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 300
# The account page in a real browser: a second factor that is due, sign-in with its code, sessions,
# tokens, a fresh proof, axe in both languages.
set -eu

build=${BUILD:-build}
here=$(dirname "$0")
if ! command -v chromium >/dev/null; then
	echo "1..0 # SKIP chromium is not installed (config/install-deps test)"
	exit 0
fi
if ! [ -d "$build/web/node_modules/playwright-core" ]; then
	mkdir -p "$build/web"
	cp "$here/package.json" "$here/package-lock.json" "$build/web/"
	if ! npm ci --prefix "$build/web" --no-audit --no-fund >"$build/web/npm.log" 2>&1; then
		echo "1..0 # SKIP the npm registry cannot be reached (see $build/web/npm.log)"
		exit 0
	fi
fi
work=$(mktemp -d)
trap 'kill $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null; rm -rf "$work"' EXIT
export BUILD="$build" WORK="$work" TANGTHU_DIR="$work/archive" NODE_PATH="$build/web/node_modules"
PATH=$build:$PATH

echo "a long enough password" >"$work/password"
tangthu init "$TANGTHU_DIR" --os-user "$(id -un)" --password-file "$work/password" >/dev/null
tangthu user create minh --role staff --password-file "$work/password" >/dev/null
tangthu-server -d "$TANGTHU_DIR" --listen 127.0.0.1:0 >"$work/server.log" 2>&1 &
echo $! >"$work/server.pid"
tries=0
until grep -q '^listening on' "$work/server.log"; do
	tries=$((tries + 1))
	[ $tries -le 100 ] || { cat "$work/server.log" >&2; exit 1; }
	sleep 0.1
done
ADDRESS=$(sed -n 's/^listening on //p' "$work/server.log") node "$here/account.mjs"
