/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <xapian.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* in C++ a function may not be named like a struct */
#include "base.h"
#include "text.h"
#include "xap.h"
#pragma GCC diagnostic pop

/*
 * Three parts: what Xapian throws becomes a status; the writer; the reader with its search.  Every
 * function of the header is noexcept and runs its work inside guard().
 */

namespace
{

/* ------------------------------------------------------------------ exceptions */

/* The deadline passed inside a match. */
struct deadline_passed {
};

enum status
classify_error(struct err *err, const char *doing, const Xapian::Error &e, enum status st)
{
	const char *os = e.get_error_string();

	if (os != nullptr && strcmp(os, strerror(ENOSPC)) == 0)
		st = ST_FULL;
	return fail(err, st, "%s: %s: %s%s%s", doing, e.get_type(), e.get_msg().c_str(),
	    os ? ": " : "", os ? os : "");
}

/* Called inside a catch block. */
enum status
classify(struct err *err, const char *doing) noexcept
{
	try {
		throw;
	} catch (const Xapian::DatabaseModifiedError &e) {
		return classify_error(err, doing, e, ST_STALE);
	} catch (const Xapian::DatabaseLockError &e) {
		return classify_error(err, doing, e, ST_BUSY);
	} catch (const Xapian::DatabaseVersionError &e) {
		return classify_error(err, doing, e, ST_UNSUPPORTED);
	} catch (const Xapian::DatabaseNotFoundError &e) {
		return classify_error(err, doing, e, ST_NOT_FOUND);
	} catch (const Xapian::DatabaseCorruptError &e) {
		return classify_error(err, doing, e, ST_CORRUPT);
	} catch (const Xapian::DocNotFoundError &e) {
		return classify_error(err, doing, e, ST_NOT_FOUND);
	} catch (const Xapian::InvalidArgumentError &e) {
		return classify_error(err, doing, e, ST_INVALID);
	} catch (const Xapian::NetworkTimeoutError &e) {
		return classify_error(err, doing, e, ST_TIMEOUT);
	} catch (const Xapian::RuntimeError &e) {
		return classify_error(err, doing, e, ST_IO);
	} catch (const Xapian::Error &e) {
		return classify_error(err, doing, e, ST_INTERNAL);
	} catch (const deadline_passed &) {
		return fail(err, ST_TIMEOUT, "%s: the deadline passed", doing);
	} catch (const std::bad_alloc &) {
		return fail(err, ST_INTERNAL, "%s: out of memory", doing);
	} catch (const std::exception &e) {
		return fail(err, ST_INTERNAL, "%s: %s", doing, e.what());
	} catch (...) {
		return fail(err, ST_INTERNAL, "%s: unknown exception", doing);
	}
}

template <class F>
enum status
guard(struct err *err, const char *doing, F body) noexcept
{
	try {
		return body();
	} catch (...) {
		return classify(err, doing);
	}
}

/* For what cannot fail but for want of memory: then it aborts, like xmalloc. */
template <class F>
void
must(F body) noexcept
{
	body();
}

/* ------------------------------------------------------------------ terms and rows */

const Xapian::valueno ROW_SLOT = 0;
const size_t ROW_FIXED = 26;

std::string
to_string(struct span s)
{
	return s.n ? std::string(s.p, s.n) : std::string();
}

/* FNV-1a: terms that are cut stay different. */
uint64_t
hash_of(const std::string &s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (unsigned char c : s)
		h = (h ^ c) * UINT64_C(0x100000001b3);
	return h;
}

std::string
capped(std::string term)
{
	char hex[20];

	if (term.size() <= XAP_TERM_MAX)
		return term;
	snprintf(hex, sizeof hex, "#%016llx", (unsigned long long)hash_of(term));
	term.resize(XAP_TERM_MAX - 17);
	return term + hex;
}

void
pack(std::string &to, uint64_t value, unsigned bytes)
{
	while (bytes-- > 0) {
		to.push_back((char)(value & 0xff));
		value >>= 8;
	}
}

uint64_t
unpack(const std::string &from, size_t at, unsigned bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | (unsigned char)from[at + bytes];
	return value;
}

/* length: of the document in words, as Xapian counts them; data: it has some. */
struct packed_row {
	struct xap_row row; /* labels are borrowed */
	uint32_t length;
	bool data;
};

std::string
pack_row(const packed_row &p)
{
	std::string out;

	pack(out, p.row.access_class, 4);
	pack(out, p.row.level, 1);
	pack(out, p.row.flags, 2);
	pack(out, p.row.date, 4);
	pack(out, p.row.number, 4);
	pack(out, p.row.pages, 2);
	pack(out, p.row.dossier, 4);
	pack(out, p.length, 4);
	pack(out, p.data, 1);
	for (const struct span &label : p.row.label) {
		pack(out, label.n, 1);
		out += to_string(label);
	}
	return out;
}

packed_row
unpack_row(const std::string &packed)
{
	packed_row p = {};
	size_t at = ROW_FIXED;

	if (packed.size() < ROW_FIXED + XAP_LABELS)
		throw Xapian::DatabaseCorruptError("a row of columns is too short");
	p.row.access_class = (uint32_t)unpack(packed, 0, 4);
	p.row.level = (uint8_t)unpack(packed, 4, 1);
	p.row.flags = (uint16_t)unpack(packed, 5, 2);
	p.row.date = (uint32_t)unpack(packed, 7, 4);
	p.row.number = (uint32_t)unpack(packed, 11, 4);
	p.row.pages = (uint16_t)unpack(packed, 15, 2);
	p.row.dossier = (uint32_t)unpack(packed, 17, 4);
	p.length = (uint32_t)unpack(packed, 21, 4);
	p.data = packed[25] != 0;
	for (struct span &label : p.row.label) {
		size_t n = at < packed.size() ? (unsigned char)packed[at] : SIZE_MAX;

		if (n >= packed.size() - at)
			throw Xapian::DatabaseCorruptError("a row of columns has the wrong size");
		label = span_make(packed.data() + at + 1, n);
		at += 1 + n;
	}
	return p;
}

} // namespace

/* ------------------------------------------------------------------ writer */

namespace
{

/*
 * The terms of the document that is being made, each once: an open hash over a list whose names stand
 * one behind the other in one text.  Nothing is allocated once it has grown to the largest document.
 */
class term_list
{
	static constexpr uint32_t NONE = UINT32_MAX;
	struct entry {
		size_t name, length, hash;
		unsigned wdf;
		uint32_t first, last; /* places */
	};
	struct place {
		uint32_t position, next;
	};
	std::string names;
	std::vector<entry> entries;
	std::vector<place> places;
	std::vector<uint32_t> slots;

	std::string_view
	name_of(const entry &e) const
	{
		return std::string_view(names).substr(e.name, e.length);
	}

	void
	grow()
	{
		slots.assign(std::max<size_t>(1024, slots.size() * 2), NONE);
		for (uint32_t i = 0; i < entries.size(); i++)
			*free_slot(entries[i].hash) = i;
	}

	uint32_t *
	free_slot(size_t hash)
	{
		size_t at = hash & (slots.size() - 1);

		while (slots[at] != NONE)
			at = (at + 1) & (slots.size() - 1);
		return &slots[at];
	}

	/* The first eight bytes as a number that is in order as they are. */
	uint64_t
	key_of(const entry &e) const
	{
		unsigned char head[8] = { 0 };
		uint64_t key = 0;

		memcpy(head, names.data() + e.name, std::min<size_t>(e.length, sizeof head));
		for (unsigned char c : head)
			key = key << 8 | c;
		return key;
	}

      public:
	void
	clear()
	{
		names.clear();
		entries.clear();
		places.clear();
		std::fill(slots.begin(), slots.end(), NONE);
	}

	/* The number of the term in this list. */
	uint32_t
	add(std::string_view name, unsigned wdf)
	{
		size_t hash = std::hash<std::string_view>()(name), at;

		if (entries.size() * 2 >= slots.size())
			grow();
		for (at = hash & (slots.size() - 1); slots[at] != NONE;
		     at = (at + 1) & (slots.size() - 1)) {
			entry &e = entries[slots[at]];

			if (e.hash != hash || name_of(e) != name)
				continue;
			e.wdf += wdf;
			return slots[at];
		}
		slots[at] = (uint32_t)entries.size();
		entries.push_back({ names.size(), name.size(), hash, wdf, NONE, NONE });
		names.append(name);
		return slots[at];
	}

	void
	add_place(uint32_t term, uint32_t position)
	{
		entry &e = entries[term];
		uint32_t at = (uint32_t)places.size();

		places.push_back({ position, NONE });
		(e.last == NONE ? e.first : places[e.last].next) = at;
		e.last = at;
	}

	/* Sorted terms go into a Xapian::Document without searching its tree; the sum of their wdf. */
	uint32_t
	give_to(Xapian::Document &doc) const
	{
		std::vector<std::pair<uint64_t, const entry *>> sorted;
		std::string name;
		uint32_t sum = 0;

		sorted.reserve(entries.size());
		for (const entry &e : entries)
			sorted.push_back({ key_of(e), &e });
		std::sort(sorted.begin(), sorted.end(), [this](const auto &x, const auto &y) {
			return x.first != y.first ? x.first < y.first
						  : name_of(*x.second) < name_of(*y.second);
		});
		for (const auto &[key, e] : sorted) {
			unsigned wdf = e->wdf;

			sum += wdf;
			name.assign(name_of(*e));
			if (e->first == NONE)
				doc.add_term(name, wdf);
			for (uint32_t i = e->first; i != NONE; i = places[i].next) {
				doc.add_posting(name, places[i].position, wdf);
				wdf = 0; /* each is a search in a tree */
			}
		}
		return sum;
	}
};

} // namespace

struct xap_writer {
	Xapian::WritableDatabase db;
	bool active = false; /* a transaction is open */
	class term_list terms;
	std::string data, name, labels[XAP_LABELS];
	struct xap_row row = {}; /* its labels are in labels */

	/* Inside a transaction Xapian's own flushes stay invisible until we commit. */
	Xapian::WritableDatabase &
	change()
	{
		if (!active) {
			db.begin_transaction();
			active = true;
		}
		return db;
	}

	uint32_t
	add(const char *prefix, struct span term, unsigned wdf)
	{
		name.assign(prefix);
		name.append(term.n ? term.p : "", term.n);
		if (name.size() > XAP_TERM_MAX)
			name = capped(name);
		return terms.add(name, wdf);
	}
};

enum status
xap_writer_open(struct xap_writer **out, const char *path, unsigned flags, struct err *err)
{
	*out = nullptr;
	return guard(err, path, [&] {
		int how = flags & XAP_FRESH ? Xapian::DB_CREATE_OR_OVERWRITE
		    : flags & XAP_CREATE    ? Xapian::DB_CREATE_OR_OPEN
					    : Xapian::DB_OPEN;

		how |= Xapian::DB_BACKEND_GLASS;
		if (flags & XAP_NO_SYNC)
			how |= Xapian::DB_NO_SYNC;
		std::unique_ptr<xap_writer> w(new xap_writer);
		w->db = Xapian::WritableDatabase(path, how);
		*out = w.release();
		return ST_OK;
	});
}

void
xap_begin(struct xap_writer *w)
{
	must([&] {
		w->terms.clear();
		w->data.clear();
		w->row = {};
		for (std::string &label : w->labels)
			label.clear();
	});
}

void
xap_add_term(struct xap_writer *w, const char *prefix, struct span term, unsigned wdf)
{
	must([&] { (void)w->add(prefix, term, wdf); });
}

void
xap_add_posting(
    struct xap_writer *w, const char *prefix, struct span term, uint32_t position, unsigned wdf)
{
	must([&] { w->terms.add_place(w->add(prefix, term, wdf), position); });
}

void
xap_set_row(struct xap_writer *w, const struct xap_row *row)
{
	must([&] {
		w->row = *row;
		for (unsigned l = 0; l < XAP_LABELS; l++)
			w->labels[l] = to_string(row->label[l]);
	});
}

void
xap_set_data(struct xap_writer *w, struct span data)
{
	must([&] { w->data = to_string(data); });
}

static Xapian::Document
make_document(struct xap_writer *w)
{
	packed_row row = { w->row, 0, false };
	Xapian::Document doc;

	row.length = w->terms.give_to(doc);
	for (unsigned l = 0; l < XAP_LABELS; l++)
		row.row.label[l] = span_make(w->labels[l].data(), w->labels[l].size());
	row.data = !w->data.empty();
	doc.add_value(ROW_SLOT, pack_row(row));
	doc.set_data(w->data);
	return doc;
}

enum status
xap_put(struct xap_writer *w, int64_t record, struct err *err)
{
	if (record < 1 || record > XAP_ID_MAX)
		return fail(err, ST_INVALID, "record id %lld cannot be indexed", (long long)record);
	for (const std::string &label : w->labels)
		if (label.size() > XAP_LABEL_MAX)
			return fail(
			    err, ST_INVALID, "a label of %zu bytes is too long", label.size());
	return guard(err, "put a record into the index", [&] {
		Xapian::Document doc = make_document(w);

		w->change().replace_document((Xapian::docid)record, doc);
		xap_begin(w);
		return ST_OK;
	});
}

enum status
xap_delete(struct xap_writer *w, int64_t record, struct err *err)
{
	if (record < 1 || record > XAP_ID_MAX)
		return ST_OK;
	return guard(err, "delete a record from the index", [&] {
		try {
			w->change().delete_document((Xapian::docid)record);
		} catch (const Xapian::DocNotFoundError &) {
			return ST_OK;
		}
		return ST_OK;
	});
}

enum status
xap_set_metadata(struct xap_writer *w, const char *key, struct span value, struct err *err)
{
	return guard(err, "set metadata of the index", [&] {
		w->change().set_metadata(key, to_string(value));
		return ST_OK;
	});
}

enum status
xap_writer_metadata(struct xap_writer *w, const char *key, struct strbuf *value, struct err *err)
{
	return guard(err, "read metadata of the index", [&] {
		std::string v = w->db.get_metadata(key);

		strbuf_add(value, v.data(), v.size());
		return ST_OK;
	});
}

enum status
xap_commit(struct xap_writer *w, struct err *err)
{
	return guard(err, "commit the index", [&] {
		if (!w->active)
			return ST_OK;
		w->active = false;
		w->db.commit_transaction();
		return ST_OK;
	});
}

enum status
xap_cancel(struct xap_writer *w, struct err *err)
{
	return guard(err, "cancel changes of the index", [&] {
		if (!w->active)
			return ST_OK;
		w->active = false;
		w->db.cancel_transaction();
		return ST_OK;
	});
}

void
xap_writer_close(struct xap_writer *w)
{
	if (w == nullptr)
		return;
	if (xap_cancel(w, nullptr) == ST_OK)
		(void)guard(nullptr, "close the index", [&] {
			w->db.close();
			return ST_OK;
		});
	must([&] { delete w; });
}

void
xap_writer_closep(struct xap_writer **w)
{
	xap_writer_close(*w);
	*w = nullptr;
}

enum status
xap_compact(const char *const from[], size_t count, const char *to, struct err *err)
{
	return guard(err, "compact the index", [&] {
		Xapian::Database all;

		for (size_t i = 0; i < count; i++)
			all.add_database(Xapian::Database(from[i]));
		all.compact(to, Xapian::DBCOMPACT_NO_RENUMBER | Xapian::Compactor::FULL);
		return ST_OK;
	});
}

enum status
xap_check(const char *path, struct strbuf *report, size_t *problems, struct err *err)
{
	return guard(err, path, [&] {
		std::ostringstream text;
		size_t found = Xapian::Database::check(path, 0, &text);

		if (found > 0) {
			std::string s = text.str();
			strbuf_add(report, s.data(), s.size());
		}
		*problems = found;
		return ST_OK;
	});
}

/* ------------------------------------------------------------------ windows of records */

namespace
{

/*
 * A shard is searched window after window of record ids, so that everything between two terms of a
 * query stays in the cache and a deadline leaves whole windows behind.
 */
const unsigned WINDOW = 1u << 15;

class bits
{
	uint64_t w[WINDOW / 64];

      public:
	bits() : w()
	{
	}

	void
	clear()
	{
		memset(w, 0, sizeof w);
	}

	/* The first n. */
	void
	fill(unsigned n)
	{
		memset(w, 0xff, n / 64 * 8);
		memset(w + n / 64, 0, sizeof w - n / 64 * 8);
		if (n % 64 != 0)
			w[n / 64] = (UINT64_C(1) << n % 64) - 1;
	}

	void
	set(unsigned i)
	{
		w[i / 64] |= UINT64_C(1) << i % 64;
	}

	void
	unset(unsigned i)
	{
		w[i / 64] &= ~(UINT64_C(1) << i % 64);
	}

	bool
	has(unsigned i) const
	{
		return w[i / 64] >> i % 64 & 1;
	}

	/* Without the call that popcount is on a processor of no particular model. */
	unsigned
	count() const
	{
		const uint64_t twos = UINT64_C(0x3333333333333333), ones = UINT64_MAX / 255;
		unsigned n = 0;

		for (uint64_t x : w) {
			x -= x >> 1 & UINT64_C(0x5555555555555555);
			x = (x & twos) + (x >> 2 & twos);
			n += (unsigned)(((x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f)) * ones >>
			    56);
		}
		return n;
	}

	bool
	any() const
	{
		for (uint64_t x : w)
			if (x != 0)
				return true;
		return false;
	}

