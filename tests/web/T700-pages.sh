#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 400
# The pages in a real browser: sign in, search, the marked scan, files added, keys, axe.
# shellcheck source=tests/web/lib.sh
. "$(dirname "$0")/lib.sh"

sed -i 's/^.*second_factor = .*/second_factor = off/' "$TANGTHU_DIR/tangthu.conf"
tangthu user create lan --role archivist --clearance 2 --password-file "$work/password" >/dev/null
tangthu user create minh --role staff --password-file "$work/password" >/dev/null
tangthu user bind --move lan "$(id -un)"
"$build/tests/tangthu-gen" --set test --seed 7 --out "$work/scans" --truth "$work/truth"
printf 'Một văn bản thử. <img src=x onerror=alert(1)>\n' >"$work/scans/<img src=x onerror=alert(1)>.txt"
printf 'Biên bản kiểm kê xuồng, kiểm kê lại.\n\fTrang này để trống.\n\fBiên bản kiểm kê phao tròn.\n' >"$work/scans/ba trang.txt"
tangthu add "$work/scans" >"$work/added"
tangthu-indexer -d "$TANGTHU_DIR" --once >"$work/indexer.log" 2>&1
tangthu-indexer -d "$TANGTHU_DIR" >"$work/indexer.log" 2>&1 &
echo $! >"$work/indexer.pid"
serve pages.mjs
