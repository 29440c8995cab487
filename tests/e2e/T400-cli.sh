#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 240
# The command line with the real programs: init to restore.
. tests/e2e/lib.sh

echo "a long enough password" >"$WORK/password"

is "init makes an archive" \
	"$(exit_of tangthu init "$TANGTHU_DIR" --os-user "$(id -un)" --password-file "$WORK/password")" 0
is "init refuses a directory that is not empty" \
	"$(exit_of tangthu init "$TANGTHU_DIR" --password-file "$WORK/password")" 73
mkdir "$WORK/full" && touch "$WORK/full/x"
is "... whatever is in it" "$(exit_of tangthu init "$WORK/full" --password-file "$WORK/password")" 73
echo short >"$WORK/short"
is "init refuses a short password" \
	"$(exit_of tangthu init "$WORK/other" --password-file "$WORK/short")" 65
echo 'khao-co-oc-eo-2024' >"$WORK/office"
is "... and one of nothing but the name of the office" \
	"$(exit_of tangthu init "$WORK/other" --name 'Khảo cổ Óc Eo' --password-file "$WORK/office")" 65
is "... and leaves nothing behind" "$([ -e "$WORK/other/catalogue.db" ] && echo there)" ""
tangthu init "$WORK/named" --name 'Khảo cổ Óc Eo' --os-user "$(id -un)" --password-file "$WORK/password" >/dev/null
is "nor does an account get that one later" \
	"$(TANGTHU_DIR=$WORK/named exit_of tangthu user create minh --password-file "$WORK/office")" 65
is "... which it may have in another office" \
	"$(exit_of tangthu user create thu --password-file "$WORK/office")" 0
is "a password from standard input" \
	"$(tangthu user create minh --role staff --password-file - <"$WORK/password" >/dev/null && echo ok)" ok
is "a taken name is refused" \
	"$(exit_of tangthu user create minh --password-file "$WORK/password")" 73
is "an unknown role makes no account" \
	"$(exit_of tangthu user create hoa --role nobody --password-file "$WORK/password")" 66
is "... none at all" "$(tangthu --json user list | jq '[.[]|select(.name=="hoa")]|length')" 0
tangthu user create lan --role archivist --clearance 2 --password-file "$WORK/password" >/dev/null

echo 'Thông báo về việc kiểm kê tài sản năm 2024.' >"$WORK/one.txt"
is "the administrator may not add" "$(exit_of tangthu add "$WORK/one.txt")" 77
tangthu user bind --move lan "$(id -un)"
is "the archivist may not manage accounts" "$(exit_of tangthu user list)" 77
is "the archivist adds a file" "$(exit_of tangthu add "$WORK/one.txt")" 0
uid=$(cut -d' ' -f1 "$WORK/out")
is "the same bytes again are told, not refused" \
	"$(tangthu add "$WORK/one.txt" 2>/dev/null | grep -c 'has these bytes already')" 1
is "... and left out when asked" \
	"$(tangthu --json add --skip-duplicates "$WORK/one.txt" 2>/dev/null | jq length)" 0
is "a file that is not there does not stop the others" \
	"$(exit_of tangthu --json add "$WORK/none" "$WORK/one.txt")" 74
is "... which are added" "$(jq length <"$WORK/out")" 1
printf 'file\tnumber\tdate\ttype\tsubject\none.txt\t15/QĐ-SDL\t2024-01-05\tQUYẾT ĐỊNH\tCấp thẻ hướng dẫn viên\n' \
	>"$WORK/m.tsv"
is "metadata come along" "$(exit_of tangthu --json add --metadata "$WORK/m.tsv" "$WORK/one.txt")" 0
with=$(jq -r '.[0].uid' <"$WORK/out")
is "... split into number and symbol" \
	"$(tangthu --json show "$with" | jq -r '.fields | .number + "|" + .symbol + "|" + .issued')" "15|QĐ-SDL|2024-01-05"
printf 'file\tdate\none.txt\t31/02/2024\n' >"$WORK/bad.tsv"
is "a date that is none is refused" "$(exit_of tangthu add --metadata "$WORK/bad.tsv" "$WORK/one.txt")" 65

name=$(printf '../..\n\033[31m%s.txt' "$(printf 'ấ%.0s' $(seq 60))")
mkdir -p "$WORK/names/$(dirname "$name" | tr -d '\n')" 2>/dev/null
printf 'tên lạ' >"$WORK/names/$(printf 'x\n\033[31m%s.txt' "$(printf 'ấ%.0s' $(seq 60))")"
is "control characters in a name never reach the terminal" \
	"$(tangthu add "$WORK/names" 2>&1 | LC_ALL=C grep -c "$(printf '\033')")" 0
ln -s /etc/passwd "$WORK/names/link"
is "a link is told and not followed" "$(exit_of tangthu add "$WORK/names")" 65

