#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tsan
# time-limit: 120
# tus 1.0.0: in one piece, in parts, broken off, doubled, over a restart, refused.
. tests/e2e/lib.sh

archive_make
# shellcheck disable=SC2119
server_start
login lan

code() { # path, curl options
	path=$1
	shift
	curl -sS --max-time 30 -D "$WORK/head" -o "$WORK/body" -w '%{http_code}' -b "$COOKIES" \
		-H "X-Tangthu-Csrf: $CSRF" -H "Tus-Resumable: $TUS" "$@" "$ADDRESS/api/v1/$path" 2>"$WORK/err"
}
header() {
	sed -n "s/^$1: //Ip" "$WORK/head" | tr -d '\r'
}
meta() { # key value ...: Upload-Metadata
	all=
	while [ $# -gt 1 ]; do
		all="$all${all:+,}$1 $(printf %s "$2" | base64 -w 0)"
		shift 2
	done
	echo "Upload-Metadata: $all"
}
create() { # length, file name, more curl options: prints the code; UPLOAD is its address
	length=$1 name=$2
	shift 2
	code uploads -X POST -H "Upload-Length: $length" -H "$(meta filename "$name")" "$@"
}
UPLOAD() { header Location | sed 's|^/api/v1/||'; }
put() { # upload, offset, file, more
	upload=$1 at=$2 file=$3
	shift 3
	code "$upload" -X PATCH -H "Upload-Offset: $at" -H 'Content-Type: application/offset+octet-stream' \
		--data-binary "@$file" "$@"
}
sum() { sha256sum "$1" | cut -d' ' -f1; }
kept() { # record: the digest of what the archive gives back
	code "records/$1/original" >/dev/null
	sum "$WORK/body"
}

TUS=1.0.0
head -c 100000 /dev/urandom >"$WORK/whole"
split -b 40000 "$WORK/whole" "$WORK/part."

# --- what is spoken
is "the server says what it speaks" "$(code uploads -X OPTIONS) $(header Tus-Version) $(header Tus-Checksum-Algorithm)" \
	"204 1.0.0 sha256"
is "... and what of it" "$(header Tus-Extension)" \
	"creation,creation-with-upload,checksum,expiration,termination"
is "another version is refused" "$(TUS=0.2.2; code uploads -X POST -H 'Upload-Length: 5') $(header Tus-Version)" "412 1.0.0"

# --- in parts
is "an upload begins" "$(create 100000 'Quyết định số 15.pdf')" 201
u=$(UPLOAD)
is "... empty, for a day" "$(code "$u" -I) $(header Upload-Offset)/$(header Upload-Length) $(header Upload-Expires | grep -c GMT)" \
	"200 0/100000 1"
is "the first part" "$(put "$u" 0 "$WORK/part.aa") $(header Upload-Offset)" "204 40000"
is "the same again is told where to go on" "$(put "$u" 0 "$WORK/part.aa") $(header Upload-Offset)" "409 40000"
is "a part damaged on its way is not kept" \
	"$(put "$u" 40000 "$WORK/part.ab" -H "Upload-Checksum: sha256 $(head -c 32 /dev/zero | base64)")" 460
is "... and has moved nothing" "$(code "$u" -I) $(header Upload-Offset)" "200 40000"
is "an unknown kind of checksum is told" \
	"$(put "$u" 40000 "$WORK/part.ab" -H 'Upload-Checksum: md5 1B2M2Y8AsgTpgAmY7PhCfg==')$(jq -r .field "$WORK/body")" 400Upload-Checksum
is "with the right one it goes on" "$(put "$u" 40000 "$WORK/part.ab" \
	-H "Upload-Checksum: sha256 $(openssl dgst -sha256 -binary "$WORK/part.ab" | base64)") $(header Upload-Offset)" "204 80000"
is "nothing is registered yet" "$(code records; jq '.records|length' "$WORK/body")" 2000
server_stop
# shellcheck disable=SC2119
server_start
is "a restart forgets nothing" "$(code "$u" -I) $(header Upload-Offset)" "200 80000"
is "more than the file is refused" "$(put "$u" 80000 "$WORK/part.ab")" 413
is "the last part makes it a record" "$(put "$u" 80000 "$WORK/part.ac") $(header Tangthu-Record | wc -c)" "204 37"
record=$(header Tangthu-Record)
is "... with its name" "$(code "records/$record"; jq -r '.components[0].name' "$WORK/body")" "200Quyết định số 15.pdf"
is "... and its bytes" "$(kept "$record")" "$(sum "$WORK/whole")"
is "... under their digest, read-only" "$(stat -c %a "$TANGTHU_DIR"/store/??/??/"$(sum "$WORK/whole")")" 400
is "asked again it names the record" "$(code "$u" -I) $(header Upload-Offset) $(header Tangthu-Record)" "200 100000 $record"
is "a finished one takes no more" "$(put "$u" 100000 "$WORK/part.aa")" 409
is "it waits to be read" "$(code jobs; jq -r '.jobs[0].record' "$WORK/body")" "200$record"
is "nothing is left over" "$(find "$TANGTHU_DIR/store/tmp" -type f)" ""

# --- in one piece, with metadata
printf 'Báo cáo' >"$WORK/small"
is "a small file arrives with its creation" "$(code uploads -X POST -H "Upload-Length: $(stat -c %s "$WORK/small")" \
	-H "$(meta filename 'b.txt' number 7 symbol 'BC-SDL' issued 2024-05-06 subject 'Báo cáo quý')" \
	-H 'Content-Type: application/offset+octet-stream' --data-binary "@$WORK/small") $(header Upload-Offset)" "201 9"
record=$(header Tangthu-Record)
is "... and its metadata" "$(code "records/$record"; jq -c '[.notation,.fields.issued,.fields.subject]' "$WORK/body")" \
	'200["7/BC-SDL","2024-05-06","Báo cáo quý"]'
is "the same bytes again are a record of their own" "$(code uploads -X POST -H 'Upload-Length: 9' -H "$(meta filename c.txt)" \
	-H 'Content-Type: application/offset+octet-stream' --data-binary "@$WORK/small")" 201
second=$(header Tangthu-Record)
is "... that says of which it is a double" "$(code "records/$second"; jq -r .duplicate_of "$WORK/body")" "200$record"
for name in '../../etc/passwd' "$(printf 'a\nb\033[1m.txt')" "$(printf 'ế%.0s' $(seq 1 200)).txt" '<script>alert(1)</script>.html'; do
	code uploads -X POST -H 'Upload-Length: 9' -H "$(meta filename "$name")" \
		-H 'Content-Type: application/offset+octet-stream' --data-binary "@$WORK/small" >"$WORK/got"
	code "records/$(header Tangthu-Record)" >>"$WORK/got"
	is "a hostile name is cleaned: $(printf %s "$name" | tr -dc 'a-z.<>/' | head -c 20)" \
		"$(cat "$WORK/got") $(jq -r '.components[0].name' "$WORK/body" | LC_ALL=C tr -d '\n' | LC_ALL=C grep -c '[/[:cntrl:]]')" "201200 0"
done

# --- refused
is "an empty file is none" "$(create 0 x)$(jq -r .field "$WORK/body")" 400Upload-Length
is "a length that is none" "$(create -5 x)$(jq -r .field "$WORK/body")" 400Upload-Length
is "a file over the limit" "$(create 99999999999999 x)" 413
is "no name" "$(code uploads -X POST -H 'Upload-Length: 5' -H 'Upload-Metadata: dossier YQ==')$(jq -r .field "$WORK/body")" 400Upload-Metadata
is "broken metadata" "$(code uploads -X POST -H 'Upload-Length: 5' -H 'Upload-Metadata: filename ???')$(jq -r .field "$WORK/body")" 400Upload-Metadata
is "a wrong field" "$(code uploads -X POST -H 'Upload-Length: 5' -H "$(meta filename x issued 2024-13-01)")$(jq -r .field "$WORK/body")" 400issued
is "a dossier that is not there" "$(code uploads -X POST -H 'Upload-Length: 5' \
	-H "$(meta filename x dossier 00000000-0000-4000-8000-000000000000)")" 404
is "another content type" "$(create 100 x; u=$(UPLOAD); code "$u" -X PATCH -H 'Upload-Offset: 0' -H 'Content-Type: text/plain' -d x)" 201415
is "no offset" "$(code "$(UPLOAD)" -X PATCH -H 'Content-Type: application/offset+octet-stream' -d x)" 404
create 100 x >/dev/null
u=$(UPLOAD)
is "an upload nobody else may touch" "$(login admin; code "$u" -I)" 403
login minh
is "... nor staff begin one" "$(create 5 x)" 403
login lan
is "giving it up" "$(code "$u" -X DELETE)" 204
is "... for good" "$(code "$u" -I)$(put "$u" 0 "$WORK/part.aa")$(code "$u" -X DELETE)" 404404404

# --- two at once
create 80000 twice >/dev/null
u=$(UPLOAD)
for part in aa ab; do
	curl -sS -o /dev/null -w '%{http_code}\n' -b "$COOKIES" -H "X-Tangthu-Csrf: $CSRF" -H 'Tus-Resumable: 1.0.0' \
		-X PATCH -H 'Upload-Offset: 0' -H 'Content-Type: application/offset+octet-stream' \
		--data-binary "@$WORK/part.$part" "$ADDRESS/api/v1/$u" >"$WORK/code.$part" &
	eval "pid_$part=$!"
done
# shellcheck disable=SC2154
wait "$pid_aa" "$pid_ab"
is "of two parts at one offset one wins" "$(cat "$WORK/code.aa" "$WORK/code.ab" | sort | tr '\n' ' ')" "204 409 "
winner=$(grep -l 204 "$WORK"/code.a? | sed 's/.*code\.//')
put "$u" 40000 "$WORK/part.aa" >/dev/null
cat "$WORK/part.$winner" "$WORK/part.aa" >"$WORK/both"
is "... and its bytes are those kept" "$(kept "$(header Tangthu-Record)")" "$(sum "$WORK/both")"

# --- cut off between the last byte and the catalogue's commit
create 100000 again.bin >/dev/null
u=$(UPLOAD)
put "$u" 0 "$WORK/part.aa" >/dev/null
put "$u" 40000 "$WORK/part.ab" >/dev/null
server_stop
part=$TANGTHU_DIR/store/tmp/part-${u##*/}
cat "$WORK/part.ac" >>"$part"
blob=$TANGTHU_DIR/store/zz
ln "$part" "$blob" && chmod 400 "$part"
# shellcheck disable=SC2119
server_start
is "what was finished and not registered is finished again" \
	"$(put "$u" 80000 "$WORK/part.ac") $(header Tangthu-Record | wc -c)" "204 37"
is "... with the right bytes" "$(kept "$(header Tangthu-Record)")" "$(sum "$WORK/whole")"
rm -f "$blob"

# --- expiry
create 100 old >/dev/null
u=$(UPLOAD)
put "$u" 0 "$WORK/small" >/dev/null
server_stop
sqlite3 "$TANGTHU_DIR/catalogue.db" "UPDATE upload SET expires=1 WHERE record IS NULL"
# shellcheck disable=SC2119
server_start
is "an upload nobody goes on with is dropped" "$(code "$u" -I)" 404
is "... with its bytes" "$(find "$TANGTHU_DIR/store/tmp" -type f -name "*${u##*/}*" | wc -l)" 0

# --- a full disk
server_stop
sed -i 's/^[# ]*reserve = .*/reserve = 1000T/' "$TANGTHU_DIR/tangthu.conf"
# shellcheck disable=SC2119
server_start
is "a full archive takes nothing" "$(create 5 x)" 507
is "... but shows everything" "$(code records)" 200
is "... and says so" "$(code health; jq -c '[.status,.store]' "$WORK/body")" '503["degraded",false]'
is "the log of events is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
