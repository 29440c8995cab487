#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317,SC2119
# time-limit: 290
# records.md 72, 73, 74: packages of others, as far as they are odd, come in; what is wrong or hostile is
# named by entry and line, and nothing of it is taken.
. tests/e2e/lib.sh
. tests/e2e/packages.sh

packages_archive
tangthu package export --format bagit --output "$WORK/bag.zip" "$seven" >/dev/null
tangthu package export --format sip --output "$WORK/sip.zip" "$seven" >/dev/null
tangthu package export --format aip --output "$WORK/aip.zip" "$seven" >/dev/null
TANGTHU_DIR=$WORK/second
archive_make
packages_rules

cat >"$WORK/forge.py" <<'PY'
# forge.py FROM TO CASE: one thing is made wrong, or odd.
import hashlib, os, re, stat, sys, zipfile
src, dst, case = sys.argv[1:4]
with zipfile.ZipFile(src) as z:
    files = [(i.filename, z.read(i), 0o100444) for i in z.infolist()]
base = files[0][0].split("/")[0] + "/"
def names(end): return [n for n, _, _ in files if n.endswith(end)]
def get(end): return next(d for n, d, _ in files if n.endswith(end))
def put(name, data, mode=0o100444): files.append((name, data, mode))
def drop(end):
    global files
    files = [f for f in files if not f[0].endswith(end)]
def change(end, old, new, count=1, every=False):
    global files
    out, done = [], 0
    for n, d, m in files:
        if n.endswith(end) and (every or not done):
            e = d.replace(old.encode(), new.encode(), count)
            done += e != d
            d = e
        out.append((n, d, m))
    files = out
    assert done, (case, end, old)
def seal():
    global files
    h = lambda d: hashlib.sha256(d).hexdigest()
    if "bag-" in base:
        drop("manifest-sha256.txt")
        put(base + "manifest-sha256.txt", "".join("%s  %s\n" % (h(d), n[len(base):]) for n, d, _ in sorted(files) if n.startswith(base + "data/")).encode())
        payload = [d for n, d, _ in files if n.startswith(base + "data/")]
        info = re.sub(rb"Payload-Oxum: .*", b"Payload-Oxum: %d.%d" % (sum(map(len, payload)), len(payload)), get("bag-info.txt"))
        drop("bag-info.txt")
        drop("tagmanifest-sha256.txt")
        put(base + "bag-info.txt", info)
        return
    for level in ("representations/rep1/METS.xml", "METS.xml"):
        path = base + level
        folder = path[:-len("METS.xml")]
        have = {n: d for n, d, _ in files}
        text = have[path].decode()
        def one(m):
            tag, href = m.group(0), re.search(r'xlink:href="([^"]*)"', m.group(0)).group(1)
            data = have.get(folder + href)
            if data is None: return tag
            tag = re.sub(r'CHECKSUM="[0-9A-Fa-f]*"', 'CHECKSUM="%s"' % h(data).upper(), tag, count=1)
            return re.sub(r'SIZE="\d+"', 'SIZE="%d"' % len(data), tag, count=1)
        text = re.sub(r"<mdRef[^>]*/>|<file .*?</file>", one, text, flags=re.S)
        files = [(n, text.encode() if n == path else d, m) for n, d, m in files]
def bare():
    """As another program would have made it: no description of ours."""
    global files
    drop("hoso.xml")
    path = base + "METS.xml"
    text = dict((n, d) for n, d, _ in files)[path].decode()
    text = re.sub(r'\s*<dmdSec[^>]*>\s*<mdRef[^>]*metadata/other/hoso.xml.*?</dmdSec>', "", text, flags=re.S)
    text = re.sub(r'DMDID="(\S+) \S+"', r'DMDID="\1"', text, count=1)
    text = re.sub(r'\s*<fileGrp [^>]*USE="Other".*?</fileGrp>', "", text, flags=re.S)
    text = re.sub(r'\s*<div [^>]*LABEL="Other".*?</div>', "", text, flags=re.S)
    files = [(n, text.encode() if n == path else d, m) for n, d, m in files if "/renditions/" not in n]
