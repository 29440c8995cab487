#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317,SC2119
# time-limit: 280
# records.md 39, 56, 72: dossiers as SIP, AIP and DIP of TT 05/2025, out and back in.
#
# CSIP 2.0.4 asked of what we write, without its schemas at hand: CSIP1 OBJID, CSIP2 TYPE, CSIP6 PROFILE,
# CSIP7 CREATEDATE, CSIP9 OAISPACKAGETYPE, CSIP10-16 a software agent with its version, CSIP17-30 dmdSec with
# mdRef (type, href, size, checksum), CSIP31-44 digiprovMD to PREMIS, CSIP58-79 fileSec with groups, sizes and
# checksums, CSIP80-112 one structMap LABEL CSIP TYPE PHYSICAL whose ids all lead somewhere; ids unique.
. tests/e2e/lib.sh
. tests/e2e/packages.sh

packages_archive
for f in sip aip dip; do
	tangthu package export --format $f --output "$WORK/$f.zip" "$seven" "$eight" >/dev/null
	mkdir "$WORK/$f" && (cd "$WORK/$f" && python3 -m zipfile -e ../$f.zip .)
done
SEVEN=$(echo "$seven" | tr a-f A-F)
sip=$WORK/sip/uuid-$SEVEN aip=$WORK/aip/urn_TT_uuid-$SEVEN dip=$WORK/dip/uuid-$SEVEN

cat >"$WORK/csip.py" <<'PY'
# What CSIP asks, of every METS.xml below a folder; prints what is not so.
import hashlib, os, re, sys, xml.etree.ElementTree as T
M, X, C = "{http://www.loc.gov/METS/}", "{http://www.w3.org/1999/xlink}", "{https://DILCIS.eu/XML/METS/CSIPExtensionMETS}"
kind, top = sys.argv[1:3]
told = set()
def bad(*what): print(*what)
for folder, _, files in os.walk(top):
    if "METS.xml" not in files: continue
    path = os.path.join(folder, "METS.xml")
    m = T.parse(path).getroot()
    if m.tag != M + "mets": bad(path, "root")
    for a in ("OBJID", "TYPE", "PROFILE", C + "CONTENTINFORMATIONTYPE"):
        if not m.get(a): bad(path, a)
    h = m.find(M + "metsHdr")
    if h.get(C + "OAISPACKAGETYPE") != kind: bad(path, "OAISPACKAGETYPE")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+07:00", h.get("CREATEDATE")): bad(path, "CREATEDATE")
    agent = h.find(M + "agent")
    if (agent.get("ROLE"), agent.get("TYPE"), agent.get("OTHERTYPE")) != ("CREATOR", "OTHER", "SOFTWARE"): bad("agent")
    if agent.find(M + "note").get(C + "NOTETYPE") != "SOFTWARE VERSION": bad("agent note")
    if folder == top and m.get("OBJID").replace(":", "_") != os.path.basename(top): bad("folder is not OBJID")
    order = [c.tag[len(M):] for c in m]
    if order != sorted(order, key=["metsHdr", "dmdSec", "amdSec", "fileSec", "structMap"].index): bad(path, order)
    ids = [e.get("ID") for e in m.iter() if e.get("ID")]
    if len(ids) != len(set(ids)): bad(path, "ids are not unique")
    for i in ids:
        if not re.fullmatch(r"(uuid|ID)-[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", i): bad(path, i)
    refs = [(e, e) for e in m.iter(M + "mdRef")] + [(f, f.find(M + "FLocat")) for f in m.iter(M + "file")]
    for about, place in refs:
        p = os.path.normpath(os.path.join(folder, place.get(X + "href")))
        told.add(p)
        data = open(p, "rb").read()
        if about.get("CHECKSUMTYPE") != "SHA-256" or about.get("CHECKSUM") != hashlib.sha256(data).hexdigest().upper(): bad(p, "checksum")
        if int(about.get("SIZE")) != len(data): bad(p, "size")
        if not about.get("MIMETYPE") or place.get("LOCTYPE") != "URL" or place.get(X + "type") != "simple": bad(p, "reference")
    s = m.findall(M + "structMap")
    if len(s) != 1 or s[0].get("LABEL") != "CSIP" or s[0].get("TYPE") != "PHYSICAL": bad(path, "structMap")
    for d in s[0].iter(M + "div"):
        for i in (d.get("DMDID") or "").split() + (d.get("ADMID") or "").split() + [f.get("FILEID") for f in d.findall(M + "fptr")]:
            if i not in ids: bad(path, "leads nowhere", i)
        if not d.get("LABEL"): bad(path, "div without LABEL")
    for p in s[0].iter(M + "mptr"):
        if not os.path.exists(os.path.join(folder, p.get(X + "href"))): bad(path, "mptr")
