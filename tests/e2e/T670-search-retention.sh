#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 120
# search.md D9; records.md 33-38, 46, 51: thời hạn:, đến hạn: and đang giữ: ask the catalogue, show a
# change at the next search without indexing, and tell nothing of what one may not list.
. tests/e2e/lib.sh

archive_make
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
cat >"$WORK/rules.csv" <<'CSV'
code,title,years,trigger,event,count_from,action,authority,valid_from
B.10,Mười năm,10,created,,,destroy,TT 10/2022/TT-BNV,2000-01-01
B.20,Hai mươi năm,20,created,,,destroy,TT 10/2022/TT-BNV,2000-01-01
HD,Hợp đồng,5,event,thanh lý,date,destroy,TT 10/2022/TT-BNV,2000-01-01
VV,Vĩnh viễn,vĩnh viễn,,,,transfer,TT 10/2022/TT-BNV,2000-01-01
CSV
tangthu rule import "$WORK/rules.csv" >/dev/null
tangthu dossier create DL 'Du lịch' --kind class --rule B.10 --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="DL")|.uid')
put() { # dossier, rule, name
	tangthu dossier create "$1" "Hồ sơ $1" --parent "$class" --file-code "DL.$1" ${2:+--rule "$2"} >/dev/null
	mkdir "$WORK/$1"
	for i in 1 2; do
		printf 'Số: %s/BC-SDL\nBáo cáo bến tàu %s số %s.\n' $i "$1" $i >"$WORK/$1/$i.txt"
	done
	tangthu add --dossier "DL.$1" "$WORK/$1" 2>/dev/null
}
put A "" >"$WORK/a"
put B B.20 >/dev/null
put C HD >/dev/null
put D VV >/dev/null
indexer_once
found() { tangthu --json search -- "$1" | jq -c "${2:-.total}"; }
year=$(date +%Y)

is "a rule by its code" "$(found 'thời hạn:B.10')" 2
is "... in any case, without marks" "$(found 'thoi han:b.10 tau')" 2
is "by its years" "$(found 'retention:20 years')" 2
is "... that are no code" "$(found 'thời hạn:20')" 2
is "permanent" "$(found 'thời hạn:vĩnh viễn')" 2
is "an unknown rule finds nothing and is told" "$(found 'tàu thời hạn:B.99' '[.total,.problems]')" \
	'[0,["No retention rule, hold or procedure is called so."]]'
is "due in a year" "$(found "đến hạn:$((year + 10))")" 2
is "... in a range" "$(found "due:$((year + 1))..$((year + 20))")" 4
is "waiting for its event" "$(found 'đến hạn:chờ')" 2
is "nothing is overdue" "$(found 'due:overdue')" 0
is "everything but" "$(found 'tàu -thời hạn:vĩnh viễn')" 6
is "facets" "$(found 'tàu' '[.retentions,.dues,.held]')" \
	"[{\"B.10\":2,\"B.20\":2,\"HD\":2,\"VV\":2},{\"$((year + 10))\":2,\"$((year + 20))\":2,\"waiting\":2},0]"

before=$(sql() { sqlite3 "$TANGTHU_DIR/catalogue.db" "$1"; }; sql "SELECT value FROM counter WHERE name='index_seq'")
tangthu retention fact DL.C 'thanh lý' 2016-02-29 >/dev/null
is "an event makes it overdue at the next search" "$(found 'đến hạn:quá hạn' '[.total,.dues]')" '[2,{"2021":2}]'
tangthu retention override DL.A --rule VV --reason 'giá trị lịch sử' >/dev/null
is "another rule shows at once" "$(found 'thời hạn:vĩnh viễn')" 4
is "... and no more under the old one" "$(found 'thời hạn:B.10')" 0
one=$(head -n 1 "$WORK/a" | cut -d' ' -f1)
is "nothing is held" "$(found 'đang giữ:có')" 0
hold=$(tangthu --json hold create 'Thanh tra 2024' --reason 'Kết luận' --authority 'TTr-12' | jq -r .uid)
tangthu hold add "$hold" DL.B "$one" >/dev/null
is "a hold shows at once, on a dossier and on a record" "$(found 'đang giữ:có' '[.total,.held]')" '[3,3]'
is "by its name" "$(found 'held:"thanh tra 2024"')" 3
is "... and uid" "$(found "held:$hold")" 3
is "what is not held" "$(found 'tàu đang giữ:không')" 5
tangthu hold release "$hold" --reason 'Xong' >/dev/null
is "a release, too" "$(found 'held:yes')" 0
is "... whose name finds nothing any more" "$(found 'held:"thanh tra 2024"' '.problems | length')" 1
is "nothing was indexed for all that" \
	"$(sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT value FROM counter WHERE name='index_seq'")" "$before"

# What minh may not list: a dossier of its own rule, where a record of his lies beside its home.
tangthu dossier create KIN 'Vụ việc kín' --kind class --rule HD --parent "$root" >/dev/null
kin=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="KIN")|.uid')
tangthu grant add "$kin" lan list,read,download,print,edit,add,manage >/dev/null
tangthu grant inherit "$kin" no
tangthu dossier create K1 'Hồ sơ kín' --parent "$kin" --file-code KIN.1 >/dev/null
printf 'Số: 77/QĐ-KIN\nQuyết định bến tàu\n' >"$WORK/kin.txt"
tangthu add --dossier KIN.1 "$WORK/kin.txt" >/dev/null 2>&1
# shellcheck disable=SC2119
server_start
login minh || echo "Bail out! no login"
ask() { # parameters, jq
	api GET "search?$1" >/dev/null
	jq -c "$2" "$WORK/body"
}
facets='[.total,(.facets|.retentions,.dues,.held)]'
api GET 'search?q=t%C3%A0u' >/dev/null
want=$(jq -c "$facets" "$WORK/body")
tangthu record file "$one" KIN.1 >/dev/null
indexer_once
is "there is something to hide" "$(found 'thời hạn:HD')" 4
is "what is filed in a hidden dossier counts as before" "$(ask 'q=t%C3%A0u' "$facets")" "$want"
is "... and is not found by its rule" "$(ask 'q=th%E1%BB%9Di%20h%E1%BA%A1n:HD' .total)" 2
is "... nor by its waiting" "$(ask 'q=due:waiting' .total)" 0
is "a hold is named to nobody else" "$(hold=$(tangthu --json hold create 'Vụ kín' --reason r --authority a | jq -r .uid)
	tangthu hold add "$hold" DL.B >/dev/null; ask 'q=held:%22V%E1%BB%A5%20k%C3%ADn%22' '[.total,(.problems|length)]')" '[0,1]'
is "... the same as one that never was" "$(ask 'q=held:%22V%E1%BB%A5%20kh%C3%A1c%22' '[.total,(.problems|length)]')" '[0,1]'
is "that his records are held he sees as on their pages" "$(ask 'held=1' '[.total,.facets.held]')" '[2,2]'
is "a choice among the facets finds what it counts" "$(ask 'retention=VV' .total)" 4
is "... a year" "$(ask 'due=2021' .total)" 2
is "... and none" "$(ask 'held=0&q=t%C3%A0u' .total)" 6
is "a year that is none is refused" "$(ask 'due=soon' .field)" '"due"'
is "an unknown rule is pointed at" "$(ask 'q=t%C3%A0u%20retention:B.99' '.problems[0]|[.at,.length]')" '[15,4]'
done_testing
