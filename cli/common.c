/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "plan.h"

enum status
cli_require(const struct cli *cli, enum capability cap, const char *to_do, struct err *err)
{
	if (access_has(cli->access, cap))
		return ST_OK;
	return fail(err, ST_DENIED, "%s has no role that may %s", cli->actor_name, to_do);
}

enum status
cli_remove_row(struct cli *cli, int argc, char **argv, const char *synopsis, const char *to_do,
    enum status (*remove)(struct catalog *, const struct actor *, int64_t id, struct err *),
    struct err *err)
{
	int64_t id;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, synopsis, err)) ||
	    (st = cli_require(cli, CAP_PLAN, to_do, err)) ||
	    (st = cli_number(argv[1], "ID", 1, INT64_MAX, &id, err)))
		return st;
	return remove(cli->catalog, &cli->actor, id, err);
}

enum status
cli_find_dossier(struct cli *cli, const char *name, int64_t *id, struct err *err)
{
	struct node node;

	if (!name)
		return dossier_inbox(cli->catalog, id, err);
	if (node_find(cli->catalog, cli->access, name, cli->arena, &node, err) != ST_OK)
		return err_context(err, "dossier %s", name);
	if (node.kind != NODE_DOSSIER)
		return fail(
		    err, ST_INVALID, "%s is a %s, not a dossier", name, node_kind_name(node.kind));
	*id = node.id;
	return ST_OK;
}

enum status
cli_principal(struct cli *cli, const char *name, struct principal *p, struct err *err)
{
	if (principal_by_name(cli->catalog, name, cli->arena, p, err))
		return err_context(err, "account %s", name);
	return ST_OK;
}

enum status
cli_open_store(struct cli *cli, struct store **store, struct err *err)
{
	return store_open(store, cli->conf, err);
}

enum status
cli_check_empty(const char *dir, struct err *err)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	bool empty = true;

	if (!d)
		return errno == ENOENT ? ST_OK : fail_sys(err, "open %s", dir);
	while (empty && (e = readdir(d)) != NULL)
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	(void)closedir(d);
	return empty
	    ? ST_OK
	    : fail(err, ST_EXISTS, "%s is not empty: name an empty or absent directory", dir);
}

/* The installation's own program first: a PATH of the caller must not choose another. */
static void
beside_self(const char *name, char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	if (n > 0) {
		path[n] = '\0';
		slash = strrchr(path, '/');
		if (slash && (size_t)(slash + 1 - path) + strlen(name) < PATH_MAX) {
			memcpy(slash + 1, name, strlen(name) + 1);
			if (access(path, X_OK) == 0)
				return;
		}
	}
	path[0] = '\0';
	strncat(path, name, PATH_MAX - 1);
}

enum status
cli_run_program(const char *name, const char *const *args, struct err *err)
{
	char path[PATH_MAX];
	char *argv[16] = { path };
	size_t n = 1;
	int wait_status;
	pid_t pid;

	beside_self(name, path);
	for (; *args && n < sizeof(argv) / sizeof(*argv) - 1; args++, n++)
		argv[n] = (char *)(uintptr_t)*args; /* execvp does not write to it */
	(void)fflush(NULL);
	pid = fork();
	if (pid == -1)
		return fail_sys(err, "start %s", name);
	if (pid == 0) {
		execvp(path, argv);
		_exit(127);
	}
	while (waitpid(pid, &wait_status, 0) == -1)
		if (errno != EINTR)
			return fail_sys(err, "wait for %s", name);
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0)
		return ST_OK;
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 127)
		return fail(err, ST_IO, "%s is not installed beside tangthu nor on PATH", name);
	return fail(err, ST_IO, "%s ended with %s %d; its own message stands above", name,
	    WIFEXITED(wait_status) ? "exit status" : "signal",
	    WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : WTERMSIG(wait_status));
}

enum status
cli_print(const struct strbuf *b, struct err *err)
{
	if (fwrite(b->buf, 1, b->len, stdout) != b->len || putchar('\n') == EOF)
		return fail_sys(err, "standard output");
	return ST_OK;
}

void
cli_print_text(FILE *out, const char *s)
{
	for (; s && *s; s++)
		putc((unsigned char)*s < 0x20 || *s == 0x7f ? '?' : *s, out);
}
