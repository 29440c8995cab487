#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 250
# PDF made on demand: a part of a file shows nothing of its other pages, scans become searchable and
# PDF/A-2b, what is born digital or signed goes out as it is.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh

archive_make
generate "$WORK/scans" --kind letter --count 2 --format pdf --state clean --dpi 150 --appetite 1 --seed 5
generate "$WORK/fax" --kind letter --count 1 --format tiff --state bw --dpi 150 --appetite 0 --seed 6
generate "$WORK/digital" --kind letter --count 1 --format text-pdf --appetite 0 --seed 7
tests/e2e/pdf-make.pl shared "$WORK/shared.pdf"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$WORK/key.pem" -out "$WORK/cert.pem" -days 30 \
	-subj "/CN=Nguyễn Văn Ký/O=Sở Du lịch" -utf8 2>/dev/null
tests/e2e/pdf-make.pl signed "$WORK/signed.pdf" "$WORK/key.pem" "$WORK/cert.pem"
tests/e2e/pdf-make.pl changed "$WORK/signed.pdf" "$WORK/changed.pdf"
add() { tangthu add "$1" 2>/dev/null | cut -d' ' -f1; }
scan=$(add "$WORK"/scans/*1-*.pdf)
fax=$(add "$WORK"/fax/*.tif)
digital=$(add "$WORK"/digital/*.pdf)
stack=$(add "$WORK/shared.pdf")
signed=$(add "$WORK/signed.pdf")
changed=$(add "$WORK/changed.pdf")
html=$(echo '<p>chữ</p>' >"$WORK/a.html"; add "$WORK/a.html")
ok "the indexer reads them" indexer_once
part=$(tangthu stack split "$stack" --at 2,3 | sed -n '1s/\t.*//p')
ok "... and the parts of a stack" indexer_once
sed -i 's/^#waiting = 8/waiting = 1/' "$TANGTHU_DIR/tangthu.conf"
# shellcheck disable=SC2119
server_start
login lan

code() { # path, curl options
	local path=$1
	shift
	curl -sS --max-time 100 -D "$WORK/head" -o "$WORK/body" -w '%{http_code}' -b "$COOKIES" \
		-H "X-Tangthu-Csrf: $CSRF" "$@" "$ADDRESS/api/v1/$path" 2>"$WORK/err"
}
header() { sed -n "s/^$1: //Ip" "$WORK/head" | tr -d '\r'; }
of() { jq -rc "$1" "$WORK/body"; }
plain() { qpdf --qdf --object-streams=disable "$WORK/body" "$WORK/plain.pdf" 2>/dev/null || [ $? = 3 ]; }
holds() { grep -a -c "$1" "$WORK/plain.pdf"; }
# Words of a PDF against those of a record, in any order.
same_words() {
	diff <(pdftotext "$1" - | sed '/Bản không kiểm soát/d' | tr -s '[:space:]\f' '\n' | sed '/^$/d' | sort) \
		<(tangthu export "$2" --format text | tr -s '[:space:]\f' '\n' | sed '/^$/d' | sort) | grep -c '^[<>]'
}

# --- a part of a file
is "the original of a part is made of it" "$(code "records/$part/original"; header Location)" \
	"303/api/v1/records/$part/export/cut?component=1"
is "... by the browser itself" "$(code "records/$part/original" -L; plain; qpdf --show-npages "$WORK/body")" 2001
is "... with its own page" "$(holds 'CONTENT-OF-PAGE-2')" 1
is "... its own stamp" "$(holds 'APPEARANCE-OF-PAGE-2')" 1
is "... and nothing of the others" "$(holds 'OF-PAGE-[13]')" 0
is "... no field, script, attachment" "$(holds 'PRIVATE')" 0
is "the first part has a form and a pattern" "$(code "records/$stack/export/cut"; plain; holds 'CONTENT-OF-PAGE-1'; holds 'OF-PAGE-[23]')" "2001
0"
is "... so have its searchable" "$(code "records/$stack/export/searchable"; plain; holds 'OF-PAGE-[23]'; holds PRIVATE)" "2000
0"
is "... and its archive copy" "$(code "records/$stack/export/pdfa"; plain; holds 'OF-PAGE-[23]'; holds PRIVATE)" "2000
0"
is "the command line gives the part too" "$(tangthu export "$part" --format cut --output "$WORK/cut.pdf"; qpdf --show-npages "$WORK/cut.pdf")" 1
is "... and never the whole" "$(exit_of tangthu show "$part" --original "$WORK/whole.pdf"; find "$WORK/whole.pdf" 2>/dev/null)" 65
is "a download is in the log" "$(sql "SELECT count(*)>0 FROM event WHERE action='record.download' AND object='$part'")" 1
is "part of a TIFF: its pages as images" "$(code "records/$fax/export/cut"; pdfimages -list "$WORK/body" | grep -c ccitt)" 2001
# Who may read one record of the stack and no other.
tangthu set "$stack" --level 2 >/dev/null
ok "the index knows" indexer_once
login minh
is "who may have one part has it" "$(code "records/$part/export/cut"; plain; holds 'CONTENT-OF-PAGE-2'; holds 'OF-PAGE-[13]')" "2001
0"
is "... and by no way another" "$(code "records/$stack/export/cut"; code "records/$stack/export/searchable"; code "records/$stack/export/pdfa"
	code "records/$stack/original" -L; code "records/$stack/signatures"; code "records/$stack/pages/1/image"
	code "records/$part/export/cut?component=2"; code "records/$part/pages/2/image")" 404404404404404404404404
