#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# make trace finds requirements in code and tests, and a must that nothing tests.
. tests/e2e/lib.sh

mkdir -p "$WORK/tree/core" "$WORK/tree/tests/unit"
printf '1\tM\tA\tfirst\n2\tM\tA\tsecond\n3\tS\tA\tthird\n4\tM\tA\tfourth\n' >"$WORK/table"
echo '/* records.md 1-3; ISO */' >"$WORK/tree/core/a.c"
echo '/* records.md 1, 4 */' >"$WORK/tree/tests/unit/test_a.c"
is "a must without a test fails" "$(exit_of tests/trace "$WORK/table" "$WORK/tree")" 1
is "... and is named" "$(grep -c '^  2 M NO TEST' "$WORK/out")" 1
is "a should without one does not" "$(grep -c '^  3 S -' "$WORK/out")" 1
is "ranges and lists are read" "$(grep -c '^  [14] M tested' "$WORK/out")" 2
is "code and test are told" "$(grep -cE 'code  core/a.c|test  tests/unit/test_a.c' "$WORK/out")" 5
echo '# records.md 2' >"$WORK/tree/tests/unit/b.sh"
is "with a test it passes" "$(exit_of tests/trace "$WORK/table" "$WORK/tree")" 0
echo 'nonsense' >"$WORK/table"
is "a table that is none is refused" "$(exit_of tests/trace "$WORK/table" "$WORK/tree")" 2
is "the project's own table is read" "$(tests/trace | tail -n 1 | cut -d' ' -f2)" requirements,
done_testing
