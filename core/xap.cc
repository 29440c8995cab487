/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <xapian.h>

#include <algorithm>
#include <map>
#include <memory>
#include <new>
#include <sstream>
#include <string>
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
const size_t ROW_FIXED = 11;

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

std::string
pack_row(const struct xap_row &row)
{
	std::string out;

	pack(out, row.access_class, 4);
	pack(out, row.level, 1);
	pack(out, row.flags, 2);
	pack(out, row.date, 4);
	return out + to_string(row.type);
}

/* row.type is borrowed from packed. */
struct xap_row
unpack_row(const std::string &packed)
{
	struct xap_row row = {};

	if (packed.size() < ROW_FIXED || packed.size() > ROW_FIXED + XAP_TYPE_MAX)
		throw Xapian::DatabaseCorruptError("a row of columns has the wrong size");
	row.access_class = (uint32_t)unpack(packed, 0, 4);
	row.level = (uint8_t)unpack(packed, 4, 1);
	row.flags = (uint16_t)unpack(packed, 5, 2);
	row.date = (uint32_t)unpack(packed, 7, 4);
	row.type = span_make(packed.data() + ROW_FIXED, packed.size() - ROW_FIXED);
	return row;
}

} // namespace

/* ------------------------------------------------------------------ writer */

struct posting {
	unsigned wdf = 0;
	std::vector<uint32_t> positions;
};

struct xap_writer {
	Xapian::WritableDatabase db;
	bool active = false; /* a transaction is open */
	std::unordered_map<std::string, posting> terms;
	std::string row, data, name;
	struct xap_row columns = {};

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

	posting &
	entry(const char *prefix, struct span term)
	{
		name.assign(prefix);
		name.append(term.n ? term.p : "", term.n);
		if (name.size() > XAP_TERM_MAX)
			name = capped(name);
		return terms[name];
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
		w->row.clear();
		w->data.clear();
		w->columns = {};
	});
}

void
xap_add_term(struct xap_writer *w, const char *prefix, struct span term, unsigned wdf)
{
	must([&] { w->entry(prefix, term).wdf += wdf; });
}

void
xap_add_posting(
    struct xap_writer *w, const char *prefix, struct span term, uint32_t position, unsigned wdf)
{
	must([&] {
		posting &p = w->entry(prefix, term);

		p.wdf += wdf;
		p.positions.push_back(position);
	});
}

void
xap_set_row(struct xap_writer *w, const struct xap_row *row)
{
	must([&] {
		w->columns = *row;
		w->row = pack_row(*row);
	});
}

void
xap_set_data(struct xap_writer *w, struct span data)
{
	must([&] { w->data = to_string(data); });
}

/* Sorted terms go into a Xapian::Document without searching its tree. */
static Xapian::Document
make_document(struct xap_writer *w)
{
	std::vector<std::pair<const std::string, posting> *> sorted;
	Xapian::Document doc;

	sorted.reserve(w->terms.size());
	for (auto &term : w->terms)
		sorted.push_back(&term);
	std::sort(sorted.begin(), sorted.end(),
	    [](const auto *a, const auto *b) { return a->first < b->first; });
	for (auto *term : sorted) {
		doc.add_term(term->first, term->second.wdf);
		for (uint32_t position : term->second.positions)
			doc.add_posting(term->first, position, 0);
	}
	doc.add_value(ROW_SLOT, w->row);
	doc.set_data(w->data);
	return doc;
}

