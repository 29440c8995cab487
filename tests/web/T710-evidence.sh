#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 280
# The page in a package of evidence, opened from a file, without a network: it finds the package whole and
# names each file that was changed.
# shellcheck source=tests/web/lib.sh
. "$(dirname "$0")/lib.sh"

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
