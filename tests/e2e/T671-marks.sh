#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317
# time-limit: 250
# records.md 4, 24, 56, 57: every copy that leaves says who took it, when and that nobody keeps it up to
# date; what is not in force any more is shown and given with HẾT HIỆU LỰC burnt into it; originals stay.
. tests/e2e/lib.sh
. tests/e2e/indexer.sh

archive_make
tangthu --as admin user create mai --role archivist --password-file "$WORK/password" >/dev/null
generate "$WORK/old" --kind letter --count 1 --format pdf --state clean --dpi 100 --appetite 0 --seed 5
generate "$WORK/new" --kind letter --count 1 --format text-pdf --appetite 0 --seed 7
generate "$WORK/fax" --kind letter --count 1 --format tiff --state bw --dpi 100 --appetite 0 --seed 6
put() { # file, number
	uid=$(tangthu add "$1" 2>/dev/null | cut -d' ' -f1)
	indexer_once
	[ -z "${3:-}" ] || tangthu stack turn "$uid" "$3" --page 1
	tangthu set "$uid" type=QĐ subject="Quy trình lần $2" number="$2" symbol=QĐ-SDL issuer=SDL issued=2020-01-01
	tangthu record declare "$uid"
	echo "$uid"
}
old=$(put "$WORK"/old/*.pdf 1)
new=$(put "$WORK"/new/*.pdf 2)
fax=$(put "$WORK"/fax/*.tif 3 180)
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu grant add "$root" minh list,read,download,print >/dev/null
revise() { # procedure, record, day
	tangthu procedure create "$1" "Quy trình $1" --public --days 15 >/dev/null 2>&1
	rev=$(tangthu --json procedure revise "$1" "$2" --change 'Sửa' | jq -r .uid)
	tangthu procedure step "$rev" submit >/dev/null
	tangthu --as mai procedure step "$rev" approve >/dev/null
	tangthu procedure enforce "$rev" --from "$3" --decision "$2" --published x >/dev/null
}
revise QT-01 "$old" 2024-01-01
# shellcheck disable=SC2119
server_start
login minh
code() { # path, curl options
	local path=$1
	shift
	curl -sS --max-time 100 -D "$WORK/head" -o "$WORK/body" -w '%{http_code}' -b "$COOKIES" \
		-H "X-Tangthu-Csrf: $CSRF" "$@" "$ADDRESS/api/v1/$path" 2>"$WORK/err"
}
header() { sed -n "s/^$1: //Ip" "$WORK/head" | tr -d '\r' | tail -n 1; }
text() { pdftotext "$WORK/body" - | tr -s '[:space:]' ' '; }
# Pixels of the mark's red on page 1; a scan and a fax have none of their own.
red() { pdftoppm -r 60 -f 1 -l 1 "$1" | tail -c +16 | od -An -v -tu1 -w3 | awk '$1 > 150 && $2 < 80 && $3 < 80 { n++ } END { print (n + 0 > 200 ? "marked" : "plain") }'; }
dark() { pdftoppm -r 60 -y 685 -H 12 -f 1 -l 1 -gray "$1" | tail -c +16 | od -An -v -tu1 -w1 | awk '$1 < 140 { n++ } END { print (n + 0 > 80 ? "line" : "none") }'; }

# --- in force: the line alone
is "a copy is made" "$(code "records/$old/export/searchable")" 200
is "... it says who, when and that nobody keeps it" "$(text | grep -c 'Bản không kiểm soát - minh - [0-9/]* [0-9:]* +07:00 - ')" 1
is "... where it can be seen" "$(dark "$WORK/body") $(red "$WORK/body")" "line plain"
is "... in headers, too" "$(header Tangthu-Copy | grep -c '^uncontrolled; by="minh"; at="20')" 1
ok "... and is sound" qpdf --check "$WORK/body"
is "an archive copy, too" "$(code "records/$old/export/pdfa"; text | grep -c 'Bản không kiểm soát - minh') $(dark "$WORK/body")" "2001 line"
is "... and one of what is born digital" "$(code "records/$new/export/pdfa"; text | grep -c 'Bản không kiểm soát - minh') $(dark "$WORK/body")" "2001 line"
is "... and at the foot of a fax that was turned" "$(code "records/$fax/export/cut"; text | grep -c 'Bản không kiểm soát - minh') $(dark "$WORK/body")" "2001 line"
is "the original goes out as it arrived" "$(code "records/$old/original"; cmp "$WORK/body" "$WORK"/old/*.pdf)" 200
is "... and says it beside" "$(header Tangthu-Copy | grep -c 'by="minh"')$(header Tangthu-Mark)" 1
is "the page's image is the reader's" "$(code "records/$old/pages/1/image")" 200
kind=$(header Content-Type)
cp "$WORK/body" "$WORK/plain"

# --- obsolete
revise QT-01 "$new" 2025-01-01
is "it is not in force any more" "$(tangthu --json procedure at QT-01 2025-06-01 | jq .rev)" 2
is "its image has no other address than the marked one" "$(code "records/$old/pages/1/image"; header Location)" \
	"303/api/v1/records/$old/pages/1/image/marked"
is "... of the same kind" "$(code "records/$old/pages/1/image" -L; header Content-Type)" "200$kind"
cp "$WORK/body" "$WORK/marked"
image_of() { # of a page image, as a record of its own
	mv "$1" "$1.$2"
	uid=$(tangthu add "$1.$2" 2>/dev/null | cut -d' ' -f1)
	indexer_once
	tangthu export "$uid" --format cut --output "$1.pdf" && red "$1.pdf"
}
kind=${kind#image/}
is "... and the mark burnt in" "$(image_of "$WORK/marked" "$kind") $(image_of "$WORK/plain" "$kind")" "marked plain"
for kind in cut searchable pdfa; do
	is "$kind has the mark, and its text" "$(code "records/$old/export/$kind"; red "$WORK/body"; text | grep -c 'HẾT HIỆU LỰC')" "200marked
1"
	is "... its name says so" "$(header Content-Disposition | grep -c "filename\*=UTF-8''H%E1%BA%BET%20HI%E1%BB%86U%20L%E1%BB%B0C")$(header Tangthu-Mark)" 1HET-HIEU-LUC
done
is "a reader asking for the original gets marked pages" "$(code "records/$old/original"; header Location)" \
	"303/api/v1/records/$old/export/cut?component=1"
login lan
is "who manages the record gets the bytes as they are" "$(code "records/$old/original"; cmp "$WORK/body" "$WORK"/old/*.pdf)" 200
is "... marked by name and header" "$(header Content-Disposition | grep -c "''H%E1%BA%BET")$(header Tangthu-Mark)" 1HET-HIEU-LUC
is "what is in force now bears no such mark" "$(code "records/$new/export/searchable"; red "$WORK/body"; header Tangthu-Mark)" 200plain
is "the command line marks its copies" "$(tangthu export "$old" --format searchable --output "$WORK/cli.pdf" && red "$WORK/cli.pdf")" marked
is "... and tells of an original" "$(tangthu show "$old" --original "$WORK/o.pdf" 2>&1 | grep -c 'HẾT HIỆU LỰC')" 1
dossier=$(sql "SELECT n.uid FROM node n JOIN dossier_item i ON i.dossier=n.id JOIN record r ON r.id=i.record WHERE r.uid='$old'")
for format in bagit dip aip; do
	tangthu package export --format $format --output "$WORK/$format.zip" "$dossier" >/dev/null
done
entries() { python3 -c 'import sys, zipfile; print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep="\n")' "$WORK/$1.zip"; }
marked() { entries "$1" | grep -c '\.pdf$'; entries "$1" | grep -c 'HET-HIEU-LUC.*\.pdf$'; }
is "a package names what is not in force any more" "$(marked bagit) $(marked dip)" "2
1 2
1"
is "... but for an archive, where the name is the circular's" "$(marked aip | tail -n 1)" 0

# --- while the reader works: what was allowed may end, and the catalogue is not held
server_stop
mkdir "$WORK/bin"
cp "$BUILD/tangthu-server" "$WORK/bin" # a reader is looked for beside it
cat >"$WORK/bin/tangthu-ocr" <<SH
#!/bin/bash
[ "\$1" = --export ] && touch "$WORK/begun" && until [ -e "$WORK/go" ]; do sleep 0.1; done
exec "$(realpath "$BUILD")/tangthu-ocr" "\$@"
SH
chmod +x "$WORK/bin/tangthu-ocr"
# shellcheck disable=SC2119
PATH="$WORK/bin:$PATH" server_start
meanwhile() { # path, command...: the status of a request whose reader waits for the command
	local path=$1
	shift
	rm -f "$WORK/begun" "$WORK/go"
	code "$path" >"$WORK/late" &
	eventually test -e "$WORK/begun" && "$@" >&2
	touch "$WORK/go"
	wait $!
	cat "$WORK/late"
}
login minh
is "an image is not given when the right to read ends meanwhile" \
	"$(meanwhile "records/$old/pages/1/image/marked" tangthu set "$old" --level 2)" 404
is "... nor are signatures told" "$(meanwhile "records/$new/signatures" tangthu set "$new" --level 2)" 404
is "... nor a copy" "$(meanwhile "records/$fax/export/cut" tangthu set "$fax" --level 2)" 404
tangthu set "$old" --level 0
is "with the right it is given" "$(code "records/$old/pages/1/image/marked")" 200
emptied() { [ "$(sqlite3 -separator ' ' "$TANGTHU_DIR/catalogue.db" 'PRAGMA wal_checkpoint(TRUNCATE)' | cut -d' ' -f1)" = 0 ]; }
change() { tangthu set "$old" --level 1 && eventually emptied && touch "$WORK/emptied"; }
login lan
is "a dossier is bound" "$(meanwhile "nodes/$dossier/book" change)" 200
ok "... and its log can be emptied while the reader works" test -e "$WORK/emptied"
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
