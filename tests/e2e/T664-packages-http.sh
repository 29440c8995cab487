#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317,SC2119,SC2154,SC2030,SC2031
# time-limit: 280
# records.md 51, 72, 74: packages over HTTP, who may, and the pages of a file that others share (D6).
. tests/e2e/lib.sh
. tests/e2e/packages.sh

packages_archive
python3 - "$WORK/three.pdf" <<'PY'
import sys
out, at, objects = b"%PDF-1.4\n", {}, {1: "<</Type/Catalog/Pages 2 0 R>>", 2: "<</Type/Pages/Count 3/Kids[3 0 R 5 0 R 7 0 R]>>"}
for i, word in enumerate(["ONE", "TWO", "THREE"]):
    text = "BT /F 24 Tf 72 700 Td (PAGE %s of the shared file) Tj ET" % word
    objects[3 + 2 * i] = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>" % (4 + 2 * i)
    objects[4 + 2 * i] = "<</Length %d>>stream\n%s\nendstream" % (len(text), text)
for n in sorted(objects):
    at[n] = len(out)
    out += ("%d 0 obj\n%s\nendobj\n" % (n, objects[n])).encode()
start = len(out)
out += b"xref\n0 9\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at[n] for n in sorted(at)) + b"trailer<</Size 9/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
open(sys.argv[1], "wb").write(out)
PY
stack=$(tangthu add --dossier H24.DL.2019.7 "$WORK/three.pdf" 2>/dev/null | cut -d' ' -f1)
indexer_once
tangthu stack split "$stack" --at 2 >"$WORK/split" 2>&1
part=$(grep -oE '[0-9a-f-]{36}' "$WORK/split" | grep -v "$stack" | head -n 1)
indexer_once
tangthu package export --format bagit --output "$WORK/whole.zip" "$seven" >/dev/null
is "records of one file in one package take the file once" \
	"$(python3 -m zipfile -l "$WORK/whole.zip" | grep -c '\.pdf')" 1
tangthu dossier create 9 'Hồ sơ chín' --parent "$class" --file-code H24.DL.2019.9 >/dev/null
nine=$(tangthu --json dossier show H24.DL.2019.9 | jq -r .uid)
server_start
login lan
is "one of them goes to another dossier" \
	"$(api PATCH "records/$part" -H 'If-Match: *' -H 'Content-Type: application/json' -d "{\"dossier\":\"$nine\"}" >/dev/null; cat "$WORK/status")" 200
tangthu package export --format sip --output "$WORK/nine.zip" "$nine" >/dev/null
python3 -m zipfile -e "$WORK/nine.zip" "$WORK/nine.d"
is "alone it takes its own pages" "$(pdftotext "$WORK"/nine.d/*/representations/rep1/data/*.pdf - | grep -oE 'PAGE [A-Z]+' | tr '\n' ' ')" "PAGE TWO PAGE THREE "
is "... and no byte of the others" "$(qpdf --qdf --object-streams=disable "$WORK"/nine.d/*/representations/rep1/data/*.pdf - | grep -ac 'PAGE ONE')" 0
is "... which is told" "$(grep -c 'cut_of="[0-9a-f]*" cut="2-3"' "$WORK"/nine.d/*/metadata/other/hoso.xml)" 1
tangthu hold create 'Thanh tra' --reason 'Kiểm tra' --authority 'QĐ 9' >"$WORK/hold"
tangthu hold create 'Điều tra' --reason 'Kiểm tra' --authority 'QĐ 10' >>"$WORK/hold"
grep -oE '[0-9a-f-]{36}' "$WORK/hold" >"$WORK/holds"
while read -r hold; do tangthu hold add "$hold" "$nine" >/dev/null; done <"$WORK/holds"
holds_for() { # name: how many holds his package of dossier nine tells
	tangthu --as "$1" package export --output "$WORK/held.$1.zip" "$nine" >/dev/null
	python3 -m zipfile -e "$WORK/held.$1.zip" "$WORK/held.$1"
	grep -c '<hold' "$WORK/held.$1"/*/data/*/hoso.xml
}
is "who keeps the plan is told each hold, who only reads that there is one" "$(holds_for lan) $(holds_for minh)" "2 1"
is "what was done is told to who keeps the plan, not to who only reads" \
	"$(grep -c '<event' "$WORK"/held.lan/*/data/*/hoso.xml | sed 's/^[1-9].*/told/') $(grep -c '<event' "$WORK"/held.minh/*/data/*/hoso.xml)" "told 0"
