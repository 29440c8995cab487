#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The benches count words as ../shared/tools/ocr-eval does.
. tests/e2e/lib.sh
eval_tool=../shared/tools/ocr-eval
mkdir "$WORK/truth" "$WORK/read"
printf 'Độc lập - Tự do - Hạnh phúc\nSố: 12/QĐ-SDL\f\nHải Phòng, ngày 05 tháng 01\n' >"$WORK/truth/a.txt"
printf 'Doc lập - Tự do\n2_ Số: 12/QĐ-SDL ngày 05 tháng 01 01 rác\n' >"$WORK/read/a.txt"
printf 'Điều 1. Ban hành\n' >"$WORK/truth/b.txt"
got=$(tests/perf/ocr-score "$WORK/truth" "$WORK/read")
is "wrong, extra and missing words are counted" "$got" \
	"all: files 2 words 20 wrong 9 extra 4 recall 55.00 precision 73.33 recall_na 60.00"
ok "a truth that is not there is an error" test "$(exit_of tests/perf/ocr-score "$WORK/none" "$WORK/read")" != 0
if [ -x "$eval_tool" ] && command -v python3 >/dev/null && command -v cc >/dev/null; then
	is "ocr-eval says the same" \
		"$("$eval_tool" "$WORK/truth" "$WORK/read" | grep -o 'recall .*recall_na [0-9.]*' | tr -s ' ')" \
		"$(grep -o 'recall .*recall_na [0-9.]*' <<<"$got")"
else
	echo "ok $((tests += 1)) - ocr-eval says the same # SKIP $eval_tool, python3 or cc is not here"
fi

# The review list: one wrong word that is marked, one that is not, one marked in vain.
cat >"$WORK/read/a.json" <<'JSON'
{"event":"page","words":[["Độc",0,0,0,0,90,0,0,0],["lạp",0,0,0,0,60,0,0,2],["Tự",0,0,0,0,80,0,0,5],["da",0,0,0,0,96,0,0,0]]}
JSON
printf 'Độc lập Tự do\n' >"$WORK/truth/a.txt"
is "wrong words and the list are held against each other" "$(tests/perf/ocr-weak "$WORK/truth" "$WORK/read")" \
	"4 words, 2 wrong; list: 50.0 % of the words, 50.0 % of the wrong ones; red: 25.0 %, 50.0 %; disputed: 25.0 %, 0.0 %"
done_testing