	bits &
	operator&=(const bits &o)
	{
		for (unsigned i = 0; i < WINDOW / 64; i++)
			w[i] &= o.w[i];
		return *this;
	}

	bits &
	operator|=(const bits &o)
	{
		for (unsigned i = 0; i < WINDOW / 64; i++)
			w[i] |= o.w[i];
		return *this;
	}

	void
	remove(const bits &o)
	{
		for (unsigned i = 0; i < WINDOW / 64; i++)
			w[i] &= ~o.w[i];
	}

	template <class F>
	void
	each(F f) const
	{
		for (unsigned i = 0; i < WINDOW / 64; i++)
			for (uint64_t x = w[i]; x != 0; x &= x - 1)
				f(i * 64 + (unsigned)__builtin_ctzll(x));
	}
};

struct window {
	Xapian::docid from;
	unsigned size;
};

struct posting_at {
	uint16_t at, wdf;
};

/* What a window holds of a term. */
struct kept_postings {
	std::vector<posting_at> list;
	std::unique_ptr<bits> set; /* of a long list */
	std::vector<uint8_t> wdf;  /* of a very long one instead of it: one of each record */

	size_t
	bytes() const
	{
		return list.size() * sizeof list[0] + (set ? sizeof *set : 0) + wdf.size();
	}
};

struct form {
	uint32_t count;
	std::string term;
};

/* Terms that begin alike or are like a word, the most frequent first. */
struct form_list {
	std::vector<form> list;
	uint64_t postings = 0, bytes = 0;
};

/* In which records of a window words stand together, as far as anybody looked. */
struct known_places {
	mutable std::mutex lock;
	mutable bits looked, standing;

	/* Moves those that were looked into from b to found, when they stand so. */
	void
	recall(bits &b, bits &found) const
	{
		std::lock_guard<std::mutex> hold(lock);

		found = b;
		found &= standing;
		b.remove(looked);
	}

	bool
	recall(unsigned at, bool *stands) const
	{
		std::lock_guard<std::mutex> hold(lock);

		*stands = standing.has(at);
		return looked.has(at);
	}

	void
	learn(unsigned at, bool stands) const
	{
		std::lock_guard<std::mutex> hold(lock);

		looked.set(at);
		if (stands)
			standing.set(at);
	}

	void
	learn(const bits &looked_into, const bits &found) const
	{
		std::lock_guard<std::mutex> hold(lock);

		looked |= looked_into;
		standing |= found;
	}
};

/* Where a word stands in a record, by its spellings there. */
struct word_places {
	std::string name; /* layer and folded word */
	std::vector<std::pair<std::string, std::vector<uint32_t>>> spelled; /* toned, positions */

	size_t
	bytes() const
	{
		size_t sum = sizeof *this + name.size();

		for (const auto &[toned, at] : spelled)
			sum += sizeof(spelled[0]) + toned.size() + at.size() * sizeof at[0];
		return sum;
	}
};
typedef std::vector<std::shared_ptr<const word_places>> words_places;

/* How often a term stands in a database. */
struct term_counts {
	Xapian::doccount records;
	Xapian::termcount occurrences;
};

/*
 * What was made of one state of a database, for whoever asks next; what nobody asked for while half
 * of the room was filled is forgotten.
 */
template <class T> class shelf
{
	struct item {
		std::shared_ptr<const T> thing;
		size_t bytes;
	};
	typedef std::unordered_map<std::string, item> items;

	std::mutex lock;
	items young, old;
	size_t room, used = 0; /* bytes, of young */

	void
	put(const std::string &name, const item &i, items &gone)
	{
		if (used + i.bytes > room / 2) {
			gone.swap(old);
			old.swap(young);
			used = 0;
		}
		used += i.bytes;
		young.insert_or_assign(name, i);
	}

      public:
	explicit shelf(size_t bytes) : room(bytes)
	{
	}

	std::shared_ptr<const T>
	find(const std::string &name)
	{
		items gone; /* goes when the lock is open again */
		std::lock_guard<std::mutex> hold(lock);
		auto at = young.find(name);

		if (at != young.end())
			return at->second.thing;
		at = old.find(name);
		if (at == old.end())
			return nullptr;
		item found = std::move(at->second);
		old.erase(at);
		put(name, found, gone);
		return found.thing;
	}

	void
	keep(const std::string &name, std::shared_ptr<const T> thing, size_t bytes)
	{
		items gone;
		std::lock_guard<std::mutex> hold(lock);

		put(name, { std::move(thing), bytes + name.size() + 100 }, gone);
	}

	void
	clear()
	{
		items gone, older;
		std::lock_guard<std::mutex> hold(lock);

		gone.swap(young);
		older.swap(old);
		used = 0;
	}
};

/* ------------------------------------------------------------------ columns */

const uint8_t ABSENT = 0xff;
const size_t KEPT_MIN = 64; /* postings of a window that are kept: fewer are read as fast */
/* Bytes a record, and of all at least and at most. */
const size_t POSTINGS_ROOM = 2048, POSTINGS_ROOM_MIN = 16 << 20, POSTINGS_ROOM_MAX = 256 << 20;
/* Of each shelf with places. */
const size_t PLACES_ROOM = 512, PLACES_ROOM_MIN = 16 << 20, PLACES_ROOM_MAX = 64 << 20;
const size_t COUNTS_ROOM = 8 << 20, FORMS_ROOM = 16 << 20, SPELLINGS_ROOM = 8 << 20;

/* Words of the folded layer in order, for prefixes; made when looking them up costs more. */
struct lexicon {
	std::mutex lock;
	bool ready = false;
	size_t walked = 0; /* terms that were looked at one by one in this state */
	std::vector<std::string> term;
	std::vector<uint32_t> count;
};

/* How a folded word is spelled on the toned layer. */
struct spelling {
	std::string term, toned;
	Xapian::doccount count;
};

/* What the rows of a shard say, one array a column, by record id; shared by all its readers. */
struct columns {
	std::vector<uint32_t> access_class, date, number, dossier, length;
	std::vector<uint16_t> label[XAP_LABELS], flags, pages;
	std::vector<uint8_t> level; /* ABSENT: no such record */
	std::vector<bool> data;	    /* its document has some */
	std::vector<bits> present;  /* windows: the records that are there */
	std::vector<std::string> names[XAP_LABELS];
	std::vector<uint32_t> dossiers; /* ids by number, as dossier has them */
	uint64_t length_sum = 0, documents = 0;
	uint32_t first_year = XAP_YEAR_MAX, last_year = 0; /* of the dates that facets tell */
	mutable lexicon words;
	mutable shelf<term_counts> counts;
	mutable shelf<form_list> forms;
	mutable shelf<std::vector<spelling>> spelled; /* by layer and folded word */
	mutable shelf<bits> unions;		      /* of the records of all forms */
	mutable shelf<bits> admitted;	       /* by what may be read and number of the window */
	mutable shelf<kept_postings> postings; /* by term and number of the window */
	mutable shelf<known_places> places;    /* by words and number of the window */
	mutable shelf<std::vector<struct xap_slice_size>> sizes; /* by record */
	mutable shelf<words_places> standing; /* by record: the words that were looked up in it */
	mutable shelf<std::vector<struct xap_slice>> slices; /* by record and forms of words */

	bool
	has(Xapian::docid id) const
	{
		return id < level.size() && level[id] != ABSENT;
	}

	unsigned
	window_size(Xapian::docid from) const
	{
		return (unsigned)std::min<size_t>(WINDOW, level.size() - from);
	}

	/* Is it one of those that all of the shard is searched in? */
	bool
	is_whole(const window &w) const
	{
		return w.from % WINDOW == 0 && w.size == window_size(w.from);
	}

	static std::string
	name_of(std::string thing, const window &w)
	{
		pack(thing, w.from / WINDOW, 4);
		return thing;
	}

	static std::string
	name_of(std::string thing, Xapian::docid id)
	{
		pack(thing, id, 4);
		return thing;
	}

	term_counts
	count(const Xapian::Database &db, const std::string &term) const
	{
		std::shared_ptr<const term_counts> found = counts.find(term);

		if (!found) {
			found = std::make_shared<const term_counts>(
			    term_counts{ db.get_termfreq(term), db.get_collection_freq(term) });
			counts.keep(term, found, sizeof *found);
		}
		return *found;
	}

	/* Somebody still holds an old state and will hardly search in it again. */
	void
	forget() const
	{
		counts.clear();
		postings.clear();
		forms.clear();
		spelled.clear();
		unions.clear();
		admitted.clear();
		places.clear();
		sizes.clear();
		standing.clear();
		slices.clear();
	}

	static size_t
	room_of_places(const Xapian::Database &db)
	{
		return std::clamp(
		    db.get_doccount() * PLACES_ROOM, PLACES_ROOM_MIN, PLACES_ROOM_MAX);
	}

	explicit columns(const Xapian::Database &db)
	    : counts(COUNTS_ROOM), forms(FORMS_ROOM), spelled(SPELLINGS_ROOM), unions(FORMS_ROOM),
	      admitted(FORMS_ROOM), postings(std::clamp(db.get_doccount() * POSTINGS_ROOM,
					POSTINGS_ROOM_MIN, POSTINGS_ROOM_MAX)),
	      places(room_of_places(db)), sizes(room_of_places(db)), standing(room_of_places(db)),
	      slices(room_of_places(db))
	{
		std::unordered_map<std::string, uint16_t> numbers[XAP_LABELS];
		std::unordered_map<uint32_t, uint32_t> dossier_numbers;

		resize((size_t)db.get_lastdocid() + 1);
		dossiers.push_back(0);
		dossier_numbers[0] = 0;
		for (unsigned l = 0; l < XAP_LABELS; l++) {
			names[l].emplace_back();
			numbers[l][""] = 0;
		}
		for (auto v = db.valuestream_begin(ROW_SLOT); v != db.valuestream_end(ROW_SLOT);
		     ++v)
			set(v.get_docid(), *v, numbers, dossier_numbers);
	}

      private:
	void
	resize(size_t n)
	{
		for (auto *c : { &access_class, &date, &number, &dossier, &length })
			c->resize(n);
		for (auto &l : label)
			l.resize(n);
		flags.resize(n);
		pages.resize(n);
		level.resize(n, ABSENT);
		data.resize(n);
		present.resize((n + WINDOW - 1) / WINDOW);
	}

	void
	set(Xapian::docid id, const std::string &packed,
	    std::unordered_map<std::string, uint16_t> *numbers,
	    std::unordered_map<uint32_t, uint32_t> &dossier_numbers)
	{
		packed_row r = unpack_row(packed);

		if (id >= level.size())
			return;
		access_class[id] = r.row.access_class;
		date[id] = r.row.date;
		number[id] = r.row.number;
		length[id] = r.length;
		flags[id] = r.row.flags;
		pages[id] = r.row.pages;
		level[id] = r.row.level;
		data[id] = r.data;
		present[id / WINDOW].set(id % WINDOW);
		auto [at, fresh] =
		    dossier_numbers.try_emplace(r.row.dossier, (uint32_t)dossiers.size());
		if (fresh)
			dossiers.push_back(r.row.dossier);
		dossier[id] = at->second;
		for (unsigned l = 0; l < XAP_LABELS; l++)
			label[l][id] = number_of(to_string(r.row.label[l]), names[l], numbers[l]);
		length_sum += r.length;
		documents++;
		if (uint32_t year = r.row.date / 10000; year > 0 && year <= XAP_YEAR_MAX) {
			first_year = std::min(first_year, year);
			last_year = std::max(last_year, year);
		}
	}

	static uint16_t
	number_of(const std::string &value, std::vector<std::string> &names,
	    std::unordered_map<std::string, uint16_t> &numbers)
	{
		auto at = numbers.find(value);

		if (at != numbers.end())
			return at->second;
		if (names.size() >= XAP_FACETS_MAX)
			return 0;
		names.push_back(value);
		return numbers[value] = (uint16_t)(names.size() - 1);
	}
};

/* The columns of one state of a database; whoever asks first makes them, the others wait. */
std::shared_ptr<const columns>
columns_of(const Xapian::Database &db, const std::string &place)
{
	static std::mutex lock;
	static std::map<std::string, std::weak_ptr<const columns>> all;
	std::string key = place + db.get_uuid() + ":" + std::to_string(db.get_revision());
	std::lock_guard<std::mutex> hold(lock);
	std::shared_ptr<const columns> found = all[key].lock(), old;

	if (found)
		return found;
	try {
		found = std::make_shared<const columns>(db);
	} catch (...) {
		all.erase(key);
		throw;
	}
	all[key] = found;
	for (auto at = all.begin(); at != all.end();) {
		old = at->second.lock();
		if (old && old != found && at->first.compare(0, place.size(), place) == 0)
			old->forget();
		at = old ? std::next(at) : all.erase(at);
	}
	return found;
}

/* ------------------------------------------------------------------ reader */

struct shard {
	std::string path;
	int level;
	Xapian::Database db;
	dev_t device;
	ino_t inode;
	std::shared_ptr<const struct columns>
	    columns; /* of the state that db shows; null: not yet */

	const struct columns &
	rows()
	{
		if (!columns)
			columns = columns_of(
			    db, std::to_string(device) + "/" + std::to_string(inode) + "/");
		return *columns;
	}
};

/* Which directory stands at path now. */
void
identify(shard &s, dev_t &device, ino_t &inode)
{
	struct stat st;

	if (stat(s.path.c_str(), &st) != 0)
		throw Xapian::DatabaseNotFoundError(s.path);
	device = st.st_dev;
	inode = st.st_ino;
}

void
open_shard(shard &s)
{
	identify(s, s.device, s.inode);
	s.db = Xapian::Database(s.path);
}

/* True when there is something new. */
bool
refresh_shard(shard &s)
{
	dev_t device;
	ino_t inode;
	bool changed = true;

	identify(s, device, inode);
	if (device == s.device && inode == s.inode)
		changed = s.db.reopen();
	else
		open_shard(s);
	if (changed)
		s.columns.reset();
	return changed;
}

} // namespace

struct xap_reader {
	std::vector<shard> shards;
	std::string row; /* of the last xap_record_row */
};

enum status
xap_reader_open(
    struct xap_reader **out, const struct xap_shard *shards, size_t count, struct err *err)
{
	*out = nullptr;
	assert(count >= 1 && count <= 64);
	return guard(err, "open the index", [&] {
		std::unique_ptr<xap_reader> r(new xap_reader);

		for (size_t i = 0; i < count; i++) {
			r->shards.push_back({ shards[i].path, shards[i].level, {}, 0, 0, {} });
			open_shard(r->shards.back());
		}
		*out = r.release();
		return ST_OK;
	});
}

enum status
xap_refresh(struct xap_reader *r, bool *changed, struct err *err)
{
	return guard(err, "reopen the index", [&] {
		bool any = false;

		for (shard &s : r->shards)
			any |= refresh_shard(s);
		*changed = any;
		return ST_OK;
	});
}

enum status
xap_count(struct xap_reader *r, uint64_t *count, struct err *err)
{
	return guard(err, "count the index", [&] {
		uint64_t n = 0;

		for (const shard &s : r->shards)
			n += s.db.get_doccount();
		*count = n;
		return ST_OK;
	});
}

enum status
xap_metadata(
    struct xap_reader *r, size_t at, const char *key, struct strbuf *value, struct err *err)
{
	assert(at < r->shards.size());
	return guard(err, "read metadata of the index", [&] {
		std::string v = r->shards[at].db.get_metadata(key);

		strbuf_add(value, v.data(), v.size());
		return ST_OK;
	});
}

enum status
xap_records(struct xap_reader *r, size_t at, int64_t from, int64_t *ids, size_t max, size_t *count,
    struct err *err)
{
	assert(at < r->shards.size());
	return guard(err, "list the index", [&] {
		Xapian::Database &db = r->shards[at].db;
		Xapian::PostingIterator p = db.postlist_begin(std::string());
		size_t n = 0;

		if (p != db.postlist_end(std::string()) && from > 1)
			p.skip_to((Xapian::docid)std::min<int64_t>(from, XAP_ID_MAX));
		for (; n < max && p != db.postlist_end(std::string()); ++p)
			ids[n++] = *p;
		*count = n;
		return ST_OK;
	});
}

enum status
xap_record_row(
    struct xap_reader *r, size_t at, int64_t record, struct xap_row *row, struct err *err)
{
	assert(at < r->shards.size());
	if (record < 1 || record > XAP_ID_MAX)
		return fail(err, ST_NOT_FOUND, "no record %lld in the index", (long long)record);
	return guard(err, "read a row of the index", [&] {
		r->row = r->shards[at].db.get_document((Xapian::docid)record).get_value(ROW_SLOT);
		*row = unpack_row(r->row).row;
		return ST_OK;
	});
}

void
xap_reader_close(struct xap_reader *r)
{
	must([&] { delete r; });
}

void
xap_reader_closep(struct xap_reader **r)
{
	xap_reader_close(*r);
	*r = nullptr;
}

/* ------------------------------------------------------------------ terms of a query */

namespace
{

struct too_big {
};

/* Looks at the clock now and then. */
class alarm_clock
{
	static const unsigned EVERY = 4096; /* postings */
	int64_t deadline;
	unsigned calls = 0;

      public:
	explicit alarm_clock(int64_t until) : deadline(until)
	{
	}

	void
	tick()
	{
		if (++calls % EVERY == 0)
			look();
	}