enum status
xap_put(struct xap_writer *w, int64_t record, struct err *err)
{
	if (record < 1 || record > XAP_ID_MAX)
		return fail(err, ST_INVALID, "record id %lld cannot be indexed", (long long)record);
	if (w->columns.type.n > XAP_TYPE_MAX)
		return fail(
		    err, ST_INVALID, "type code of %zu bytes is too long", w->columns.type.n);
	if (w->row.empty())
		w->row = pack_row(w->columns);
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
		all.compact(to, Xapian::DBCOMPACT_NO_RENUMBER);
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

/* ------------------------------------------------------------------ reader */

namespace
{

const uint8_t ABSENT = 0xff;

struct column {
	uint32_t access_class;
	uint32_t date;
	uint16_t type; /* index into columns::types */
	uint16_t flags;
	uint8_t level;
	uint8_t shard; /* ABSENT: no such record */
};

/* One row a record id, for all shards of a view. */
struct columns {
	std::vector<column> rows;
	std::vector<std::string> types;
	std::unordered_map<std::string, uint16_t> type_numbers;

	uint16_t
	type_number(struct span type)
	{
		auto [at, fresh] =
		    type_numbers.try_emplace(to_string(type), (uint16_t)types.size());

		if (fresh && types.size() >= XAP_FACETS_MAX) {
			type_numbers.erase(at);
			return 0;
		}
		if (fresh)
			types.push_back(at->first);
		return at->second;
	}

	void
	load(const Xapian::Database &db, uint8_t shard)
	{
		struct xap_row row;

		if (rows.size() < (size_t)db.get_lastdocid() + 1)
			rows.resize((size_t)db.get_lastdocid() + 1, { 0, 0, 0, 0, 0, ABSENT });
		for (auto v = db.valuestream_begin(ROW_SLOT); v != db.valuestream_end(ROW_SLOT);
		     ++v) {
			std::string packed = *v;
			row = unpack_row(packed);
			rows[v.get_docid()] = { row.access_class, row.date, type_number(row.type),
				row.flags, row.level, shard };
		}
	}

	/* nullptr when the index has no such record. */
	const column *
	find(Xapian::docid id) const
	{
		return id < rows.size() && rows[id].shard != ABSENT ? &rows[id] : nullptr;
	}
};

/* The shards that a clearance may see, as one database. */
struct view {
	Xapian::Database db;
	std::vector<Xapian::Database> shards;
	struct columns columns;
};

struct shard {
	std::string path;
	int level;
	Xapian::Database db;
	dev_t device;
	ino_t inode;
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

	identify(s, device, inode);
	if (device == s.device && inode == s.inode)
		return s.db.reopen();
	open_shard(s);
	return true;
}

} // namespace

struct xap_reader {
	std::vector<shard> shards;
	std::map<uint64_t, std::unique_ptr<view>> views; /* by bit mask of shards */
	std::string type;				 /* of the last xap_record_row */

	/* The view of a clearance; nullptr when it may see no shard. */
	view *
	view_of(int clearance)
	{
		uint64_t mask = 0;

		for (size_t i = 0; i < shards.size(); i++)
			if (shards[i].level <= clearance)
				mask |= UINT64_C(1) << i;
		if (mask == 0)
			return nullptr;
		std::unique_ptr<view> &v = views[mask];
		if (!v) {
			std::unique_ptr<view> fresh(new view);
			for (size_t i = 0; i < shards.size(); i++) {
				if (!(mask >> i & 1))
					continue;
				fresh->db.add_database(shards[i].db);
				fresh->shards.push_back(shards[i].db);
				fresh->columns.load(shards[i].db, (uint8_t)i);
			}
			if (fresh->columns.types.empty())
				fresh->columns.types.emplace_back();
			v = std::move(fresh);
		}
		return v.get();
	}
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
			r->shards.push_back({ shards[i].path, shards[i].level, {}, 0, 0 });
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
		if (any)
			r->views.clear();
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
		r->type = r->shards[at].db.get_document((Xapian::docid)record).get_value(ROW_SLOT);
		*row = unpack_row(r->type);
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

/* ------------------------------------------------------------------ queries */

namespace
{

struct too_big {
};

/* Letters of a term of the text layers; the one before them is the layer. */
bool
is_like(const std::string &term, const std::string &wanted, unsigned distance)
{
	return text_distance(span_make(term.data() + 1, term.size() - 1),
		   span_make(wanted.data() + 1, wanted.size() - 1), distance) <= distance;
}

/* The most frequent terms that begin with a prefix or are like a word. */
void
expand(const Xapian::Database &db, const struct xap_node *n, std::vector<std::string> &out)
{
	std::vector<std::pair<Xapian::doccount, std::string>> all;
	std::string text = to_string(n->text);
	std::string prefix = n->op == XAP_FUZZY ? text.substr(0, 1) : text;

	if (text.empty())
		return;
	for (auto t = db.allterms_begin(prefix); t != db.allterms_end(prefix); ++t)
		if (n->op == XAP_PREFIX || is_like(*t, text, n->distance))
			all.emplace_back(t.get_termfreq(), *t);
	std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) {
		return a.first != b.first ? a.first > b.first : a.second < b.second;
	});
	for (size_t i = 0; i < all.size() && i < n->window; i++)
		out.push_back(all[i].second);
}

/* A tree of ours as one of Xapian's.  For matching alone what only adds weight is left out. */
class builder
{
	const Xapian::Database &db;
	bool matching;
	size_t nodes = 0;

	std::vector<Xapian::Query>
	children(const struct xap_node *n, size_t from, unsigned depth)
	{
		std::vector<Xapian::Query> out;

		for (size_t i = from; i < n->count; i++)
			out.push_back(build(n->child[i], depth + 1));
		return out;
	}

	Xapian::Query
	join(Xapian::Query::op op, const std::vector<Xapian::Query> &q, unsigned window = 0)
	{
		return q.empty() ? Xapian::Query() : Xapian::Query(op, q.begin(), q.end(), window);
	}

	/* The first child against the others. */
	Xapian::Query
	pair(Xapian::Query::op op, Xapian::Query::op others, const struct xap_node *n,
	    unsigned depth)
	{
		Xapian::Query first = n->count ? build(n->child[0], depth + 1) : Xapian::Query();

		if (n->count < 2)
			return first;
		return Xapian::Query(op, first, join(others, children(n, 1, depth)));
	}

	Xapian::Query
	forms(const struct xap_node *n)
	{
		std::vector<std::string> terms;

		expand(db, n, terms);
		if (terms.empty())
			return Xapian::Query();
		return Xapian::Query(Xapian::Query::OP_SYNONYM, terms.begin(), terms.end());
	}

      public:
	builder(const Xapian::Database &of, bool matching_only) : db(of), matching(matching_only)
	{
	}

	Xapian::Query
	build(const struct xap_node *n, unsigned depth = 0)
	{
		if (depth > XAP_DEPTH_MAX || ++nodes > XAP_NODES_MAX)
			throw too_big();
		switch (n->op) {
		case XAP_NOTHING:
			return Xapian::Query();
		case XAP_ALL: /* Query::MatchAll is shared and not thread-safe */
			return Xapian::Query(std::string());
		case XAP_TERM:
			return n->text.n ? Xapian::Query(capped(to_string(n->text)))
					 : Xapian::Query();
		case XAP_AND:
			if (n->count == 0)
				return Xapian::Query(std::string());
			return join(Xapian::Query::OP_AND, children(n, 0, depth));
		case XAP_OR:
			return join(Xapian::Query::OP_OR, children(n, 0, depth));
		case XAP_NOT:
			return pair(Xapian::Query::OP_AND_NOT, Xapian::Query::OP_OR, n, depth);
		case XAP_MAYBE:
			if (matching)
				return n->count ? build(n->child[0], depth + 1) : Xapian::Query();
			return pair(Xapian::Query::OP_AND_MAYBE, Xapian::Query::OP_OR, n, depth);
		case XAP_FILTER:
			return pair(Xapian::Query::OP_FILTER, Xapian::Query::OP_AND, n, depth);
		case XAP_PHRASE:
			return join(
			    Xapian::Query::OP_PHRASE, children(n, 0, depth), (unsigned)n->count);
		case XAP_NEAR:
			return join(Xapian::Query::OP_NEAR, children(n, 0, depth), n->window);
		case XAP_PREFIX:
		case XAP_FUZZY:
			return forms(n);
		case XAP_SCALE:
			if (n->count == 0)
				return Xapian::Query();
			if (matching)
				return build(n->child[0], depth + 1);
			return Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT,
			    build(n->child[0], depth + 1), n->factor);
		case XAP_SYNONYM:
			return join(Xapian::Query::OP_SYNONYM, children(n, 0, depth));
		}
		throw Xapian::InvalidArgumentError("unknown kind of query node");
	}
};

