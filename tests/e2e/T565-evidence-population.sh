#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 250
# A population by search words, under the auditor's own rights, drawn again the same; and what a package
# holds of a record that is some pages of a file (records.md 68).
. tests/e2e/lib.sh
. tests/e2e/indexer.sh

archive_make
tangthu --as admin user create kim --role auditor --clearance 2 --password-file "$WORK/password" >/dev/null
tangthu --as admin user create low --role auditor --clearance 2 --password-file "$WORK/password" >/dev/null
root=$(tangthu --json dossier list --all | jq -r '[.[]|select(.kind=="fonds")][0].uid')
tangthu dossier create K 'Hồ sơ kín' --parent "$root" --file-code K.1 --kind dossier >/dev/null
closed=$(tangthu --json dossier show K.1 | jq -r .uid)
inbox=$(tangthu --json dossier list --all | jq -r "[.[]|select(.kind==\"dossier\" and .uid!=\"$closed\")][0].uid")
until=$(date -u -d "+30 days" +%F)
tangthu grant add "$root" kim list,read,download --until "$until" >/dev/null
tangthu grant add "$inbox" low list,read,download --until "$until" >/dev/null
declare -a uids
for i in $(seq 30); do
	word=$([ $((i % 3)) = 0 ] && echo 'thẻ hướng dẫn viên' || echo 'giấy phép lữ hành')
	printf 'Quyết định số %s/QĐ-SDL về việc cấp %s du lịch.\n' "$i" "$word" >"$WORK/$i.txt"
	uids[i]=$(tangthu add ${hidden:+--dossier K.1} "$WORK/$i.txt" 2>/dev/null | cut -d' ' -f1)
	tangthu set "${uids[i]}" "issued=20$((20 + i % 2))-02-05" type=QĐ
	[ "$i" != 24 ] || hidden=yes
done
indexer_once
evidence() { # who, options: sample and population
	local who=$1
	shift
	tangthu --as "$who" evidence create --seed 'tháng 2' "$@" | cut -d' ' -f1
}
show() { tangthu --as "$1" --json evidence show "$2" | jq -c "$3"; }
expected() { # numbers: the first four by the rule that anybody can follow
	for i in "$@"; do
		printf '%s "%s"\n' "$(printf 'tháng 2\n%s' "${uids[i]}" | sha256sum | cut -d' ' -f1)" "${uids[i]}"
	done | sort | head -n 4 | cut -d' ' -f2 | paste -sd, | sed 's/.*/[&]/'
}

# --- words
all=$(evidence kim --sample 4 --words '"thẻ hướng dẫn viên"')
is "the population is what the words find" "$(show kim "$all" '[.population,.query.words]')" '[10,"\"thẻ hướng dẫn viên\""]'
is "... the sample its first ones by the rule" "$(show kim "$all" '[.records[]]')" "$(expected 3 6 9 12 15 18 21 24 27 30)"
is "... again the same" "$(tangthu --as kim evidence again "$all")" "population of 10, the same; the draw gives the same sample"
mine=$(evidence low --sample 4 --words '"thẻ hướng dẫn viên"')
is "another auditor draws from what he may read" "$(show low "$mine" .population)" 8
is "... and nothing else" "$(show low "$mine" '[.records[]]')" "$(expected 3 6 9 12 15 18 21 24)"
is "words and the other conditions hold together" \
	"$(show kim "$(evidence kim --sample 4 --words 'viên' --from 2020-01-01 --to 2020-12-31)" .population)" 5
is "... a dossier as well" "$(show kim "$(evidence kim --sample 4 --words 'viên' --dossier "$closed")" .population)" 2
is "the query language is understood" "$(show kim "$(evidence kim --sample 4 --words 'hướng AND viên OR "số 7"')" .population)" 11
is "words that find nothing are told" "$(exit_of tangthu --as kim evidence create --seed a --sample 1 --words zyxomma)" 66
is "... nor does anything stand in for a phrase" \
	"$(exit_of tangthu --as kim evidence create --seed a --sample 1 --words '"viên dẫn hướng thẻ"')" 66
is "a broken query is refused" "$(exit_of tangthu --as kim evidence create --seed a --sample 1 --words '"thẻ')" 65
is "an empty one too" "$(exit_of tangthu --as kim evidence create --seed a --sample 1 --words ' ')" 65
is "... and one that takes its words loosely" "$(exit_of tangthu --as kim evidence create --seed a --sample 1 \
	--words 'thẻ hướng dẫn viên du lịch quốc tế zyxomma cấp lại năm nay')" 65
