#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317,SC2119
# time-limit: 280
# Evidence of an audit: drawn, frozen, taken away, checked by sha256sum and by a program that does not know us.
. tests/e2e/lib.sh

archive_make
tangthu --as admin user create kim --role auditor --clearance 2 --password-file "$WORK/password" >/dev/null
root=$(tangthu --json dossier list --all | jq -r '[.[]|select(.kind=="fonds")][0].uid')
tangthu grant add "$root" kim list,read,download --until "$(date -u -d "+30 days" +%F)" >/dev/null
for i in $(seq 12); do
	printf 'Quyết định số %s/QĐ-SDL về việc cấp thẻ. <b>&amp;\n' "$i" >"$WORK/$i.txt"
	tangthu add "$WORK/$i.txt" >>"$WORK/uids"
	tangthu set "$(tail -n 1 "$WORK/uids" | cut -d' ' -f1)" "subject=Thẻ <số> $i" issued=2024-0$((i % 9 + 1))-05 type=QĐ
done
indexer_once
first=$(sed -n '1s/ .*//p' "$WORK/uids")

is "an archivist keeps no evidence" "$(exit_of tangthu evidence create "$first")" 77
is "a sample needs a seed" "$(exit_of tangthu --as kim evidence create --sample 3)" 65
is "... and a size" "$(exit_of tangthu --as kim evidence create --seed a)" 65
is "a population of nothing is told" \
	"$(exit_of tangthu --as kim evidence create --sample 3 --seed a --type CV)" 66
is "a day that is none is refused" \
	"$(exit_of tangthu --as kim evidence create --sample 3 --seed a --from 2024-02-30)" 65
set=$(tangthu --as kim evidence create --sample 4 --seed 'kiểm tra 2024' --type QĐ --from 2024-01-01 \
	--to 2024-12-31 --clause '7.5.3' --question 'Hồ sơ có đủ không?' | cut -d' ' -f1)
is "a sample is drawn" "$(tangthu --as kim --json evidence show "$set" | jq '.records|length')" 4
is "... by a rule that anybody can follow" \
	"$(tangthu --as kim --json evidence show "$set" | jq -r '.records[]')" \
	"$(cut -d' ' -f1 "$WORK/uids" | grep -E '^[0-9a-f-]{36}$' | while read -r uid; do
		printf '%s %s\n' "$(printf 'kiểm tra 2024\n%s' "$uid" | sha256sum | cut -d' ' -f1)" "$uid"
	done | sort | head -n 4 | cut -d' ' -f2)"
is "... again the same" "$(tangthu --as kim evidence again "$set" | grep -c 'the same sample')" 1
is "the same query, size and seed give the same sample" \
	"$(other=$(tangthu --as kim evidence create --sample 4 --seed 'kiểm tra 2024' --type QĐ | cut -d' ' -f1)
	tangthu --as kim --json evidence show "$other" | jq -c .records)" \
	"$(tangthu --as kim --json evidence show "$set" | jq -c .records)"
is "a record picked twice is refused" "$(exit_of tangthu --as kim evidence create "$first" "$first")" 65
is "one that is not there too" \
	"$(exit_of tangthu --as kim evidence create 00000000-0000-4000-8000-000000000000)" 66
is "what is not frozen is not taken away" "$(exit_of tangthu --as kim evidence export "$set" "$WORK/x.zip")" 75
ok "the set is frozen" tangthu --as kim evidence freeze "$set"
is "... once" "$(exit_of tangthu --as kim evidence freeze "$set")" 75
held=$(tangthu --as kim --json evidence show "$set" | jq -r '.records[0]')
is "its records are held" "$(exit_of tangthu set "$held" subject=x)" 77
ok "the package is taken away" tangthu --as kim evidence export "$set" "$WORK/a.zip"
is "... never over a file" "$(exit_of tangthu --as kim evidence export "$set" "$WORK/a.zip")" 74
sleep 2
tangthu add "$WORK/uids" >/dev/null
tangthu --as kim evidence export "$set" - >"$WORK/b.zip"
is "... the same byte for byte, later and to a pipe" "$(cmp "$WORK/a.zip" "$WORK/b.zip" && echo same)" same
is "taking it away is logged" \
	"$(tangthu --as kim --json log list --object "$set" --kind evidence | jq -r '[.[].action]|unique|join(" ")')" \
	"evidence.create evidence.export evidence.fix evidence.freeze"
tangthu --as kim checkpoint key >"$WORK/key"
is "tangthu-verify finds it whole" "$(exit_of tangthu-verify package -f "$WORK/key" "$WORK/a.zip")" 0
is "... also without a key, and says so" \
	"$(tangthu-verify package "$WORK/a.zip" | grep -c "package's own")" 1
is "... not with a stranger's" \
	"$(exit_of tangthu-verify package \
		-k 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW' "$WORK/a.zip")" 1
