#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 280
# The event log's page in a real browser: an auditor reads it, saves proofs and checkpoints, and what she
# saved verifies; nobody else sees the page's entry.
# shellcheck source=tests/web/lib.sh
. "$(dirname "$0")/lib.sh"

sed -i 's/^.*second_factor = .*/second_factor = off/' "$TANGTHU_DIR/tangthu.conf"
tangthu user create lan --role archivist --clearance 2 --password-file "$work/password" >/dev/null
tangthu user create kim --role auditor --password-file "$work/password" >/dev/null
tangthu user bind --move lan "$(id -un)"
echo 'Biên bản số 1.' >"$work/1.txt"
tangthu add "$work/1.txt" >"$work/added"
tangthu --as kim checkpoint make "$work/old"
tangthu --as kim checkpoint key >"$work/key"
serve log.mjs