doc = "EAD_doc_H24.DL.2019.7.001.xml"
again = True
if case == "dotdot": put(base + "data/../../etc/passwd", b"x"); again = False
elif case == "absolute": put("/etc/passwd", b"x"); again = False
elif case == "drive": put("C:\\x.txt", b"x"); again = False
elif case == "control": put(base + "data/a\x07b", b"x"); again = False
elif case == "symlink": put(base + "data/link", b"/etc/passwd", stat.S_IFLNK | 0o777); again = False
elif case == "fetch": put(base + "fetch.txt", b"http://example.invalid/x 1 data/x\n"); again = False
elif case == "missing": drop(".002.txt"); again = False
elif case == "surplus": put(base + ("data/more.txt" if "bag-" in base else "more.txt"), b"x"); again = False
elif case == "checksum": change(".002.txt", "2", "3"); again = False
elif case == "twice": put(names(".002.txt")[0], b"x"); again = False
elif case == "bomb": put(base + "data/bomb", b"\0" * (300 << 20)); again = False
elif case == "broken": change("hoso.xml", "</dossier>", "</dosier>")
elif case == "dtd": change("hoso.xml", "<dossier ", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<dossier ')
elif case == "laughs": change("hoso.xml", "<dossier ", '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<dossier ')
elif case == "other-hash": change("hoso.xml", 'size="48"' if b'size="48"' in get("hoso.xml") else 'size="47"', 'size="1"')
elif case == "path-out": change("hoso.xml", 'path="data/', 'path="data/../data/') if "bag-" in base else change("hoso.xml", 'path="', 'path="../')
elif case == "day": change("hoso.xml", "<issued>2019-03-05", "<issued>2019-02-31")
elif case == "uid": change("hoso.xml", 'uid="', 'uid="nope')
elif case == "ordinals": change("hoso.xml", 'ordinal="2"', 'ordinal="1"')
elif case == "level": change("hoso.xml", 'level="0"', 'level="3"')
elif case == "type": change("hoso.xml", "<type>QĐ", "<type>ZZ")
elif case == "detail": change("hoso.xml", 'name="confidence">02', 'name="confidence">09') if b'name="confidence">02' in get("hoso.xml") else change("hoso.xml", '>02</detail>', '>09</detail>')
elif case == "range": change("hoso.xml", 'kind="original" version="1"', 'kind="original" version="1" first_page="3" last_page="2"')
elif case == "mode": change("hoso.xml", 'use_mode="', 'use_mode="9')
elif case == "versions": change("hoso.xml", re.search(rb'<version version="\d+"', get("hoso.xml")).group(0).decode(), '<version version="900"')
elif case == "disagree": change(doc, "<codeNotation>QĐ-SDL", "<codeNotation>QĐ-XYZ")
elif case == "mets-out": change("rep1/METS.xml", 'href="data/', 'href="../../../data/'); again = False
elif case == "mets-ids": change("rep1/METS.xml", *(lambda t: (re.findall(r' ID="(uuid[^"]*)"', t)[1], re.findall(r' ID="(uuid[^"]*)"', t)[0]))(get("rep1/METS.xml").decode())); again = False
elif case == "mets-broken": change("rep1/METS.xml", "</mets>", "</met>")
elif case == "mets-dtd": change("rep1/METS.xml", "<mets ", '<!DOCTYPE mets SYSTEM "http://example.invalid/x.dtd">\n<mets ')
elif case == "no-rep": drop("rep1/METS.xml"); again = False
elif case == "no-bag": drop("hoso.xml")
elif case == "premis-day": change("PREMIS_rep1.xml", "<eventDateTime>20", "<eventDateTime>31/02/20")
elif case == "bare-day": bare(); change(doc, "<issuedDate>05/03/2019", "<issuedDate>31/02/2019")
elif case == "bare-type": bare(); change(doc, "<typeName>02", "<typeName>77")
elif case == "bare": bare()
elif case == "odd":
    # what is known of real packages: order, names, years, capitals, text for codes, half a date
    bare()
    for n in [n for n in names(".xml") if "EAD_doc" in n]:
        old = get(n)
        body = re.findall(rb"^ (<[a-zA-Z]+>.*</[a-zA-Z]+>)$", old, flags=re.M)
        body = [b.replace(b"docCode>", b"arcDocCode>").replace(b"H24.DL.2019.7.0", b"H24.DL.1994.7.0") for b in reversed(body)]
        new = b"<?xml version='1.0'?>\n<ead><simpledc>" + b"\n".join(body) + b"\n<isCan>x</isCan></simpledc></ead>"
        files = [(f.replace("EAD_doc", "EAD_DOC") if f == n else f, new if f == n else d, m) for f, d, m in files]
    change("rep1/METS.xml", "EAD_doc", "EAD_DOC", 9)
    change("EAD_DOC_H24.DL.2019.7.001.xml", "<typeName>02", "<typeName>Quyết định")
    change("EAD_DOC_H24.DL.2019.7.001.xml", "<format></format>", "<format>Bình thường</format>")
    change("EAD_DOC_H24.DL.2019.7.001.xml", "<language>01", "<language>01;02")
    change("descriptive/EAD.xml", re.search("<startDate>.*</startDate>", get("descriptive/EAD.xml").decode()).group(0), "<startDate>2019</startDate>")
    change("rep1/METS.xml", 'href="data/H24', 'href="data/H%324')
    seal()
    files = [(("./" + n), d.replace(b' csip:OAISPACKAGETYPE="SIP"', b"") if n == base + "METS.xml" else d, m) for n, d, m in files]
    base = "./" + base
    again = False
else: sys.exit("no case " + case)
if again: seal()
with zipfile.ZipFile(dst, "w", zipfile.ZIP_DEFLATED) as z:
    import warnings; warnings.simplefilter("ignore")
    for n, d, mode in files:
        i = zipfile.ZipInfo(n, (1980, 1, 1, 0, 0, 0))
        i.create_system, i.external_attr, i.compress_type = 3, mode << 16, zipfile.ZIP_DEFLATED
        z.writestr(i, d)
PY
state() { tangthu --json dossier list --all | jq length; find "$TANGTHU_DIR/store" -type f | wc -l; }
before=$(state)
refused() { # format, case, what the report says
	python3 "$WORK/forge.py" "$WORK/$1.zip" "$WORK/forged.zip" "$2" || echo "no $2"
	is "$1: $2 is refused" \
		"$(exit_of tangthu package import --parent "$class" "$WORK/forged.zip")/$(grep -cE "^fault: .*$3" "$WORK/out" | sed 's/^[1-9].*/named/')" \
		"65/named"
	rm -f "$WORK/forged.zip"
}
for f in bag sip; do
	refused $f dotdot 'passwd: a path that leads out'
	refused $f absolute '/etc/passwd: an absolute path'
	refused $f drive 'an absolute path, or one of another system'
	refused $f control 'a control character in a name'
	refused $f symlink 'data/link: a link or a special file'
	refused $f missing '002.txt is missing'
	refused $f surplus 'more.txt: (is in no manifest|no METS.xml lists it)'
	refused $f checksum '002.txt: its (sha256|SHA-256) is not that of'
	refused $f twice '002.txt: two entries of one name'
	refused $f bomb 'bomb: the package unpacks to far more'
	refused $f broken 'hoso.xml:[0-9]+: not well-formed XML'
	refused $f dtd 'hoso.xml: XML with a document type'
	refused $f laughs 'hoso.xml: XML with a document type'
	refused $f other-hash 'is not the one that is described'
	refused $f path-out 'hoso.xml:[0-9]+: a rendition with a path that leads out'
	refused $f day '(hoso.xml:[0-9]+: .*field issued|issuedDate says "2019-03-05", hoso.xml "2019-02-31")'
	refused $f uid 'uid nope.*: is none'
	refused $f ordinals 'two records with the ordinal 1'
	refused $f level 'level 3 is above your clearance'
	refused $f type 'type'
	refused $f detail 'detail confidence: one of'
	refused $f range 'hoso.xml:[0-9]+: pages 3 to 2 of a file'
	refused $f mode 'use mode 90[123]: one of'
done
refused bag fetch 'fetch.txt: files that must be fetched'
refused bag no-bag 'no hoso.xml: nothing says what dossiers'
refused sip disagree '001.xml:[0-9]+: codeNotation says "QĐ-XYZ", hoso.xml "QĐ-SDL"'
refused sip mets-out 'a reference: a path that leads out'
refused sip mets-ids 'two elements with the ID'
refused sip mets-broken 'rep1/METS.xml:[0-9]+: not well-formed'
refused sip mets-dtd 'rep1/METS.xml: XML with a document type'
refused sip no-rep 'representations/rep1/METS.xml'
refused aip premis-day 'PREMIS_rep1.xml:[0-9]+: an event without action or time'
refused sip bare-day '001.xml:[0-9]+: issuedDate 31/02/2019: no such day'
refused sip bare-type '001.xml:[0-9]+: typeName 77'
printf 'x' >"$WORK/x.zip"
is "what is no ZIP is refused" "$(exit_of tangthu package import --parent "$class" "$WORK/x.zip"; grep -c 'not a ZIP file' "$WORK/out")" "65
1"
(cd "$WORK" && python3 -c 'import zipfile; z = zipfile.ZipFile("other.zip", "w"); z.writestr("a.txt", "x")')
is "a ZIP that is no package too" "$(exit_of tangthu package import --parent "$class" "$WORK/other.zip"; grep -c 'no package that is known' "$WORK/out")" "65
1"
head -c 3000 "$WORK/sip.zip" >"$WORK/cut.zip"
is "one cut off too" "$(exit_of tangthu package import --parent "$class" "$WORK/cut.zip")" 65
: >"$WORK/empty.zip"
is "one without a byte" "$(exit_of tangthu package import --parent "$class" "$WORK/empty.zip")" 65
is "of all that nothing was taken" "$(state)" "$before"
is "who does not plan takes nothing in" "$(exit_of tangthu --as minh package import --parent "$class" "$WORK/sip.zip")" 77

# Odd, but good.
python3 "$WORK/forge.py" "$WORK/sip.zip" "$WORK/bare.zip" bare
ok "a package of another program comes in" tangthu package import --parent "$class" "$WORK/bare.zip"
indexer_once
tangthu package export --format sip --output "$WORK/out.zip" H24.DL.2019.7 >/dev/null
python3 -m zipfile -e "$WORK/out.zip" "$WORK/out.d"
python3 -m zipfile -e "$WORK/sip.zip" "$WORK/in.d"
is "... all its fields" \
	"$(cd "$WORK"/out.d/*/ && cat metadata/descriptive/EAD.xml representations/rep1/metadata/descriptive/*.xml | grep -v 'Người lập')" \
	"$(cd "$WORK"/in.d/*/ && cat metadata/descriptive/EAD.xml representations/rep1/metadata/descriptive/*.xml | grep -v 'Người lập')"
is "... and files" "$(cd "$WORK"/out.d/*/representations/rep1/data && sha256sum -- *)" \
	"$(cd "$WORK"/in.d/*/representations/rep1/data && sha256sum -- *)"
TANGTHU_DIR=$WORK/fourth
archive_make
packages_rules
python3 "$WORK/forge.py" "$WORK/bag.zip" "$WORK/versions.zip" versions
ok "a kept version that is later than its record comes in" tangthu package import --parent "$class" "$WORK/versions.zip"
is "... and the record goes on behind it" \
	"$(sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT count(*), min(r.version>v.version) FROM record r JOIN record_version v ON v.record=r.id")" "1|1"
