#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every header of include/ compiles alone, as C11 and as C++17, and guards itself.
set -u
cd "$(dirname "$0")/../.." || exit 1
n=0
for header in include/*.h; do
	n=$((n + 1))
	guard=$(basename "$header" .h | tr "[:lower:]" "[:upper:]")_H
	if output=$({
		gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -Iinclude -x c "$header" &&
			g++ -std=c++17 -Wall -Wextra -Werror -fsyntax-only -Iinclude -x c++ "$header" &&
			grep -q "^#ifndef $guard\$" "$header"
	} 2>&1); then
		echo "ok $n - $header stands alone"
	else
		echo "not ok $n - $header stands alone"
		printf '%s\n' "$output" | sed 's/^/# /'
	fi
done
echo "1..$n"
