#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 280
# The audits' page in a real browser: an audit is opened, planned, its evidence drawn and taken away, a
# finding added, corrected by its owner and verified by somebody else; the year tells what is left.
# shellcheck source=tests/web/lib.sh
. "$(dirname "$0")/lib.sh"

sed -i 's/^.*second_factor = .*/second_factor = off/' "$TANGTHU_DIR/tangthu.conf"
tangthu user create lan --role archivist --clearance 2 --password-file "$work/password" >/dev/null
tangthu user create minh --role staff --password-file "$work/password" >/dev/null
for who in kim bao; do
	tangthu user create $who --role auditor --clearance 2 --display "<img src=x onerror=alert(1)> $who" \
		--password-file "$work/password" >/dev/null
done
tangthu user bind --move lan "$(id -un)"
root=$(tangthu --json dossier list --all | jq -r '[.[]|select(.kind=="fonds")][0].uid')
tangthu grant add "$root" kim list,read,download --until "$(date -u -d "+30 days" +%F)" >/dev/null
for i in 1 2 3 4 5; do
	echo "Biên bản số $i về thẻ hướng dẫn viên." >"$work/$i.txt"
	tangthu add "$work/$i.txt" >>"$work/added" 2>/dev/null
done
tangthu-indexer -d "$TANGTHU_DIR" --once >"$work/indexer.log" 2>&1
tangthu --as kim audit create 2025 'Đánh giá năm ngoái' --procedures QT.01,QT.03 >/dev/null
tangthu --as kim checkpoint key >"$work/key"
serve audits.mjs
