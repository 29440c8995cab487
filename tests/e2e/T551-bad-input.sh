#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016,SC2119 # names that look like commands; no options of the server
# time-limit: 200
# What is forged, cut short, too old or shown a second time opens nothing: cookies, tokens, codes of the
# second factor, checkpoints; and names with markup.
. tests/e2e/lib.sh

archive_make
printf '[log]\ncheckpoint_folder = %s\n' "$WORK/elsewhere" >>"$TANGTHU_DIR/tangthu.conf"
mkdir "$WORK/elsewhere"
tangthu --as admin user create kim --role auditor --password-file "$WORK/password" >/dev/null
PASSWORD="a long enough password"
sql() { sqlite3 "$TANGTHU_DIR/catalogue.db" "$1"; }
server_start
ask() { # header: status
	curl -sS -o "$WORK/body" -w '%{http_code}' -H "$1" "$ADDRESS/api/v1/whoami"
}

# --- cookies
login lan
good=$(awk '/tangthu/ { print $7 }' "$COOKIES")
is "the cookie opens" "$(ask "Cookie: tangthu=$good")" 200
flipped=$(printf '%s' "$good" | tr 'A-Za-z0-9' 'B-ZAb-za1-90')
for bad in "${good%?}" "${good}A" "$flipped" "$(printf '%043d' 0)" "$(printf '%s' "$good" | tr '[:lower:]' '[:upper:]')" "" \
	"$(head -c 9000 /dev/zero | tr '\0' A)" "$good\"" "../../$good" "%00$good" "$(printf '%s' "$good" | rev)"; do
	ask "Cookie: tangthu=$bad"
	echo
done | sort | uniq -c >"$WORK/answers"
is "no other one does" "$(awk '{ print $1, $2 }' "$WORK/answers")" "11 401"
is "a cookie under another name is none" "$(ask "Cookie: __Host-tangthu=$good")$(ask "Cookie: Tangthu=$good")" 401401
is "... nor is a token in its place" "$(ask "Authorization: Bearer $good")" 401
sql "UPDATE session SET seen=seen-1801000000"
is "one that was not used for half an hour has ended" "$(ask "Cookie: tangthu=$good")" 401
login lan
good=$(awk '/tangthu/ { print $7 }' "$COOKIES")
sql "UPDATE session SET created=created-43201000000"
is "... and one of half a day, however much it is used" "$(ask "Cookie: tangthu=$good")" 401
login lan
good=$(awk '/tangthu/ { print $7 }' "$COOKIES")
api POST logout >/dev/null
is "one shown again after signing out opens nothing" "$(ask "Cookie: tangthu=$good")" 401
login lan
sql "UPDATE session SET created=created+86400000000, seen=seen+86400000000 WHERE ended IS NULL"
is "a clock set back by a day ends no session" "$(api GET whoami >/dev/null; cat "$WORK/status")" 200

# --- codes of the second factor
login minh
api POST whoami/factor -H 'Content-Type: application/json' -d '{}' >"$WORK/factor"
seed=$(jq -r .secret "$WORK/factor")
api POST whoami/factor/confirm -H 'Content-Type: application/json' -d "{\"code\":\"$(totp "$seed" -1)\"}" >/dev/null
enter() { # code: status and problem
	curl -sS -o "$WORK/body" -w '%{http_code}' -H 'X-Tangthu-Csrf: 1' -H 'Content-Type: application/json' \
		-d "$(jq -nc --arg p "$PASSWORD" --arg c "$1" '{name: "minh", password: $p, code: $c}')" "$ADDRESS/api/v1/login"
	jq -r '.code // ""' "$WORK/body" | tr -d '\n'
	sql 'DELETE FROM login_throttle'
}
now=$(totp "$seed" 0)
is "the code of five minutes ago is none" "$(enter "$(totp "$seed" -10)")" 401login
is "... nor is one of five minutes on" "$(enter "$(totp "$seed" 10)")" 401login
is "... nor a part of it, nor more, nor other digits of the same value" \
	"$(enter "${now%?}")$(enter "${now}0")$(enter "+$now")$(enter "$(printf '%s' "$now" | sed 's/./&\xcc\x81/')")" \
	401login401login401login401login
is "the code opens" "$(enter "$(totp "$seed" 0)")" 200
is "... once" "$(enter "$now")" 401login
is "... and does not prove a session afterwards" "$(login lan; curl -sS -o /dev/null -w '%{http_code}' -b "$COOKIES" -X POST \
	-H "X-Tangthu-Csrf: $CSRF" -H 'Content-Type: application/json' -d "{\"password\":\"x\",\"code\":\"$now\"}" "$ADDRESS/api/v1/whoami/verify")" 400