/* ------------------------------------------------------------------ matching */

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

      public:
	gate(const struct access *a, const struct xap_request *q) : access(a), request(q)
	{
	}

	bool
	admits(Xapian::docid id, const column &c) const
	{
		if (!access_can(access, PERM_READ, c.access_class) || c.level > access->clearance)
			return false;
		if (c.date < request->date_from ||
		    (request->date_to != 0 && (c.date == 0 || c.date > request->date_to)))
			return false;
		return request->hidden_count == 0 || !is_hidden(id);
	}
};

const unsigned CLOCK_EVERY = 512; /* documents between two looks at the clock */

class alarm_clock
{
	int64_t deadline;
	unsigned calls = 0;

      public:
	explicit alarm_clock(int64_t until) : deadline(until)
	{
	}

	void
	tick()
	{
		if (deadline != 0 && ++calls % CLOCK_EVERY == 0 && monotonic_us() > deadline)
			throw deadline_passed();
	}
};

/* The first pass: collects and counts everything that matches; keeps nothing in the MSet. */
class collector : public Xapian::MatchDecider
{
	const struct columns &columns;
	const class gate &gate;
	bool facets;

      public:
	mutable alarm_clock alarm;
	mutable std::vector<Xapian::docid> ids;
	mutable std::vector<bool> seen;
	mutable std::vector<size_t> types, years;
	std::vector<uint8_t> units; /* by record; empty: words do not decide */
	unsigned least = 0, full = 0;
	mutable size_t complete = 0;

	collector(const struct columns &c, const class gate &g, bool want_facets, int64_t until)
	    : columns(c), gate(g), facets(want_facets), alarm(until), seen(c.rows.size())
	{
		if (facets) {
			types.resize(c.types.size());
			years.resize(10000);
		}
	}

	void
	take(Xapian::docid id) const
	{
		const column *c = columns.find(id);

		/* For a moment a record may stand in two shards: it counts once. */
		if (c == nullptr || seen[id] || (!units.empty() && units[id] < least) ||
		    !gate.admits(id, *c))
			return;
		seen[id] = true;
		ids.push_back(id);
		complete += units.empty() || units[id] >= full;
		if (facets) {
			types[c->type]++;
			years[c->date / 10000 % 10000]++;
		}
	}

	bool
	operator()(const Xapian::Document &doc) const override
	{
		alarm.tick();
		take(doc.get_docid());
		return false;
	}
};

/* The second pass: what the first one found. */
class picker : public Xapian::MatchDecider
{
	const std::vector<bool> &seen;
	mutable alarm_clock alarm;

      public:
	picker(const std::vector<bool> &found, int64_t until) : seen(found), alarm(until)
	{
	}

	bool
	operator()(const Xapian::Document &doc) const override
	{
		Xapian::docid id = doc.get_docid();

		alarm.tick();
		return id < seen.size() && seen[id];
	}
};

