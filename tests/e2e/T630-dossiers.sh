#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# records.md 17, 18, 28, 31, 32: dossiers closed, printed, submitted, handed over.
. tests/e2e/lib.sh

archive_make
printf 'Quyết định một\n' >"$WORK/mot.txt"
root=$(tangthu --json dossier list --all | jq -r '.[]|select(.kind=="fonds")|.uid')
tangthu dossier create DL 'Du lịch' --kind class --parent "$root" >/dev/null
class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="DL")|.uid')
for d in A B; do tangthu dossier create $d "Hồ sơ $d" --parent "$class" --file-code DL.$d >/dev/null; done
dossier=$(tangthu --json dossier show DL.A | jq -r .uid)
other=$(tangthu --json dossier show DL.B | jq -r .uid)
record=$(tangthu add --dossier DL.A "$WORK/mot.txt" 2>/dev/null | cut -d' ' -f1)
indexer_once

is "a dossier with drafts is not closed" "$(exit_of tangthu custody close DL.A)" 77
tangthu set "$record" type=QĐ subject='Công bố' number=15 symbol=QĐ-SDL && tangthu record declare "$record"
is "a deadline needs its authority" "$(exit_of tangthu custody deadline 365)" 65
is "... and is set" "$(exit_of tangthu custody deadline 365 --authority 'NĐ 30/2020 Đ.30')" 0
fonds=$(tangthu --json dossier list --all | jq -r '[.[]|select(.kind=="fonds")][0].uid')
tangthu dossier create XD 'Xây dựng' --kind class --rule permanent --parent "$fonds" >/dev/null 2>&1 ||
	tangthu dossier create XD 'Xây dựng' --kind class --parent "$fonds" >/dev/null
build_class=$(tangthu --json dossier list --all | jq -r '.[]|select(.code=="XD")|.uid')
is "a node may have one of its own" "$(exit_of tangthu custody deadline 90 --node "$build_class" --authority 'Đ.30 (xây dựng)')" 0
is "a closed dossier" "$(exit_of tangthu custody close DL.A --date 2023-03-01)" 0
is "... takes nothing in" "$(exit_of tangthu add --dossier DL.A "$WORK/mot.txt")" 77
is "the table of contents" "$(tangthu custody contents DL.A | tail -1 | tr -d '\r')" "1,15/QĐ-SDL,,Quyết định,Công bố,,1,"
is "... as a page" "$(tangthu custody contents DL.A --html | grep -c '<h1>MỤC LỤC')" 1
is "it is due in the archive" "$(tangthu custody due | cut -c 1-10)" 2024-02-29
is "it is opened again with a reason" "$(exit_of tangthu custody reopen DL.A)" 65
is "... only" "$(exit_of tangthu custody reopen DL.A --reason 'Bổ sung')" 0

# shellcheck disable=SC2119
server_start
login lan
send() { # method, path, body, jq
	api "$1" "$2" -H 'Content-Type: application/json' -d "$3" >/dev/null
	printf '%s ' "$(cat "$WORK/status")"
	jq -c "$4" "$WORK/body"
}
is "components are wanted" "$(send POST "nodes/$class/components" '{"components":[{"title":"Đơn","type":"CV"}]}' '.components[0].found')" '200 0'
is "a dossier that lacks one is not closed" "$(send POST "nodes/$dossier/close" '{"date":"2023-03-01"}' .code)" '409 "conflict"'
is "... unless it is said" "$(send POST "nodes/$dossier/close" '{"date":"2023-03-01","incomplete":true}' .state)" '200 "closed"'
is "a day that is none" "$(send POST "nodes/$other/close" '{"date":"2023-02-30"}' .field)" '400 "date"'
is "its acts" "$(api GET "nodes/$dossier/acts" | jq -c '[.acts[].act]')" '["close","reopen","close"]'
is "contents over HTTP" "$(api GET "nodes/$dossier/contents" | jq -c '[.contents[]|[.ordinal,.notation,.page_to]]')" '[[1,"15/QĐ-SDL",1]]'
is "... as CSV" "$(api GET "nodes/$dossier/contents?format=csv" | grep -c 15/QĐ-SDL)" 1
is "all or none are submitted" "$(send POST submissions "{\"step\":\"submit\",\"dossiers\":[\"$dossier\",\"$other\"]}" .code)" '409 "conflict"'
is "... one" "$(send POST submissions "{\"step\":\"submit\",\"dossiers\":[\"$dossier\"]}" '[.dossiers,.files]')" '200 [1,1]'
is "... returned with a reason" "$(send POST submissions "{\"step\":\"return\",\"dossiers\":[\"$dossier\"]}" .field)" '400 "reason"'
is "... taken" "$(send POST submissions "{\"step\":\"accept\",\"dossiers\":[\"$dossier\"]}" .dossiers)" '200 1'
is "the list of those due" "$(api GET 'submissions?until=2024-12-31' | jq -c .dossiers)" '[]'
is "a node tells the deadline that counts there" "$(api GET "nodes/$build_class/deadline" | jq -c '[.days,.authority,.node]')" \
	"[90,\"Đ.30 (xây dựng)\",\"$build_class\"]"
is "... which takes days and authority" "$(send POST "nodes/$build_class/deadline" '{"days":30}' .field)" '400 "authority"'
is "... and is taken away" "$(send POST "nodes/$build_class/deadline" '{"days":null}' '[.days,.node]')" '200 [365,null]'
is "... once" "$(send POST "nodes/$build_class/deadline" '{"days":null}' .code)" '404 "not-found"'
is "handed over" "$(send POST handover '{"from":"lan","to":"minh","reason":"nghỉ việc"}' .dossiers)" '200 2'
login minh
is "staff close nothing" "$(send POST "nodes/$other/close" '{}' .code)" '403 "denied"'
is "... submit nothing" "$(send POST submissions "{\"step\":\"submit\",\"dossiers\":[\"$other\"]}" .code)" '403 "denied"'
is "... hand over nothing" "$(send POST handover '{"from":"minh","to":"lan","reason":"x"}' .code)" '403 "denied"'
is "the archive is whole" "$(exit_of tangthu --as admin verify)" 0
done_testing
