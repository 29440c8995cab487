#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317,SC2119
# time-limit: 280
# records.md 72, 74: a dossier leaves as a package and comes back whole in another, empty archive.
. tests/e2e/lib.sh

. tests/e2e/packages.sh

packages_archive
tangthu --as admin user create kim --role auditor --clearance 2 --password-file "$WORK/password" >/dev/null

ok "a dossier leaves as a bag" tangthu package export --output "$WORK/bag.zip" "$seven"
is "... that is logged" "$(tangthu --as kim --json log list --kind node --object "$seven" | jq -r '[.[].action]|first')" dossier.export
is "... never over a file" "$(exit_of tangthu package export --output "$WORK/bag.zip" "$seven")" 74
mkdir "$WORK/bag" && (cd "$WORK/bag" && python3 -m zipfile -e ../bag.zip .)
bag=$(echo "$WORK"/bag/bag-*)
is "every file of the bag is that of its manifests" \
	"$(cd "$bag" && exit_of sha256sum --strict -c manifest-sha256.txt tagmanifest-sha256.txt)" 0
is "... and every file is in them" "$(cd "$bag" && find data -type f | LC_ALL=C sort)" \
	"$(cd "$bag" && cut -c 67- manifest-sha256.txt | LC_ALL=C sort)"
is "Payload-Oxum counts it" "$(sed -n 's/^Payload-Oxum: //p' "$bag/bag-info.txt")" \
	"$(cd "$bag" && find data -type f -printf '%s\n' | awk '{ n += $1 } END { print n "." NR }')"
ok "its description is XML" xmllint --noout "$bag"/data/*/hoso.xml
is "originals are the arrived bytes" "$(cmp "$WORK/văn bản 1.txt" "$bag"/data/*/H24.DL.2019.7.001.txt && echo same)" same
is "the sandboxed reader finds it whole" "$(tangthu package check "$WORK/bag.zip")" "bagit package, whole"
is "... back home its uid is in use" "$(exit_of tangthu package import --parent "$class" "$WORK/bag.zip")" 65

# Another archive.
tangthu hold create 'Thanh tra' --reason 'Kiểm tra' --authority 'QĐ 9' >"$WORK/hold"
tangthu hold add "$(grep -oE '[0-9a-f-]{36}' "$WORK/hold" | head -n 1)" "$eight" >/dev/null
tangthu package export --output "$WORK/both.zip" "$seven" "$eight" >/dev/null
TANGTHU_DIR=$WORK/second
archive_make
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create DL 'Du lịch' --kind class --parent "$root" --rule permanent >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="DL")|.uid')
before=$(tangthu --json dossier list --all | jq length)
is "a rule that is not here is told" "$(exit_of tangthu package import --parent "$class" "$WORK/both.zip")" 65
is "... by dossier" "$(grep -c '^fault: .*hoso.xml.*no retention rule here' "$WORK/out")" 2
is "... and nothing is made" "$(tangthu --json dossier list --all | jq length)" "$before"
tangthu rule set DL20 --title 'Hồ sơ du lịch' --authority 'TT 10/2022' --years 20 --action destroy >/dev/null
tangthu rule set SK --title 'Sự kiện' --authority 'TT 10/2022' --years 10 --action destroy \
	--trigger event --event 'Hết hiệu lực' >/dev/null
is "a trial says what would be made" "$(tangthu package import --dry-run --parent "$class" "$WORK/both.zip" | grep -c '^would make')" 2
is "... and makes nothing" "$(tangthu --json dossier list --all | jq length)" "$before"
ok "it comes in" tangthu package import --parent "$class" "$WORK/both.zip"
is "... a hold of there is told" "$(grep -c 'under a hold where it comes from: Thanh tra (QĐ 9)' "$WORK/out")" 1
is "... both dossiers" "$(grep -c '^made' "$WORK/out")" 2
indexer_once
tangthu package export --output "$WORK/again.zip" "$seven" "$eight" >/dev/null
mkdir "$WORK/x" "$WORK/y"
(cd "$WORK/x" && python3 -m zipfile -e ../both.zip .)
(cd "$WORK/y" && python3 -m zipfile -e ../again.zip .)
for d in 0001 0002; do
	is "nothing is lost and nothing new in $d" \
		"$(python3 "$WORK/compare.py" "$WORK"/x/*/data/$d-*/hoso.xml "$WORK"/y/*/data/$d-*/hoso.xml | grep -E 'lost|new')" ""
	is "... of much" \
		"$(python3 "$WORK/compare.py" "$WORK"/x/*/data/$d-*/hoso.xml "$WORK"/y/*/data/$d-*/hoso.xml | tail -n 1 | awk '{ print ($1 > 12) }')" 1
done
is "the bytes are the same" "$(cd "$WORK"/x/bag-*/ && find data -name '*.txt' -o -name '*.words' | sort | xargs sha256sum)" \
	"$(cd "$WORK"/y/bag-*/ && find data -name '*.txt' -o -name '*.words' | sort | xargs sha256sum)"
is "one record lies in both dossiers, once" \
	"$(tangthu --json dossier show H24.DL.2019.7 | jq .records)$(tangthu --json dossier show H24.DL.2020.8 | jq .records)" 31
is "what was done there is told here" "$(grep -c '<event origin=.*record.register' "$WORK"/y/*/data/0001-*/hoso.xml)" 3
is "the second archive is whole" "$(exit_of tangthu --as admin verify)" 0
is "it is found by its text" "$(tangthu search 'lễ hội' | grep -c '')" "$(TANGTHU_DIR=$A tangthu search 'lễ hội' | grep -c '')"
done_testing