is "... nor tells a signature of the file" "$(code "records/$part/signatures"; of '.components[0]|[.part_of_file,.found]')" '200[true,null]'
login lan

# --- searchable
is "a searchable copy" "$(code "records/$scan/export/searchable"; header Content-Type)" "200application/pdf"
is "... named after the file" "$(header Content-Disposition | grep -c 'searchable\.pdf')" 1
cp "$WORK/body" "$WORK/searchable.pdf"
ok "... is sound" qpdf --check "$WORK/searchable.pdf"
is "... has the record's words, all of them" "$(same_words "$WORK/searchable.pdf" "$scan")" 0
is "... its letters right" "$(pdftotext "$WORK/searchable.pdf" - | grep -c 'Số:\|Độc\|CỘNG')" \
	"$(tangthu export "$scan" --format text | grep -c 'Số:\|Độc\|CỘNG')"
original=$(sql "SELECT o.blob FROM rendition o JOIN component c ON c.id=o.component JOIN record r ON r.id=c.record WHERE r.uid='$scan' AND kind='original'")
before=$TANGTHU_DIR/store/${original:0:2}/${original:2:2}/$original
# All but the foot, where the mark of the copy stands (T671).
look() { pdftoppm -r 50 -H 555 "$1" | md5sum; }
is "... its pages look the same" "$(look "$WORK/searchable.pdf")" "$(look "$before")"
is "... its images are the same bytes" "$(pdfimages -all "$WORK/searchable.pdf" "$WORK/a"; pdfimages -all "$before" "$WORK/b"
	cat "$WORK"/a-* | md5sum)" "$(cat "$WORK"/b-* | md5sum)"
is "the original is as it was" "$(sha256sum <"$before" | cut -d' ' -f1)" "$original"
is "a correction is in the next copy" "$(tangthu correct "$scan" --page 1 0=ĐÍNHCHÍNH >/dev/null; code "records/$scan/export/searchable"; pdftotext "$WORK/body" - | grep -c ĐÍNHCHÍNH)" 2001
is "a turned page is turned" "$(tangthu stack turn "$scan" 90 --page 1; code "records/$scan/export/searchable"; pdfinfo "$WORK/body" | sed -n 's/Page rot: *//p')" 20090
is "... with its words" "$(same_words "$WORK/body" "$scan")" 0
tangthu stack turn "$scan" 0 --page 1

