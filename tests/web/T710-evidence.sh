#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 280
# The page in a package of evidence, opened from a file, without a network: it finds the package whole and
# names each file that was changed.
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
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export BUILD="$build" WORK="$work" TANGTHU_DIR="$work/archive" NODE_PATH="$build/web/node_modules"
PATH=$build:$PATH

echo "a long enough password" >"$work/password"
tangthu init "$TANGTHU_DIR" --os-user "$(id -un)" --password-file "$work/password" >/dev/null
tangthu user create lan --role archivist --clearance 2 --password-file "$work/password" >/dev/null
tangthu user create kim --role auditor --clearance 2 --password-file "$work/password" >/dev/null
tangthu user bind --move lan "$(id -un)"
root=$(tangthu --json dossier list --all | jq -r '[.[]|select(.kind=="fonds")][0].uid')
tangthu grant add "$root" kim list,read,download --until "$(date -u -d "+30 days" +%F)" >/dev/null
for i in 1 2 3; do
	echo "Biên bản số $i." >"$work/$i.txt"
	tangthu add "$work/$i.txt" >>"$work/uids"
done
tangthu-indexer -d "$TANGTHU_DIR" --once >"$work/indexer.log" 2>&1
set=$(tangthu --as kim evidence create --sample 2 --seed s --clause 9.2 | cut -d' ' -f1)
tangthu --as kim evidence freeze "$set" >/dev/null
tangthu --as kim evidence export "$set" "$work/good.zip"
tangthu --as kim checkpoint key >"$work/key"
unzip_one() { python3 -c 'import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
sys.stdout.buffer.write(z.read([n for n in z.namelist() if n.endswith(sys.argv[2])][0]))' "$@"; }
unzip_one "$work/good.zip" /verify.html >"$work/verify.html"
node "$here/evidence.mjs"