	void
	look() const
	{
		if (deadline != 0 && monotonic_us() > deadline)
			throw deadline_passed();
	}
};

const size_t LEXICON_STEP = 4096; /* words between two looks at the clock */

/* Goes on where whoever was here before stopped. */
void
fill_lexicon(const Xapian::Database &db, lexicon &l)
{
	auto t = db.allterms_begin("F"), end = db.allterms_end("F");

	if (!l.term.empty()) {
		t.skip_to(l.term.back());
		++t;
	}
	for (size_t n = 0; t != end && n < LEXICON_STEP; ++t, n++) {
		l.count.push_back(t.get_termfreq());
		l.term.push_back(*t);
	}
	l.ready = t == end;
}

/* All words of the folded layer, when this state has paid for looking at as many one by one. */
const lexicon *
words_of(
    const Xapian::Database &db, const columns &columns, size_t walking, const alarm_clock &alarm)
{
	lexicon &l = columns.words;

	for (bool first = true;; first = false, alarm.look()) {
		std::lock_guard<std::mutex> hold(l.lock);

		if (first)
			l.walked += walking;
		if (!l.ready && l.walked >= 1000)
			fill_lexicon(db, l);
		if (l.ready || l.walked < 1000)
			return l.ready ? &l : nullptr;
	}
}

/* Letters of a term of the text layers; the one before them is the layer. */
bool
is_like(const std::string &term, const std::string &wanted, unsigned distance)
{
	return text_distance(span_make(term.data() + 1, term.size() - 1),
		   span_make(wanted.data() + 1, wanted.size() - 1), distance) <= distance;
}

bool
more_frequent(const form &a, const form &b)
{
	return a.count != b.count ? a.count > b.count : a.term < b.term;
}

/*
 * The most frequent forms for which admitted holds, at most most of them.  Asked only when there are
 * more: then what others may read neither takes a place nor makes *cut (null: not asked) true.
 */
template <class F>
std::vector<form>
most_frequent(const form_list &forms, size_t most, F admitted, bool *cut)
{
	std::vector<form> out;

	if (forms.list.size() <= most)
		return forms.list;
	for (const form &f : forms.list) {
		if (out.size() == most && cut == nullptr)
			break;
		if (!admitted(f.term))
			continue;
		if (out.size() == most) {
			*cut = true;
			break;
		}
		out.push_back(f);
	}
	return out;
}

/* f(term, how many records hold it) for terms of the layer of the node that it may stand for. */
template <class F>
void
each_form(const Xapian::Database &db, const columns &columns, const struct xap_node *n,
    alarm_clock &alarm, F f)
{
	std::string text = to_string(n->text);
	std::string prefix = n->op == XAP_FUZZY ? text.substr(0, 1) : text;
	const lexicon *l = nullptr;
	size_t walked = 0;

	if (prefix[0] == 'F')
		l = words_of(db, columns, n->op == XAP_FUZZY ? 1000 : 0, alarm);
	if (l != nullptr) {
		size_t i = (size_t)(std::lower_bound(l->term.begin(), l->term.end(), prefix) -
		    l->term.begin());
		for (; i < l->term.size() && l->term[i].compare(0, prefix.size(), prefix) == 0;
		     i++) {
			alarm.tick();
			f(l->term[i], l->count[i]);
		}
		return;
	}
	for (auto t = db.allterms_begin(prefix); t != db.allterms_end(prefix); ++t, walked++) {
		alarm.tick();
		f(*t, t.get_termfreq());
	}
	if (prefix[0] == 'F')
		(void)words_of(db, columns, walked, alarm);
}

/* The terms that begin with a prefix or are like a word. */
std::shared_ptr<const form_list>
expand(const Xapian::Database &db, const columns &columns, const struct xap_node *n,
    alarm_clock &alarm)
{
	std::string text = to_string(n->text), name = text;
	std::shared_ptr<form_list> out = std::make_shared<form_list>();

	pack(name, n->op, 1);
	pack(name, n->distance, 1);
	if (std::shared_ptr<const form_list> found = columns.forms.find(name))
		return found;
	if (text.empty())
		return out;
	each_form(db, columns, n, alarm, [&](const std::string &term, uint32_t count) {
		if (n->op == XAP_FUZZY && !is_like(term, text, n->distance))
			return;
		out->list.push_back({ count, term });
		out->postings += count;
		out->bytes += sizeof(form) + term.size();
	});
	std::sort(out->list.begin(), out->list.end(), more_frequent);
	columns.forms.keep(name, out, out->bytes);
	return out;
}

/*
 * Walks over the spellings that folded words can have in a sorted list of terms.  Folding leaves all
 * letters alone but vowels and d, and their marked kin begin with one of a few bytes in UTF-8: so
 * whole stretches are stepped over.
 */
class spellings
{
	std::string layer;
	std::vector<std::string> starts; /* of terms, in order, none begins with another */

      public:
	explicit spellings(std::string prefix) : layer(std::move(prefix))
	{
	}

	/* All spellings of words that begin so. */
	void
	add(const std::string &folded)
	{
		std::string start = layer;

		for (char letter : folded) {
			if (strchr("aeiouyd", letter) != nullptr)
				for (const char *byte : { "\xc3", "\xc4", "\xc5", "\xc6" })
					starts.push_back(start + byte);
			start += letter;
		}
		starts.push_back(start);
	}

	void
	add_everything()
	{
		starts.push_back(layer);
	}

	void
	finish()
	{
		std::vector<std::string> kept;

		std::sort(starts.begin(), starts.end());
		for (const std::string &s : starts)
			if (kept.empty() || s.compare(0, kept.back().size(), kept.back()) != 0)
				kept.push_back(s);
		starts = kept;
	}

	/* f(iterator, spelling, folded) for the terms from t to end. */
	template <class F>
	void
	each(Xapian::TermIterator t, const Xapian::TermIterator &end, F f) const
	{
		char buf[TEXT_WORD_MAX + 1];
		std::string term;

		for (const std::string &start : starts) {
			if (t == end)
				return;
			for (t.skip_to(start); t != end; ++t) {
				term = *t;
				if (term.compare(0, start.size(), start) != 0)
					break;
				struct span toned = span_make(
				    term.data() + layer.size(), term.size() - layer.size());
				size_t n = text_untone(toned, buf);
				f(t, toned, std::string(buf, n));
			}
		}
	}
};

typedef std::shared_ptr<const std::vector<spelling>> word_spellings;

/* Fills in the spellings of each of the folded words, in one walk. */
void
find_spellings(const Xapian::Database &db, const std::string &layer,
    std::unordered_map<std::string, std::shared_ptr<std::vector<spelling>>> &words,
    alarm_clock &alarm)
{
	spellings stretches(layer);

	for (const auto &word : words)
		stretches.add(word.first);
	stretches.finish();
	stretches.each(db.allterms_begin(layer), db.allterms_end(layer),
	    [&](const Xapian::TermIterator &t, struct span toned, const std::string &word) {
		    auto at = words.find(word);

		    alarm.tick();
		    if (at != words.end())
			    at->second->push_back({ *t, to_string(toned), t.get_termfreq() });
	    });
}

/* How each of the folded words is spelled in this index. */
std::vector<word_spellings>
look_up_spellings(const Xapian::Database &db, const columns &columns, const std::string &layer,
    const std::vector<std::string> &words, alarm_clock &alarm)
{
	std::unordered_map<std::string, std::shared_ptr<std::vector<spelling>>> fresh;
	std::vector<word_spellings> out;

	for (const std::string &word : words) {
		out.push_back(columns.spelled.find(layer + word));
		if (!out.back())
			fresh[word] = std::make_shared<std::vector<spelling>>();
	}
	if (fresh.empty())
		return out;
	find_spellings(db, layer, fresh, alarm);
	for (size_t i = 0; i < words.size(); i++) {
		if (out[i])
			continue;
		size_t bytes = 0;

		out[i] = fresh[words[i]];
		for (const spelling &s : *out[i])
			bytes += sizeof s + s.term.size() + s.toned.size();
		columns.spelled.keep(layer + words[i], out[i], bytes);
	}
	return out;
}

/* ------------------------------------------------------------------ posting lists */

/* Postings that are held by somebody else. */
struct postings {
	const posting_at *first = nullptr, *last = nullptr;
	const bits *set = nullptr; /* of a list that is kept as wdf of each record */
	const uint8_t *wdf = nullptr;

	postings() = default;
	explicit postings(const std::vector<posting_at> &v)
	    : first(v.data()), last(v.data() + v.size())
	{
	}
	explicit postings(const kept_postings &k) : postings(k.list)
	{
		if (!k.wdf.empty()) {
			set = k.set.get();
			wdf = k.wdf.data();
		}
	}

	/* The same of those in b, and perhaps of others. */
	template <class F>
	void
	each_of(const bits &b, F f) const
	{
		if (wdf == nullptr) {
			each(f);
			return;
		}
		bits both = b;

		both &= *set;
		both.each([&](unsigned at) { f(at, wdf[at]); });
	}

	/* f(place in the window, wdf), in order. */
	template <class F>
	void
	each(F f) const
	{
		if (wdf != nullptr)
			set->each([&](unsigned at) { f(at, wdf[at]); });
		for (const posting_at *p = first; p != last; p++)
			f(p->at, p->wdf);
	}
};

/*
 * A posting list that is read from the front, once.  Long stretches of it stay on the shelf of the
 * database's state: reading a posting there costs a tenth.
 */
class leaf
{
	const Xapian::Database &db;
	const columns &rows;
	alarm_clock &alarm;
	Xapian::PostingIterator it, end;
	bool open = false;
	bool shelved = true;			  /* or only as a part of what is */
	std::vector<std::unique_ptr<leaf>> parts; /* of several terms that count as one */
	std::vector<posting_at> own;
	std::shared_ptr<const kept_postings> kept;

	void
	start()
	{
		if (open)
			return;
		open = true;
		it = db.postlist_begin(term);
		end = db.postlist_end(term);
	}

	void
	skip_to(Xapian::docid id)
	{
		if (it != end && *it < id)
			it.skip_to(id);
	}

	void
	take(Xapian::docid from)
	{
		own.push_back(
		    { (uint16_t)(*it - from), (uint16_t)std::min<uint32_t>(it.get_wdf(), 65535) });
	}

	/* Is it cheaper to ask for each of so many records than to read all of the window? */
	bool
	is_dense(unsigned wanted, unsigned size) const
	{
		return (uint64_t)wanted * 24 < (uint64_t)frequency * size / rows.level.size();
	}

	void
	find_kept(const window &w)
	{
		kept.reset();
		if (frequency >= KEPT_MIN && rows.is_whole(w))
			kept = rows.postings.find(rows.name_of(term, w));
	}

	void
	give_kept(const window &w)
	{
		whole = w.from + 1;
		now = postings(*kept);
	}

	void
	keep(const window &w)
	{
		std::shared_ptr<kept_postings> all = std::make_shared<kept_postings>();

		if (own.size() >= w.size / 32) {
			all->set.reset(new bits);
			for (const posting_at &p : own)
				all->set->set(p.at);
		}
		if (own.size() >= w.size / 4 &&
		    std::all_of(own.begin(), own.end(),
			[](const posting_at &p) { return p.wdf <= UINT8_MAX; })) {
			all->wdf.resize(w.size);
			for (const posting_at &p : own)
				all->wdf[p.at] = (uint8_t)p.wdf;
		} else {
			all->list.assign(own.begin(), own.end());
		}
		kept = all;
		rows.postings.keep(rows.name_of(term, w), kept, all->bytes());
	}

	void
	ask_each(const window &w, const bits &wanted)
	{
		start();
		wanted.each([&](unsigned i) {
			alarm.tick();
			skip_to(w.from + i);
			if (it != end && *it == w.from + i)
				take(w.from);
		});
		now = postings(own);
	}

	void
	pick_each(const bits &wanted)
	{
		auto at = kept->list.begin();

		if (!kept->wdf.empty()) {
			postings(*kept).each_of(wanted, [&](unsigned i, uint32_t wdf) {
				own.push_back({ (uint16_t)i, (uint16_t)wdf });
			});
			now = postings(own);
			return;
		}
		wanted.each([&](unsigned i) {
			at = std::lower_bound(at, kept->list.end(), i,
			    [](const posting_at &p, unsigned to) { return p.at < to; });
			if (at != kept->list.end() && at->at == i)
				own.push_back(*at);
		});
		now = postings(own);
	}

	void
	read_all(const window &w)
	{
		start();
		whole = w.from + 1;
		skip_to(w.from);
		for (; it != end && *it < w.from + w.size; ++it) {
			alarm.tick();
			take(w.from);
		}
		now = postings(own);
		if (shelved && own.size() >= KEPT_MIN && rows.is_whole(w))
			keep(w);
	}

	/* Reads the parts and counts the occurrences of a record together. */
	void
	merge(const window &w, const bits &wanted, bool sparse)
	{
		std::vector<uint32_t> wdf(w.size);
		bits found, everything;

		everything.fill(w.size);
		for (auto &part : parts) {
			part->read(w, sparse ? wanted : everything);
			part->now.each([&](unsigned at, uint32_t n) {
				found.set(at);
				wdf[at] += n;
			});
		}
		found.each([&](unsigned i) {
			own.push_back({ (uint16_t)i, (uint16_t)std::min<uint32_t>(wdf[i], 65535) });
		});
		now = postings(own);
		if (!sparse && own.size() >= KEPT_MIN && rows.is_whole(w))
			keep(w);
	}

	/* What is kept was looked for. */
	void
	read_with_kept(const window &w, const bits &wanted)
	{
		unsigned n = wanted.count();

		own.clear();
		now = postings();
		whole = 0;
		if (n == 0)
			return;
		alarm.tick();
		bool sparse = is_dense(n, w.size);
		if (kept && !sparse)
			give_kept(w);
		else if (kept)
			pick_each(wanted);
		else if (!parts.empty())
			merge(w, wanted, sparse);
		else if (sparse)
			ask_each(w, wanted);
		else
			read_all(w);
	}

	static std::string
	names_of(const std::vector<std::unique_ptr<leaf>> &list)
	{
		std::string out;

		for (const auto &l : list)
			out += l->term + "\x01";
		return out;
	}

	static Xapian::doccount
	sum_of(const std::vector<std::unique_ptr<leaf>> &list)
	{
		uint64_t sum = 0;

		for (const auto &l : list)
			sum += l->frequency;
		return (Xapian::doccount)std::min<uint64_t>(sum, UINT32_MAX);
	}

      public:
	const std::string term;
	Xapian::doccount frequency;
	postings now;		 /* of the window read last */
	Xapian::docid whole = 0; /* begin + 1 of the window that now holds all of */

	leaf(const Xapian::Database &of, const columns &columns, alarm_clock &clock,
	    std::string name, Xapian::doccount count)
	    : db(of), rows(columns), alarm(clock), term(std::move(name)), frequency(count)
	{
	}

	/* Of several terms. */
	leaf(const Xapian::Database &of, const columns &columns, alarm_clock &clock,
	    std::vector<std::unique_ptr<leaf>> list)
	    : db(of), rows(columns), alarm(clock), parts(std::move(list)), term(names_of(parts)),
	      frequency(sum_of(parts))
	{
		for (auto &part : parts)
			part->shelved = false;
	}

	/* Reads what the window holds, at least of the records wanted. */
	void
	read(const window &w, const bits &wanted)
	{
		find_kept(w);
		read_with_kept(w, wanted);
	}

	void
	restrict_to(const window &w, bits &b)
	{
		find_kept(w);
		if (kept && kept->set) {
			give_kept(w);
			b &= *kept->set;
			return;
		}
		bits found;

		read_with_kept(w, b);
		now.each([&](unsigned at, uint32_t) { found.set(at); });
		b &= found;
	}

	/* Adds to out what the window holds of the records wanted, and perhaps others. */
	void
	add_to(const window &w, const bits &wanted, bits &out)
	{
		find_kept(w);
		if (kept && kept->set) {
			give_kept(w);
			out |= *kept->set;
			return;
		}
		read_with_kept(w, wanted);
		now.each([&](unsigned at, uint32_t) { out.set(at); });
	}
};

/* ------------------------------------------------------------------ positions of a record */

typedef std::vector<uint32_t> positions;

/* A node of the query that is matched. */
struct matcher {
	const struct xap_node *node;
	std::vector<std::unique_ptr<matcher>> child;
	std::unique_ptr<class leaf> leaf;
	uint64_t cost = 0;   /* postings to read, roughly */
	uint16_t number = 0; /* LABELLED */
	bool known = true;
	std::shared_ptr<const form_list> forms; /* all of them count; children only when needed */

