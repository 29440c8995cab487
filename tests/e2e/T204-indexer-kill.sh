#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317
# time-limit: 300
# Indexer and readers killed in the middle: the short form of tests/faults/kill-sweep.
. tests/e2e/lib.sh
if tests/faults/kill-sweep --rounds 3 --documents 12 --seed 11 >"$WORK/sweep" 2>&1; then
	told ok "killed three times each, nothing is lost and nothing is there twice"
else
	told "not ok" "killed three times each, nothing is lost and nothing is there twice"
fi
sed 's/^/# /' "$WORK/sweep"
done_testing