# --- names with markup
login admin
made() { # body: status and field
	api POST users -H 'Content-Type: application/json' -d "$1" >/dev/null
	cat "$WORK/status"
	jq -r '.field // ""' "$WORK/body"
}
for name in '<b>x</b>' 'x\"onload=' "x' or 1=1" 'x\u0000' '../x' 'x\ny' 'é' '$(id)' '%3Cb%3E'; do
	made "{\"name\":\"$name\"}" && made "{\"kind\":\"group\",\"name\":\"$name\"}"
done | sort | uniq -c >"$WORK/answers"
is "a name of an account or a group holds no markup" "$(awk '{ print $1, $2 }' "$WORK/answers")" "2 400
16 400name"
is "what it is shown as may" "$(made '{"name":"mo","display":"<img src=x onerror=alert(1)> & \"Mơ\"","password":"yet another password"}')" 201
login mo 'yet another password'
is "... and is a string of JSON" "$(api GET whoami | jq -r .display)" '<img src=x onerror=alert(1)> & "Mơ"'
is "... never sent as a page" "$(curl -sS -o /dev/null -D - -b "$COOKIES" "$ADDRESS/api/v1/whoami" | tr -d '\r' |
	grep -ciE '^(content-type: application/json|x-content-type-options: nosniff)')" 2
root=$(tangthu --json dossier list --all | jq -r '[.[]|select(.kind=="fonds")][0].uid')
tangthu grant add "$root" kim list,read,download --until "$(date -u -d "+30 days" +%F)" >/dev/null
server_stop
sql "UPDATE principal SET display='<img src=x onerror=alert(1)>' WHERE name='kim'"
sql "UPDATE setting SET value='<script>alert(1)</script>' WHERE key='archive.name'"
echo 'Biên bản.' >"$WORK/a.txt"
uid=$(tangthu add "$WORK/a.txt" 2>/dev/null | cut -d' ' -f1)
indexer_once
set=$(tangthu --as kim evidence create "$uid" --clause '<script>alert(2)</script>' --question '"><img src=x>' | cut -d' ' -f1)
tangthu --as kim evidence freeze "$set" >/dev/null
tangthu --as kim evidence export "$set" "$WORK/set.zip"
python3 -c 'import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
sys.stdout.buffer.write(z.read([n for n in z.namelist() if n.endswith("cover.html")][0]))' "$WORK/set.zip" >"$WORK/cover"
is "the cover of evidence escapes names, clause and question" "$(grep -cE '<(script|img)' "$WORK/cover")$(grep -c '&lt;script' "$WORK/cover")" 01
is "a terminal is not driven by them" "$(sql "UPDATE principal SET display=char(27)||'[2J' WHERE name='mo'"
	tangthu --as admin user list | grep -c "$(printf '\033')")" 0

# --- checkpoints shown again
tangthu --as kim checkpoint key >"$WORK/key"
folder() { find "$WORK/elsewhere" -name '*.consistency' | wc -l; }
witness() { exit_of tangthu witness "$WORK/state" --key-file "$WORK/key" --folder "$WORK/elsewhere"; }
server_start
ok "a checkpoint is published" eventually test "$(folder)" -ge 1
server_stop
cp -r "$WORK/elsewhere" "$WORK/older"
tangthu add "$WORK/key" >/dev/null 2>&1
tangthu --as kim checkpoint make >/dev/null
server_start
# shellcheck disable=SC2317 # asked by eventually
more() { [ "$(folder)" -gt "$(find "$WORK/older" -name '*.consistency' | wc -l)" ]; }
ok "... and another" eventually more
server_stop
is "a witness takes both" "$(witness)/$(sed -n 2p "$WORK/state")" "0/$(find "$WORK/elsewhere" -name '*.consistency' |
	sort | tail -n 1 | sed 's/.*\/0*\([1-9][0-9]*\)\.consistency/\1/')"
cp "$WORK/state" "$WORK/kept"
rm -r "$WORK/elsewhere" && cp -r "$WORK/older" "$WORK/elsewhere"
is "an older folder put in its place is refused" "$(witness)/$(grep -c REFUSED "$WORK/err")" 74/1
is "... and what is kept stays" "$(cmp "$WORK/state" "$WORK/kept" && echo same)" same
head -c 100 "$WORK/kept" >"$WORK/state"
is "a kept checkpoint that was cut off is told" "$(witness | grep -c '^0$')" 0
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
