# SPDX-License-Identifier: GPL-3.0-or-later
# Writes core/schema/NNNN_name.sql as the C table that core/schema.h declares.
BEGIN {
	print "#include \"schema.h\"\n\nconst struct schema_step schema_steps[] = {"
}
FNR == 1 {
	if (open)
		print "\t},"
	open = 1
	name = FILENAME
	sub(/.*\//, "", name)
	printf "\t{ %d, \"%s\",\n", substr(name, 1, 4) + 0, name
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	gsub(/\?\?/, "?\"\"?")
	printf "\t    \"%s\\n\"\n", $0
}
END {
	if (open)
		print "\t},"
	print "\t{ 0, 0, 0 }\n};"
}
