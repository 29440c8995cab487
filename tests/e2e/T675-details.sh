#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 60
# records.md 13, 58: the other fields of NĐ 30/2020 PL VI are found by their words.
. tests/e2e/lib.sh

archive_make
printf 'Số: 1/BC-SDL\nBáo cáo bến tàu.\n' >"$WORK/a.txt"
uid=$(tangthu add "$WORK/a.txt" 2>/dev/null | cut -d' ' -f1)
indexer_once
found() { tangthu --json search -- "$1" | jq .total; }
is "nobody has said it yet" "$(found 'Kiến Thụy')" 0
tangthu record details "$uid" recipients='Ủy ban nhân dân huyện Kiến Thụy' keyword='nạo vét' physical=02 reply_due=2027-03-15 >/dev/null
indexer_once
is "to whom it goes" "$(found 'Kiến Thụy')" 1
is "... without marks" "$(found '"kien thuy"')" 1
is "keywords, together with words of the page" "$(found '"nạo vét" AND "bến tàu"')" 1
is "a day to answer by" "$(found '2027-03-15')" 1
is "codes are no words" "$(found '02')" 0
tangthu record details "$uid" keyword= >/dev/null
indexer_once
is "what was taken away is not found any more" "$(found '"nạo vét"')" 0
is "an older catalogue indexes what has details again" "$(tangthu record details "$uid" keyword='nạo vét' >/dev/null
	sqlite3 "$TANGTHU_DIR/catalogue.db" "SELECT max(index_seq)=(SELECT value FROM counter WHERE name='index_seq') FROM record")" 1
is "the archive is whole" "$(indexer_once; exit_of tangthu --as admin verify)" 0
done_testing
