# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What benches share beside tests/e2e/lib.sh.
. tests/e2e/lib.sh

median() { # file or -, column
	sort -n -k "$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c }
		END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