# --- PDF/A-2b: what the standard asks for and can be looked at without a validator
is "an archive copy" "$(code "records/$scan/export/pdfa")" 200
cp "$WORK/body" "$WORK/pdfa.pdf"
plain
ok "... is sound" qpdf --check "$WORK/pdfa.pdf"
is "... says what it is" "$(holds '<pdfaid:part>2</pdfaid:part>'; holds '<pdfaid:conformance>B</pdfaid:conformance>')" "1
1"
ok "... its XMP is well-formed" bash -c "sed -n '/<x:xmpmeta/,/<\/x:xmpmeta>/p' '$WORK/pdfa.pdf' | xmllint --noout -"
is "... has an output intent with a profile" "$(holds '/S /GTS_PDFA1'; holds '/DestOutputProfile'; pdfimages -list "$WORK/pdfa.pdf" | grep -c 'rgb\|gray')" "1
1
$(pdfimages -list "$before" | grep -c 'image')"
is "... one font, embedded, with Unicode" "$(pdffonts "$WORK/pdfa.pdf" | awk 'NR > 2 { print $(NF - 4), $(NF - 2) }')" "yes yes"
is "... no encryption, no script, no file in it" "$(qpdf --show-encryption "$WORK/pdfa.pdf" | head -n 1; holds '/JavaScript\|/JS\|/Launch\|/EmbeddedFiles\|/AA\|/OpenAction\|/LZWDecode')" "File is not encrypted
0"
is "... nothing transparent, no JPEG 2000 of odd depth" "$(holds '/SMask\|/Group\|/JPXDecode\|/ca \|/CA ')" 0
is "... an ID in the trailer, the header's bytes" "$(tail -c 300 "$WORK/pdfa.pdf" | grep -a -c '/ID \[<[0-9a-f]*> <[0-9a-f]*>\]'; head -c 15 "$WORK/pdfa.pdf" | tail -c 6 | od -An -tx1 | tr -d ' ')" "1
25e2e3cfd30a"
is "... and the record's words" "$(same_words "$WORK/pdfa.pdf" "$scan")" 0
is "... its images are the bytes that arrived" "$(rm -f "$WORK"/a-*; pdfimages -all "$WORK/pdfa.pdf" "$WORK/a"; cat "$WORK"/a-* | md5sum)" "$(cat "$WORK"/b-* | md5sum)"
is "... its words the same when made again" "$(code "records/$scan/export/pdfa"; same_words "$WORK/body" "$scan")" 2000
is "an archive copy of a fax keeps G4" "$(code "records/$fax/export/pdfa"; pdfimages -list "$WORK/body" | grep -c ccitt)" 2001
is "... with its words" "$(same_words "$WORK/body" "$fax")" 0
is "its profile is one" "$(qpdf --show-object=4 --filtered-stream-data "$WORK/pdfa.pdf" | head -c 40 | tail -c 4)" acsp

# --- as they are
is "what is born digital, but for its mark" "$(code "records/$digital/export/pdfa"; look "$WORK/body")" \
	"200$(look "$(echo "$WORK"/digital/*.pdf)")"
is "what is signed is never written anew" "$(code "records/$signed/export/searchable"; cmp "$WORK/body" "$WORK/signed.pdf" 2>&1)" 200

# --- signatures
is "a signature is found" "$(code "records/$signed/signatures"; of '.components[0].found.signatures[0]|[.field,.integrity,.whole_file,.trust]')" \
	'200["ChuKy1","intact",true,"not-checked"]'
is "... with its signer and times" "$(of '.components[0].found.signatures[0]|[(.signer|contains("Nguyễn Văn Ký")),(.signing_time|length>0),.reason]')" '[true,true,"Ban hanh"]'
is "a changed file is told" "$(code "records/$changed/signatures"; of '.components[0].found.signatures[0].integrity')" 200broken
is "no signature is none" "$(code "records/$scan/signatures"; of '.components[0].found.signatures')" '200[]'
is "the command line tells it too" "$(tangthu export "$signed" --format signatures | jq -r '.signatures[0].integrity')" intact

# --- limits
is "a page of the web has none" "$(code "records/$html/export/pdfa")" 415
is "no such format" "$(code "records/$scan/export/docx"; code "records/$scan/export/signatures")" 404404
is "no such component" "$(code "records/$scan/export/pdfa?component=7")" 404
for n in 1 2 3 4 5 6; do
	curl -sS -o /dev/null -w '%{http_code}\n' -b "$COOKIES" "$ADDRESS/api/v1/records/$scan/export/pdfa" >"$WORK/many.$n" &
	echo $! >>"$WORK/many.pids"
done
while read -r pid; do wait "$pid"; done <"$WORK/many.pids"
is "too many at once are told to come again" "$(cat "$WORK"/many.[1-6] | sort -u | paste -sd' ')" "200 503"
is "... and nothing is left" "$(find "$TANGTHU_DIR" -maxdepth 1 -name 'export*' | wc -l)" 0
server_stop
sed -i 's/^#largest = 1G/largest = 1M/' "$TANGTHU_DIR/tangthu.conf"
is "a result over the limit is refused" "$(tangthu export "$scan" --format pdfa --output "$WORK/x.pdf" 2>/dev/null; find "$WORK/x.pdf" 2>/dev/null | wc -l)" \
	"$([ "$(stat -c %s "$WORK/pdfa.pdf")" -gt 1048576 ] && echo 0 || echo 1)"
is "everything fits" "$(exit_of tangthu --as admin verify)" 0
done_testing