is "... whose package for keeping is whole without it" \
	"$(tangthu --as minh package export --format aip --output "$WORK/minh.zip" "$nine" >/dev/null; tangthu package check "$WORK/minh.zip")" "aip package, whole"
while read -r hold; do tangthu hold release "$hold" --reason x >/dev/null; done <"$WORK/holds"
pages_of_seven() { # the pages of the shared file that go with dossier seven
	rm -rf "$WORK/seven.zip" "$WORK/seven.d"
	tangthu package export --format sip --output "$WORK/seven.zip" "$seven" >/dev/null
	python3 -m zipfile -e "$WORK/seven.zip" "$WORK/seven.d"
	for f in "$WORK"/seven.d/*/representations/rep1/data/*.pdf; do pdftotext "$f" -; done | grep -oE 'PAGE [A-Z]+' | tr '\n' ' '
}
is "the record that the file came with takes its own page, too" "$(pages_of_seven)" "PAGE ONE "
cp -a "$TANGTHU_DIR" "$WORK/less"
sqlite3 "$WORK/less/catalogue.db" "INSERT INTO destruction(kind, uid, disposal, at, replayed, tombstone) VALUES('record', '$part', 'x', 1, 1, '{}');
	UPDATE record SET state='destroyed' WHERE uid='$part'" || echo "# nothing is destroyed"
is "pages of a destroyed record go nowhere" \
	"$(sqlite3 "$WORK/less/catalogue.db" "SELECT state FROM record WHERE uid='$part'"; TANGTHU_DIR=$WORK/less; pages_of_seven)" "destroyed
PAGE ONE "

is "a dossier over HTTP" "$(api GET "nodes/$seven/package?format=aip" >"$WORK/aip.zip"; cat "$WORK/status"; tangthu package check "$WORK/aip.zip")" "200aip package, whole"
is "... several" "$(api POST packages -H 'Content-Type: application/json' -d "{\"format\":\"bagit\",\"nodes\":[\"$seven\",\"$eight\"]}" >"$WORK/two.zip"
	cat "$WORK/status"; tangthu package check "$WORK/two.zip")" "200bagit package, whole"
is "... all below a class" "$(api GET "nodes/$class/package?format=sip" >"$WORK/all.zip"; tangthu package check "$WORK/all.zip" | head -n 1
	python3 -m zipfile -l "$WORK/all.zip" | grep -c 'descriptive/EAD.xml')" "sip package, whole
3"
is "its length is told beforehand" \
	"$(api GET "nodes/$eight/package" -D "$WORK/head" >"$WORK/e.zip"; tr -d '\r' <"$WORK/head" | sed -n 's/^Content-Length: //p')" "$(wc -c <"$WORK/e.zip")"
is "a format that is none" "$(api GET "nodes/$seven/package?format=tar" >/dev/null; cat "$WORK/status"; jq -r .field "$WORK/body")" "400format"
is "nothing to take" "$(api POST packages -H 'Content-Type: application/json' -d '{"nodes":[]}' >/dev/null; cat "$WORK/status")" 400
is "who proved long ago who he is proves it afresh" \
	"$(sqlite3 "$TANGTHU_DIR/catalogue.db" "UPDATE session SET verified=verified-3600000000"
	api GET "nodes/$seven/package" | jq -r .code)" verify-required
tangthu dossier create KIN 'Vụ việc zyxomma' --kind class --parent "$class" --rule DL20 >/dev/null
kin=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="KIN")|.uid')
tangthu grant add "$kin" lan list,read,download,print,edit,add,manage >/dev/null
tangthu grant inherit "$kin" no >/dev/null
tangthu dossier create 1 'Hồ sơ mở' --parent "$kin" --file-code KIN.1 >/dev/null
tangthu grant add KIN.1 minh list,read,download >/dev/null
tangthu package book --format xml KIN.1 "$WORK/lan.xml"
tangthu --as minh package book --format xml KIN.1 "$WORK/minh.xml"
is "the class above is told to who may see it" "$(grep -c zyxomma "$WORK/lan.xml") $(grep -c 'Hồ sơ mở' "$WORK/minh.xml") $(grep -c zyxomma "$WORK/minh.xml")" "1 1 0"
grant=$(tangthu --json grant list "$root" | jq -r '.[]|select(.who=="staff")|.id')
tangthu grant end "$grant" >/dev/null
tangthu grant add "$root" minh list,read >/dev/null
login minh
is "who may read only takes nothing away" "$(api GET "nodes/$seven/package" >/dev/null; cat "$WORK/status")" 403
is "... nor as a document" "$(api GET "nodes/$seven/book" >/dev/null; cat "$WORK/status")" 403
is "... and brings nothing in" "$(api POST "records/$one/import" -H 'Content-Type: application/json' -d "{\"parent\":\"$class\"}" >/dev/null; cat "$WORK/status")" 403
server_stop

# A record that the caller may not see is in no package of his.
printf 'Hạn chế\n' >"$WORK/kin.txt"
tangthu dossier create K 'Hồ sơ hạn chế' --parent "$class" --file-code H24.DL.K --level 2 >/dev/null
kept=$(tangthu add --dossier H24.DL.K "$WORK/kin.txt" 2>/dev/null | cut -d' ' -f1)
tangthu record file "$kept" "$seven" >/dev/null
printf 'file\tlevel\nkin.txt\t2\n' >"$WORK/kin.tsv"
is "a file with a level of its own is added, and told" \
	"$(tangthu add --metadata "$WORK/kin.tsv" "$WORK/kin.txt" 2>/dev/null | grep -cE '^[0-9a-f-]{36}')" 1
is "... lan has it" "$(tangthu package export --output "$WORK/lan.zip" "$seven" >/dev/null; python3 -m zipfile -e "$WORK/lan.zip" "$WORK/lan.d"
	grep -c "$kept" "$WORK"/lan.d/*/data/*/hoso.xml)" 1
is "what is hidden from the caller is not in his package" \
	"$(tangthu --as admin user create thap --role archivist --clearance 1 --password-file "$WORK/password" >/dev/null
	tangthu --as thap package export --output "$WORK/thap.zip" "$seven" >/dev/null; python3 -m zipfile -e "$WORK/thap.zip" "$WORK/thap.d"
	grep -c "$kept" "$WORK"/thap.d/*/data/*/hoso.xml)" 0

# PACKAGE_DOSSIERS_MAX and one more, which only lan may see.
tangthu dossier create MANY 'Nhiều hồ sơ' --kind class --parent "$class" --rule DL20 >/dev/null
many=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="MANY")|.uid')
{
	echo "parent,kind,code,title,file_code,level"
	seq 1001 | sed "s|.*|$many,dossier,&,Hồ sơ &,MANY.&,1|; 1s|1\$|2|"
} >"$WORK/many.csv"
tangthu plan import "$WORK/many.csv" >/dev/null
is "more dossiers than a package takes are told so" \
	"$(exit_of tangthu package export --output "$WORK/many.zip" "$many"; grep -c 'more than 1000 dossiers' "$WORK/err")" "65
1"
is "... where those count that the caller may see" \
	"$(exit_of tangthu --as thap package export --output "$WORK/many.zip" "$many"; tangthu package check "$WORK/many.zip")" "0
bagit package, whole"

TANGTHU_DIR=$WORK/second
archive_make
packages_rules
package=$(tangthu add "$WORK/all.zip" 2>/dev/null | cut -d' ' -f1)
text=$(tangthu add "$WORK/split" 2>/dev/null | cut -d' ' -f1)
indexer_once
server_start
login lan
send() {
	api POST "records/$1/import" -H 'Content-Type: application/json' -d "$2" >/dev/null
	printf '%s ' "$(cat "$WORK/status")"
	jq -c "$3" "$WORK/body"
}
is "a trial" "$(send "$package" "{\"parent\":\"$class\",\"dry\":true}" '[.imported, (.report.dossiers|length)]')" '200 [false,3]'
is "it comes in" "$(send "$package" "{\"parent\":\"$class\"}" '[.imported, (.report.dossiers|length), (.report.faults|length)]')" '200 [true,3,0]'
is "... once" "$(send "$package" "{\"parent\":\"$class\"}" '[.imported, (.report.faults|length>0)]')" '422 [false,true]'
is "what is no package is told by its fault" "$(send "$text" "{\"parent\":\"$class\"}" '.report.faults[0].text')" '422 "not a ZIP file"'
is "no such class" "$(send "$package" '{"parent":"00000000-0000-4000-8000-000000000000"}' .field)" '400 "parent"'
indexer_once
is "pages of a shared file are read as they were divided" \
	"$(api GET "search?q=%22PAGE+TWO%22" >/dev/null; tangthu search 'PAGE TWO' | grep -c 'PAGE')" 1
server_stop
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
[ -n "$two$three$A" ]
done_testing
