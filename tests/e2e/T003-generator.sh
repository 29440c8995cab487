#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 180
# The sample scans: the same bytes for the same arguments, and a truth that agrees with itself.
set -u
gen=${BUILD:-build}/tests/tangthu-gen
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0

# ok "sentence" command...: one test; the command's output is shown when it fails.
ok() {
	local name=$1
	shift
	n=$((n + 1))
	if "$@" >"$work/log" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$work/log" | head -20
	fi
}

fails_with() {
	local want=$1 got
	shift
	"$@"
	got=$?
	[ "$got" -eq "$want" ] || { echo "exit $got, not $want"; return 1; }
}

prints() {
	local want=$1
	shift
	"$@" 2>&1 | grep -q -- "$want"
}

make_set() {
	"$gen" --set "$1" --seed "$3" --out "$work/$2/files" --truth "$work/$2/truth"
}

same_twice() {
	make_set "$1" first-"$1" 7 && make_set "$1" second-"$1" 7 &&
		diff -r "$work/first-$1" "$work/second-$1"
}

other_seed_differs() {
	make_set test other 8 && ! diff -q "$work/first-test/files/quyet-dinh.pdf" "$work/other/files/quyet-dinh.pdf"
}

# Every condition on every truth; prints the files that break one.
truth_agrees() {
	local broken
	broken=$(jq -r 'select((
		(.file | length > 0) and (.type | length > 0) and (.subject | length > 8) and
		(.issuer | length > 0) and (.superior | length > 0) and (.signer | length > 4) and
		(.date | test("^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])$")) and
		(.number > 0) and
		(. as $d | .notation | contains($d.symbol)) and
		(. as $d | .notation | contains($d.number | tostring)) and
		(.pages == (.text | length)) and
		(.rotation as $r | [0, 90, 180, 270] | index($r) != null) and
		(if .state == "born-digital" then .dpi == 0 else .dpi >= 100 end)
	) | not) | .file' "$work"/first-*/truth/*.json)
	[ -z "$broken" ] || { echo "$broken"; return 1; }
}

# What the fields say stands in the text: the subject word by word, the notation, the signer.
text_says_so() {
	local broken
	broken=$(jq -r 'def words: ascii_downcase | gsub("[ \n\t]+"; " ");
		select(.part == null) | (.text | join(" ") | words) as $t |
		select((($t | contains(.subject | words)) or (.language == "en") or (.kind == "process")) and
			($t | contains(.signer | words)) and ($t | contains(.notation | words)) | not) |
		.file' "$work"/first-*/truth/*.json)
	[ -z "$broken" ] || { echo "$broken"; return 1; }
}

# NAME.txt is the pages of NAME.json, parted by form feeds.
text_is_the_pages() {
	local json
	for json in "$work"/first-*/truth/*.json; do
		jq -j '.text | join("\f")' "$json" | cmp - "${json%.json}.txt" || return 1
	done
}

pages_agree() {
	local pdf json pages
	for pdf in "$work"/first-test/files/*.pdf; do
		json=${pdf%/files/*}/truth/$(basename "$pdf" .pdf).json
		pages=$(qpdf --show-npages "$pdf")
		[ "$pages" = "$(jq .pages "$json")" ] || { echo "$pdf: $pages pages"; return 1; }
	done
}

pdfs_are_sound() {
	local pdf
	for pdf in "$work"/first-test/files/*.pdf; do
		qpdf --check "$pdf" || return 1
	done
}

# A born-digital PDF gives its text back; a scan gives none.
layers_are_as_said() {
	pdftotext "$work/first-test/files/dien-tu.pdf" - | grep -q "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" &&
		[ -z "$(pdftotext "$work/first-test/files/quyet-dinh.pdf" - | tr -d '\f\n')" ]
}

images_are_as_said() {
	pdfimages -list "$work/first-test/files/cong-van.pdf" | grep -q 'ccitt.* 200 *200 ' &&
		pdfimages -list "$work/first-test/files/quyet-dinh.pdf" | grep -q 'jpeg.* 200 *200 '
}

subjects_differ() {
	"$gen" --count 500 --format text --rotate 0 --out "$work/many" &&
		[ "$(jq -r .subject "$work"/many/*.json | sort -u | wc -l)" -ge 475 ]
}

bench_has_sixteen_pages() {
	"$gen" --set bench --format text --out "$work/b1" &&
		[ "$(jq -s 'map(.pages) | add' "$work"/b1/*.json)" -eq 16 ]
}

demo_has_twenty_documents() {
	"$gen" --set demo --format text --out "$work/d1" &&
		[ "$(jq -s length "$work"/d1/*.json)" -ge 20 ] &&
		[ "$(jq -s 'map(select(.language != "vi")) | length' "$work"/d1/*.json)" -eq 3 ]
}

# The bombs weigh little here and are what they say.
bombs_are_bombs() {
	local files=$work/first-hostile/files
	[ "$(du -sk "$files" | cut -f1)" -lt 8192 ] &&
		[ ! -s "$files/empty.pdf" ] &&
		fails_with 2 qpdf --check "$files/encrypted.pdf" &&
		[ "$(head -c 2 "$files/zip-bomb.pdf")" = PK ] &&
		[ "$(od -An -tx1 -j16 -N8 "$files/giant.png")" = " 00 00 ea 60 00 00 ea 60" ] &&
		[ "$(cut -f1 "$work/first-hostile/truth/hostile.tsv" | tail -n +2 | wc -l)" -eq \
			"$(find "$files" -type f -print0 | tr -dc '\0' | wc -c)" ]
}

ok "no phrase names what there is not" "$gen" --check-phrases
ok "the test set is the same twice" same_twice test
ok "the hostile set is the same twice" same_twice hostile
ok "another seed gives other documents" other_seed_differs
ok "the truth agrees with itself" truth_agrees
ok "the text says what the fields say" text_says_so
ok "NAME.txt is the pages of NAME.json" text_is_the_pages
ok "as many pages as the truth says" pages_agree
ok "subjects hardly ever come twice" subjects_differ
ok "the bench set has sixteen pages" bench_has_sixteen_pages
ok "the demo set has its documents, three not in Vietnamese alone" demo_has_twenty_documents
ok "bombs are small and are what they say" bombs_are_bombs
ok "PDFs are sound" pdfs_are_sound
ok "text layers stand where the truth says" layers_are_as_said
ok "images have the coding and the resolution they should" images_are_as_said
ok "no folder given is an error of usage" fails_with 64 "$gen"
ok "an unknown state is named" prints "no such state: wet" "$gen" --state wet --out "$work/x"
ok "an impossible rotation is refused" fails_with 64 "$gen" --rotate 45 --out "$work/x"
ok "more documents than a fixed set has are refused" prints "the set test has" "$gen" --set test --count 99 --out "$work/x"
ok "a folder that cannot be made is told" fails_with 74 "$gen" --out /proc/nowhere
echo "1..$n"