	/* What the shelves know it by: the same for the same words in the same order. */
	std::string
	name() const
	{
		std::string out;

		pack(out, node->op, 1);
		pack(out, node->window, 4);
		pack(out, node->distance, 1);
		out += leaf ? leaf->term : to_string(node->text);
		for (size_t i = 0; i < child.size() && !forms; i++) /* all forms: made or not */
			out += "\x01" + child[i]->name();
		return out + "\x02";
	}
};

void
add_places_of(const Xapian::Database &db, Xapian::docid id, const matcher &m, positions &out)
{
	if (m.leaf)
		for (auto p = db.positionlist_begin(id, m.leaf->term);
		     p != db.positionlist_end(id, m.leaf->term); ++p)
			out.push_back(*p);
	for (const auto &c : m.child)
		add_places_of(db, id, *c, out);
}

positions
places_of(const Xapian::Database &db, Xapian::docid id, const matcher &m)
{
	positions out;

	add_places_of(db, id, m, out);
	if (!m.child.empty())
		std::sort(out.begin(), out.end());
	return out;
}

/* Keeps of starts, ascending, those behind which the i-th word stands. */
void
keep_followed(positions &starts, const positions &places, uint32_t i)
{
	auto at = places.begin();
	size_t n = 0;

	for (uint32_t start : starts) {
		while (at != places.end() && *at < start + i)
			++at;
		if (at != places.end() && *at == start + i)
			starts[n++] = start;
	}
	starts.resize(n);
}

/* Of a phrase: the rarest words first. */
std::vector<uint32_t>
by_cost(const matcher &phrase)
{
	std::vector<uint32_t> order(phrase.child.size());

	for (uint32_t i = 0; i < order.size(); i++)
		order[i] = i;
	std::stable_sort(order.begin(), order.end(),
	    [&](uint32_t a, uint32_t b) { return phrase.child[a]->cost < phrase.child[b]->cost; });
	return order;
}

/*
 * Where the children stand one behind the other in each of the records.  Word after word, not record
 * after record: Xapian keeps the places of a word in neighbouring records in one block.
 */
void
find_starts(const Xapian::Database &db, const std::vector<Xapian::docid> &ids,
    const matcher &phrase, std::vector<positions> &starts)
{
	bool first = true;

	starts.assign(ids.size(), {});
	for (uint32_t i : by_cost(phrase)) {
		for (size_t r = 0; r < ids.size(); r++) {
			if (!first && starts[r].empty())
				continue;
			positions places = places_of(db, ids[r], *phrase.child[i]);

			if (!first)
				keep_followed(starts[r], places, i);
			else
				for (uint32_t place : places)
					if (place >= i)
						starts[r].push_back(place - i);
		}
		first = false;
	}
}

positions
starts_of(const Xapian::Database &db, Xapian::docid id, const matcher &phrase)
{
	std::vector<positions> starts;

	find_starts(db, { id }, phrase, starts);
	return starts[0];
}

struct stretch {
	positions starts;
	uint32_t length;
	size_t at = 0;
};

/* Do all stretches lie somewhere inside so many positions of one slice? */
bool
lie_near(std::vector<stretch> &all, uint32_t window)
{
	for (;;) {
		stretch *first = &all[0];
		uint32_t end = 0;
		bool apart = true;

		for (stretch &s : all) {
			if (s.at == s.starts.size())
				return false;
			if (s.starts[s.at] < first->starts[first->at])
				first = &s;
			end = std::max(end, s.starts[s.at] + s.length);
		}
		uint32_t begin = first->starts[first->at];
		if (all.size() == 2) { /* a word is not near itself */
			const stretch &other = first == &all[0] ? all[1] : all[0];
			apart = other.starts[other.at] >= begin + first->length;
		}
		if (apart && end - begin <= window && begin / XAP_SLICE == (end - 1) / XAP_SLICE)
			return true;
		first->at++;
	}
}

bool
stands_near(const Xapian::Database &db, Xapian::docid id, const matcher &near)
{
	std::vector<stretch> all;

	for (const auto &c : near.child) {
		bool phrase = c->node->op == XAP_PHRASE;

		all.push_back({ phrase ? starts_of(db, id, *c) : places_of(db, id, *c),
		    phrase ? (uint32_t)c->child.size() : 1, 0 });
		if (all.back().starts.empty())
			return false;
	}
	return !all.empty() && lie_near(all, near.node->window);
}

/* ------------------------------------------------------------------ what the columns decide */

/* What the access and the request say about a record, from its columns alone. */
class gate
{
	const struct access *access;
	const struct xap_request *request;

	bool
	is_hidden(Xapian::docid id) const
	{
		return std::binary_search(
		    request->hidden, request->hidden + request->hidden_count, (int64_t)id);
	}

	bool
	is_in_range(uint32_t date) const
	{
		return date >= request->date_from &&
		    (request->date_to == 0 || (date != 0 && date <= request->date_to));
	}

	bool
	may_read(Xapian::docid id, const columns &c) const
	{
		return c.level[id] <= access->clearance && /* ABSENT is above all */
		    access_can(access, PERM_READ, c.access_class[id]);
	}

	/* Whoever may read the same has the same name. */
	std::string
	name() const
	{
		std::string out((const char *)access->bits[PERM_READ],
		    access->words * sizeof *access->bits[PERM_READ]);

		pack(out, (uint64_t)(int64_t)access->clearance, 4);
		return out;
	}

	/* Records of a window that may be read, made once when they are many. */
	void
	keep_readable(const window &w, const columns &c, bits &b) const
	{
		std::string key = columns::name_of(name(), w);
		std::shared_ptr<const bits> found = c.admitted.find(key);

		if (!found && b.count() < w.size / 8) {
			b.each([&](unsigned i) {
				if (!may_read(w.from + i, c))
					b.unset(i);
			});
			return;
		}
		if (!found) {
			std::shared_ptr<bits> all = std::make_shared<bits>();

			for (unsigned i = 0; i < w.size; i++)
				if (may_read(w.from + i, c))
					all->set(i);
			c.admitted.keep(key, all, sizeof *all);
			found = all;
		}
		b &= *found;
	}

      public:
	gate(const struct access *a, const struct xap_request *q) : access(a), request(q)
	{
	}

	bool
	admits(Xapian::docid id, const columns &c) const
	{
		return may_read(id, c) && is_in_range(c.date[id]) &&
		    (request->hidden_count == 0 || !is_hidden(id));
	}