is "set changes a field" "$(exit_of tangthu set "$uid" subject='Kiểm kê tài sản')" 0
is "... which show shows" "$(tangthu --json show "$uid" | jq -r .fields.subject)" "Kiểm kê tài sản"
is "set with an old version is refused" "$(exit_of tangthu set "$uid" --version 1 subject=x)" 75
is "an unknown field is refused" "$(exit_of tangthu set "$uid" colour=red)" 65
is "a wrong date is refused" "$(exit_of tangthu set "$uid" issued=2024-02-31)" 65
is "one wrong field changes none" \
	"$(exit_of tangthu set "$uid" subject=changed issued=2024-02-31 >/dev/null
	tangthu --json show "$uid" | jq -r .fields.subject)" "Kiểm kê tài sản"
is "a record nobody made is not found" \
	"$(exit_of tangthu show 00000000-0000-4000-8000-000000000000)" 66

root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="class")|.uid' | head -1)
is "a dossier is made below a class" \
	"$(exit_of tangthu dossier create KT.01 'Kiểm tra nội bộ' --parent "$root" --file-code KT.2026.01)" 0
is "its file code is unique" \
	"$(exit_of tangthu dossier create KT.02 'Khác' --parent "$root" --file-code KT.2026.01)" 73
is "a record moves there" \
	"$(tangthu set "$uid" --dossier KT.2026.01 && tangthu --json show "$uid" | jq -r .dossier)" KT.2026.01

tangthu-indexer -d "$TANGTHU_DIR" --once >"$WORK/indexer.log" 2>&1
is "what was added is found without diacritics" \
	"$(tangthu --json search kiem ke tai san | jq -r '[.hits[].uid]|index("'"$uid"'")!=null')" true
is "a broken query is searched as words and says so" \
	"$(tangthu --json search '"kiểm kê' | jq -r '(.total>0) and (.problems|length>0)')" true
is "the text of a page is shown" "$(tangthu show "$uid" --page 1)" 'Thông báo về việc kiểm kê tài sản năm 2024.'
tangthu show "$uid" --original "$WORK/back.txt"
is "the original comes back byte for byte" "$(cmp "$WORK/one.txt" "$WORK/back.txt" && echo same)" same
is "... and is never written over a file" "$(exit_of tangthu show "$uid" --original "$WORK/back.txt")" 74

is "a grant of nothing is refused" "$(exit_of tangthu grant add "$uid" minh '')" 65
is "the archivist may grant where rights are hers to manage" "$(exit_of tangthu grant add "$uid" minh read,list)" 0
id=$(tangthu --json grant list "$uid" | jq -r '.[]|select(.who=="minh")|.id')
is "... and end it" "$(exit_of tangthu grant end "$id")" 0
is "ended grants stay to be seen" \
	"$(tangthu --json grant list "$uid" --ended | jq '[.[]|select(.id=='"$id"' and .ended!=null)]|length')" 1

tangthu user bind --remove lan 2>/dev/null
sqlite3 "$TANGTHU_DIR/catalogue.db" "UPDATE principal SET os_user=NULL WHERE os_user='$(id -un)';
	UPDATE principal SET os_user='$(id -un)' WHERE name='admin'"
is "verify is clean" "$(exit_of tangthu verify)" 0
is "status tells the queue" "$(tangthu --json status | jq .jobs_waiting)" 0
is "backup copies the archive" "$(exit_of tangthu backup "$WORK/backup")" 0
is "... and refuses a directory that is not empty" "$(exit_of tangthu backup "$WORK/backup")" 73
is "restore makes an archive from it" "$(exit_of tangthu restore "$WORK/backup" "$WORK/restored")" 0
is "... which verify finds clean" "$(exit_of tangthu -d "$WORK/restored" verify)" 0
is "... with the same records" \
	"$(sqlite3 "$WORK/restored/catalogue.db" 'SELECT count(*) FROM record')" \
	"$(sqlite3 "$TANGTHU_DIR/catalogue.db" 'SELECT count(*) FROM record')"

blob=$(find "$WORK/restored/store" -type f -path '*/??/??/*' | head -1)
chmod u+w "$blob" && printf 'x' >>"$blob"
is "verify names a changed original" \
	"$(exit_of tangthu -d "$WORK/restored" verify; grep -c "$(basename "$blob")" "$WORK/out")" "74
1"
sqlite3 "$TANGTHU_DIR/catalogue.db" "DROP TRIGGER event_no_update; UPDATE event SET action='x' WHERE seq=3"
is "verify names a changed log entry" "$(exit_of tangthu verify; grep -Eci 'entry 3|seq 3|event 3' "$WORK/out")" "74
1"
is "help agrees with the manual: every verb is in both" \
	"$(tangthu --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | while read -r verb; do
		grep -q "^\.It Cm $verb" cli/tangthu.1 || echo "$verb"
	done)" ""
is "every option of a verb's help is in the manual" \
	"$(for verb in $(tangthu --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
		tangthu "$verb" --help | grep -oE -e '--[a-z-]+' | sort -u
	done | sort -u | grep -v -x -e --help | while read -r option; do
		grep -q -e "Fl $(printf %s "$option" | cut -c2-)" cli/tangthu.1 || echo "$option"
	done)" ""
done_testing
