#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# time-limit: 300
# The account page in a real browser: a second factor that is due, sign-in with its code, sessions,
# tokens, a fresh proof, axe in both languages.
# shellcheck source=tests/web/lib.sh
. "$(dirname "$0")/lib.sh"

tangthu user create minh --role staff --password-file "$work/password" >/dev/null
serve account.mjs
