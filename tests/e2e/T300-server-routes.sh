#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# openapi.yaml and the server's table of routes say the same, in both directions.
. tests/e2e/lib.sh

# "METHOD path operationId" of every operation; the file's own layout is two spaces a level.
awk '
	/^paths:/ { on = 1; next }
	/^[a-z]/ { on = 0 }
	!on { next }
	/^  \/[^ ]*:$/ { path = $1; sub(/:$/, "", path) }
	/^    (get|post|patch|put|delete|head|options):$/ { method = toupper($1); sub(/:$/, "", method) }
	/^      operationId: / { print method "\t" path "\t" $2 }
' server/openapi.yaml | sort >"$WORK/described"
tangthu-server --routes | sort >"$WORK/served"

ok "the table of routes is printed" test -s "$WORK/served"
is "every route is described" "$(comm -13 "$WORK/described" "$WORK/served")" ""
is "every described operation is a route" "$(comm -23 "$WORK/described" "$WORK/served")" ""
is "no operation is described twice" "$(cut -f 3 "$WORK/described" | uniq -d)" ""
# What stands for a segment is declared as a parameter in the path.
is "every {} has its parameter" "$(awk '
	/^  \/[^ ]*:$/ { if (wanted != found) print path; path = $1; wanted = gsub(/\{/, "{"); found = 0 }
	/^    get:|^    post:|^    patch:|^    delete:|^    head:/ { inside = 1 }
	/^  \// { inside = 0 }
	!inside { found += gsub(/in: path|parameters\/(uid|page|name|suggestion)"/, "&") }
	END { if (wanted != found) print path }' server/openapi.yaml)" ""
# A 400 says what was wrong, so whoever reads the description must find it.
is "every operation names an answer that succeeds" "$(awk '
	/^      operationId/ { if (id && !good) print id; id = $2; good = 0 }
	/^        "20[0-9]"|^      responses: \*/ { good = 1 }
	END { if (!good) print id }' server/openapi.yaml)" ""
done_testing
