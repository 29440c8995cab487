#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The arrows of the house: include <- core <- {ocr, indexer, server, cli}, none between the programs,
# and each program links what its border allows and nothing else (direct NEEDED entries).
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
n=0

# answer RESULT TITLE [DETAILS]
answer() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		printf '%s\n' "${3:-}" | sed 's/^/# /'
	fi
}

# Every quoted include of a folder must lie in one of the folders named after it.
includes() {
	from=$1
	shift
	bad=$(find "$from" -maxdepth 1 \( -name "*.[ch]" -o -name "*.cc" \) | sort | while read -r file; do
		sed -n 's/^#[[:space:]]*include "\([^"]*\)".*/\1/p' "$file" | while read -r name; do
			found=no
			for folder; do
				[ -f "$folder/$name" ] && found=yes
			done
			[ $found = yes ] || echo "$file includes $name"
		done
	done)
	[ -z "$bad" ]
	answer $? "$from includes only from: $*" "$bad"
}

# once HEADER [FILE]: included in at most one file (that one).
once() {
	files=$(grep -lF "#include <$1>" core/*.c core/*.cc core/*.h include/*.h ocr/* indexer/* server/* cli/* 2>/dev/null)
	[ "$(printf '%s' "$files" | grep -c .)" -le 1 ]
	answer $? "<$1> is included in one file at most" "$files"
}

# links FOLDER PROGRAM ALLOWED...: no direct NEEDED entry besides the C library and these.
links() {
	[ -f "$1/main.c" ] || return 0
	shift
	program=$1
	shift
	if [ ! -f "$BUILD/$program" ]; then
		answer 1 "$program links its own libraries only" "$BUILD/$program is not built"
		return
	fi
	bad=$(readelf -d "$BUILD/$program" | sed -n 's/.*(NEEDED).*\[\(lib[^]]*\|ld-[^]]*\)\].*/\1/p' |
		sed 's/\.so.*//; s/-[0-9][-0-9.]*$//' | while read -r library; do
		for allowed in libc libm libpthread libstdc++ libgcc_s ld-linux-x86-64 ld-linux-aarch64 \
			libasan libubsan libtsan "$@"; do
			[ "$library" = "$allowed" ] && continue 2
		done
		echo "$program needs $library"
	done)
	[ -z "$bad" ]
	answer $? "$program links its own libraries only" "$bad"
}

data='libxapian libsqlite3 libcrypto libutf8proc libjansson libsodium libinih libz'
includes include include
includes core include core "$BUILD/core"
for part in ocr indexer server cli; do
	[ -d $part ] && includes $part include $part
done
[ -d cli/verify ] && includes cli/verify cli/verify
once xapian.h
once sqlite3.h
once libpq-fe.h
once zxcvbn.h
foreign=$(find core cli config include indexer ocr server tests -name '*.cc' -o -name '*.cpp' -o -name '*.cxx' \
	-o -name '*.hpp' 2>/dev/null | grep -v node_modules | grep -vx core/xap.cc)
[ -z "$foreign" ]
answer $? "core/xap.cc is the only C++ file" "$foreign"
links ocr tangthu-ocr libtesseract liblept libseccomp libmagic libqpdf libpoppler-glib libzbar libcairo libgio \
	libgobject libglib libjpeg libtiff libxml2 libarchive libwebp libpng16 libutf8proc libinih libz \
	libcrypto
# shellcheck disable=SC2086
links indexer tangthu-indexer $data
# shellcheck disable=SC2086
links server tangthu-server $data libevent libevent_core libevent_extra libevent_openssl libevent_pthreads libssl libldap liblber libqrencode libzxcvbn
# shellcheck disable=SC2086
links cli tangthu $data libqrencode libcurl libldap liblber libzxcvbn
links cli/verify tangthu-verify libcrypto
echo "1..$n"
