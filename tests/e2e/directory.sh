# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A directory for the stories that sign in by one:  . tests/e2e/directory.sh  (after lib.sh, before
# archive_make; skips them all where there is no slapd).
#
#	directory_start	a slapd that knows hoa and la ("the directory knows it"), named in
#			$TANGTHU_DIR/tangthu.conf; "stopped slapd" ends it
#	directory_asked [NAME]	how many binds were tried so far with a password
PATH=$PATH:/usr/sbin
if ! command -v slapd >/dev/null || ! command -v ldapadd >/dev/null; then
	skip_all "slapd is not installed (config/install-deps test)"
fi

directory_start() {
	mkdir "$WORK/ldap"
	# Any free port: asked of the kernel, and let go again.
	port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')
	cat >"$WORK/slapd.conf" <<EOF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $WORK/slapd.run
database mdb
suffix "dc=example,dc=vn"
rootdn "cn=root,dc=example,dc=vn"
rootpw directory
directory $WORK/ldap
EOF
	ldap=ldap://127.0.0.1:$port
	started slapd slapd -d stats -f "$WORK/slapd.conf" -h "$ldap"
	if ! eventually ldapsearch -x -H "$ldap" -s base -b ''; then
		sed 's/^/# /' "$WORK/slapd.log"
		skip_all "slapd does not start here"
	fi
	ldapadd -x -H "$ldap" -D cn=root,dc=example,dc=vn -w directory >"$WORK/out" 2>"$WORK/err" <<EOF
dn: dc=example,dc=vn
objectClass: dcObject
objectClass: organization
dc: example
o: example

dn: ou=people,dc=example,dc=vn
objectClass: organizationalUnit
ou: people

dn: uid=hoa,ou=people,dc=example,dc=vn
objectClass: inetOrgPerson
uid: hoa
cn: Hoa
sn: Hoa
userPassword: the directory knows it

dn: uid=la,ou=people,dc=example,dc=vn
objectClass: inetOrgPerson
uid: la
cn: La
sn: La
userPassword: the directory knows it
EOF
	cat >>"$TANGTHU_DIR/tangthu.conf" <<EOF
[ldap]
uri = $ldap
dn = uid=%s,ou=people,dc=example,dc=vn
timeout = 1
EOF
}

directory_asked() { # name, or nothing for all
	grep -c "BIND dn=\"uid=${1:-[^\"]*},.*method=128" "$WORK/slapd.log"
}
