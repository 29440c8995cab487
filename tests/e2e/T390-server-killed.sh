#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 150
# kill -9 of the server at ten random moments while files arrive: what was acknowledged is there, byte
# for byte, once; uploads that were cut off go on where the server says.
. tests/e2e/lib.sh

archive_make
PORT=$((20000 + $$ % 20000))
start() { # on the same port again and again
	rm -f "$WORK/server.log"
	started server tangthu-server -d "$TANGTHU_DIR" --listen "127.0.0.1:$PORT"
	eventually grep -q '^listening on' "$WORK/server.log" || {
		sed 's/^/# /' "$WORK/server.log"
		echo "Bail out! the server does not start again"
		exit 1
	}
}
start
ADDRESS=http://127.0.0.1:$PORT
login lan

# One client: files of one to five parts, each tried until the server says that it is a record.
cat >"$WORK/client.sh" <<'CLIENT'
set -u
work=$1 n=$2 address=$3 jar=$4 csrf=$5
tus() { curl -sS --max-time 5 -D "$work/head.$n" -o /dev/null -b "$jar" -H "X-Tangthu-Csrf: $csrf" \
	-H 'Tus-Resumable: 1.0.0' -w '%{http_code}' "$@" 2>/dev/null || echo; }
header() { sed -n "s/^$1: //Ip" "$work/head.$n" | tr -d '\r'; }
i=0
while [ ! -e "$work/enough" ]; do
	i=$((i + 1))
	file=$work/file.$n.$i
	size=$((5000 + (n * 7919 + i * 104729) % 200000))
	head -c $size /dev/urandom >"$file"
	upload= at=0
	while :; do
		[ ! -e "$work/enough" ] || [ -n "$upload" ] || break 2
		if [ -z "$upload" ]; then
			[ "$(tus -X POST -H "Upload-Length: $size" \
				-H "Upload-Metadata: filename $(printf '%s.%s' "$n" "$i" | base64)" "$address/api/v1/uploads")" = 201 ] &&
				upload=$(header Location)
			at=0
		else
			code=$(tail -c +$((at + 1)) "$file" | head -c 50000 | tus -X PATCH -H "Upload-Offset: $at" \
				-H 'Content-Type: application/offset+octet-stream' --data-binary @- "$address$upload")
			[ "$code" != 404 ] || upload=
			if [ "$code" = 204 ] || [ "$(tus -I "$address$upload")" = 200 ]; then
				at=$(header Upload-Offset)
				record=$(header Tangthu-Record)
				if [ -n "$record" ]; then
					echo "$record $(sha256sum "$file" | cut -d' ' -f1)" >>"$work/acknowledged.$n"
					break
				fi
			fi
		fi
		sleep 0.02
	done
	rm -f "$file"
done
CLIENT
for n in 1 2 3; do
	sh "$WORK/client.sh" "$WORK" $n "$ADDRESS" "$COOKIES" "$CSRF" &
	eval "client_$n=$!"
done

deaths=0
for moment in 37 11 53 29 71 17 43 61 23 47; do
	sleep "0.$moment"
	pid=$(cat "$WORK/server.pid")
	kill -9 "$pid" && deaths=$((deaths + 1))
	wait "$pid" 2>/dev/null
	start
done
sleep 1
: >"$WORK/enough"
# shellcheck disable=SC2154
wait "$client_1" "$client_2" "$client_3"
is "the server died ten times" $deaths 10
cat "$WORK"/acknowledged.* >"$WORK/acknowledged"
ok "many files were acknowledged all the same" test "$(wc -l <"$WORK/acknowledged")" -gt 20
lost=0
while read -r record digest; do
	[ "$(api GET "records/$record/original" | sha256sum | cut -d' ' -f1)" = "$digest" ] ||
		lost=$((lost + 1))
done <"$WORK/acknowledged"
is "every one of them is there, byte for byte" $lost 0
is "... once" "$(sort "$WORK/acknowledged" | uniq -d | wc -l)" 0
is "... and nothing else is a record" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" 'SELECT count(*) FROM record')" \
	"$(wc -l <"$WORK/acknowledged")"
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