unsigned
units_of(const struct xap_request *q, size_t i)
{
	return q->units ? q->units[i] : 1;
}

/* Must every word be there?  Then plain boolean matching does it, which is much faster. */
bool
wants_all(const struct xap_request *q)
{
	for (size_t i = 0; i < q->word_count; i++)
		if (units_of(q, i) != 1)
			return false;
	return q->least >= q->word_count;
}

/* The terms of a word: any of them is the word. */
void
list_terms(const Xapian::Database &db, const struct xap_node *n, std::vector<std::string> &out)
{
	if (n->op == XAP_TERM)
		out.push_back(capped(to_string(n->text)));
	else if (n->op == XAP_PREFIX || n->op == XAP_FUZZY)
		expand(db, n, out);
	for (size_t i = 0; n->op == XAP_SYNONYM && i < n->count; i++)
		list_terms(db, n->child[i], out);
}

/* Documents that hold all the terms of an AND. */
template <class F>
void
walk_together(const Xapian::Database &db, const struct xap_node *n, alarm_clock &alarm, F take)
{
	std::vector<Xapian::PostingIterator> at;
	std::vector<std::string> terms;

	for (size_t i = 0; i < n->count; i++)
		terms.push_back(capped(to_string(n->child[i]->text)));
	for (const std::string &term : terms)
		at.push_back(db.postlist_begin(term));
	for (size_t i = 0, same = 1; n->count > 0;) {
		Xapian::PostingIterator end = db.postlist_end(terms[i]);
		Xapian::docid id;

		alarm.tick();
		if (at[i] == end)
			return;
		id = *at[i];
		if (same == at.size()) {
			take(id);
			++at[i];
			same = 1;
			continue;
		}
		i = (i + 1) % at.size();
		if (at[i] == db.postlist_end(terms[i]))
			return;
		at[i].skip_to(id);
		if (at[i] == db.postlist_end(terms[i]))
			return;
		same = *at[i] == id ? same + 1 : 1;
	}
}

/*
 * Adds up the units of each record by walking the posting lists.  Xapian's own way, a cutoff on
 * CoordWeight, loses records: 1.4 steps over one when an OR turns into an AND (OrPostList::next).
 */
void
count_units(const view &v, const struct xap_request *q, collector &c)
{
	std::vector<uint8_t> last(v.columns.rows.size()); /* word counted last, from 1 */
	std::vector<std::string> terms;

	c.least = q->least;
	c.full = q->full;
	c.units.resize(v.columns.rows.size());
	for (size_t i = 0; i < q->word_count; i++) {
		const struct xap_node *n = q->words[i];
		auto count = [&](Xapian::docid id) {
			if (id >= last.size() || last[id] == i + 1)
				return;
			last[id] = (uint8_t)(i + 1);
			c.units[id] =
			    (uint8_t)std::min<unsigned>(255, c.units[id] + units_of(q, i));
		};

		terms.clear();
		list_terms(v.db, n, terms);
		for (const Xapian::Database &db : v.shards) {
			for (const std::string &term : terms)
				for (auto p = db.postlist_begin(term); p != db.postlist_end(term);
				     ++p) {
					c.alarm.tick();
					count(*p);
				}
			for (size_t k = 0; n->op == XAP_SYNONYM && k < n->count; k++)
				if (n->child[k]->op == XAP_AND)
					walk_together(db, n->child[k], c.alarm, count);
		}
	}
}

/* The boolean query of the first pass: the filter, and the words when each must be there. */
Xapian::Query
match_query(const Xapian::Database &db, const struct xap_request *q, bool every)
{
	builder build(db, true);
	std::vector<Xapian::Query> parts;

	for (size_t i = 0; every && i < q->word_count; i++)
		parts.push_back(build.build(q->words[i]));
	if (q->filter)
		parts.push_back(build.build(q->filter));
	return parts.empty() ? Xapian::Query(std::string())
			     : Xapian::Query(Xapian::Query::OP_AND, parts.begin(), parts.end());
}

void
match(const view &v, const struct xap_request *q, collector &c)
{
	Xapian::Enquire enquire(v.db);
	bool every = wants_all(q), counted = !every && q->least > 0;

	if (counted)
		count_units(v, q, c);
	if (counted && q->filter == nullptr) {
		for (size_t id = 1; id < c.units.size(); id++)
			c.take((Xapian::docid)id);
		return;
	}
	enquire.set_query(match_query(v.db, q, every));
	enquire.set_weighting_scheme(Xapian::BoolWeight());
	(void)enquire.get_mset(0, 0, v.db.get_doccount(), nullptr, &c);
}

} // namespace

/* ------------------------------------------------------------------ second stage */

