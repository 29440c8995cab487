#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317,SC2119
# time-limit: 200
# records.md 75: a dossier as one PDF and as XML, its documents in the order of their days.
. tests/e2e/lib.sh

archive_make
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create DL 'Du lịch' --kind class --parent "$root" --rule permanent >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="DL")|.uid')
tangthu dossier create 1 'Hồ sơ lễ hội hoa phượng' --parent "$class" --file-code DL.1 >/dev/null
dossier=$(tangthu --json dossier show DL.1 | jq -r .uid)
cat >"$WORK/make.py" <<'PY'
# A PDF of pages with a line of text each; an image.
import sys
def pdf(path, lines):
    objects, kids = [], []
    for i, line in enumerate(lines):
        page, content = 3 + 2 * i, 4 + 2 * i
        kids.append("%d 0 R" % page)
        stream = "BT /F 24 Tf 72 700 Td (%s) Tj ET" % line
        objects += [(page, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>" % content),
                    (content, "<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))]
    objects = [(1, "<</Type/Catalog/Pages 2 0 R>>"), (2, "<</Type/Pages/Count %d/Kids[%s]>>" % (len(lines), " ".join(kids)))] + objects
    out, at = b"%PDF-1.4\n", {}
    for n, body in objects:
        at[n] = len(out)
        out += ("%d 0 obj\n%s\nendobj\n" % (n, body)).encode()
    start = len(out)
    out += ("xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)).encode() + b"".join(b"%010d 00000 n \n" % at[n] for n in sorted(at))
    out += ("trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)).encode()
    open(path, "wb").write(out)
pdf(sys.argv[1] + "/may.pdf", ["MAY page one", "MAY page two"])
pdf(sys.argv[1] + "/march.pdf", ["MARCH only page"])
open(sys.argv[1] + "/april.ppm", "wb").write(b"P6 200 100 255\n" + bytes([200]) * 60000)
PY
python3 "$WORK/make.py" "$WORK"
printf 'Công văn tháng sáu\nvề lễ hội\n' >"$WORK/june.txt"
printf 'Không có ngày\n' >"$WORK/none.txt"
add() { # file, day, number
	uid=$(tangthu add --dossier DL.1 "$WORK/$1" 2>/dev/null | cut -d' ' -f1)
	tangthu set "$uid" type=CV subject="Công văn $3" number="$3" symbol=SDL ${2:+"issued=$2"}
	echo "$uid"
}
none=$(add none.txt '' 9)
add may.pdf 2019-05-02 5 >/dev/null
march=$(add march.pdf 2019-03-02 3)
add june.txt 2019-06 6 >/dev/null
indexer_once

ok "a dossier as one PDF" tangthu package book DL.1 "$WORK/book.pdf"
is "... that is whole" "$(qpdf --check "$WORK/book.pdf" >/dev/null 2>&1; echo $?)" 0
is "... with every page" "$(pdfinfo "$WORK/book.pdf" | sed -n 's/^Pages: *//p')" 6
pdftotext -layout "$WORK/book.pdf" "$WORK/book.txt"
is "... in order of time, what has no day at the end" \
	"$(grep -oE 'MARCH only page|MAY page (one|two)|Công văn tháng sáu|Không có ngày' "$WORK/book.txt" | tr '\n' ',')" \
	"MARCH only page,MAY page one,MAY page two,Công văn tháng sáu,Không có ngày,"
is "its cover says what it is, who took it and when" \
	"$(sed -n '1,12p' "$WORK/book.txt" | grep -cE 'HỒ SƠ: Hồ sơ lễ hội hoa phượng|Mã hồ sơ: DL.1|người xuất: lan')" 3
is "... and lists the documents in that order" \
	"$(sed -n '/^\f/q;p' "$WORK/book.txt" | grep -oE '[0-9]\. [0-9]/SDL, [^:]*' | tr '\n' '|')" \
	"3. 3/SDL, 2019-03-02|2. 5/SDL, 2019-05-02|4. 6/SDL, 2019-06|1. 9/SDL, không ngày|"
is "each page of a file carries the mark of a copy (records.md 57)" "$(grep -c 'Bản không kiểm soát - .*lan' "$WORK/book.txt")" 3
is "an outline leads to each" \
	"$(qpdf --json --json-key=outlines "$WORK/book.pdf" | jq -c '[.outlines[].destpageposfrom1]')" "[2,3,5,6]"
is "what is no PDF stands there as text and says so" "$(grep -c 'june.txt: .*SHA-256' "$WORK/book.txt")" 1
ok "the dossier as XML" tangthu package book --format xml DL.1 "$WORK/book.xml"
is "... well-formed" "$(exit_of xmllint --noout "$WORK/book.xml")" 0
is "... in the same order" "$(sed -n 's/.*<number>\(.*\)<.*/\1/p' "$WORK/book.xml" | tr '\n' ' ')" "3 5 6 9 "
is "... with every field" "$(grep -c '<issued>2019-03-02</issued>' "$WORK/book.xml")" 1
is "an unknown form" "$(exit_of tangthu package book --format docx DL.1 "$WORK/x")" 65
is "not over a file" "$(exit_of tangthu package book DL.1 "$WORK/book.pdf")" 74
is "a class is no dossier" "$(exit_of tangthu package book "$class" "$WORK/y.pdf")" 66
is "... and leaves no file" "$(test -e "$WORK/y.pdf" || echo none)" none
for f in 1 2 3; do head -c $((f * 100)) "$WORK/may.pdf" >"$WORK/broken$f.pdf"; done
add broken1.pdf 2019-01-01 1 >/dev/null
indexer_once
tangthu package book DL.1 "$WORK/with-broken.pdf"
is "a file that cannot be opened is told, and the rest is there" \
	"$(pdftotext -layout "$WORK/with-broken.pdf" - | grep -oE 'broken1.pdf|MARCH only page' | tr '\n' ' ')" "broken1.pdf MARCH only page "
# shellcheck disable=SC2119
server_start
login lan
is "over HTTP, the PDF" "$(api GET "nodes/$dossier/book" >"$WORK/http.pdf"; cat "$WORK/status"; qpdf --check "$WORK/http.pdf" >/dev/null 2>&1 && echo whole)" 200whole
is "... and the XML" "$(api GET "nodes/$dossier/book?format=xml" | grep -c '<issued>2019-03-02</issued>')" 1
is "... of a form that is none" "$(api GET "nodes/$dossier/book?format=doc" >/dev/null; cat "$WORK/status")" 400
is "... of a class" "$(api GET "nodes/$class/book" >/dev/null; cat "$WORK/status")" 404
is "... by whoever may download" \
	"$(login minh; api GET "nodes/$dossier/book" >/dev/null; cat "$WORK/status")" 200
is "all of it is in the log" \
	"$(tangthu --as admin user create kim --role auditor --clearance 2 --password-file "$WORK/password" >/dev/null
	tangthu --as kim --json log list --kind node --object "$dossier" | jq -r '[.[]|select(.action=="dossier.export")|.detail.format // (.detail|fromjson.format)]|sort|join(" ")')" \
	"pdf pdf pdf pdf xml xml"
[ -n "$none$march" ]
done_testing
