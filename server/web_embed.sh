#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# web_embed.sh FOLDER WORK: prints the C table of the files of FOLDER; their gzip forms go to WORK.
# The same files give the same bytes.
set -eu
folder=$1 work=$2
rm -rf "$work"
mkdir -p "$work"
files=$(cd "$folder" && find . -type f ! -name '.*' | sed 's|^\./||' | LC_ALL=C sort)
embed() { # symbol, file
	printf '__asm__(".section .rodata\\n%s:\\n.incbin \\"%s\\"\\n%s_end:\\n.byte 0\\n.previous\\n");\n' \
		"$1" "$2" "$1"
	printf 'extern const unsigned char %s[], %s_end[];\n' "$1" "$1"
}
echo '#include "web.h"'
n=0
for file in $files; do
	gzip -9nc "$folder/$file" >"$work/$n.gz"
	embed "web_plain_$n" "$folder/$file"
	embed "web_packed_$n" "$work/$n.gz"
	n=$((n + 1))
done
echo 'const struct web_file web_files[] = {'
n=0
for file in $files; do
	tag=$(sha256sum "$folder/$file" | cut -c 1-32)
	printf '\t{ "%s", "\\"%s\\"", web_plain_%s, web_plain_%s_end, web_packed_%s, web_packed_%s_end },\n' \
		"$file" "$tag" $n $n $n $n
	n=$((n + 1))
done
echo '};'
echo 'const size_t web_file_count = sizeof(web_files) / sizeof(web_files[0]);'