	/* The same for a whole window. */
	void
	admit(const window &w, const columns &c, bits &b) const
	{
		const int64_t *end = request->hidden + request->hidden_count;

		keep_readable(w, c, b);
		if (request->date_from != 0 || request->date_to != 0)
			b.each([&](unsigned i) {
				if (!is_in_range(c.date[w.from + i]))
					b.unset(i);
			});
		if (request->hidden_count == 0)
			return;
		for (const int64_t *h = std::lower_bound(request->hidden, end, (int64_t)w.from);
		     h != end && *h < (int64_t)w.from + w.size; h++)
			b.unset((unsigned)(*h - w.from));
	}
};

/* Records with this term that the gate admits, at most most. */
unsigned
count_admitted(const Xapian::Database &db, const columns &columns, const std::string &term,
    const gate &gate, unsigned most, alarm_clock &alarm)
{
	unsigned n = 0;

	for (auto p = db.postlist_begin(term); p != db.postlist_end(term) && n < most; ++p) {
		alarm.tick();
		n += columns.has(*p) && gate.admits(*p, columns);
	}
	return n;
}

/* The days that a date may be whose day or month is not known. */
struct days {
	uint32_t first, last;
};

struct days
days_of(uint32_t date)
{
	static const uint8_t days[] = { 31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint32_t year = date / 10000, month = date / 100 % 100;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (month == 0)
		return { date + 101, date + 1231 };
	if (date % 100 == 0)
		return { date + 1, date + (month <= 12 ? days[month] + (month == 2 && leap) : 31) };
	return { date, date };
}

bool
is_dated(uint32_t date, uint32_t from, uint32_t to)
{
	struct days d = days_of(date);

	return date != 0 && d.first >= from && d.last <= to;
}

bool
may_be_dated(uint32_t date, uint32_t from, uint32_t to)
{
	struct days d = days_of(date);

	return date != 0 && d.first <= to && d.last >= from;
}

/* The first member of a record, or the end. */
const struct xap_member *
first_member(const struct xap_groups &g, Xapian::docid id)
{
	return std::lower_bound(g.member, g.member + g.member_count, id,
	    [](const struct xap_member &m, Xapian::docid wanted) { return m.record < wanted; });
}

uint16_t
group_of(const struct xap_groups &g, uint32_t dossier)
{
	return dossier < g.dossier_limit ? g.of_dossier[dossier] : 0;
}

bool
is_grouped(const struct xap_groups &g, uint32_t dossier, Xapian::docid id)
{
	if (group_of(g, dossier) != 0)
		return true;
	const struct xap_member *m = first_member(g, id);

	return m != g.member + g.member_count && m->record == id;
}

/* ------------------------------------------------------------------ one shard */

/* A part of what orders the hits: a word with its forms, or words that stand together. */
struct weigher {
	enum { WORD, ALL, TOGETHER } kind;
	std::vector<size_t> leaves;		 /* of WORD: one */
	std::vector<std::vector<size_t>> places; /* of ALL and TOGETHER: leaves of each */
	std::unique_ptr<matcher> match;		 /* of TOGETHER */
	double weight;				 /* idf and factor, of WORD */
	double factor;
	size_t gates = 0; /* the first places must be there and weigh nothing */
};

/* How often a term stands in all shards of a search. */
class statistics
{
	std::vector<shard *> shards;
	std::unordered_map<std::string, Xapian::doccount> known;

      public:
	uint64_t documents = 0;
	double average = 1; /* length of a document */

	explicit statistics(std::vector<shard *> of) : shards(std::move(of))
	{
		uint64_t length = 0;

		for (shard *s : shards) {
			documents += s->rows().documents;
			length += s->rows().length_sum;
		}
		if (documents > 0 && length > 0)
			average = (double)length / (double)documents;
	}

	Xapian::doccount
	frequency(const std::string &term)
	{
		auto [at, fresh] = known.try_emplace(term, 0);

		if (fresh)
			for (shard *s : shards)
				at->second += s->rows().count(s->db, term).records;
		return at->second;
	}

	/* The same, every occurrence counted. */
	uint64_t
	occurrences(const std::string &term) const
	{
		uint64_t n = 0;

		for (shard *s : shards)
			n += s->rows().count(s->db, term).occurrences;
		return n;
	}

	/* Inverse document frequency as BM25Weight of Xapian has it. */
	double
	idf(double frequency) const
	{
		double x = ((double)documents - frequency + .5) / (frequency + .5);

		return log(x < 2 ? x * .5 + 1 : x);
	}
};

struct candidate {
	float score;
	uint32_t key;
	Xapian::docid id;
	unsigned shard;
	uint32_t slice; /* the best one, by the second stage */
};

/* Which of two hits comes first. */
struct precedence {
	enum xap_sort sort;
	bool ranked;

	bool
	operator()(const candidate &a, const candidate &b) const
	{
		if (sort != XAP_BY_RELEVANCE && a.key != b.key) {
			if (a.key == 0 || b.key == 0)
				return b.key == 0; /* what has none comes last */
			return sort == XAP_NEWEST_FIRST ? a.key > b.key : a.key < b.key;
		}
		if (sort == XAP_BY_RELEVANCE && a.score != b.score)
			return a.score > b.score;
		/* Equal: what has no weight at all from the newest record on. */
		return sort == XAP_BY_RELEVANCE && ranked && a.score > 0 ? a.id < b.id
									 : a.id > b.id;
	}
};

/* Everything that the shards of one search have in common. */
struct search {
	const struct xap_request *q;
	class gate gate;
	alarm_clock alarm;
	statistics stats;
	precedence before;
	std::vector<shard *> shards;

	std::vector<candidate> best; /* a heap, the last one on top */
	size_t wanted;
	const candidate *after = nullptr;
	size_t total = 0, complete = 0;
	bool widened = false;
	std::vector<const struct xap_node *> cut; /* that stand for more terms than were taken */
	std::unordered_map<std::string, unsigned> counted; /* admitted records of a term, cut off */

	std::unordered_map<std::string, size_t> labels[XAP_LABELS];
	std::unordered_map<uint32_t, size_t> dossiers;
	size_t levels[256] = { 0 };
	std::vector<size_t> groups[XAP_DIVISIONS_MAX];
	uint32_t first_year = XAP_YEAR_MAX, last_year = 0;
	std::vector<uint32_t> months; /* since the first year, 13 a year: month 0 is not known */

	search(const struct access *a, const struct xap_request *request, std::vector<shard *> of)
	    : q(request), gate(a, request), alarm(request->deadline_us),
	      stats(of), before{ request->sort, request->rank != nullptr }, shards(std::move(of)),
	      wanted(request->limit > 0 ? request->offset + request->limit : 0)
	{
		if (q->facets & (XAP_FACET(XAP_BY_YEAR) | XAP_FACET(XAP_BY_MONTH)))
			make_months();
		for (size_t i = 0; i < q->division_count; i++)
			groups[i].resize((size_t)q->divisions[i].last + 1);
	}

	void
	make_months()
	{
		for (const shard *s : shards) {
			first_year = std::min(first_year, s->columns->first_year);
			last_year = std::max(last_year, s->columns->last_year);
		}
		if (first_year <= last_year)
			months.resize((last_year - first_year + 1) * 13);
	}

	bool
	could_enter(const candidate &c) const
	{
		if (after != nullptr && !before(*after, c))
			return false;
		return best.size() < wanted || (wanted > 0 && before(c, best.front()));
	}

	/* Is it behind all of a list that is full? */
	bool
	is_hopeless(float weight, uint32_t key) const
	{
		if (best.size() < wanted || best.empty())
			return false;
		const candidate &last = best.front();

		if (q->sort == XAP_BY_RELEVANCE)
			return weight < last.score;
		if (q->sort == XAP_NEWEST_FIRST)
			return key < last.key;
		return last.key != 0 && (key == 0 || key > last.key);
	}

	void
	enter(const candidate &c)
	{
		if (!could_enter(c))
			return;
		if (best.size() == wanted) {
			std::pop_heap(best.begin(), best.end(), before);
			best.pop_back();
		}
		best.push_back(c);
		std::push_heap(best.begin(), best.end(), before);
	}
};

/* What a record would gain if words of the query stood together in it. */
struct hope {
	uint32_t weigher;
	uint32_t next; /* of the same record; 0 = none */
	float worth;
};

class shard_search
{
	struct search &all;
	const struct xap_request *q;
	const Xapian::Database &db;
	const struct columns &columns;
	unsigned number; /* of the shard */
	size_t nodes = 0;

	std::unique_ptr<matcher> filter;
	std::vector<std::unique_ptr<matcher>> words; /* when not all of them must be there */
	std::vector<uint8_t> units;
	std::vector<leaf *> matched; /* leaves of filter and words */

	std::vector<std::unique_ptr<leaf>> leaves; /* for ranking */
	std::vector<postings> now;		   /* what each holds of this window */
	std::unordered_map<std::string, size_t> leaf_numbers;
	std::vector<weigher> weighers;
	std::vector<double> leaf_weights; /* of a term alone */
	std::vector<float> score, bonus, norm;
	std::vector<uint32_t> first_hope;
	std::vector<uint8_t> have;
	std::vector<hope> hopes;
	std::vector<size_t> label_counts[XAP_LABELS], dossier_counts;

	/* --- making --- */

	std::unique_ptr<matcher>
	make_leaf(const struct xap_node *n, const std::string &term, Xapian::doccount count)
	{
		std::unique_ptr<matcher> m(new matcher);

		m->node = n;
		m->cost = count;
		m->known = count > 0;
		m->leaf.reset(new leaf(db, columns, all.alarm, term, count));
		if (m->known) /* the others may be left out, and have nothing to lend */
			matched.push_back(m->leaf.get());
		return m;
	}

	void
	add_spellings(const struct xap_node *n, matcher &m)
	{
		word_spellings list = spellings_of(n);

		for (const spelling &s : *list)
			m.child.push_back(make_leaf(n, s.term, s.count));
	}

	/* To be held while it is walked over: the shelf, which all readers share, may forget it. */
	word_spellings
	spellings_of(const struct xap_node *n)
	{
		std::string text = to_string(n->text);

		return look_up_spellings(
		    db, columns, text.substr(0, 1), { text.substr(1) }, all.alarm)[0];
	}

	std::vector<form>
	choose(const form_list &forms, size_t most, bool *cut)
	{
		return most_frequent(
		    forms, most,
		    [&](const std::string &term) {
			    return count_admitted(db, columns, term, all.gate, 1, all.alarm) > 0;
		    },
		    cut);
	}

	void
	add_forms(const struct xap_node *n, matcher &m)
	{
		std::shared_ptr<const form_list> forms = expand(db, columns, n, all.alarm);
		bool cut = false;

		if (forms->list.size() <= n->window) {
			m.cost = forms->postings;
			m.forms = forms;
			return;
		}
		for (const form &f : choose(*forms, n->window, &cut))
			m.child.push_back(make_leaf(n, f.term, f.count));
		if (cut && std::find(all.cut.begin(), all.cut.end(), n) == all.cut.end())
			all.cut.push_back(n);
	}

	/* Records that are admitted and hold this term, at most most. */
	unsigned
	count_of(const struct xap_node *term, unsigned most)
	{
		std::string name = capped(to_string(term->text));
		auto [at, fresh] = all.counted.try_emplace(name, 0);

		for (size_t i = 0; fresh && i < all.shards.size() && at->second < most; i++)
			if (all.shards[i]->rows().count(all.shards[i]->db, name).records > 0)
				at->second +=
				    count_admitted(all.shards[i]->db, all.shards[i]->rows(), name,
					all.gate, most - at->second, all.alarm);
		return at->second;
	}

	/* Which of the others a RARELY stands for. */
	std::vector<const struct xap_node *>
	others_of(const struct xap_node *n, enum xap_others which)
	{
		std::vector<const struct xap_node *> out;
		unsigned first = n->count > 0 ? count_of(n->child[0], n->window) : n->window;

		if (which == XAP_OTHERS_NEVER || (first == 0 && which == XAP_OTHERS_OF_HELD))
			return out;
		for (size_t i = 1; i < n->count && first < n->window; i++) {
			const struct xap_node *c = n->child[i];
			unsigned count = c->op == XAP_TERM ? count_of(c, n->window) : 1;

			if (count > 0 && (first == 0 || (c->op == XAP_TERM && count <= first)))
				out.push_back(c);
		}
		return out;
	}

	std::unique_ptr<matcher>
	make_rarely(const struct xap_node *n, unsigned depth)
	{
		std::unique_ptr<matcher> m(new matcher);
		std::vector<const struct xap_node *> others = others_of(n, q->others);

		if (others.empty() && n->count > 0)
			return make(n->child[0], depth + 1);
		m->node = n;
		all.widened = true;
		if (n->count > 0)
			m->child.push_back(make(n->child[0], depth + 1));
		for (const struct xap_node *c : others)
			m->child.push_back(make(c, depth + 1));
		finish(*m);
		return m;
	}

	static bool
	is_place(const struct xap_node *n, const struct xap_node *of)
	{
		if (n->op == XAP_TERM || n->op == XAP_SPELLINGS)
			return true;
		if (n->op == XAP_PHRASE && of->op == XAP_NEAR) {
			for (size_t i = 0; i < n->count; i++)
				if (!is_place(n->child[i], n))
					return false;
			return true;
		}
		if (n->op != XAP_OR && n->op != XAP_SYNONYM)
			return false;
		for (size_t i = 0; i < n->count; i++)
			if (n->child[i]->op != XAP_TERM)
				return false;
		return true;
	}

	static bool
	has_places(const struct xap_node *n)
	{
		return n->op == XAP_PHRASE || n->op == XAP_NEAR || n->op == XAP_ON_SLICES;
	}

	/* Cheap ones first; the order of places is theirs. */
	void
	finish(matcher &m)
	{
		enum xap_op op = m.node->op;

		for (const auto &c : m.child)
			m.cost += c->cost;
		if (has_places(m.node))
			m.cost = m.cost * 8 + 1000;
		if (op == XAP_AND || op == XAP_FILTER) {
			std::sort(m.child.begin(), m.child.end(),
			    [](const auto &a, const auto &b) { return a->cost < b->cost; });
			m.cost = m.child.empty() ? all.stats.documents : m.child[0]->cost;
		} else if (op == XAP_OR || op == XAP_SYNONYM ||
		    op == XAP_RARELY) /* spellings that nobody uses */
			m.child.erase(std::remove_if(m.child.begin(), m.child.end(),
					  [](const auto &c) { return c->leaf && !c->known; }),
			    m.child.end());
	}

	std::unique_ptr<matcher>
	make(const struct xap_node *n, unsigned depth = 0)
	{
		std::unique_ptr<matcher> m(new matcher);
		bool first_only = n->op == XAP_MAYBE || n->op == XAP_SCALE;

		if (depth > XAP_DEPTH_MAX || ++nodes > XAP_NODES_MAX)
			throw too_big();
		if (n->op == XAP_TERM && n->text.n > 0) {
			std::string term = capped(to_string(n->text));

			return make_leaf(n, term, columns.count(db, term).records);
		}
		m->node = n;
		if (n->op == XAP_PREFIX || n->op == XAP_FUZZY)
			add_forms(n, *m);
		else if (n->op == XAP_SPELLINGS && n->text.n > 0)
			add_spellings(n, *m);
		else if (n->op == XAP_RARELY)
			return make_rarely(n, depth);
		else if (n->op == XAP_LABELLED)
			find_label(*m);
		else if (n->op == XAP_GROUPED || n->op == XAP_DATES || n->op == XAP_MAYBE_DATES ||
		    n->op == XAP_LEVELS || n->op == XAP_LONG) /* after what leaves fewer */
			m->cost = all.stats.documents;
		for (size_t i = 0; i < (first_only ? std::min<size_t>(n->count, 1) : n->count);
		     i++) {
			if (has_places(n) && !is_place(n->child[i], n))
				throw Xapian::InvalidArgumentError("a place is no word");
			m->child.push_back(make(n->child[i], depth + 1));
		}
		finish(*m);
		return m;
	}

	void
	find_label(matcher &m)
	{
		const std::vector<std::string> &names = columns.names[m.node->label];
		std::string text = to_string(m.node->text);

		m.known = false;
		for (size_t i = 1; i < names.size() && !m.known; i++)
			if (names[i] == text) {
				m.number = (uint16_t)i;
				m.known = true;
			}
		m.cost = all.stats.documents;
	}

	/* --- matching --- */

	/* For a moment a record may stand in two shards: the closed one counts. */
	void
	admit(const window &w, bits &b)
	{
		for (size_t s = number + 1; s < all.shards.size(); s++) {
			const std::vector<bits> &later = all.shards[s]->columns->present;

			if (w.from / WINDOW < later.size())
				b.remove(later[w.from / WINDOW]);
		}
		all.gate.admit(w, columns, b);
	}

	void
	match_any(matcher &m, const window &w, bits &b)
	{
		bits out, rest;

		for (auto &c : m.child) {
			rest = b;
			rest.remove(out);
			if (c->leaf) {
				c->leaf->add_to(w, rest, out);
			} else {
				match(*c, w, rest);
				out |= rest;
			}
		}
		b &= out;
	}

	/* Records of a window with any of all forms: the same for everybody, made once. */
	std::shared_ptr<const bits>
	union_of(matcher &m, const window &w)
	{
		std::string name = columns::name_of(m.name(), w);
		std::shared_ptr<const bits> found = columns.unions.find(name);
		bits everything;

		if (found)
			return found;
		if (m.child.empty())
			for (const form &f : m.forms->list)
				m.child.push_back(make_leaf(m.node, f.term, f.count));
		everything.fill(w.size);
		std::shared_ptr<bits> out = std::make_shared<bits>();
		for (auto &c : m.child)
			c->leaf->add_to(w, everything, *out);
		columns.unions.keep(name, out, sizeof *out);
		return out;
	}

	void
	match_all(matcher &m, const window &w, bits &b)
	{
		for (auto &c : m.child) {
			if (!b.any())
				return;
			match(*c, w, b);
		}
	}

	void
	match_not(matcher &m, const window &w, bits &b)
	{
		bits out;

		match(*m.child[0], w, b);
		for (size_t i = 1; i < m.child.size() && b.any(); i++) {
			out = b;
			match(*m.child[i], w, out);
			b.remove(out);
		}
	}

	/* Holds every word of the places at least. */
	void
	match_words(matcher &m, const window &w, bits &b)
	{
		std::vector<matcher *> order;

		for (auto &c : m.child)
			order.push_back(c.get());
		std::sort(order.begin(), order.end(),
		    [](const matcher *x, const matcher *y) { return x->cost < y->cost; });
		for (matcher *c : order) {
			if (!b.any())
				return;
			if (c->node->op == XAP_PHRASE)
				match_words(*c, w, b);
			else
				match(*c, w, b);
		}
	}

	void
	match_places(matcher &m, const window &w, bits &b)
	{
		if (m.child.empty()) {
			b.clear();
			return;
		}
		if (m.node->op != XAP_ON_SLICES) {
			keep_standing(m, w, b);
			return;
		}
		match_words(m, w, b);
		admit(w, b);
		b.each([&](unsigned i) {
			all.alarm.tick();
			if (!stands_on(w.from + i, m))
				b.unset(i);
		});
	}

	std::shared_ptr<const known_places>
	places_known(const matcher &m, const window &w)
	{
		std::string name = columns::name_of(m.name(), w);
		std::shared_ptr<const known_places> known = columns.places.find(name);

		if (!known) {
			known = std::make_shared<const known_places>();
			columns.places.keep(name, known, sizeof *known);
		}
		return known;
	}

	/* Leaves the records in which the words stand so; what is found out is no secret of anybody's. */
	void
	keep_standing(matcher &m, const window &w, bits &b)
	{
		std::shared_ptr<const known_places> known;
		bits found, asked, out;

		if (!b.any())
			return;
		if (columns.is_whole(w)) {
			known = places_known(m, w);
			known->recall(b, found);
		}
		asked = b;
		match_words(m, w, b);
		out = b;
		admit(w, b);
		out.remove(b); /* not admitted: nobody looked */
		asked.remove(out);
		if (m.node->op == XAP_PHRASE)
			keep_phrases(m, w, b);
		else
			keep_near(m, w, b);
		if (known)
			known->learn(asked, b);
		b |= found;
	}

	bool
	stands_in(const window &w, unsigned at, const matcher &m, const known_places *known)
	{
		bool stands;

		if (m.child.empty() || (known != nullptr && known->recall(at, &stands)))
			return !m.child.empty() && stands;
		stands = m.node->op == XAP_PHRASE ? !starts_of(db, w.from + at, m).empty()
						  : stands_near(db, w.from + at, m);
		if (known != nullptr)
			known->learn(at, stands);
		return stands;
	}

	void
	keep_near(const matcher &m, const window &w, bits &b)
	{
		b.each([&](unsigned i) {
			all.alarm.tick();
			if (!stands_near(db, w.from + i, m))
				b.unset(i);
		});
	}

	void
	keep_phrases(const matcher &m, const window &w, bits &b)
	{
		const size_t BATCH = 256; /* bounds the places that are held */
		std::vector<Xapian::docid> ids;
		std::vector<positions> starts;

		b.each([&](unsigned i) { ids.push_back(w.from + i); });
		for (size_t from = 0; from < ids.size(); from += BATCH) {
			size_t to = std::min(ids.size(), from + BATCH);
			std::vector<Xapian::docid> batch(
			    ids.begin() + (ptrdiff_t)from, ids.begin() + (ptrdiff_t)to);

			all.alarm.look();
			find_starts(db, batch, m, starts);
			for (size_t i = 0; i < batch.size(); i++)
				if (starts[i].empty())
					b.unset(batch[i] - w.from);
		}
	}

	bool
	stands_on(Xapian::docid id, const matcher &m)
	{
		std::string data;

		if (columns.data[id] && q->page_of_slice != nullptr)
			data = db.get_document(id, Xapian::DOC_ASSUME_VALID).get_data();
		for (const auto &c : m.child) {
			positions places = places_of(db, id, *c);
			bool any = false;

			for (size_t i = 0; i < places.size() && !any; i++) {
				uint32_t page = places[i] / XAP_SLICE;

				if (!data.empty())
					page = q->page_of_slice(
					    span_make(data.data(), data.size()), page);
				any = page >= m.node->from && page <= m.node->to;
			}
			if (!any)
				return false;
		}
		return true;
	}

	template <class F>
	void
	keep(const window &w, bits &b, F wants)
	{
		b.each([&](unsigned i) {
			if (!columns.has(w.from + i) || !wants(w.from + i))
				b.unset(i);
		});
	}

	void
	match(matcher &m, const window &w, bits &b)
	{
		const struct xap_node *n = m.node;

		if (m.leaf) {
			m.leaf->restrict_to(w, b);
			return;
		}
		switch (n->op) {
		case XAP_ALL:
			return;
		case XAP_AND:
			match_all(m, w, b);
			return;
		case XAP_OR:
		case XAP_SYNONYM:
		case XAP_SPELLINGS:
		case XAP_RARELY:
			match_any(m, w, b);
			return;
		case XAP_PREFIX:
		case XAP_FUZZY:
			if (m.forms)
				b &= *union_of(m, w);
			else
				match_any(m, w, b);
			return;
		case XAP_PHRASE:
		case XAP_NEAR:
		case XAP_ON_SLICES:
			match_places(m, w, b);
			return;
		case XAP_DATES:
			keep(w, b, [&](Xapian::docid id) {
				return is_dated(columns.date[id], n->from, n->to);
			});
			return;
		case XAP_MAYBE_DATES:
			keep(w, b, [&](Xapian::docid id) {
				return may_be_dated(columns.date[id], n->from, n->to);
			});
			return;
		case XAP_LEVELS:
			keep(w, b, [&](Xapian::docid id) {
				return columns.level[id] >= n->from && columns.level[id] <= n->to;
			});
			return;
		case XAP_LONG:
			keep(w, b, [&](Xapian::docid id) { return columns.pages[id] >= n->from; });
			return;
		case XAP_LABELLED:
			keep(w, b, [&](Xapian::docid id) {
				return m.known && columns.label[n->label][id] == m.number;
			});
			return;
		case XAP_GROUPED:
			keep(w, b, [&](Xapian::docid id) {
				return is_grouped(
				    *n->groups, columns.dossiers[columns.dossier[id]], id);
			});
			return;
		case XAP_NOT:
		case XAP_FILTER:
		case XAP_MAYBE:
		case XAP_SCALE:
			if (m.child.empty())
				b.clear();
			else if (n->op == XAP_NOT)
				match_not(m, w, b);
			else
				match_all(m, w, b);
			return;
		default:
			b.clear();
		}
	}

	/* Adds up what the words count in each record; leaves those that are worth enough. */
	void
	match_units(const window &w, bits &b)
	{
		bits found;

		std::fill(units.begin(), units.end(), 0);
		for (size_t i = 0; i < words.size(); i++) {
			unsigned worth = q->units ? q->units[i] : 1;

			found = b;
			match(*words[i], w, found);
			found.each([&](unsigned at) {
				units[at] = (uint8_t)std::min<unsigned>(255, units[at] + worth);
			});
		}
		b.each([&](unsigned at) {
			if (units[at] < q->least)
				b.unset(at);
		});
	}

	/* --- weighing --- */

	size_t
	leaf_number(const std::string &term)
	{
		auto [at, fresh] = leaf_numbers.try_emplace(term, leaves.size());

		if (fresh) {
			Xapian::doccount count = all.stats.frequency(term);

			leaves.emplace_back(new leaf(db, columns, all.alarm, term, count));
			leaf_weights.push_back(all.stats.idf(count) * (q->k1 + 1));
		}
		return at->second;
	}

	/* The list of a term, when it stands anywhere. */
	void
	add_leaf(const std::string &term, std::vector<size_t> &to)
	{
		if (all.stats.frequency(term) > 0)
			to.push_back(leaf_number(term));
	}

	void
	weigh_word(const struct xap_node *n, double factor)
	{
		weigher w = { weigher::WORD, {}, {}, nullptr, 0, factor };

		if (n->text.n > 0)
			add_leaf(capped(to_string(n->text)), w.leaves);
		if (w.leaves.empty())
			return;
		w.weight = leaf_weights[w.leaves[0]] * factor;
		weighers.push_back(std::move(w));
	}

	/* The list of all the terms together. */
	size_t
	merged_number(const std::vector<std::string> &terms)
	{
		std::vector<std::unique_ptr<leaf>> parts;

		if (terms.size() == 1)
			return leaf_number(terms[0]);
		for (const std::string &term : terms)
			parts.emplace_back(
			    new leaf(db, columns, all.alarm, term, all.stats.frequency(term)));
		std::unique_ptr<leaf> merged(new leaf(db, columns, all.alarm, std::move(parts)));
		auto [at, fresh] = leaf_numbers.try_emplace(merged->term, leaves.size());
		if (fresh) {
			leaves.push_back(std::move(merged));
			leaf_weights.push_back(0);
		}
		return at->second;
	}

	/* The union of independent terms, as Xapian estimates it. */
	void
	weigh_forms(const std::vector<std::string> &terms, double factor)
	{
		weigher w = { weigher::WORD, {}, {}, nullptr, 0, factor };
		double n = (double)std::max<uint64_t>(all.stats.documents, 1), none = 1;

		if (terms.empty())
			return;
		for (const std::string &term : terms)
			none *= 1 - std::min(1.0, all.stats.frequency(term) / n);
		w.leaves.push_back(merged_number(terms));
		w.weight = all.stats.idf(n * (1 - none)) * (q->k1 + 1) * factor;
		weighers.push_back(std::move(w));
	}

	void
	terms_of(const struct xap_node *n, std::vector<std::string> &out)
	{
		if (n->op == XAP_TERM)
			out.push_back(capped(to_string(n->text)));
		else if (n->op == XAP_PREFIX || n->op == XAP_FUZZY) {
			for (const form &f : choose(*expand(db, columns, n, all.alarm),
				 std::min(n->window, XAP_FORMS_RANKED), nullptr))
				out.push_back(f.term);
		} else if (n->op == XAP_SPELLINGS && n->text.n > 0) {
			word_spellings list = spellings_of(n);

			for (const spelling &s : *list)
				out.push_back(s.term);
		} else if (n->op == XAP_RARELY) {
			for (const struct xap_node *c : others_of(n, XAP_OTHERS_ALWAYS))
				terms_of(c, out);
			return;
		}
		for (size_t i = 0; i < n->count; i++)
			terms_of(n->child[i], out);
	}

	/* Words that weigh only together: when a record holds all, or where they stand side by side. */
	void
	weigh_together(const struct xap_node *n, double factor)
	{
		weigher w = { weigher::ALL, {}, {}, nullptr, 0, factor };

		if (n->op != XAP_AND) {
			w.kind = weigher::TOGETHER;
			w.match = make(n);
		}

		for (size_t i = 0; i < n->count; i++) {
			std::vector<std::string> terms;
			std::vector<size_t> place;

			terms_of(n->child[i], terms);
			for (const std::string &term : terms)
				add_leaf(term, place);
			w.places.push_back(std::move(place));
		}
		if (n->count > 0)
			weighers.push_back(std::move(w));
	}

	/* Words that weigh together only where the terms behind them stand as well. */
	void
	weigh_filtered(const struct xap_node *n, double factor, unsigned depth)
	{
		size_t first = weighers.size();

		if (n->count > 0)
			weigh(n->child[0], factor, depth);
		for (size_t w = first; w < weighers.size(); w++)
			for (size_t i = 1; i < n->count && !weighers[w].places.empty(); i++)
				if (n->child[i]->op == XAP_TERM)
					add_gate(weighers[w], n->child[i]);
	}

	void
	add_gate(weigher &w, const struct xap_node *term)
	{
		std::vector<size_t> place;

		add_leaf(capped(to_string(term->text)), place);
		w.places.insert(w.places.begin(), std::move(place));
		w.gates++;
	}

	void
	weigh(const struct xap_node *n, double factor, unsigned depth = 0)
	{
		std::vector<std::string> terms;
		size_t count = n->op == XAP_NOT ? std::min<size_t>(n->count, 1) : n->count;

		if (depth > XAP_DEPTH_MAX || ++nodes > XAP_NODES_MAX)
			throw too_big();
		switch (n->op) {
		case XAP_TERM:
			weigh_word(n, factor);
			return;
		case XAP_PREFIX:
		case XAP_FUZZY:
		case XAP_SPELLINGS:
		case XAP_RARELY:
		case XAP_SYNONYM:
			terms_of(n, terms);
			weigh_forms(terms, factor);
			return;
		case XAP_AND:
		case XAP_PHRASE:
		case XAP_NEAR:
			weigh_together(n, factor);
			return;
		case XAP_FILTER:
			weigh_filtered(n, factor, depth + 1);
			return;
		default:
			for (size_t i = 0; i < count; i++)
				weigh(n->child[i], n->op == XAP_SCALE ? factor * n->factor : factor,
				    depth + 1);
		}
	}

	float
	part(double weight, uint32_t count, unsigned at) const
	{
		return count == 0 ? 0 : (float)weight * (float)count / (norm[at] + (float)count);
	}

	/* part() of all of a window, for the compiler's vectors: where there is nothing it is 0. */
	void
	add_all_scores(const window &w, float weight, const uint8_t *wdf)
	{
		float *__restrict sum = score.data();
		const float *__restrict length = norm.data();

		for (unsigned at = 0; at < w.size; at++)
			sum[at] += weight * (float)wdf[at] /
			    (length[at] + (float)wdf[at] + std::numeric_limits<float>::min());
	}

	/* BM25's part of the length of each record. */
	void
	start_scores(const window &w, const bits &b, bool dense)
	{
		float k1 = (float)q->k1, share = (float)(q->b / all.stats.average);

		if (dense) { /* in one stroke */
			for (unsigned at = 0; at < w.size; at++)
				norm[at] = k1 *
				    (1 - (float)q->b + share * (float)columns.length[w.from + at]);
			std::fill(score.begin(), score.end(), 0);
			return;
		}
		b.each([&](unsigned at) {
			score[at] = 0;
			norm[at] =
			    k1 * (1 - (float)q->b + share * (float)columns.length[w.from + at]);
		});
	}

	/* What a list holds of the matching records; that of the matching pass when it read all. */
	void
	read_leaves(const window &w, const bits &b)
	{
		now.clear();
		for (auto &l : leaves) {
			const leaf *from = nullptr;

			for (const leaf *m : matched)
				if (m->whole == w.from + 1 && m->term == l->term)
					from = m;
			if (from == nullptr) {
				l->read(w, b);
				from = l.get();
			}
			now.push_back(from->now);
		}
	}

	/* f(record, what it is worth if they stand together) for records that hold all the places. */
	template <class F>
	void
	each_holding(const weigher &t, const bits &b, F f)
	{
		std::vector<uint16_t> touched;

		for (size_t i = 0; i < t.places.size(); i++)
			for (size_t l : t.places[i])
				now[l].each_of(b, [&](unsigned at, uint32_t wdf) {
					if (have[at] < i || have[at] > i + 1 || !b.has(at))
						return;
					if (have[at] == 0)
						touched.push_back((uint16_t)at);
					have[at] = (uint8_t)(i + 1);
					if (i >= t.gates)
						bonus[at] +=
						    part(leaf_weights[l] * t.factor, wdf, at);
				});
		for (uint16_t at : touched) {
			if (have[at] == t.places.size())
				f(at, bonus[at]);
			have[at] = 0;
			bonus[at] = 0;
		}
	}

	uint32_t
	key_of(Xapian::docid id) const
	{
		return q->sort == XAP_BY_NUMBER	  ? columns.number[id]
		    : q->sort != XAP_BY_RELEVANCE ? columns.date[id]
						  : 0;
	}

	void
	enter(Xapian::docid id, float weight)
	{
		uint32_t key = key_of(id);

		if (!all.is_hopeless(weight, key))
			all.enter({ weight, key, id, number, 0 });
	}

	/* Chains the hopes of each record and sums them up in wishes, the most promising on top. */
	void
	list_hopes(const bits &b, std::vector<std::pair<float, unsigned>> &wishes)
	{
		hopes.assign(1, {});
		for (uint32_t t = 0; t < weighers.size(); t++) {
			if (weighers[t].kind != weigher::TOGETHER)
				continue;
			each_holding(weighers[t], b, [&](unsigned at, float worth) {
				if (first_hope[at] == 0)
					wishes.emplace_back(score[at], at);
				hopes.push_back({ t, first_hope[at], worth });
				first_hope[at] = (uint32_t)hopes.size() - 1;
			});
		}
		for (auto &[most, at] : wishes)
			for (uint32_t h = first_hope[at]; h != 0; h = hopes[h].next)
				most += hopes[h].worth;
		std::make_heap(wishes.begin(), wishes.end(), less_promising);
	}

	static bool
	less_promising(const std::pair<float, unsigned> &x, const std::pair<float, unsigned> &y)
	{
		return x.first != y.first ? x.first < y.first : x.second > y.second;
	}

	/*
	 * Positions are looked up only for records that words together would lift among the best so
	 * far, the most promising ones first.
	 */
	void
	enter_hopeful(const window &w, bits &b)
	{
		std::vector<std::pair<float, unsigned>> wishes;
		std::vector<std::shared_ptr<const known_places>> known(weighers.size());

		for (size_t t = 0; t < weighers.size() && columns.is_whole(w); t++)
			if (weighers[t].kind == weigher::TOGETHER)
				known[t] = places_known(*weighers[t].match, w);
		list_hopes(b, wishes);
		for (auto [most, at] : wishes)
			b.unset(at);
		b.each([&](unsigned at) { enter(w.from + at, score[at]); });
		for (size_t n = wishes.size(); n > 0; n--) {
			auto [most, at] = wishes.front();
			float weight = score[at];

			if (all.is_hopeless(most, 0))
				break;
			std::pop_heap(
			    wishes.begin(), wishes.begin() + (ptrdiff_t)n, less_promising);
			for (uint32_t h = first_hope[at]; h != 0; h = hopes[h].next)
				if (stands_in(w, at, *weighers[hopes[h].weigher].match,
					known[hopes[h].weigher].get()))
					weight += hopes[h].worth;
			enter(w.from + at, weight);
		}
		for (auto [most, at] : wishes)
			first_hope[at] = 0;
	}

	/*
	 * What stands outside of b is never looked at, so where many records are wanted all are added up:
	 * a reader of every other record would pay more for guessing the branch than for the sum.
	 */
	void
	add_scores(const window &w, const weigher &x, const bits &b, bool dense)
	{
		const postings &list = now[x.leaves[0]];

		if (dense && list.wdf != nullptr)
			add_all_scores(w, (float)x.weight, list.wdf);
		else
			list.each_of(b, [&](unsigned at, uint32_t wdf) {
				if (dense || b.has(at))
					score[at] += part(x.weight, wdf, at);
			});
	}

	void
	rank(const window &w, bits b)
	{
		bool together = false, dense = b.count() > w.size / 8;

		start_scores(w, b, dense);
		read_leaves(w, b);
		for (const weigher &x : weighers) {
			if (x.kind == weigher::WORD)
				add_scores(w, x, b, dense);
			else if (x.kind == weigher::ALL)
				each_holding(
				    x, b, [&](unsigned at, float worth) { score[at] += worth; });
			else
				together = true;
		}
		if (together)
			enter_hopeful(w, b);
		else
			b.each([&](unsigned at) { enter(w.from + at, score[at]); });
	}

	/* --- counting --- */

	/* Those that are not in the group by their home already. */
	void
	count_members(const struct xap_groups &g, std::vector<size_t> &counts, const window &w,
	    const bits &b) const
	{
		const struct xap_member *end = g.member + g.member_count;

		for (const struct xap_member *m = first_member(g, w.from);
		     m != end && m->record < w.from + w.size; m++)
			if (b.has(m->record - w.from) &&
			    group_of(g, columns.dossiers[columns.dossier[m->record]]) != m->group)
				counts[m->group]++;
	}

	void
	count(const window &w, const bits &b)
	{
		all.total += b.count();
		if (words.empty())
			all.complete += b.count();
		else
			b.each([&](unsigned at) { all.complete += units[at] >= q->full; });
		for (unsigned l = 0; l < XAP_LABELS; l++)
			if (q->facets & XAP_FACET(l))
				b.each([&](unsigned at) {
					label_counts[l][columns.label[l][w.from + at]]++;
				});
		if (q->facets & XAP_FACET(XAP_BY_DOSSIER) || q->division_count > 0)
			b.each(
			    [&](unsigned at) { dossier_counts[columns.dossier[w.from + at]]++; });
		for (size_t i = 0; i < q->division_count; i++)
			count_members(q->divisions[i], all.groups[i], w, b);
		if (q->facets & XAP_FACET(XAP_BY_LEVEL))
			b.each([&](unsigned at) { all.levels[columns.level[w.from + at]]++; });
		if (!all.months.empty())
			b.each([&](unsigned at) {
				uint32_t date = columns.date[w.from + at];
				uint32_t year = date / 10000, month = date / 100 % 100;

				if (year >= all.first_year && year <= all.last_year && month <= 12)
					all.months[(year - all.first_year) * 13 + month]++;
			});
	}

	/* The matching records of a window. */
	void
	find(const window &w, bits &b)
	{
		b.fill(w.size);
		if (w.from == 0)
			b.unset(0);
		if (filter)
			match(*filter, w, b);
		if (!words.empty() && b.any())
			match_units(w, b);
		if (b.any())
			admit(w, b);
	}

	static bool
	wants_all(const struct xap_request *q)
	{
		for (size_t i = 0; i < q->word_count; i++)
			if ((q->units ? q->units[i] : 1) != 1)
				return false;
		return q->least >= q->word_count;
	}

	/* The filter, and the words when each must be there. */
	void
	make_matchers()
	{
		static const struct xap_node both = { XAP_AND, {}, 0, 0, 0, 0, 0, XAP_TYPE, 0,
			nullptr, nullptr };
		bool every = wants_all(q);

		if (q->filter != nullptr && (q->word_count == 0 || !every))
			filter = make(q->filter);
		else if (every && q->word_count > 0) {
			filter.reset(new matcher);
			filter->node = &both;
			if (q->filter != nullptr)
				filter->child.push_back(make(q->filter));
			for (size_t i = 0; i < q->word_count; i++)
				filter->child.push_back(make(q->words[i]));
			finish(*filter);
		}
		if (every || q->least == 0)
			return;
		for (size_t i = 0; i < q->word_count; i++)
			words.push_back(make(q->words[i]));
		units.resize(columns.window_size(0));
	}

      public:
	shard_search(struct search &whole, unsigned at)
	    : all(whole), q(whole.q), db(whole.shards[at]->db), columns(*whole.shards[at]->columns),
	      number(at)
	{
		make_matchers();
		if (q->rank != nullptr && q->sort == XAP_BY_RELEVANCE && all.wanted > 0) {
			nodes = 0;
			weigh(q->rank, 1);
			size_t size = columns.window_size(0);

			score.resize(size);
			bonus.resize(size);
			norm.resize(size);
			first_hope.resize(size);
			have.resize(size);
		}
		for (unsigned l = 0; l < XAP_LABELS; l++)
			label_counts[l].resize(columns.names[l].size());
		dossier_counts.resize(columns.dossiers.size());
	}

	void
	run()
	{
		bits b;

		for (size_t from = 0; from < columns.level.size(); from += WINDOW) {
			window w = { (Xapian::docid)from,
				columns.window_size((Xapian::docid)from) };

			find(w, b);
			if (!b.any())
				continue;
			count(w, b);
			if (!score.empty())
				rank(w, b);
			else
				b.each([&](unsigned at) { enter(w.from + at, 0); });
		}
	}

	/* One record alone: where the last list ended. */
	candidate
	weigh_one(Xapian::docid id)
	{
		window w = { id, 1 };
		size_t wanted_before = all.wanted;
		bits b;

		b.set(0);
		all.wanted = 1;
		if (!score.empty())
			rank(w, b);
		else
			enter(id, 0);
		candidate c = all.best.front();
		all.best.clear();
		all.wanted = wanted_before;
		return c;
	}

	/* Also when the deadline came in between: whole windows are counted. */
	void
	give_counts()
	{
		for (unsigned l = 0; l < XAP_LABELS; l++)
			for (size_t i = 1; i < label_counts[l].size(); i++)
				if (label_counts[l][i] > 0)
					all.labels[l][columns.names[l][i]] += label_counts[l][i];
		for (size_t i = 1; i < dossier_counts.size(); i++)
			if (dossier_counts[i] > 0)
				give_dossier(columns.dossiers[i], dossier_counts[i]);
	}

      private:
	void
	give_dossier(uint32_t id, size_t count)
	{
		all.dossiers[id] += count;
		for (size_t i = 0; i < q->division_count; i++)
			all.groups[i][group_of(q->divisions[i], id)] += count;
	}
};

} // namespace

/* ------------------------------------------------------------------ second stage */

namespace
{

const size_t GROUPS_MAX = 64;
const double LAYERS = 3;      /* each word is a toned and a folded term and half of two bigrams */
const double BURST = 1.5;     /* occurrences on a page that has any, before any page was seen */
const double BURST_PAGES = 2; /* how many pages that guess counts for */
const size_t SLICES_MAX = 1 << 18; /* of a record (D7) */

/* A word of the query, once, however often and with whatever tones it was typed. */
struct wanted {
	std::string folded;
	std::vector<std::string> toned; /* as typed with marks; empty: any tone is meant */
	double times = 0, toned_idf = 0, folded_idf = 0;
};

struct wanted_pair {
	uint8_t first, second;
	double idf = 0;
};

/* Occurrences of a word, and the pages that have any. */
struct burst {
	double places = 0, pages = 0;
	uint32_t last = UINT32_MAX; /* slice of the record that is counted */

