/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "request.h"

#define GROUPS_MAX 32

static const char *const kinds[] = { "user", "group", "role", "service" };

static enum status
write_user(struct request *rq, struct json_out *j, const struct principal *p, struct err *err)
{
	const char *const *groups;
	size_t count;
	enum status st = principal_groups(rq->catalog, p->id, rq->arena, &groups, &count, err);

	if (st != ST_OK)
		return st;
	json_object(j);
	json_key_str(j, "name", p->name);
	json_key_str(j, "kind", kinds[p->kind]);
	json_key_str(j, "display", p->display);
	json_key_int(j, "clearance", p->clearance);
	json_key_bool(j, "disabled", p->disabled_us != 0);
	json_key(j, "groups");
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_str(j, groups[i]);
	json_end_array(j);
	json_end_object(j);
	return ST_OK;
}

static enum status
answer_user(struct request *rq, const char *name, int status, struct err *err)
{
	struct principal p;
	struct json_out j;
	enum status st = principal_by_name(rq->catalog, name, rq->arena, &p, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, status, &j);
	return write_user(rq, &j, &p, err);
}

static enum status
list(struct request *rq, struct err *err)
{
	const struct principal *row;
	struct json_out j;
	size_t count;
	enum status st = principal_list(rq->catalog, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "users");
	json_array(&j);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = write_user(rq, &j, &row[i], err);
	json_end_array(&j);
	json_end_object(&j);
	return st;
}

static enum status
view(struct request *rq, struct err *err)
{
	return answer_user(rq, rq->value[0], 200, err);
}

/* --- what a request says of a principal --- */

struct change {
	const char *name, *display, *password;
	int kind;
	int64_t clearance; /* -1 = stays */
	bool has_disabled, disabled;
	size_t group_count;
	const char *group[GROUPS_MAX];
};

static enum status
read_groups(struct request *rq, const json_t *body, struct change *c, struct err *err)
{
	const json_t *groups = json_object_get(body, "groups");

	if (!groups)
		return ST_OK;
	if (!json_is_array(groups) || json_array_size(groups) > GROUPS_MAX)
		return request_invalid(rq, "groups", err);
	for (size_t i = 0; i < json_array_size(groups); i++) {
		const char *name = json_string_value(json_array_get(groups, i));

		if (!name)
			return request_invalid(rq, "groups", err);
		c->group[c->group_count++] = arena_dup(rq->arena, name);
	}
	return ST_OK;
}

static enum status
read_change(struct request *rq, const char *members, struct change *c, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	const char *kind = "user";
	enum status st = request_json(rq, members, &body, err);

	c->clearance = -1;
	if (st != ST_OK || (st = request_json_text(rq, body, "name", 64, &c->name, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "display", 200, &c->display, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "password", 256, &c->password, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "kind", 16, &kind, err)) != ST_OK ||
	    (st = request_json_number(rq, body, "clearance", 0, 3, &c->clearance, err)) != ST_OK ||
	    (st = request_json_bool(rq, body, "disabled", &c->disabled, err)) != ST_OK ||
	    (st = read_groups(rq, body, c, err)) != ST_OK)
		return st;
	c->has_disabled = json_object_get(body, "disabled") != NULL;
	for (c->kind = PRINCIPAL_SERVICE; c->kind >= 0; c->kind--)
		if (strcmp(kinds[c->kind], kind) == 0 && c->kind != PRINCIPAL_ROLE)
			return ST_OK;
	return request_invalid(rq, "kind", err);
}

static enum status
set_password(struct request *rq, int64_t id, const char *password, struct err *err)
{
	enum status st =
	    password_check_list(rq->server->conf->session_passwords, span_of(password), err);

	if (st == ST_OK)
		st = password_set(rq->catalog, &rq->actor, id, span_of(password), err);
	if (st == ST_INVALID)
		rq->field = "password";
	return st;
}

static enum status
join(struct request *rq, int64_t who, const char *group, struct err *err)
{
	struct principal p;
	enum status st = principal_by_name(rq->catalog, group, rq->arena, &p, err);

	if (st == ST_NOT_FOUND ||
	    (st == ST_OK && p.kind != PRINCIPAL_GROUP && p.kind != PRINCIPAL_ROLE))
		return request_invalid(rq, "group", err);
	return st == ST_OK ? principal_join(rq->catalog, &rq->actor, p.id, who, err) : st;
}

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct change *c = rq->data;
	int64_t id;
	enum status st;

	st = principal_create(rq->catalog, &rq->actor, (enum principal_kind)c->kind, c->name,
	    c->display, c->clearance < 0 ? LEVEL_INTERNAL : (int)c->clearance, &id, err);
	if (st == ST_INVALID)
		rq->field = "name";
	if (st == ST_OK && c->password)
		st = set_password(rq, id, c->password, err);
	for (size_t i = 0; st == ST_OK && i < c->group_count; i++)
		st = join(rq, id, c->group[i], err);
	if (st != ST_OK)
		return st;
	answer_header(rq, "Location", "/api/v1/users/%s", c->name);
	return answer_user(rq, c->name, 201, err);
}

static enum status
create(struct request *rq, struct err *err)
{
	struct change *c = arena_alloc(rq->arena, sizeof(*c));
	enum status st = read_change(rq, "name|kind|display|clearance|password|groups", c, err);

	if (st != ST_OK)
		return st;
	if (!c->name)
		return request_invalid(rq, "name", err);
	request_write(rq, create_write, c);
	return ST_OK;
}