namespace
{

const size_t GROUPS_MAX = 64;
const double LAYERS = 3;  /* each word is a toned and a folded term and half of two bigrams */
const double BURST = 2.5; /* occurrences on a page that has any */
const size_t SLICES_MAX = 1 << 18; /* of a record (D7) */

/* A word of the query, once, however often and with whatever tones it was typed. */
struct wanted {
	std::string folded;
	std::vector<std::string> toned; /* as typed with marks; empty: any tone is meant */
	double times = 0, toned_idf = 0, folded_idf = 0;
};

struct wanted_pair {
	uint8_t first, second;
	double idf;
};

/* Where a word of the query stands in a record. */
struct place {
	uint32_t position;
	uint8_t word;
	bool exact;
};

/*
 * How telling a term is among pages.  The index counts records: the number of pages is what the words
 * of all would fill, and a term stands on as many as it has occurrences over BURST, but on no fewer
 * than there are records with it.
 */
class page_statistics
{
	const Xapian::Database &db;
	double pages = 0;

      public:
	explicit page_statistics(const Xapian::Database &all) : db(all)
	{
	}

	void
	set_mean_length(double words)
	{
		double all = db.get_doccount();

		pages = std::max(all, all * db.get_avlength() / LAYERS / words);
	}

	/* As BM25Weight has it. */
	double
	idf(const std::string &term) const
	{
		double n = std::max<double>(
			   db.get_termfreq(term), db.get_collection_freq(term) / BURST),
		       tw;

		n = std::min(n, pages);
		tw = (pages - n + .5) / (n + .5);
		return log(tw < 2 ? tw * .5 + 1 : tw);
	}
};

/* Weighs records by their slices. */
class slice_ranker
{
	const view &v;
	const struct xap_slices &how;
	page_statistics statistics;
	std::vector<wanted> words;
	std::vector<wanted_pair> pairs;
	int8_t pair_at[GROUPS_MAX][GROUPS_MAX];
	std::unordered_map<std::string, uint8_t> by_folded;
	bool first_letter[256] = { false };
	std::vector<place> places;
	double near_all = 0;
	alarm_clock alarm;

	uint8_t
	word_number(const struct xap_word &w)
	{
		std::string folded = to_string(w.folded), toned = to_string(w.toned);
		auto [at, fresh] = by_folded.try_emplace(folded, (uint8_t)words.size());

		if (fresh) {
			words.emplace_back();
			words.back().folded = folded;
			words.back().folded_idf = statistics.idf(capped(how.folded + folded));
			allow(folded);
		}
		wanted &to = words[at->second];
		to.times++;
		if (w.marked &&
		    std::find(to.toned.begin(), to.toned.end(), toned) == to.toned.end()) {
			to.toned.push_back(toned);
			to.toned_idf =
			    std::max(to.toned_idf, statistics.idf(capped(how.toned + toned)));
		}
		return at->second;
	}

	/* Bytes that a toned spelling may begin with: a is also ă and â, d also đ. */
	void
	allow(const std::string &folded)
	{
		unsigned char c = folded.empty() ? 0 : (unsigned char)folded[0];

		first_letter[c] = true;
		if (strchr("adeou", c) != nullptr && c != 0)
			first_letter[0xc3] = first_letter[0xc4] = first_letter[0xc6] = true;
	}

	void
	add_pair(uint8_t a, uint8_t b)
	{
		char name[TEXT_BIGRAM_MAX + 1];
		const std::string &x = words[a].folded, &y = words[b].folded;
		size_t n;

		if (pair_at[a][b] >= 0 || pairs.size() >= GROUPS_MAX)
			return;
		n = text_bigram(span_make(x.data(), x.size()), span_make(y.data(), y.size()), name);
		pair_at[a][b] = (int8_t)pairs.size();
		pairs.push_back(
		    { a, b, statistics.idf(capped(how.bigram + std::string(name, n))) });
	}

	void
	take_term(const Xapian::Database &db, Xapian::docid id, const std::string &term,
	    const std::string &toned, uint8_t word)
	{
		const wanted &w = words[word];
		bool exact = w.toned.empty() ||
		    std::find(w.toned.begin(), w.toned.end(), toned) != w.toned.end();

		for (auto p = db.positionlist_begin(id, term), end = db.positionlist_end(id, term);
		     p != end; ++p) {
			alarm.tick();
			places.push_back({ *p, word, exact });
		}
	}

	/* Every place of every word in any tone, in order. */
	void
	find_places(const Xapian::Database &db, Xapian::docid id)
	{
		char buf[TEXT_WORD_MAX + 1];
		std::string prefix = how.toned, term;
		auto t = db.termlist_begin(id), end = db.termlist_end(id);

		places.clear();
		for (t.skip_to(prefix); t != end; ++t) {
			term = *t;
			if (term.compare(0, prefix.size(), prefix) != 0)
				break;
			if (term.size() == prefix.size() ||
			    !first_letter[(unsigned char)term[prefix.size()]])
				continue;
			std::string toned = term.substr(prefix.size());
			size_t n = text_untone(span_make(toned.data(), toned.size()), buf);
			auto at = by_folded.find(std::string(buf, n));
			if (at != by_folded.end())
				take_term(db, id, term, toned, at->second);
		}
		std::sort(places.begin(), places.end(),
		    [](const place &a, const place &b) { return a.position < b.position; });
	}

