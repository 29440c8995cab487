#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 280
# The event log's page in a real browser: an auditor reads it, saves proofs and checkpoints, and what she
# saved verifies; nobody else sees the page's entry.
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
sed -i 's/^.*second_factor = .*/second_factor = off/' "$TANGTHU_DIR/tangthu.conf"
tangthu user create lan --role archivist --clearance 2 --password-file "$work/password" >/dev/null
tangthu user create kim --role auditor --password-file "$work/password" >/dev/null
tangthu user bind --move lan "$(id -un)"
echo 'Biên bản số 1.' >"$work/1.txt"
tangthu add "$work/1.txt" >"$work/added"
tangthu --as kim checkpoint make "$work/old"
tangthu --as kim checkpoint key >"$work/key"
tangthu --as kim audit create 2026 'Đánh giá <b>nội bộ</b>' >/dev/null
tangthu-server -d "$TANGTHU_DIR" --listen 127.0.0.1:0 >"$work/server.log" 2>&1 &
echo $! >"$work/server.pid"
tries=0
until grep -q '^listening on' "$work/server.log"; do
	tries=$((tries + 1))
	[ $tries -le 100 ] || { cat "$work/server.log" >&2; exit 1; }
	sleep 0.1
done
ADDRESS=$(sed -n 's/^listening on //p' "$work/server.log") node "$here/log.mjs"