is "... which says what to do" "$(grep -c 'join them with AND' "$WORK/err")" 1
printf 'Quyết định số 99/QĐ-SDL về việc cấp thẻ hướng dẫn viên.\n' >"$WORK/new.txt"
uids[99]=$(tangthu add "$WORK/new.txt" 2>/dev/null | cut -d' ' -f1)
indexer_once
is "a record that came since is told" "$(tangthu --as kim evidence again "$all" 2>/dev/null | cut -d';' -f1)" \
	"population of 11, another one than then"
# shellcheck disable=SC2119
server_start
login kim
is "the server draws the same" "$(api POST evidence -H 'Content-Type: application/json' -d \
	'{"seed":"tháng 2","sample":4,"words":"\"giấy phép lữ hành\""}' | jq -c '[.population,[.records[].uid]]')" \
	"[20,$(expected 1 2 4 5 7 8 10 11 13 14 16 17 19 20 22 23 25 26 28 29)]"
made=$(jq -r .uid "$WORK/body")
is "... again the same" "$(api GET "evidence/$made/again" | jq -c '[.population,.same_population,.same_sample]')" '[20,true,true]'
is "... and names what is wrong with words" "$(api POST evidence -H 'Content-Type: application/json' \
	-d '{"seed":"a","sample":4,"words":"(thẻ"}' | jq -c '[.status,.field]')" '[400,"words"]'
login low
is "who lost the right draws another population" "$(tangthu grant end "$(tangthu --json grant list "$inbox" |
	jq -r '.[]|select(.who=="low")|.id')" >/dev/null; api GET "evidence/$mine/again" | jq -c '[.population,.same_sample]')" '[0,false]'

# --- some pages of a file
generate "$WORK/scans" --kind letter --count 6 --format pdf --state clean --dpi 150 --appetite 0 --seed 5
mapfile -t letters < <(for f in "$WORK"/scans/*.pdf; do
	[ "$(qpdf --show-npages "$f")" = 1 ] && echo "$f"
done | head -n 3)
qpdf --empty --pages "${letters[0]}" "${letters[1]}" "${letters[2]}" -- "$WORK/stack.pdf" 2>/dev/null
stack=$(tangthu add "$WORK/stack.pdf" 2>/dev/null | cut -d' ' -f1)
indexer_once
part=$(tangthu stack split "$stack" --at 2,3 | sed -n 's/^\([0-9a-f-]\{36\}\).*/\1/p' | head -n 1)
indexer_once
login kim
is "a record is the second page of a file" "$(api GET "records/$part/stack" | jq -c '[.ranges[]|[.first_page,.last_page]]')" '[[2,2]]'
set=$(tangthu --as kim evidence create "$part" | cut -d' ' -f1)
ok "it is frozen" tangthu --as kim evidence freeze "$set"
ok "... and taken away" tangthu --as kim evidence export "$set" "$WORK/part.zip"
tangthu --as kim checkpoint key >"$WORK/key"
is "... whole" "$(exit_of tangthu-verify package -f "$WORK/key" "$WORK/part.zip")" 0
mkdir "$WORK/bag" && (cd "$WORK/bag" && python3 -m zipfile -e ../part.zip .)
bag=$(echo "$WORK"/bag/evidence-*)
is "sha256sum agrees" "$(cd "$bag" && exit_of sha256sum --strict -c manifest-sha256.txt tagmanifest-sha256.txt)" 0
is "the file that others share is not in it" "$(find "$bag" -path '*original*' | wc -l)" 0
is "... its page is, and no other" "$(cd "$bag/data/records/0001" && echo pages/*)" pages/01-00001.jpg
api GET "records/$part/pages/1/image" >"$WORK/image"
is "... as it is shown" "$(cmp "$WORK/image" "$bag/data/records/0001/pages/01-00001.jpg" && echo same)" same
is "... with the text of that page alone" "$(grep -c '^--- ' "$bag/data/records/0001/text.txt")" 1
api GET "records/$part/pages/1/text" >"$WORK/text"
is "... all of it" "$(sed 1d "$bag/data/records/0001/text.txt" | cmp -n "$(wc -c <"$WORK/text")" - "$WORK/text" && echo same)" same
is "the metadata say which pages" "$(jq -c '[.pages,(.components[]|[.first_page,.last_page])]' "$bag/data/records/0001/metadata.json")" '[1,[2,2]]'
server_stop
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