TANGTHU_DIR=$WORK/third
archive_make
packages_rules
python3 "$WORK/forge.py" "$WORK/sip.zip" "$WORK/odd.zip" odd
ok "one that is odd in every way we know comes in" tangthu package import --parent "$class" "$WORK/odd.zip"
cp "$WORK/out" "$WORK/told"
is "... fields in another order, names mixed" \
	"$(tangthu package export --format sip --output "$WORK/o.zip" H24.DL.2019.7 >/dev/null; python3 -m zipfile -e "$WORK/o.zip" "$WORK/o.d"
	cat "$WORK"/o.d/*/representations/rep1/metadata/descriptive/*.xml | sed -n 's/.*<\(docCode\|typeName\|issuedDate\|subject\)>\(.*\)<.*/\2/p' | head -n 4 | tr '\n' '|')" \
	"H24.DL.2019.7.0000001|02|05/03/2019|Về lễ hội &lt;hoa&gt; &amp; &#39;phượng&#39;|"
is "... each oddity is told" \
	"$(grep -c 'startDate 2019: taken as 2019-01-01' "$WORK/told")$(grep -c '3 documents have the code of another dossier' "$WORK/told")$(grep -c 'no OAISPACKAGETYPE' "$WORK/told")$(grep -c 'language 01;02: the first' "$WORK/told")" 1111
is "... its archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
