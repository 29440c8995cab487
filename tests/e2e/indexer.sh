# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the stories of the indexer share; sourced after lib.sh.

# One value or rows of the catalogue, as another process sees them.
sql() { sqlite3 -separator ' ' "$TANGTHU_DIR/catalogue.db" "$1"; }

generate() { # folder, options of tangthu-gen...: the files without their truths
	local out=$1
	shift
	"$BUILD/tests/tangthu-gen" --out "$out" --truth "$out.truth" "$@" >/dev/null
}

# Text documents are read in no time: what is tested here is not the reading.
text_document() { # file, number, subject [, pages of filling]
	{
		echo "UBND THÀNH PHỐ HẢI PHÒNG          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
		echo "SỞ DU LỊCH                        Độc lập - Tự do - Hạnh phúc"
		echo "Số: $2/QĐ-SDL                     Hải Phòng, ngày 05 tháng 01 năm 2024"
		echo
		echo "QUYẾT ĐỊNH"
		echo "Về việc $3"
		echo
		echo "Căn cứ Luật Du lịch; theo đề nghị của Trưởng phòng Quản lý du lịch."
	} >"$1"
}

# Every stored original is whole, every record's bytes are there, nothing is named twice.
store_is_whole() {
	local sha
	sql "SELECT sha256 FROM blob" | while read -r sha; do
		echo "$sha  $TANGTHU_DIR/store/${sha:0:2}/${sha:2:2}/$sha"
	done | sha256sum --check --quiet --strict
}

# One record per file that was handed in (their digests, sorted), nothing more.
registered_once() { # file with "sha256" lines of what was handed in
	sql "SELECT v.blob FROM rendition v WHERE v.kind = 'original' ORDER BY 1" |
		diff - <(sort "$1")
}

readings() { sql "SELECT reading, count(*) FROM record GROUP BY 1 ORDER BY 1" | paste -sd,; }

hits() { tangthu search --json "$1" | jq -r '.total'; }

# Nothing waits: no job, no record to index, no spool.
settled() {
	[ "$(sql "SELECT count(*) FROM job WHERE state IN ('waiting','leased')")" = 0 ] &&
		[ -z "$(find "$TANGTHU_DIR/derived/spool" -type f 2>/dev/null)" ]
}