static enum status
update_write(struct request *rq, struct err *err)
{
	const struct change *c = rq->data;
	struct principal p;
	enum status st = principal_by_name(rq->catalog, c->name, rq->arena, &p, err);

	if (st == ST_OK && c->clearance >= 0)
		st = principal_set_clearance(rq->catalog, &rq->actor, p.id, (int)c->clearance, err);
	if (st == ST_OK && c->password)
		st = set_password(rq, p.id, c->password, err);
	if (st == ST_OK && c->has_disabled)
		st = principal_set_disabled(rq->catalog, &rq->actor, p.id, c->disabled, err);
	return st == ST_OK ? answer_user(rq, c->name, 200, err) : st;
}

static enum status
update(struct request *rq, struct err *err)
{
	struct change *c = arena_alloc(rq->arena, sizeof(*c));
	enum status st = read_change(rq, "clearance|disabled|password", c, err);

	if (st != ST_OK)
		return st;
	c->name = rq->value[0];
	request_write(rq, update_write, c);
	return ST_OK;
}

/* --- memberships --- */

struct membership {
	const char *who, *group;
};

static enum status
join_write(struct request *rq, struct err *err)
{
	const struct membership *m = rq->data;
	struct principal p;
	enum status st = principal_by_name(rq->catalog, m->who, rq->arena, &p, err);

	if (st == ST_OK)
		st = join(rq, p.id, m->group, err);
	return st == ST_OK ? answer_user(rq, m->who, 200, err) : st;
}

static enum status
add_group(struct request *rq, struct err *err)
{
	struct membership *m = arena_alloc(rq->arena, sizeof(*m));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "group", &body, err);

	if (st != ST_OK || (st = request_json_text(rq, body, "group", 64, &m->group, err)) != ST_OK)
		return st;
	if (!m->group)
		return request_invalid(rq, "group", err);
	m->who = rq->value[0];
	request_write(rq, join_write, m);
	return ST_OK;
}

static enum status
leave_write(struct request *rq, struct err *err)
{
	struct principal who, group;
	enum status st = principal_by_name(rq->catalog, rq->value[0], rq->arena, &who, err);

	if (st == ST_OK)
		st = principal_by_name(rq->catalog, rq->value[1], rq->arena, &group, err);
	if (st == ST_OK)
		st = principal_leave(rq->catalog, &rq->actor, group.id, who.id, err);
	return st;
}

/* --- what ends at once --- */

static enum status
sessions_write(struct request *rq, struct err *err)
{
	struct principal who;
	enum status st = principal_by_name(rq->catalog, rq->value[0], rq->arena, &who, err);

	return st == ST_OK ? session_revoke(rq->catalog, &rq->actor, who.id, 0, err) : st;
}

static enum status
end_sessions(struct request *rq, struct err *err)
{
	(void)err;
	answer_status(rq, 204);
	request_write(rq, sessions_write, NULL);
	return ST_OK;
}

static enum status
factor_write(struct request *rq, struct err *err)
{
	struct principal who;
	enum status st = principal_by_name(rq->catalog, rq->value[0], rq->arena, &who, err);

	/* One's own is taken away where its code is asked for. */
	if (st == ST_OK && who.id == rq->who.id)
		return fail(err, ST_DENIED, "the own second factor");
	return st == ST_OK ? factor_remove(rq->catalog, &rq->actor, who.id, err) : st;
}

static enum status
end_factor(struct request *rq, struct err *err)
{
	(void)err;
	answer_status(rq, 204);
	request_write(rq, factor_write, NULL);
	return ST_OK;
}

static enum status
leave_group(struct request *rq, struct err *err)
{
	(void)err;
	answer_status(rq, 204);
	request_write(rq, leave_write, NULL);
	return ST_OK;
}

#define USERS "/api/v1/users"

#define CHANGE (ROUTE_SESSION | ROUTE_FRESH)

const struct route routes_user[] = {
	{ EVHTTP_REQ_GET, USERS, "userList", list, POOL_WORK, ROUTE_SESSION, CAP_ACCOUNTS },
	{ EVHTTP_REQ_POST, USERS, "userCreate", create, POOL_WORK, CHANGE, CAP_ACCOUNTS },
	{ EVHTTP_REQ_GET, USERS "/{name}", "userRead", view, POOL_WORK, ROUTE_SESSION,
	    CAP_ACCOUNTS },
	{ EVHTTP_REQ_PATCH, USERS "/{name}", "userUpdate", update, POOL_WORK, CHANGE,
	    CAP_ACCOUNTS },
	{ EVHTTP_REQ_POST, USERS "/{name}/groups", "userJoin", add_group, POOL_WORK, CHANGE,
	    CAP_ACCOUNTS },
	{ EVHTTP_REQ_DELETE, USERS "/{name}/groups/{group}", "userLeave", leave_group, POOL_WORK,
	    CHANGE, CAP_ACCOUNTS },
	{ EVHTTP_REQ_DELETE, USERS "/{name}/sessions", "userSignOut", end_sessions, POOL_WORK,
	    CHANGE, CAP_ACCOUNTS },
	{ EVHTTP_REQ_DELETE, USERS "/{name}/factor", "userFactorRemove", end_factor, POOL_WORK,
	    CHANGE, CAP_ACCOUNTS },
};
ROUTE_COUNT(routes_user);
