/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords: the rules of ASVS 5.0 6.2 and Argon2id by libsodium. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "access_parts.h"
#include "arena.h"
#include "base.h"
#include "catalog_parts.h"
#include "db.h"
#include "principal_parts.h"
#include "text.h"

#define LENGTH_MIN 12
#define LENGTH_MAX 256
#define DISTINCT_MIN 5
#define WORDS_MAX 64

/* Of a random password that was thrown away. */
const char password_dummy[] = "$argon2id$v=19$m=65536,t=3,p=1$5oL5RaHl1gpjm3aGAxZ4Jw$"
			      "gKQ79nhxP7EwiRVPIPhDgkQ8L4ZFGXOhq8VqY3sZ5nc";

/*
 * A password that is nothing but these, in any order and number, with digits and marks between them,
 * is among the first that anybody tries.  Folded Vietnamese and English, keyboard walks, and the
 * words of an archive.
 */
static const char *const tried_words[] = {
	"password",
	"passw",
	"passwd",
	"pass",
	"word",
	"matkhau",
	"welcome",
	"letmein",
	"changeme",
	"secret",
	"login",
	"user",
	"test",
	"hello",
	"admin",
	"administrator",
	"root",
	"master",
	"qwerty",
	"qwertyuiop",
	"asdf",
	"asdfgh",
	"asdfghjkl",
	"zxcv",
	"zxcvbn",
	"zxcvbnm",
	"qaz",
	"wsx",
	"edc",
	"rfv",
	"qwe",
	"asd",
	"zxc",
	"iop",
	"abc",
	"abcd",
	"abcdef",
	"abcdefgh",
	"xyz",
	"iloveyou",
	"love",
	"you",
	"monkey",
	"dragon",
	"football",
	"baseball",
	"sunshine",
	"princess",
	"superman",
	"batman",
	"computer",
	"internet",
	"anhyeuem",
	"emyeuanh",
	"anh",
	"yeu",
	"em",
	"vietnam",
	"vn",
	"hanoi",
	"saigon",
	"haiphong",
	"danang",
	"hue",
	"cantho",
	"hochiminh",
	"tphcm",
	"dulich",
	"sodulich",
	"so",
	"sovhttdl",
	"ubnd",
	"uybannhandan",
	"vanphong",
	"vanthu",
	"luutru",
	"tangthu",
	"thuvien",
	"hoso",
	"tailieu",
	"vanban",
	"congvan",
	"canbo",
	"congchuc",
	"nhanvien",
	"archive",
	"archivist",
	"auditor",
	"staff",
	"document",
	"office",
	"company",
	"thang",
	"nam",
	"xinchao",
	"tinhyeu",
	"giadinh",
	"conyeu",
	"meyeu",
	"boyeu",
};

/* Folded ASCII words of what is known about an account, and each text as one word. */
struct words {
	struct arena *arena;
	const char *word[WORDS_MAX];
	size_t count;
};

static void
add_word(struct words *words, struct span word)
{
	if (word.n > 1 && words->count < WORDS_MAX)
		words->word[words->count++] = arena_dup_span(words->arena, word);
}

static void
add_words(struct words *words, const char *text)
{
	owned(strbuf_free) struct strbuf folded = STRBUF_INIT, whole = STRBUF_INIT;
	size_t from = 0, i;

	if (!text)
		return;
	text_fold(span_of(text), false, &folded);
	for (i = 0; i <= folded.len; i++) {
		if (i < folded.len && folded.buf[i] >= 'a' && folded.buf[i] <= 'z')
			continue;
		add_word(words, span_make(folded.buf + from, i - from));
		strbuf_add(&whole, folded.buf + from, i - from);
		from = i + 1;
	}
	add_word(words, strbuf_span(&whole));
}

static size_t
word_at(const char *letters, size_t left, const char *word)
{
	size_t n = strlen(word);

	return n <= left && memcmp(letters, word, n) == 0 ? n : 0;
}

/* Marks where a word of the list ends that begins at i. */
static void
mark_ends(struct span letters, size_t i, const char *const *word, size_t count, bool *ends_at)
{
	size_t w, k;

	for (w = 0; w < count; w++)
		if ((k = word_at(letters.p + i, letters.n - i, word[w])) > 0)
			ends_at[i + k] = true;
}

/* Whether all letters are tried or known words one after another; none at all counts as well. */
static bool
only_tried_words(struct span letters, const struct words *known)
{
	bool ends_at[LENGTH_MAX * 2 + 1] = { true };
	size_t i;

	if (letters.n > LENGTH_MAX * 2)
		return false;
	for (i = 0; i < letters.n; i++) {
		if (!ends_at[i])
			continue;
		mark_ends(
		    letters, i, tried_words, sizeof(tried_words) / sizeof(tried_words[0]), ends_at);
		mark_ends(letters, i, known->word, known->count, ends_at);
	}
	return ends_at[letters.n];
}

/* 1234..., aaaa..., 9876...: every step is none or one. */
static bool
one_run(struct span s)
{
	size_t i;

	for (i = 1; i < s.n; i++) {
		int step = (unsigned char)s.p[i] - (unsigned char)s.p[i - 1];

		/* ...890123... goes on */
		if (step < -1 && !(s.p[i - 1] == '9' && s.p[i] == '0'))
			return false;
		if (step > 1 && !(s.p[i - 1] == '0' && s.p[i] == '9'))
			return false;
	}
	return true;
}