	void
	add(uint32_t slice)
	{
		places++;
		pages += slice != last;
		last = slice;
	}

	double
	mean() const
	{
		return (places + BURST * BURST_PAGES) / (pages + BURST_PAGES);
	}
};

/* Where a word of the query stands in a record. */
struct place {
	uint32_t position;
	uint8_t word;
	bool exact;
};

/* A record that is weighed again. */
struct weighed {
	candidate first;
	double weight;
	uint32_t best; /* slice, 0 = none but the first */
	std::shared_ptr<const std::vector<struct xap_slice_size>> sizes;
	words_places words;	   /* by the number of the word */
	std::vector<place> places; /* of every word in any tone, in order */
};

/*
 * Looks up where words stand in a few records of a shard: in the lists of terms of the records, or in
 * the posting lists of all the spellings that the words have in this index, whichever reads less.
 */
class word_finder
{
	static const size_t WORDS_KNOWN = 64; /* of a record */
	/* Nanoseconds, measured with tests/perf/search_bench; only their ratios matter. */
	static const uint64_t OPEN_LIST = 2500, SKIP = 250, POSTING = 12, RECORD = 8000, TERM = 22;
	const std::string layer;
	const std::vector<std::string> words;
	std::unordered_map<std::string, uint8_t> numbers;
	std::vector<std::string> names; /* of the words, with their layer */
	alarm_clock alarm;

	/* A record that nobody looked these words up in. */
	struct reading {
		weighed *to;
		std::vector<word_places> words;
	};

	void
	take(const Xapian::Database &db, reading &r, uint8_t word, const std::string &term,
	    std::string toned)
	{
		auto p = db.positionlist_begin(r.to->first.id, term);
		auto end = db.positionlist_end(r.to->first.id, term);
		auto &spelled = r.words[word].spelled;

		spelled.emplace_back(std::move(toned), std::vector<uint32_t>());
		for (; p != end; ++p) {
			alarm.tick();
			spelled.back().second.push_back(*p);
		}
	}

	static uint64_t
	cost_of_lists(const std::vector<word_spellings> &list, size_t records)
	{
		uint64_t sum = 0;

		for (const word_spellings &w : list)
			for (const spelling &s : *w)
				sum += OPEN_LIST + std::min<uint64_t>(records, s.count) * SKIP +
				    std::min<uint64_t>(s.count, records * 400) * POSTING;
		return sum;
	}

	static uint64_t
	cost_of_records(const columns &rows, const std::vector<reading> &records)
	{
		uint64_t sum = 0;

		for (const reading &r : records)
			sum += RECORD + rows.length[r.to->first.id] * TERM;
		return sum;
	}

