#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# An archive of the first schema, with rows in it, becomes the same as a fresh one.
. tests/e2e/lib.sh

archive_make
printf 'Thông báo\n' >"$WORK/mot.txt"
record=$(tangthu add "$WORK/mot.txt" 2>/dev/null | cut -d' ' -f1)
mv "$TANGTHU_DIR/catalogue.db" "$WORK/fresh.db"
rm -f "$TANGTHU_DIR"/catalogue.db-*

# The same rows in the tables and columns that 0001 knows.
{
	echo 'PRAGMA foreign_keys=OFF;'
	echo "ATTACH '$WORK/fresh.db' AS fresh; BEGIN;"
	cat core/schema/0001_first.sqlite.sql
	sqlite3 :memory: ".read core/schema/0001_first.sqlite.sql" \
		"SELECT 'DROP TRIGGER '||name||';' FROM sqlite_master WHERE type='trigger'"
	sqlite3 :memory: ".read core/schema/0001_first.sqlite.sql" "SELECT 'DELETE FROM '||m.name||';
		INSERT INTO '||m.name||'('||group_concat(i.name)||') SELECT '||group_concat(i.name)||' FROM fresh.'||m.name||';'
		FROM sqlite_master m, pragma_table_info(m.name) i WHERE m.type='table' GROUP BY m.name"
	echo "DELETE FROM counter WHERE name='retention';" # begins with 0095
	sed -n '/^CREATE TRIGGER/,/END;$/p' core/schema/0001_first.sqlite.sql
	echo 'PRAGMA user_version=1;'
	echo "PRAGMA application_id=$(sqlite3 "$WORK/fresh.db" 'PRAGMA application_id');"
	echo "COMMIT; DETACH fresh; PRAGMA journal_mode=WAL;"
} >"$WORK/old.sql"
ok "an archive of the first schema is made" sqlite3 -bail "$TANGTHU_DIR/catalogue.db" ".read $WORK/old.sql"
is "... which is no other" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" \
	"SELECT count(*) FROM sqlite_master WHERE name='hold'")" 0
is "the first command that writes brings it up to date" "$(exit_of tangthu set "$record" subject=Mới)" 0

schema() {
	sqlite3 "$1" "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
}
schema "$WORK/fresh.db" >"$WORK/wanted"
schema "$TANGTHU_DIR/catalogue.db" >"$WORK/got"
is "its schema is that of a fresh one" "$(diff "$WORK/wanted" "$WORK/got")" ""
is "its version too" "$(sqlite3 "$TANGTHU_DIR/catalogue.db" 'PRAGMA user_version')" \
	"$(sqlite3 "$WORK/fresh.db" 'PRAGMA user_version')"
is "what was in it is there" "$(tangthu --json show "$record" | jq -r .fields.subject)" Mới
tangthu-indexer -d "$TANGTHU_DIR" --once >"$WORK/indexer.log" 2>&1
is "verify is clean" "$(exit_of tangthu --as admin verify)" 0
done_testing