	double
	saturated(unsigned count, double length, double b) const
	{
		return count * (how.k1 + 1) / (count + how.k1 * (1 - b + b * length));
	}

	/* Words near each other: both rare ones count most, the nearer the more. */
	double
	nearness(size_t from, size_t to) const
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
	weigh_slice(size_t from, size_t to, double length, bool with_pairs) const
	{
		unsigned exact[GROUPS_MAX] = { 0 }, any[GROUPS_MAX] = { 0 };
		unsigned pair[GROUPS_MAX] = { 0 }, exact_pair[GROUPS_MAX] = { 0 };
		double sum = 0, b = with_pairs ? how.b : how.plain_b;

		for (size_t i = from; i < to; i++) {
			const place &p = places[i];
			int at;

			any[p.word]++;
			exact[p.word] += p.exact;
			if (i == from || places[i - 1].position + 1 != p.position ||
			    (at = pair_at[places[i - 1].word][p.word]) < 0)
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
		return sum + how.near * nearness(from, to);
	}

      public:
	struct weighed {
		Xapian::docid id;
		double weight;
		uint32_t best; /* slice, 0 = none but the first */
		std::vector<struct xap_slice_size> sizes;
	};

      private:
	void
	read_sizes(weighed &w) const
	{
		std::string data =
		    v.shards[v.columns.rows[w.id].shard].get_document(w.id).get_data();
		size_t n = 16;

		do {
			n *= 4;
			w.sizes.resize(n);
			w.sizes.resize(
			    how.sizes(span_make(data.data(), data.size()), w.sizes.data(), n));
		} while (w.sizes.size() == n && n < SLICES_MAX);
	}

      public:
	slice_ranker(const view &view, const struct xap_slices &h, int64_t until)
	    : v(view), how(h), statistics(view.db), alarm(until)
	{
	}

	void
	read_query(double mean_length)
	{
		const struct xap_slices &h = how;
		int before = -1;

		statistics.set_mean_length(mean_length);
		memset(pair_at, -1, sizeof pair_at);
		for (size_t i = 0; i < h.word_count && words.size() < GROUPS_MAX; i++) {
			uint8_t w = word_number(h.words[i]);

			if (before >= 0 && h.words[i].joined)
				add_pair((uint8_t)before, w);
			before = w;
		}
		for (const wanted &w : words)
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
			n += w.sizes.size() > 1 && w.sizes[w.best > 0 ? w.best : 1].pairs;
		return 2 * n >= list.size();
	}

	/* The mean number of words in a slice with text of the records. */
	double
	mean_length(std::vector<weighed> &list)
	{
		double sum = 0;
		size_t n = 0;

		for (weighed &w : list) {
			read_sizes(w);
			for (size_t s = 1; s < w.sizes.size(); s++)
				if (w.sizes[s].words > 0) {
					sum += w.sizes[s].words;
					n++;
				}
		}
		return n > 0 ? sum / (double)n : 1;
	}

	void
	weigh(weighed &w, double mean)
	{
		double best = 0, best_page = 0;

		find_places(v.shards[v.columns.rows[w.id].shard], w.id);
		for (size_t from = 0, to; from < places.size(); from = to) {
			uint32_t slice = places[from].position / XAP_SLICE;
			bool known = slice < w.sizes.size();
			double length = known ? w.sizes[slice].words / mean : 1, sum;

			for (to = from;
			     to < places.size() && places[to].position / XAP_SLICE == slice; to++)
				;
			sum = weigh_slice(from, to, length, known && w.sizes[slice].pairs);
			best = std::max(best, sum);
			if (slice > 0 && sum > best_page) {
				best_page = sum;
				w.best = slice;
			}
		}
		w.weight = best + how.record * w.weight;
	}
};

/* Weighs the first ids again; what is behind them stays there. */
void
weigh_slices(const view &v, const struct xap_request *q, std::vector<Xapian::docid> &ids,
    const std::vector<double> &weights, std::unordered_map<Xapian::docid, uint32_t> &best)
{
	slice_ranker ranker(v, *q->slices, q->deadline_us);
	std::vector<slice_ranker::weighed> list;
	double mean;

	for (size_t i = 0; i < ids.size() && i < weights.size() && i < q->slices->depth; i++)
		list.push_back({ ids[i], weights[i], 0, {} });
	mean = ranker.mean_length(list);
	ranker.read_query(mean);
	if (!ranker.has_words())
		return;
	for (slice_ranker::weighed &w : list)
		ranker.weigh(w, mean);
	if (ranker.is_sure(list))
		std::stable_sort(list.begin(), list.end(),
		    [](const auto &a, const auto &b) { return a.weight > b.weight; });
	for (size_t i = 0; i < list.size(); i++) {
		ids[i] = list[i].id;
		best[list[i].id] = list[i].best;
	}
}

} // namespace

/* ------------------------------------------------------------------ search */

struct found {
	struct xap_hit hit;
	std::string data;
	size_t shard;
};

struct xap_hits {
	struct xap_reader *reader;
	std::vector<found> list;
	std::vector<std::string> names; /* of types, for hits and facets */
	std::vector<struct xap_facet> types, years;
	size_t total = 0, complete = 0;
	bool exact = true;
};

namespace
{

/* Half of the time may go into counting. */
int64_t
counting_deadline(int64_t deadline)
{
	int64_t now = monotonic_us();

	return deadline == 0 ? 0 : now + (deadline - now) / 2;
}

void
collect(const view &v, const struct xap_request *q, collector &c, struct xap_hits *hits)
{
	try {
		match(v, q, c);
	} catch (const deadline_passed &) {
		hits->exact = false;
	}
	hits->total = c.ids.size();
	hits->complete = c.complete;
}

/*
 * With its pruning Xapian 1.4 drops a good record from the top now and then (see count_units); up
 * to so many matches it is made to weigh every one.
 */
const size_t EXACT_RANKING = 50000;

/* How many records are put in order. */
size_t
window_of(const struct xap_request *q)
{
	size_t end = q->offset + q->limit;

	return q->slices != nullptr && q->offset < q->slices->depth
	    ? std::max(end, q->slices->depth)
	    : end;
}

/* Appends record ids of the wanted window in order of weight, each once. */
void
rank(const view &v, const struct xap_request *q, const collector &c,
    std::vector<Xapian::docid> &out, std::vector<double> &weights)
{
	std::vector<bool> have(c.seen.size()); /* in two shards for a moment */
	Xapian::Enquire enquire(v.db);
	picker pick(c.seen, q->deadline_us);
	builder build(v.db, false);
	Xapian::MSet mset;

	enquire.set_query(build.build(q->rank));
	enquire.set_weighting_scheme(Xapian::BM25Weight(q->k1, 0, 1, q->b, 0));
	mset = enquire.get_mset(0, (Xapian::doccount)window_of(q),
	    c.ids.size() <= EXACT_RANKING ? v.db.get_doccount() : 0, nullptr, &pick);
	for (auto m = mset.begin(); m != mset.end(); ++m) {
		Xapian::docid id = (Xapian::docid)((*m - 1) / v.shards.size() + 1);

		if (have[id])
			continue;
		have[id] = true;
		out.push_back(id);
		weights.push_back(m.get_weight());
	}
}

/* By date or, without a ranking, newest record first: the columns know. */
void
order(const view &v, const struct xap_request *q, std::vector<Xapian::docid> &ids)
{
	const std::vector<column> &rows = v.columns.rows;
	size_t want = std::min(ids.size(), q->offset + q->limit);
	enum xap_sort sort = q->sort;

	std::partial_sort(ids.begin(), ids.begin() + (ptrdiff_t)want, ids.end(),
	    [&](Xapian::docid a, Xapian::docid b) {
		    uint32_t x = rows[a].date, y = rows[b].date;

		    if (sort == XAP_BY_RELEVANCE || x == y)
			    return a > b;
		    if (x == 0 || y == 0)
			    return y == 0; /* undated ones last */
		    return sort == XAP_NEWEST_FIRST ? x > y : x < y;
	    });
	ids.resize(want);
}

/* What matches but has no weight at all comes behind, newest record first. */
void
append_rest(const view &v, const struct xap_request *q, const collector &c,
    std::vector<Xapian::docid> &ranked)
{
	std::vector<Xapian::docid> rest;
	std::vector<bool> have(c.seen.size());

	if (ranked.size() >= std::min(c.ids.size(), q->offset + q->limit))
		return;
	for (Xapian::docid id : ranked)
		have[id] = true;
	for (Xapian::docid id : c.ids)
		if (!have[id])
			rest.push_back(id);
	order(v, q, rest);
	ranked.insert(ranked.end(), rest.begin(), rest.end());
}

void
fill_hits(const view &v, const struct xap_request *q, const std::vector<Xapian::docid> &ids,
    const std::unordered_map<Xapian::docid, uint32_t> &best, struct xap_hits *hits)
{
	size_t end = std::min(ids.size(), q->offset + q->limit);

	for (size_t i = q->offset; i < end; i++) {
		const column &c = v.columns.rows[ids[i]];
		found f;

		f.hit.record = ids[i];
		f.hit.row = { c.access_class, c.level, c.flags, c.date,
			span_make(hits->names[c.type].data(), hits->names[c.type].size()) };
		f.shard = c.shard;
		f.hit.best_slice = best.count(ids[i]) ? best.at(ids[i]) : 0;
		f.data = hits->reader->shards[c.shard].db.get_document(ids[i]).get_data();
		hits->list.push_back(std::move(f));
	}
	for (found &f : hits->list)
		f.hit.data = span_make(f.data.data(), f.data.size());
}

void
fill_facets(const collector &c, struct xap_hits *hits)
{
	for (size_t i = 0; i < c.types.size(); i++)
		if (c.types[i] > 0 && !hits->names[i].empty())
			hits->types.push_back(
			    { span_make(hits->names[i].data(), hits->names[i].size()), 0,
				c.types[i] });
	std::sort(hits->types.begin(), hits->types.end(),
	    [](const struct xap_facet &a, const struct xap_facet &b) {
		    return a.count != b.count
			? a.count > b.count
			: std::string(a.value.p, a.value.n) < std::string(b.value.p, b.value.n);
	    });
	for (size_t y = c.years.size(); y-- > 1;)
		if (c.years[y] > 0)
			hits->years.push_back({ { nullptr, 0 }, (int)y, c.years[y] });
}

void
run(const view &v, const struct access *access, const struct xap_request *q, struct xap_hits *hits)
{
	class gate gate(access, q);
	collector c(v.columns, gate, q->facets, counting_deadline(q->deadline_us));
	std::vector<Xapian::docid> ids;
	std::vector<double> weights;
	std::unordered_map<Xapian::docid, uint32_t> best;

	collect(v, q, c, hits);
	if (!hits->exact && c.ids.empty())
		throw deadline_passed();
	hits->names = v.columns.types;
	if (q->limit > 0 && q->offset < c.ids.size()) {
		if (q->rank != nullptr && q->sort == XAP_BY_RELEVANCE) {
			rank(v, q, c, ids, weights);
			if (q->slices != nullptr && q->offset < q->slices->depth)
				weigh_slices(v, q, ids, weights, best);
			append_rest(v, q, c, ids);
		} else {
			ids = c.ids;
			order(v, q, ids);
		}
		fill_hits(v, q, ids, best, hits);
	}
	fill_facets(c, hits);
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
		view *v = r->view_of(access->clearance);

		hits->reader = r;
		try {
			if (v != nullptr && access->words > 0)
				run(*v, access, q, hits.get());
		} catch (const too_big &) {
			return fail(err, ST_LIMIT, "search: the query is too big");
		} catch (const Xapian::DocNotFoundError &e) {
			return fail(err, ST_STALE, "search: %s", e.get_msg().c_str());
		}
		*out = hits.release();
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

size_t
xap_hits_complete(const struct xap_hits *h)
{
	return h->complete;
}

size_t
xap_hits_types(const struct xap_hits *h, const struct xap_facet **facets)
{
	*facets = h->types.data();
	return h->types.size();
}

size_t
xap_hits_years(const struct xap_hits *h, const struct xap_facet **facets)
{
	*facets = h->years.data();
	return h->years.size();
}

/* ------------------------------------------------------------------ positions */

namespace
{

const uint32_t OCCURRENCES_MAX = 255; /* counted of a term in a slice */

typedef std::map<uint32_t, struct xap_slice> slices;

/* Adds the places of one term; in a slice that is full it moves on to the next one. */
void
add_positions(const Xapian::Database &db, Xapian::docid id, const std::string &term,
    uint64_t groups, slices &out)
{
	auto p = db.positionlist_begin(id, term), end = db.positionlist_end(id, term);
	uint32_t slice = 0, seen = 0;

	while (p != end) {
		if (*p / XAP_SLICE != slice) {
			slice = *p / XAP_SLICE;
			seen = 0;
		}
		if (++seen > OCCURRENCES_MAX) {
			if (slice == UINT32_MAX / XAP_SLICE)
				break;
			p.skip_to((slice + 1) * XAP_SLICE);
			continue;
		}
		struct xap_slice &s =
		    out.try_emplace(slice, xap_slice{ slice, 0, 0 }).first->second;
		s.groups |= groups;
		s.count++;
		++p;
	}
}

/* Words without marks that are looked for: most stand for themselves. */
struct folded_places {
	std::unordered_map<std::string, uint64_t> whole;
	std::vector<const struct xap_place *> forms;

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
add_any_tone(const Xapian::Database &db, Xapian::docid id, const std::string &prefix,
    const folded_places &folded, slices &out)
{
	char buf[TEXT_WORD_MAX + 1];
	auto t = db.termlist_begin(id), end = db.termlist_end(id);

	for (t.skip_to(prefix); t != end; ++t) {
		std::string term = *t;

		if (term.compare(0, prefix.size(), prefix) != 0)
			break;
		size_t n = text_untone(
		    span_make(term.data() + prefix.size(), term.size() - prefix.size()), buf);
		uint64_t groups = folded.groups_of(std::string(buf, n));
		if (groups != 0)
			add_positions(db, id, term, groups, out);
	}
}

void
add_places(const Xapian::Database &db, Xapian::docid id, const std::string &prefix,
    const struct xap_place *places, size_t count, slices &out)
{
	folded_places folded;

	for (size_t p = 0; p < count; p++) {
		uint64_t group = UINT64_C(1) << (places[p].group & 63);

		if (!places[p].any_tone)
			add_positions(
			    db, id, capped(prefix + to_string(places[p].word)), group, out);
		else if (places[p].form == XAP_WHOLE)
			folded.whole[to_string(places[p].word)] |= group;
		else
			folded.forms.push_back(&places[p]);
	}
	if (!folded.whole.empty() || !folded.forms.empty())
		add_any_tone(db, id, prefix, folded, out);
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
			add_places(h->reader->shards[h->list[i].shard].db,
			    (Xapian::docid)h->list[i].hit.record, prefix, places, place_count, all);
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