mkdir "$WORK/bag"
(cd "$WORK/bag" && python3 -m zipfile -e ../a.zip .) 
bag=$(echo "$WORK"/bag/evidence-*)
is "every file of the bag is that of its manifest" \
	"$(cd "$bag" && exit_of sha256sum --strict -c manifest-sha256.txt tagmanifest-sha256.txt)" 0
is "... and every file is in it" "$(cd "$bag" && find data -type f | LC_ALL=C sort)" \
	"$(cd "$bag" && cut -c 67- manifest-sha256.txt | LC_ALL=C sort)"
is "an independent reader of ZIP agrees" "$(exit_of python3 -m zipfile -t "$WORK/a.zip")" 0
is "Payload-Oxum counts it" "$(sed -n 's/^Payload-Oxum: //p' "$bag/bag-info.txt")" \
	"$(cd "$bag" && find data -type f -printf '%s\n' | awk '{ n += $1 } END { print n "." NR }')"
is "originals are the arrived bytes" \
	"$(cat "$bag"/data/records/*/original/01.txt | sort | uniq -c | awk '{ print $1 }' | sort -u)" 1
is "metadata are in it" "$(jq -r .type "$bag/data/records/0001/metadata.json")" QĐ
is "... and the text" "$(grep -c 'Quyết định' "$bag/data/records/0001/text.txt")" 1
is "the cover escapes what people wrote" "$(grep -c '<số>' "$bag/data/cover.html")" 0
is "the log's entries of each record are in it" \
	"$(wc -l <"$bag/data/log/entries.txt" | awk '{ print ($1 >= 10) }')" 1

# Any changed byte is named.
cat >"$WORK/flip.py" <<'FLIP'
import random, shutil, subprocess, sys
path, key, verify, times = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
good = open(path, "rb").read()
random.seed(5)
missed = []
for at in [0, 1, len(good) - 1, len(good) - 22] + [random.randrange(len(good)) for _ in range(times)]:
    bad = bytearray(good)
    bad[at] ^= 1 << random.randrange(8)
    open(path + ".bad", "wb").write(bad)
    r = subprocess.run([verify, "package", "-q", "-f", key, path + ".bad"], capture_output=True)
    if r.returncode != 1 or not r.stderr:
        missed.append(at)
for n in [0, 1, 21, 22, len(good) // 2, len(good) - 1]:
    open(path + ".bad", "wb").write(good[:n])
    if subprocess.run([verify, "package", "-q", "-f", key, path + ".bad"], capture_output=True).returncode != 1:
        missed.append(-n)
open(path + ".bad", "wb").write(good + b"x")
if subprocess.run([verify, "package", "-q", "-f", key, path + ".bad"], capture_output=True).returncode != 1:
    missed.append("tail")
print(missed)
FLIP
is "any changed byte of the package is found" \
	"$(python3 "$WORK/flip.py" "$WORK/a.zip" "$WORK/key" "$BUILD/tangthu-verify" 300)" "[]"
at=$(grep -abo 'Quyết định số' "$WORK/a.zip" | head -n 1 | cut -d: -f1)
cp "$WORK/a.zip" "$WORK/changed.zip"
printf X | dd of="$WORK/changed.zip" bs=1 seek="$at" conv=notrunc 2>/dev/null
is "... and its file is named" \
	"$(exit_of tangthu-verify package -f "$WORK/key" "$WORK/changed.zip")/$(grep -c 'original/01.txt' "$WORK/err")" 1/2

# Bags that want out of their folder.
cat >"$WORK/forge.py" <<'FORGE'
import sys, zipfile
src, dst, old, new, extra = sys.argv[1:6]
with zipfile.ZipFile(src) as a, zipfile.ZipFile(dst, "w") as b:
    for i in a.infolist():
        data = a.read(i)
        n = zipfile.ZipInfo(i.filename.replace(old, new) if old else i.filename, (1980, 1, 1, 0, 0, 0))
        n.create_system, n.external_attr, n.flag_bits = 3, 0o100444 << 16, 0x800
        b.writestr(n, data)
    if extra:
        n = zipfile.ZipInfo(a.namelist()[0].split("/")[0] + "/" + extra, (1980, 1, 1, 0, 0, 0))
        n.create_system, n.external_attr = 3, 0o100444 << 16
        b.writestr(n, "http://example.invalid/x 1 data/x\n")
FORGE
for forged in "data/set.json|data/../../set.json|" "data/set.json|/etc/set.json|" "||fetch.txt" "||data/more.txt"; do
	old=${forged%%|*} rest=${forged#*|}
	python3 "$WORK/forge.py" "$WORK/a.zip" "$WORK/forged.zip" "$old" "${rest%%|*}" "${rest#*|}"
	is "a bag with ${rest%%|*}${rest#*|} is refused" \
		"$(exit_of tangthu-verify package -f "$WORK/key" "$WORK/forged.zip")" 1
done
is "what is no package is refused" "$(exit_of tangthu-verify package -f "$WORK/key" "$WORK/key")" 1

# The same over the interface.
server_start
login kim
is "the server sends the same bytes" \
	"$(api GET "evidence/$set/package" >"$WORK/c.zip"; cat "$WORK/status"; cmp "$WORK/a.zip" "$WORK/c.zip" && echo same)" \
	"200same"
is "... whose length it tells beforehand" \
	"$(api HEAD "evidence/$set/package" | tr -d '\r' | sed -n 's/^Content-Length: //p')" "$(wc -c <"$WORK/a.zip")"
is "a set is drawn" \
	"$(api POST evidence -H 'Content-Type: application/json' \
		-d '{"sample":4,"seed":"kiểm tra 2024","type":"QĐ"}' >"$WORK/made"; cat "$WORK/status"
	jq -c '[.records[].uid]' "$WORK/made")" \
	"201$(tangthu --as kim --json evidence show "$set" | jq -c .records)"
made=$(jq -r .uid "$WORK/made")
is "... again the same" "$(api GET "evidence/$made/again" | jq .same_sample)" true
is "... not taken away before it is frozen" "$(api GET "evidence/$made/package" >/dev/null; cat "$WORK/status")" 412
is "... frozen" "$(api POST "evidence/$made/freeze" | jq '.manifest_sha256|length')" 64
is "... once" "$(api POST "evidence/$made/freeze" >/dev/null; cat "$WORK/status")" 409
is "... and taken away" \
	"$(api GET "evidence/$made/package" >"$WORK/d.zip"; tangthu-verify package -q -f "$WORK/key" "$WORK/d.zip" && echo whole)" whole
is "sets are listed page by page" \
	"$(first=$(api GET 'evidence?limit=1'); api GET "evidence?limit=500&after=$(echo "$first" | jq -r .next)" |
		jq -r '.sets|length')" "$(($(tangthu --as kim --json evidence list | jq length) - 1))"