every = {os.path.join(f, n) for f, _, ns in os.walk(top) for n in ns} - {os.path.join(top, "METS.xml")}
for p in every - told: bad(p, "is listed nowhere")
PY
is "a SIP is as CSIP asks" "$(python3 "$WORK/csip.py" SIP "$sip")" ""
is "an AIP too" "$(python3 "$WORK/csip.py" AIP "$aip")" ""
is "a DIP too" "$(python3 "$WORK/csip.py" DIP "$dip")" ""
is "all XML is well-formed" "$(find "$WORK/sip" "$WORK/aip" "$WORK/dip" -name '*.xml' -exec xmllint --noout {} + 2>&1)" ""
for p in "$sip" "$aip" "$dip"; do
	is "descriptions keep to the schemas that go along: ${p%/*}" \
		"$(xmllint --noout --schema "$p/schemas/ead.xsd" "$p/metadata/descriptive/EAD.xml" 2>&1 | grep -vc validates
		xmllint --noout --schema "$p/schemas/ead_doc.xsd" "$p"/representations/rep1/metadata/descriptive/*.xml 2>&1 | grep -vc validates)" \
		"0
0"
done
names() { sed -n 's/^ <\([a-zA-Z]*\)>.*/\1/p' "$1" | tr '\n' ' '; }
is "a SIP's dossier has 18 fields" "$(names "$sip/metadata/descriptive/EAD.xml")" \
	"fileCode title maintenance mode language startDate endDate keyword totalDoc numberOfPaper numberOfPage format inforSign confidenceLevel paperFileCode riskRecovery riskRecoveryStatus description "
doc=representations/rep1/metadata/descriptive/EAD_doc_H24.DL.2019.7.001.xml
is "its documents 21" "$(names "$sip/$doc")" \
	"docId docCode maintenance typeName codeNumber codeNotation issuedDate organName subject language numberOfPage inforSign keyword mode confidenceLevel autograph format process riskRecovery riskRecoveryStatus description "
is "an AIP's dossier has arcFileCode" "$(names "$aip/metadata/descriptive/EAD.xml" | cut -d' ' -f1)" arcFileCode
is "its documents 19 fields" "$(names "$aip/$doc" | wc -w)" 19
is "a DIP tells what was asked for" "$(names "$dip/metadata/descriptive/EAD.xml")" \
	"requestID requestDate purpose purposeContent feeObjectType researchTopic description "
is "its documents have 20 fields and no issuer" "$(names "$dip/$doc" | wc -w)$(grep -c organName "$dip/$doc")" 200
is "... and nothing of the house" "$(find "$dip" -name hoso.xml)" ""
is "20 years are code 05" "$(sed -n 's/.*<maintenance>\(.*\)<.*/\1/p' "$sip/metadata/descriptive/EAD.xml")" 05
is "a decision is code 02" "$(sed -n 's/.*<typeName>\(.*\)<.*/\1/p' "$sip/$doc")" 02
is "days are as the circular writes them" "$(sed -n 's/.*<issuedDate>\(.*\)<.*/\1/p' "$sip/$doc")" 05/03/2019
is "... also those not known whole" \
	"$(cat "$sip"/representations/rep1/metadata/descriptive/*.xml | sed -n 's/.*<issuedDate>\(.*\)<.*/\1/p' | tr '\n' ' ')" \
	"05/03/2019 04/2019 2018 "
is "a SIP has no PREMIS" "$(find "$sip" -name 'PREMIS*')" ""
is "an AIP has both" "$(find "$aip" -name 'PREMIS*' | wc -l)" 2
premis=$aip/representations/rep1/metadata/preservation/PREMIS_rep1.xml
is "... of PREMIS 3" "$(grep -c 'xmlns="http://www.loc.gov/premis/v3".*version="3.0"' "$premis")" 1
is "... with the fixity of each file" \
	"$(sed -n 's/.*<messageDigest>\(.*\)<.*/\1/p' "$premis" | sort)" \
	"$(find "$aip/representations/rep1/data" "$aip/metadata/other/renditions" -type f ! -name '*.fetch.txt' -exec sha256sum {} + | cut -d' ' -f1 | sort)"