	void
	find_in_lists(const Xapian::Database &db, const std::vector<word_spellings> &list,
	    std::vector<reading> &records)
	{
		for (size_t word = 0; word < list.size(); word++)
			for (const spelling &s : *list[word]) {
				auto p = db.postlist_begin(s.term), end = db.postlist_end(s.term);

				for (reading &r : records) {
					alarm.tick();
					p.skip_to(r.to->first.id);
					if (p == end)
						break;
					if (*p == r.to->first.id)
						take(db, r, (uint8_t)word, s.term, s.toned);
				}
			}
	}

	void
	find_in_records(const Xapian::Database &db, std::vector<reading> &records)
	{
		spellings stretches(layer);

		for (const std::string &word : words)
			stretches.add(word);
		stretches.finish();
		for (reading &r : records)
			stretches.each(db.termlist_begin(r.to->first.id),
			    db.termlist_end(r.to->first.id),
			    [&](const Xapian::TermIterator &t, struct span toned,
				const std::string &word) {
				    auto at = numbers.find(word);

				    if (at != numbers.end())
					    take(db, r, at->second, *t, to_string(toned));
			    });
	}

	/* What somebody looked up in the record before, when that was all the words. */
	bool
	recall(const columns &rows, weighed &w) const
	{
		auto known = rows.standing.find(columns::name_of("", w.first.id));

		for (size_t i = 0; known && i < names.size(); i++) {
			auto at = std::find_if(known->begin(), known->end(),
			    [&](const auto &p) { return p->name == names[i]; });

			if (at == known->end())
				break;
			w.words.push_back(*at);
		}
		if (w.words.size() == names.size())
			return true;
		w.words.clear();
		return false;
	}

	/* With the latest of what was known of the record. */
	void
	learn(const columns &rows, const weighed &w) const
	{
		std::string name = columns::name_of("", w.first.id);
		auto known = rows.standing.find(name);
		auto all = std::make_shared<words_places>(w.words);
		size_t bytes = 0;

		for (size_t i = 0; known && i < known->size() && all->size() < WORDS_KNOWN; i++)
			if (std::find(names.begin(), names.end(), (*known)[i]->name) == names.end())
				all->push_back((*known)[i]);
		for (const auto &p : *all)
			bytes += p->bytes();
		rows.standing.keep(name, all, bytes);
	}

      public:
	word_finder(std::string prefix, std::vector<std::string> folded, int64_t until)
	    : layer(std::move(prefix)), words(std::move(folded)), alarm(until)
	{
		for (size_t i = 0; i < words.size(); i++) {
			numbers[words[i]] = (uint8_t)i;
			names.push_back(layer + words[i]);
		}
	}

	/* In the order of their ids. */
	void
	find(shard &s, std::vector<weighed *> &records)
	{
		std::vector<reading> unknown;

		for (weighed *w : records)
			if (!recall(s.rows(), *w))
				unknown.push_back({ w, std::vector<word_places>(words.size()) });
		if (unknown.empty())
			return;
		look_up(s, unknown);
		for (reading &r : unknown) {
			for (size_t i = 0; i < words.size(); i++) {
				r.words[i].name = names[i];
				r.to->words.push_back(
				    std::make_shared<const word_places>(std::move(r.words[i])));
			}
			learn(s.rows(), *r.to);
		}
	}

      private:
	void
	look_up(shard &s, std::vector<reading> &records)
	{
		std::vector<word_spellings> list =
		    look_up_spellings(s.db, s.rows(), layer, words, alarm);

		if (cost_of_lists(list, records.size()) < cost_of_records(s.rows(), records))
			find_in_lists(s.db, list, records);
		else
			find_in_records(s.db, records);
	}
};

/*
 * How telling a term is among pages.  The index counts records: the number of pages is what the words
 * of all would fill, and a term stands on as many as it has occurrences over those on one page of the
 * records that are weighed, but on no fewer than there are records with it.
 */
class page_statistics
{
	class statistics &all;
	double pages = 0;

      public:
	explicit page_statistics(class statistics &of) : all(of)
	{
	}

	void
	set_mean_length(double words)
	{
		double records = (double)all.documents;

		pages = std::max(records, records * all.average / LAYERS / words);
	}

	/* As BM25Weight has it. */
	double
	idf(const std::string &term, const burst &b) const
	{
		double n = std::max<double>(
			   all.frequency(term), (double)all.occurrences(term) / b.mean()),
		       tw;

		n = std::min(n, pages);
		tw = (pages - n + .5) / (n + .5);
		return log(tw < 2 ? tw * .5 + 1 : tw);
	}
};

/* Weighs records by their slices. */
class slice_ranker
{
	struct search &all;
	const struct xap_slices &how;
	page_statistics pages;
	std::vector<wanted> words;
	std::vector<wanted_pair> pairs;
	int8_t pair_at[GROUPS_MAX][GROUPS_MAX];
	std::unordered_map<std::string, uint8_t> by_folded;
	double near_all = 0;

	uint8_t
	word_number(const struct xap_word &w)
	{
		std::string folded = to_string(w.folded), toned = to_string(w.toned);
		auto [at, fresh] = by_folded.try_emplace(folded, (uint8_t)words.size());

		if (fresh) {
			words.emplace_back();
			words.back().folded = folded;
		}
		wanted &to = words[at->second];
		to.times++;
		if (w.marked &&
		    std::find(to.toned.begin(), to.toned.end(), toned) == to.toned.end())
			to.toned.push_back(toned);
		return at->second;
	}

	void
	add_pair(uint8_t a, uint8_t b)
	{
		if (pair_at[a][b] >= 0 || pairs.size() >= GROUPS_MAX)
			return;
		pair_at[a][b] = (int8_t)pairs.size();
		pairs.push_back({ a, b });
	}

	std::string
	bigram_of(const wanted_pair &pair) const
	{
		const std::string &x = words[pair.first].folded, &y = words[pair.second].folded;
		char name[TEXT_BIGRAM_MAX + 1];
		size_t n =
		    text_bigram(span_make(x.data(), x.size()), span_make(y.data(), y.size()), name);

		return capped(how.bigram + std::string(name, n));
	}

	bool
	is_exact(size_t word, const std::string &toned) const
	{
		const std::vector<std::string> &typed = words[word].toned;

		return typed.empty() || std::find(typed.begin(), typed.end(), toned) != typed.end();
	}

	void
	list_places(weighed &w) const
	{
		for (size_t i = 0; i < w.words.size(); i++)
			for (const auto &[toned, at] : w.words[i]->spelled) {
				bool exact = is_exact(i, toned);

				for (uint32_t position : at)
					w.places.push_back({ position, (uint8_t)i, exact });
			}
		std::sort(w.places.begin(), w.places.end(),
		    [](const place &a, const place &b) { return a.position < b.position; });
	}

	/* The pair that ends at place i of a record, or -1. */
	int
	pair_ending(const std::vector<place> &places, size_t i) const
	{
		if (i == 0 || places[i - 1].position + 1 != places[i].position ||
		    places[i].position % XAP_SLICE == 0)
			return -1;
		return pair_at[places[i - 1].word][places[i].word];
	}

	double
	saturated(unsigned count, double length, double b) const
	{
		return count * (how.k1 + 1) / (count + how.k1 * (1 - b + b * length));
	}

	/* Words near each other: both rare ones count most, the nearer the more. */
	double
	nearness(const std::vector<place> &places, size_t from, size_t to) const
	{
		double best[GROUPS_MAX] = { 0 }, sum = 0;

		for (size_t i = from; i < to; i++)
			for (size_t k = i + 1;
			     k < to && places[k].position - places[i].position <= how.near_window;
			     k++) {
				uint8_t a = places[i].word, b = places[k].word;
				double x;

				if (a == b)
					continue;
				x = 1.0 / (places[k].position - places[i].position);
				best[a] = std::max(best[a], x * words[b].folded_idf);
				best[b] = std::max(best[b], x * words[a].folded_idf);
			}
		for (size_t w = 0; w < words.size(); w++)
			sum += best[w] * words[w].folded_idf;
		return near_all > 0 ? sum / near_all : 0;
	}

	/* Weight of places [from, to), which stand in one slice of this length (1 = average). */
	double
	weigh_slice(const std::vector<place> &places, size_t from, size_t to, double length,
	    bool with_pairs) const
	{
		unsigned exact[GROUPS_MAX] = { 0 }, any[GROUPS_MAX] = { 0 };
		unsigned pair[GROUPS_MAX] = { 0 }, exact_pair[GROUPS_MAX] = { 0 };
		double sum = 0, b = with_pairs ? how.b : how.plain_b;

		for (size_t i = from; i < to; i++) {
			const place &p = places[i];
			int at = pair_ending(places, i);

			any[p.word]++;
			exact[p.word] += p.exact;
			if (at < 0)
				continue;
			pair[at]++;
			exact_pair[at] += p.exact && places[i - 1].exact;
		}
		for (size_t w = 0; w < words.size(); w++) {
			double folded = words[w].folded_idf * saturated(any[w], length, b);

			sum += words[w].times *
			    (words[w].toned.empty() ? folded
						    : how.other_tone * folded +
					words[w].toned_idf * saturated(exact[w], length, b));
		}
		if (!with_pairs)
			return sum;
		for (size_t p = 0; p < pairs.size(); p++)
			sum += pairs[p].idf *
			    (how.pair * saturated(pair[p], length, b) +
				how.exact_pair * saturated(exact_pair[p], length, b));
		return sum + how.near * nearness(places, from, to);
	}

	std::shared_ptr<const std::vector<struct xap_slice_size>>
	read_sizes(const weighed &w) const
	{
		shard &s = *all.shards[w.first.shard];
		std::string name = columns::name_of("", w.first.id);
		auto known = s.rows().sizes.find(name);
		size_t n = 16;

		if (known)
			return known;
		auto sizes = std::make_shared<std::vector<struct xap_slice_size>>();
		std::string data =
		    s.db.get_document(w.first.id, Xapian::DOC_ASSUME_VALID).get_data();
		do {
			n *= 4;
			sizes->resize(n);
			sizes->resize(
			    how.sizes(span_make(data.data(), data.size()), sizes->data(), n));
		} while (sizes->size() == n && n < SLICES_MAX);
		sizes->shrink_to_fit();
		s.rows().sizes.keep(name, sizes, sizes->size() * sizeof sizes->front());
		return sizes;
	}

      public:
	slice_ranker(struct search &whole, const struct xap_slices &h)
	    : all(whole), how(h), pages(whole.stats)
	{
	}

	/* In the order of their numbers. */
	std::vector<std::string>
	folded_words() const
	{
		std::vector<std::string> out;

		for (const wanted &w : words)
			out.push_back(w.folded);
		return out;
	}

	void
	read_query()
	{
		const struct xap_slices &h = how;
		int before = -1;

		memset(pair_at, -1, sizeof pair_at);
		for (size_t i = 0; i < h.word_count && words.size() < GROUPS_MAX; i++) {
			uint8_t w = word_number(h.words[i]);

			if (before >= 0 && h.words[i].joined)
				add_pair((uint8_t)before, w);
			before = w;
		}
	}

	/* How telling words and pairs are, by the records they were looked up in. */
	void
	learn(std::vector<weighed> &list, double mean_length)
	{
		std::vector<burst> any(words.size()), exact(words.size()), pair(pairs.size());

		for (weighed &w : list) {
			list_places(w);
			for (std::vector<burst> *counted : { &any, &exact, &pair })
				for (burst &b : *counted)
					b.last = UINT32_MAX;
			for (size_t i = 0; i < w.places.size(); i++) {
				const place &p = w.places[i];
				int at = pair_ending(w.places, i);

				any[p.word].add(p.position / XAP_SLICE);
				if (p.exact)
					exact[p.word].add(p.position / XAP_SLICE);
				if (at >= 0)
					pair[(size_t)at].add(p.position / XAP_SLICE);
			}
		}
		pages.set_mean_length(mean_length);
		for (size_t i = 0; i < words.size(); i++)
			set_idf(words[i], any[i], exact[i]);
		for (size_t i = 0; i < pairs.size(); i++)
			pairs[i].idf = pages.idf(bigram_of(pairs[i]), pair[i]);
	}

	void
	set_idf(wanted &w, const burst &any, const burst &exact)
	{
		w.folded_idf = pages.idf(capped(how.folded + w.folded), any);
		for (const std::string &toned : w.toned)
			w.toned_idf =
			    std::max(w.toned_idf, pages.idf(capped(how.toned + toned), exact));
		near_all += w.folded_idf;
	}

	bool
	has_words() const
	{
		return !words.empty();
	}

	/*
	 * Where neighbours mean nothing, as in English, the first stage knows better: then only the
	 * best slices are kept.
	 */
	bool
	is_sure(const std::vector<weighed> &list) const
	{
		size_t n = 0;

		for (const weighed &w : list)
			n += w.sizes->size() > 1 && (*w.sizes)[w.best > 0 ? w.best : 1].pairs;
		return 2 * n >= list.size();
	}

	/* The mean number of words in a slice with text of the records. */
	double
	mean_length(std::vector<weighed> &list)
	{
		double sum = 0;
		size_t n = 0;

		for (weighed &w : list) {
			w.sizes = read_sizes(w);
			for (size_t s = 1; s < w.sizes->size(); s++)
				if ((*w.sizes)[s].words > 0) {
					sum += (*w.sizes)[s].words;
					n++;
				}
		}
		return n > 0 ? sum / (double)n : 1;
	}

