# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: GPL-3.0-or-later
# What the stories of packages share:  . tests/e2e/packages.sh  (after lib.sh).
#
#	packages_archive	an archive with two dossiers that have one record in common; sets A, class,
#				seven, eight (uids of the dossiers) and one, two, three (of records)
#	packages_rules		their rules, and a class for them: sets class
#	$WORK/compare.py X Y	prints what two descriptions do not both say, then how much they say

packages_rules() {
	root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
	tangthu rule set DL20 --title 'Hồ sơ du lịch' --authority 'TT 10/2022' --years 20 --action destroy >/dev/null
	tangthu rule set SK --title 'Sự kiện' --authority 'TT 10/2022' --years 10 --action destroy \
		--trigger event --event 'Hết hiệu lực' >/dev/null
	tangthu dossier create DL 'Du lịch' --kind class --parent "$root" --rule DL20 >/dev/null
	class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="DL")|.uid')
}

packages_archive() {
	archive_make
	A=$TANGTHU_DIR
	packages_rules
	tangthu dossier create 7 'Hồ sơ <lễ hội> & "hoa"' --parent "$class" --year 2019 --file-code H24.DL.2019.7 >/dev/null
	tangthu dossier create 8 'Hồ sơ thứ hai' --parent "$class" --year 2020 --file-code H24.DL.2020.8 --rule SK >/dev/null
	seven=$(tangthu --json dossier show H24.DL.2019.7 | jq -r .uid)
	eight=$(tangthu --json dossier show H24.DL.2020.8 | jq -r .uid)
	for i in 1 2 3; do
		printf 'Quyết định số %s/QĐ-SDL về lễ hội\n' $i >"$WORK/văn bản $i.txt"
		tangthu add --dossier H24.DL.2019.7 "$WORK/văn bản $i.txt" | cut -d' ' -f1 >>"$WORK/uids"
	done
	one=$(sed -n 1p "$WORK/uids") two=$(sed -n 2p "$WORK/uids") three=$(sed -n 3p "$WORK/uids")
	tangthu set "$one" number=1 symbol=QĐ-SDL issued=2019-03-05 type=QĐ "subject=Về lễ hội <hoa> & 'phượng'" \
		'issuer=Sở Du lịch' 'signer=Nguyễn Văn A' 'signer_post=GIÁM ĐỐC' urgency=KHẨN language=vi
	tangthu set "$two" number=2 symbol=TT-BTC issued=2019-04 type=TT subject='Thông tư' issuer='Bộ Tài chính'
	tangthu set "$three" type=CV subject='Công văn nháp' issued=2018
	tangthu record details "$one" 'recipients=UBND thành phố; Lưu: VT' sheets=4 reply_due=2019-04-01 confidence=02 note='Bút phê "gấp"' >/dev/null
	indexer_once
	tangthu record declare "$one" && tangthu record declare "$two"
	tangthu record correct "$one" --reason 'sai tên' 'signer=Nguyễn Văn B'
	tangthu record relate "$one" cites "$two" >/dev/null
	tangthu record relate "$one" based_on 15/2018/NĐ-CP >/dev/null
	tangthu record file "$one" "$eight" >/dev/null
	printf 'Chữa tay\n' | tangthu correct "$two" --page 1 --text - >/dev/null
	indexer_once
	tangthu retention fact H24.DL.2020.8 'Hết hiệu lực' 2021-05-06 >/dev/null
}

cat >"$WORK/compare.py" <<'PY'
# Two descriptions say the same but for when they were made, who keeps it, and the log's entries.
import sys, xml.etree.ElementTree as T
def plain(e, path=""):
    tag = e.tag.split("}")[-1]
    if tag in ("event", "above", "maintainer", "act", "hold"):
        return
    drop = {"described", "created", "by", "made"}
    if tag == "retention":
        drop |= {"own"}
    if tag == "record":
        drop |= {"version"}
    at = path + "/" + tag
    yield (at, (e.text or "").strip(), tuple(sorted((k, v) for k, v in e.attrib.items() if k not in drop)))
    for c in e:
        yield from plain(c, at)
a, b = (sorted(plain(T.parse(p).getroot())) for p in sys.argv[1:3])
for x in a:
    if x not in b: print("lost", x)
for x in b:
    if x not in a: print("new", x)
print(len(a))
PY