for bad in '{"sample":0,"seed":"a"}' '{"sample":3}' '{"records":["x"]}' '{"records":"x"}' '{"x":1}' \
	'{"sample":3,"seed":"a","from":"2024-02-30"}'; do
	is "$bad is refused" "$(api POST evidence -H 'Content-Type: application/json' -d "$bad" >/dev/null
		cat "$WORK/status")" 400
done
is "no such set" "$(api GET evidence/00000000-0000-4000-8000-000000000000 >/dev/null; cat "$WORK/status")" 404
before=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$(cat "$WORK/server.pid")/status")
head -c 60000000 /dev/urandom >"$WORK/big.bin"
big=$(tangthu add "$WORK/big.bin" | cut -d' ' -f1)
indexer_once
large=$(tangthu --as kim evidence create "$big" | cut -d' ' -f1)
tangthu --as kim evidence freeze "$large" >/dev/null
is "a large package is whole" \
	"$(api GET "evidence/$large/package" >"$WORK/e.zip"; tangthu-verify package -q -f "$WORK/key" "$WORK/e.zip" && echo whole)" whole
after=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$(cat "$WORK/server.pid")/status")
is "... and was never in memory" "$([ $((after - before)) -lt 30000 ] && echo streamed)" streamed
is "a client that goes away leaves the server whole" \
	"$(curl -sS -m 1 --limit-rate 1000 -b "$COOKIES" -o /dev/null "$ADDRESS/api/v1/evidence/$large/package" 2>/dev/null
	api GET "evidence/$set/package" >"$WORK/c.zip"; cmp "$WORK/a.zip" "$WORK/c.zip" && echo same)" same
for who in lan minh; do
	login $who
	for path in evidence "evidence/$set" "evidence/$set/again" "evidence/$set/package"; do
		is "$who may not GET $path" "$(api GET "$path" >/dev/null; cat "$WORK/status")" 403
	done
	is "$who may not freeze" "$(api POST "evidence/$set/freeze" >/dev/null; cat "$WORK/status")" 403
done
grant=$(tangthu --json grant list "$root" | jq -r '.[]|select(.who=="kim")|.id')
tangthu grant end "$grant" >/dev/null
login kim
is "without the right to download nothing is taken away" \
	"$(api GET "evidence/$set/package" >/dev/null; cat "$WORK/status")" 403
is "... nor seen" "$(api GET "evidence/$set" | jq -c '[.records[].uid]|unique')" "[null]"
tangthu grant add "$root" kim list,read,download --until "$(date -u -d "+30 days" +%F)" >/dev/null
server_stop

blob=$(find "$TANGTHU_DIR/store" -type f -path '*/??/??/*' -size -200c | head -1)
# shellcheck disable=SC2046 # uids
other=$(tangthu --as kim evidence create $(cut -d' ' -f1 "$WORK/uids" | grep -E '^[0-9a-f-]{36}$') | cut -d' ' -f1)
chmod u+w "$blob" && printf 'x' >>"$blob"
is "a damaged original is not frozen as evidence" "$(exit_of tangthu --as kim evidence freeze "$other")" 74
done_testing