static size_t
distinct(struct span s)
{
	bool seen[256] = { false };
	size_t count = 0, i;

	for (i = 0; i < s.n; i++) {
		count += !seen[(unsigned char)s.p[i]];
		seen[(unsigned char)s.p[i]] = true;
	}
	return count;
}

/* Whether its ASCII letters are tried words; the rest is what people put between words. */
static bool
has_only_tried_words(struct span folded, const struct words *known)
{
	owned(strbuf_free) struct strbuf letters = STRBUF_INIT;
	size_t i;
	bool only;

	for (i = 0; i < folded.n; i++)
		if (folded.p[i] >= 'a' && folded.p[i] <= 'z')
			strbuf_add_char(&letters, folded.p[i]);
	only = only_tried_words(strbuf_span(&letters), known);
	explicit_bzero(letters.buf, letters.len);
	return only;
}

/* The sign-in name is no secret: what is left without it must be a password of its own. */
static bool
mostly_name(struct span password, const char *name)
{
	size_t n = name ? strlen(name) : 0, i;

	if (n == 0 || n > password.n)
		return false;
	for (i = 0; i + n <= password.n; i++)
		if (span_equal_nocase(span_make(password.p + i, n), span_of(name)))
			return password.n - n < 8;
	return false;
}

static enum status
check_form(struct span password, const char *name, struct err *err)
{
	if (password.n < LENGTH_MIN)
		return fail(err, ST_INVALID, "a password has at least %d bytes", LENGTH_MIN);
	if (password.n > LENGTH_MAX)
		return fail(err, ST_INVALID, "a password has at most %d bytes", LENGTH_MAX);
	if (memchr(password.p, '\0', password.n))
		return fail(err, ST_INVALID, "a password holds no zero byte");
	if (distinct(password) < DISTINCT_MIN || one_run(password))
		return fail(err, ST_INVALID, "a password is not a run of the same few characters");
	if (mostly_name(password, name))
		return fail(err, ST_INVALID, "a password is not the name with a little around it");
	return ST_OK;
}

enum status
password_check_rules(struct span password, const struct password_about *about, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf folded = STRBUF_INIT;
	struct words known = { .arena = arena };
	enum status st = check_form(password, about->name, err);

	if (st != ST_OK)
		return st;
	add_words(&known, about->name);
	add_words(&known, about->display);
	add_words(&known, about->office);
	text_fold(password, false, &folded);
	/* Digits alone are a date, a telephone number or an identity card. */
	if (has_only_tried_words(strbuf_span(&folded), &known))
		st = fail(err, ST_INVALID,
		    "a password is not only common words, names of the account or the office, and "
		    "digits");
	else if (password_is_guessed(password, known.word, known.count) ||
	    password_is_guessed(strbuf_span(&folded), known.word, known.count))
		st = fail(err, ST_INVALID, "a password is not one that is guessed early");
	explicit_bzero(folded.buf, folded.len);
	return st;
}

enum status
password_check(
    struct catalog *catalog, const struct principal *p, struct span password, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct password_about about = { p->name, p->display, NULL };
	enum status st = catalog_setting(catalog, "archive.name", arena, &about.office, err);

	return st == ST_OK ? password_check_rules(password, &about, err) : st;
}

enum status
password_hash(struct span password, char hash[PASSWORD_HASH_MAX], struct err *err)
{
	_Static_assert(crypto_pwhash_STRBYTES == PASSWORD_HASH_MAX, "room for a hash");
	if (sodium_init() < 0)
		return fail(err, ST_INTERNAL, "libsodium does not start");
	if (crypto_pwhash_str(hash, password.p, password.n, PASSWORD_OPS, PASSWORD_MEMORY) != 0)
		return fail(err, ST_LIMIT, "no %u MiB of memory for a password hash",
		    PASSWORD_MEMORY / (1024 * 1024));
	return ST_OK;
}

static enum status
store(struct catalog *catalog, const struct actor *actor, int64_t id, const char *hash,
    struct err *err)
{
	enum status st = db_exec(catalog->db, "UPDATE principal SET secret=$2 WHERE id=$1",
	    DB_ARGS(db_int(id), db_text(hash)), NULL, err);

	if (st == ST_OK)
		st = session_end_all(catalog, id, err);
	return st == ST_OK ? principal_note(catalog, actor, "password.set", id, NULL, err) : st;
}

enum status
password_set(struct catalog *catalog, const struct actor *actor, int64_t id, struct span password,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	char hash[PASSWORD_HASH_MAX];
	struct principal p;
	enum status st = principal_by_id(catalog, id, arena, &p, err);

	if (st == ST_OK && p.kind != PRINCIPAL_USER)
		st = fail(err, ST_INVALID, "only people sign in with a password");
	if (st == ST_OK)
		st = password_check(catalog, &p, password, err);
	/* The costly part before the write lock is taken. */
	if (st == ST_OK)
		st = password_hash(password, hash, err);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, store(catalog, actor, id, hash, err), err);
}