	void
	weigh(weighed &w, double mean)
	{
		const std::vector<struct xap_slice_size> &sizes = *w.sizes;
		const std::vector<place> &places = w.places;
		double best = 0, best_page = 0;

		for (size_t from = 0, to; from < places.size(); from = to) {
			uint32_t slice = places[from].position / XAP_SLICE;
			bool known = slice < sizes.size();
			double length = known ? sizes[slice].words / mean : 1, sum;

			for (to = from;
			     to < places.size() && places[to].position / XAP_SLICE == slice; to++)
				;
			sum = weigh_slice(places, from, to, length, known && sizes[slice].pairs);
			best = std::max(best, sum);
			if (slice > 0 && sum > best_page) {
				best_page = sum;
				w.best = slice;
			}
		}
		w.weight = best + how.record * w.weight;
	}
};

/* Where the words stand in the records of each shard. */
void
find_words(struct search &s, const std::vector<std::string> &words, std::vector<weighed> &list)
{
	word_finder finder(s.q->slices->toned, words, s.q->deadline_us);

	for (unsigned at = 0; at < s.shards.size(); at++) {
		std::vector<weighed *> records;

		for (weighed &w : list)
			if (w.first.shard == at)
				records.push_back(&w);
		std::sort(records.begin(), records.end(),
		    [](const weighed *a, const weighed *b) { return a->first.id < b->first.id; });
		if (!records.empty())
			finder.find(*s.shards[at], records);
	}
}

/*
 * Weighs the first ones again; what is behind them stays there.  Gives the words that were looked up
 * in them.
 */
std::vector<std::string>
weigh_slices(struct search &s, std::vector<candidate> &best, std::vector<weighed> &list)
{
	const struct xap_slices &how = *s.q->slices;
	slice_ranker ranker(s, how);
	double mean;

	for (size_t i = 0; i < best.size() && i < how.depth; i++)
		list.push_back({ best[i], best[i].score, 0, {}, {}, {} });
	mean = ranker.mean_length(list);
	ranker.read_query();
	if (!ranker.has_words())
		return {};
	find_words(s, ranker.folded_words(), list);
	ranker.learn(list, mean);
	for (weighed &w : list)
		ranker.weigh(w, mean);
	if (ranker.is_sure(list))
		std::stable_sort(list.begin(), list.end(),
		    [](const auto &a, const auto &b) { return a.weight > b.weight; });
	for (size_t i = 0; i < list.size(); i++) {
		best[i] = list[i].first;
		best[i].slice = list[i].best;
	}
	return ranker.folded_words();
}

} // namespace

/* ------------------------------------------------------------------ search */

struct found {
	struct xap_hit hit;
	std::string data;
	size_t shard;	       /* of the reader */
	bool looked_up;	       /* the words of the hits were, in this one */
	words_places standing; /* where they are, by the number of the word */
};

struct xap_hits {
	struct xap_reader *reader;
	std::vector<std::string> words; /* folded, that the second stage looked up */
	std::string layer;		/* and in which */
	std::vector<found> list;
	std::vector<std::shared_ptr<const struct columns>> columns; /* their names are borrowed */
	std::vector<struct xap_facet> facets[XAP_FACETS];
	std::vector<std::string> names; /* of facets */
	std::vector<size_t> groups[XAP_DIVISIONS_MAX];
	size_t total = 0, complete = 0;
	bool exact = true, widened = false;
	std::vector<const struct xap_node *> cut;
};

namespace
{

struct span
name_span(const std::string &s)
{
	return span_make(s.data(), s.size());
}

void
fill_hits(struct xap_reader *r, const struct search &s, const std::vector<candidate> &best,
    size_t begin, std::vector<weighed> &twice, struct xap_hits *hits)
{
	for (size_t i = begin; i < best.size() && i < begin + s.q->limit; i++) {
		const shard &from = *s.shards[best[i].shard];
		const struct columns &c = *from.columns;
		Xapian::docid id = best[i].id;
		found f;

		f.hit.record = id;
		f.hit.best_slice = best[i].slice;
		f.hit.row = { c.access_class[id], c.level[id], c.flags[id], c.date[id],
			c.number[id], c.pages[id], c.dossiers[c.dossier[id]], {} };
		for (unsigned l = 0; l < XAP_LABELS; l++)
			f.hit.row.label[l] = name_span(c.names[l][c.label[l][id]]);
		f.shard = (size_t)(&from - r->shards.data());
		f.looked_up = i < twice.size() && twice[i].first.id == id;
		if (f.looked_up)
			f.standing = std::move(twice[i].words);
		if (c.data[id])
			f.data = from.db.get_document(id, Xapian::DOC_ASSUME_VALID).get_data();
		hits->list.push_back(std::move(f));
	}
	for (found &f : hits->list)
		f.hit.data = name_span(f.data);
}

void
by_count(std::vector<struct xap_facet> &list)
{
	std::sort(
	    list.begin(), list.end(), [](const struct xap_facet &a, const struct xap_facet &b) {
		    if (a.count != b.count)
			    return a.count > b.count;
		    if (a.number != b.number)
			    return a.number < b.number;
		    return std::string(a.value.p, a.value.n) < std::string(b.value.p, b.value.n);
	    });
}

void
fill_facets(const struct search &s, struct xap_hits *hits)
{
	size_t names = 0;

	for (const auto &l : s.labels)
		names += l.size();
	hits->names.reserve(names); /* borrowed from */
	for (unsigned l = 0; l < XAP_LABELS; l++) {
		for (const auto &[name, count] : s.labels[l]) {
			if (!(s.q->facets & XAP_FACET(l)))
				continue;
			hits->names.push_back(name);
			hits->facets[l].push_back({ name_span(hits->names.back()), 0, count });
		}
		by_count(hits->facets[l]);
	}
	for (const auto &[id, count] : s.dossiers)
		if (s.q->facets & XAP_FACET(XAP_BY_DOSSIER))
			hits->facets[XAP_BY_DOSSIER].push_back({ {}, id, count });
	by_count(hits->facets[XAP_BY_DOSSIER]);
	for (unsigned level = 0; level < 256; level++)
		if (s.levels[level] > 0)
			hits->facets[XAP_BY_LEVEL].push_back({ {}, level, s.levels[level] });
}

void
fill_dates(const struct search &s, struct xap_hits *hits)
{
	for (uint32_t year = s.last_year; !s.months.empty() && year >= s.first_year; year--) {
		size_t sum = 0;

		for (uint32_t month = 13; month-- > 0;) {
			size_t count = s.months[(year - s.first_year) * 13 + month];

			sum += count;
			if (count > 0 && s.q->facets & XAP_FACET(XAP_BY_MONTH))
				hits->facets[XAP_BY_MONTH].push_back(
				    { {}, year * 100 + month, count });
		}
		if (sum > 0 && s.q->facets & XAP_FACET(XAP_BY_YEAR))
			hits->facets[XAP_BY_YEAR].push_back({ {}, year, sum });
	}
}

/* The record after which the list goes on, as it would be ranked now. */
candidate
place_of(struct search &s, int64_t record)
{
	for (unsigned i = (unsigned)s.shards.size(); i-- > 0;)
		if (record > 0 && record <= XAP_ID_MAX &&
		    s.shards[i]->columns->has((Xapian::docid)record))
			return shard_search(s, i).weigh_one((Xapian::docid)record);
	throw Xapian::DocNotFoundError("the last hit");
}

/* Walks over all shards; false when the deadline came before the end. */
bool
walk(struct search &s)
{
	bool whole = true;

	for (unsigned i = 0; i < s.shards.size() && whole; i++) {
		std::unique_ptr<shard_search> one;

		try { /* the terms are looked up on the clock, too */
			one.reset(new shard_search(s, i));
			one->run();
		} catch (const deadline_passed &) {
			if (s.total == 0)
				throw;
			whole = false;
		}
		if (one)
			one->give_counts();
	}
	return whole;
}

/*
 * The list from behind a record on that the second stage did not move; false when the deadline came
 * before its end.
 */
bool
list_behind(const struct access *access, const struct xap_request *q, std::vector<shard *> &open,
    std::vector<candidate> &out)
{
	struct xap_request only = *q;

	only.facets = 0;
	only.division_count = 0;
	only.offset = 0;
	struct search s(access, &only, open);
	candidate after = place_of(s, q->after);

	s.after = &after;
	bool whole = walk(s);
	std::sort(s.best.begin(), s.best.end(), s.before);
	out = std::move(s.best);
	return whole;
}

/* False when the deadline came first: the order of the first stage stands. */
bool
weigh_again(struct search &s, std::vector<weighed> &list, std::vector<std::string> &words)
{
	try {
		words = weigh_slices(s, s.best, list);
	} catch (const deadline_passed &) {
		list.clear();
		return false;
	}
	return true;
}

/* What is behind after in the list; as far as the first walk kept it when the deadline came. */
bool
go_on_behind(const struct access *access, struct search &s, std::vector<shard *> &open,
    const candidate &after)
{
	size_t n = 0;

	try {
		return list_behind(access, s.q, open, s.best);
	} catch (const deadline_passed &) {
		for (size_t i = s.q->slices->depth; i < s.best.size(); i++)
			if (s.before(after, s.best[i]))
				s.best[n++] = s.best[i];
		s.best.resize(n);
		return false;
	}
}

/* The first hits twice weighed; where the wanted ones begin in it. */
size_t
order(const struct access *access, struct search &s, std::vector<shard *> &open, bool twice,
    const candidate &after, std::vector<weighed> &list, struct xap_hits *hits)
{
	const struct xap_request *q = s.q;

	std::sort(s.best.begin(), s.best.end(), s.before);
	if (twice && !weigh_again(s, list, hits->words))
		hits->exact = false;
	if (q->after == 0 || !twice)
		return q->offset;
	for (size_t i = 0; i < s.best.size() && i < q->slices->depth; i++)
		if (s.best[i].id == q->after)
			return i + 1;
	if (!go_on_behind(access, s, open, after))
		hits->exact = false;
	list.clear();
	return 0;
}

void
run(struct xap_reader *r, const struct access *access, const struct xap_request *q,
    struct xap_hits *hits)
{
	std::vector<shard *> open;
	std::vector<weighed> again;
	size_t begin;

	for (shard &s : r->shards)
		if (s.level <= access->clearance)
			open.push_back(&s);
	for (shard *s : open) {
		(void)s->rows();
		hits->columns.push_back(s->columns);
	}
	struct search s(access, q, open);
	candidate after = {};
	bool twice = q->slices != nullptr && q->rank != nullptr && q->sort == XAP_BY_RELEVANCE &&
	    s.wanted > 0 && q->offset < q->slices->depth;

	if (q->after != 0) {
		after = place_of(s, q->after);
		if (!twice)
			s.after = &after;
	}
	if (twice)
		s.wanted = std::max(q->slices->depth, s.wanted) + (q->after != 0 ? q->limit : 0);
	hits->exact = walk(s);
	for (size_t i = 0; i < s.q->division_count; i++)
		hits->groups[i] = s.groups[i];
	hits->total = s.total;
	hits->complete = s.complete;
	hits->cut = s.cut;
	hits->widened = s.widened;
	begin = order(access, s, open, twice, after, again, hits);
	hits->layer = twice ? q->slices->toned : "";
	fill_hits(r, s, s.best, begin, again, hits);
	fill_facets(s, hits);
	fill_dates(s, hits);
}

} // namespace

enum status
xap_search(struct xap_reader *r, const struct access *access, const struct xap_request *q,
    struct xap_hits **out, struct err *err)
{
	*out = nullptr;
	assert(access != nullptr);
	return guard(err, "search", [&] {
		std::unique_ptr<xap_hits> hits(new xap_hits);

		hits->reader = r;
		try {
			if (access->words > 0)
				run(r, access, q, hits.get());
		} catch (const too_big &) {
			return fail(err, ST_LIMIT, "search: the query is too big");
		} catch (const Xapian::DocNotFoundError &e) {
			return fail(err, q->after ? ST_CONFLICT : ST_STALE, "search: %s",
			    e.get_msg().c_str());
		}
		*out = hits.release();
		return ST_OK;
	});
}

/* ------------------------------------------------------------------ words that may be told */

enum status
xap_lexicon(struct xap_reader *r, const struct access *access, const struct xap_lexicon *ask,
    xap_lexicon_take take, void *payload, bool *whole, struct err *err)
{
	assert(access != nullptr);
	*whole = true;
	return guard(err, "look into the lexicon", [&] {
		std::string layer = ask->prefix, text = layer + to_string(ask->text);
		std::map<std::string, unsigned> words;
		struct xap_request request = {};
		alarm_clock alarm(ask->deadline_us);
		class gate gate(access, &request);

		request.hidden = ask->hidden;
		request.hidden_count = ask->hidden_count;
		if (access->words == 0 || ask->text.n == 0)
			return ST_OK;
		std::string from = ask->like ? layer + text[layer.size()] : text;
		for (shard &s : r->shards) {
			if (s.level > std::min(access->clearance, ask->clearance))
				continue;
			for (auto t = s.db.allterms_begin(from); t != s.db.allterms_end(from);
			     ++t) {
				alarm.tick();
				if (ask->like && !is_like(*t, text, 1))
					continue;
				unsigned n =
				    count_admitted(s.db, s.rows(), *t, gate, ask->most, alarm);

				if (n > 0 && words.size() == ask->words && words.count(*t) == 0) {
					*whole = false;
					break;
				}
				if (n > 0)
					words[*t] += n;
			}
		}
		for (const auto &[term, records] : words)
			if (records >= ask->least)
				take(payload,
				    span_make(
					term.data() + layer.size(), term.size() - layer.size()),
				    records);
		return ST_OK;
	});
}

size_t
xap_hits_count(const struct xap_hits *h)
{
	return h->list.size();
}

void
xap_hits_at(const struct xap_hits *h, size_t i, struct xap_hit *hit)
{
	*hit = h->list[i].hit;
}

size_t
xap_hits_total(const struct xap_hits *h, bool *exact)
{
	*exact = h->exact;
	return h->total;
}

bool
xap_hits_widened(const struct xap_hits *h)
{
	return h->widened;
}

size_t
xap_hits_complete(const struct xap_hits *h)
{
	return h->complete;
}

const struct xap_node *
xap_hits_cut(const struct xap_hits *h, size_t i)
{
	return i < h->cut.size() ? h->cut[i] : nullptr;
}

size_t
xap_hits_facet(const struct xap_hits *h, enum xap_facet_kind kind, const struct xap_facet **facets)
{
	*facets = h->facets[kind].data();
	return h->facets[kind].size();
}

const size_t *
xap_hits_groups(const struct xap_hits *h, size_t i)
{
	return h->groups[i].data();
}

/* ------------------------------------------------------------------ positions */

namespace
{

const uint32_t OCCURRENCES_MAX = 255; /* counted of a term in a slice */

typedef std::map<uint32_t, struct xap_slice> slices;

/* Adds places to their slice, as many as are counted of it. */
class slice_counter
{
	slices &out;
	const uint64_t groups;
	uint32_t slice = 0, seen = 0;

      public:
	slice_counter(slices &to, uint64_t bits) : out(to), groups(bits)
	{
	}

	/* False when its slice is full. */
	bool
	add(uint32_t position)
	{
		if (position / XAP_SLICE != slice) {
			slice = position / XAP_SLICE;
			seen = 0;
		}
		if (++seen > OCCURRENCES_MAX)
			return false;
		struct xap_slice &s =
		    out.try_emplace(slice, xap_slice{ slice, 0, 0 }).first->second;
		s.groups |= groups;
		s.count++;
		return true;
	}
};

/* Adds the places of one term; in a slice that is full it moves on to the next one. */
void
add_positions(const Xapian::Database &db, Xapian::docid id, const std::string &term,
    uint64_t groups, slices &out)
{
	auto p = db.positionlist_begin(id, term), end = db.positionlist_end(id, term);
	slice_counter counter(out, groups);

	while (p != end) {
		if (counter.add(*p))
			++p;
		else if (*p / XAP_SLICE == UINT32_MAX / XAP_SLICE)
			break;
		else
			p.skip_to((*p / XAP_SLICE + 1) * XAP_SLICE);
	}
}

/* Words without marks that are looked for: most stand for themselves. */
struct folded_places {
	std::map<std::string, uint64_t> whole;
	std::vector<const struct xap_place *> forms;

	/* The same for the same words and groups. */
	std::string
	name() const
	{
		std::string out;

		for (const auto &[word, groups] : whole) {
			out += word + "\x01";
			pack(out, groups, 8);
		}
		for (const struct xap_place *p : forms) {
			out += to_string(p->word) + "\x02";
			pack(out, p->form, 1);
			pack(out, p->distance, 1);
			pack(out, p->group & 63, 1);
		}
		return out;
	}

	uint64_t
	groups_of(const std::string &folded) const
	{
		auto at = whole.find(folded);
		uint64_t groups = at != whole.end() ? at->second : 0;
		struct span word = span_make(folded.data(), folded.size());

		for (const struct xap_place *p : forms)
			if (p->form == XAP_BEGINS
				? span_starts(word, p->word)
				: text_distance(word, p->word, p->distance) <= p->distance)
				groups |= UINT64_C(1) << (p->group & 63);
		return groups;
	}
};

/* Every toned spelling in this document of the folded words. */
void
find_any_tone(const Xapian::Database &db, Xapian::docid id, const std::string &prefix,
    const folded_places &folded, slices &out)
{
	spellings spelled(prefix);

	for (const auto &word : folded.whole)
		spelled.add(word.first);
	for (const struct xap_place *p : folded.forms)
		if (p->form == XAP_BEGINS)
			spelled.add(to_string(p->word));
		else
			spelled.add_everything();
	spelled.finish();
	spelled.each(db.termlist_begin(id), db.termlist_end(id),
	    [&](const Xapian::TermIterator &t, struct span, const std::string &word) {
		    uint64_t groups = folded.groups_of(word);

		    if (groups != 0)
			    add_positions(db, id, *t, groups, out);
	    });
}

void
add_any_tone(shard &from, Xapian::docid id, const std::string &prefix, const folded_places &folded,
    slices &out)
{
	std::string name = columns::name_of(prefix + "\x03" + folded.name(), id);
	auto known = from.rows().slices.find(name);

	if (!known) {
		auto found = std::make_shared<std::vector<struct xap_slice>>();
		slices fresh;

		find_any_tone(from.db, id, prefix, folded, fresh);
		for (const auto &s : fresh)
			found->push_back(s.second);
		known = found;
		from.rows().slices.keep(name, known, found->size() * sizeof(*found)[0]);
	}
	for (const struct xap_slice &s : *known) {
		struct xap_slice &to =
		    out.try_emplace(s.slice, xap_slice{ s.slice, 0, 0 }).first->second;

		to.groups |= s.groups;
		to.count += s.count;
	}
}

/* The number of a word that the second stage looked up in this hit, or -1. */
int
number_looked_up(
    const struct xap_hits &h, const found &f, const std::string &prefix, const struct xap_place &p)
{
	char buf[TEXT_WORD_MAX + 1];
	std::string folded;

	if (!f.looked_up || prefix != h.layer || p.form != XAP_WHOLE || p.word.n > TEXT_WORD_MAX)
		return -1;
	folded = p.any_tone ? to_string(p.word) : std::string(buf, text_untone(p.word, buf));
	for (size_t i = 0; i < h.words.size(); i++)
		if (!folded.empty() && h.words[i] == folded)
			return (int)i;
	return -1;
}

void
add_standing(const found &f, int word, const struct xap_place &p, uint64_t groups, slices &out)
{
	for (const auto &[toned, at] : f.standing[(size_t)word]->spelled) {
		slice_counter counter(out, groups);

		if (!p.any_tone && toned != to_string(p.word))
			continue;
		for (uint32_t position : at)
			(void)counter.add(position);
	}
}

void
add_places(const struct xap_hits &h, const found &f, const std::string &prefix,
    const struct xap_place *places, size_t count, slices &out)
{
	shard &from = h.reader->shards[f.shard];
	Xapian::docid id = (Xapian::docid)f.hit.record;
	folded_places folded;

	for (size_t p = 0; p < count; p++) {
		uint64_t group = UINT64_C(1) << (places[p].group & 63);
		int word = number_looked_up(h, f, prefix, places[p]);

		if (word >= 0)
			add_standing(f, word, places[p], group, out);
		else if (!places[p].any_tone)
			add_positions(
			    from.db, id, capped(prefix + to_string(places[p].word)), group, out);
		else if (places[p].form == XAP_WHOLE)
			folded.whole[to_string(places[p].word)] |= group;
		else
			folded.forms.push_back(&places[p]);
	}
	if (!folded.whole.empty() || !folded.forms.empty())
		add_any_tone(from, id, prefix, folded, out);
}

} // namespace

enum status
xap_hits_slices(struct xap_hits *h, size_t i, const char *prefix, const struct xap_place *places,
    size_t place_count, struct xap_slice *out, size_t max, size_t *count, struct err *err)
{
	return guard(err, "find the pages of a hit", [&] {
		slices all;
		size_t n = 0;

		try {
			add_places(*h, h->list[i], prefix, places, place_count, all);
		} catch (const Xapian::DocNotFoundError &e) {
			return fail(
			    err, ST_STALE, "find the pages of a hit: %s", e.get_msg().c_str());
		}
		for (auto s = all.begin(); s != all.end() && n < max; ++s)
			out[n++] = s->second;
		*count = n;
		return ST_OK;
	});
}

void
xap_hits_free(struct xap_hits *h)
{
	must([&] { delete h; });
}

void
xap_hits_freep(struct xap_hits **h)
{
	xap_hits_free(*h);
	*h = nullptr;
}