is "... and the log's entries" "$(grep -c '<eventDetail>record.register' "$premis")" 3
is "making the package is an event" \
	"$(grep 'dossier.export' "$aip/metadata/preservation/PREMIS.xml" | sed 's/.*{//;s/}.*//')" "&quot;format&quot;:&quot;sip&quot;
&quot;format&quot;:&quot;aip&quot;"
is "a document of another dossier of the package is told, not repeated" \
	"$(cat "$WORK"/sip/uuid-*/representations/rep1/data/*.fetch.txt)" "$one"
is "a DIP is whole by itself" "$(find "$WORK/dip" -name '*.fetch.txt')" ""
is "an agency's code goes before those of an AIP" \
	"$(tangthu package export --format aip --agency T24 --output "$WORK/t24.zip" "$seven" >/dev/null
	python3 -m zipfile -e "$WORK/t24.zip" "$WORK/t24"; sed -n 's/.*<arcFileCode>\(.*\)<.*/\1/p' "$WORK"/t24/*/metadata/descriptive/EAD.xml)" T24.H24.DL.2019.7
is "a request and its purpose are told" \
	"$(tangthu package export --format dip --request YC-7 --purpose 01 --purpose-text 'Làm thẻ' --output "$WORK/yc.zip" "$seven" >/dev/null
	python3 -m zipfile -e "$WORK/yc.zip" "$WORK/yc"; sed -n 's/^ <\(request\|purpose\).*>\(.*\)<.*/\2/p' "$WORK"/yc/*/metadata/descriptive/EAD.xml | grep -v / | tr '\n' ' ')" "YC-7 01 Làm thẻ "
tangthu custody close H24.DL.2020.8 --date 2021-06-01 >/dev/null
tangthu package export --format aip --output "$WORK/closed.zip" "$seven" "$eight" >/dev/null

# In another archive, each format.
for f in sip aip; do
	TANGTHU_DIR=$WORK/second-$f
	archive_make
	packages_rules
	is "$f: it is whole" "$(tangthu package check "$WORK/$f.zip")" "$f package, whole"
	ok "$f: it comes in" tangthu package import --parent "$class" "$WORK/$f.zip"
	indexer_once
	tangthu package export --format $f --output "$WORK/$f-again.zip" "$seven" "$eight" >/dev/null
	python3 -m zipfile -e "$WORK/$f-again.zip" "$WORK/$f-again"
	for d in $(cd "$WORK/$f" && echo *); do
		is "$f: nothing is lost and nothing new in $d" \
			"$(python3 "$WORK/compare.py" "$WORK/$f/$d/metadata/other/hoso.xml" "$WORK/$f-again/$d/metadata/other/hoso.xml" | grep -E 'lost|new')" ""
		is "$f: its fields are the same" \
			"$(cd "$WORK/$f-again/$d" && grep -v 'Người lập' metadata/descriptive/EAD.xml representations/rep1/metadata/descriptive/*.xml)" \
			"$(cd "$WORK/$f/$d" && grep -v 'Người lập' metadata/descriptive/EAD.xml representations/rep1/metadata/descriptive/*.xml)"
		is "$f: its files are the same" \
			"$(cd "$WORK/$f-again/$d" && find representations/rep1/data metadata/other -type f ! -name hoso.xml -exec sha256sum {} + | sort)" \
			"$(cd "$WORK/$f/$d" && find representations/rep1/data metadata/other -type f ! -name hoso.xml -exec sha256sum {} + | sort)"
	done
	is "$f: the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done
is "what was done there is told on" \
	"$(grep -c '<eventDetail>record.declare' "$WORK"/aip-again/*/representations/rep1/metadata/preservation/PREMIS_rep1.xml | grep -c ':4$')" 1
TANGTHU_DIR=$WORK/third
archive_make
packages_rules
ok "what was closed comes closed" tangthu package import --parent "$class" "$WORK/closed.zip"
is "... and is due on the same day" "$(tangthu --json retention show H24.DL.2020.8 | jq -c '[.state, .due_on, .rule]')" \
	"$(TANGTHU_DIR=$A tangthu --json retention show H24.DL.2020.8 | jq -c '[.state, .due_on, .rule]')"
TANGTHU_DIR=$WORK/fourth
archive_make
packages_rules
ok "a DIP comes in as far as it says" tangthu package import --parent "$class" "$WORK/dip.zip"
is "... which is told" "$(grep -c 'a DIP: only what was handed out' "$WORK/out")" 2
is "... with its documents" "$(tangthu --json dossier show H24.DL.2019.7 | jq .records)" 3
done_testing
