/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

#define MEMORY (1ull << 30)
#define CPU 10

/* A descriptor that was open before the lock-down. */
static int scratch = -1;

/* An act returns 0 when it succeeded, errno when it was refused. */
static int
opened(const char *path, int flags)
{
	return open(path, flags, 0600) == -1 ? errno : 0;
}

static int
act_read_passwd(void)
{
	return opened("/etc/passwd", O_RDONLY);
}

static int
act_read_environment(void)
{
	return opened("/proc/self/environ", O_RDONLY);
}

static int
act_write_temporary(void)
{
	return opened("/tmp/tangthu-ocr-self-test", O_WRONLY | O_CREAT | O_EXCL);
}

static int
act_read_font_directory(void)
{
	return opened("/usr/share/fonts", O_RDONLY | O_DIRECTORY);
}

static int
act_grow_file(void)
{
	return ftruncate(scratch, 1) == -1 ? errno : 0;
}

static int
act_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) == -1 ? errno : 0;
}

static int
act_unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) == -1 ? errno : 0;
}

static int
act_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid == -1 ? errno : 0;
}

static int
act_execute(void)
{
	char *const argv[] = { (char[]){ "true" }, NULL };

	(void)execve("/bin/true", argv, argv + 1);
	return errno;
}

static int
act_trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1 ? errno : 0;
}

static int
act_kill_parent(void)
{
	return kill(getppid(), 0) == -1 ? errno : 0;
}

static int
act_map_code(void)
{
	void *p = mmap(
	    NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int
act_turn_data_to_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_EXEC) == -1 ? errno : 0;
}

/* volatile: no compiler leaves the pair out. */
static int
allocate(size_t size)
{
	void *volatile p;
	int code;

	errno = 0;
	p = malloc(size);
	code = p == NULL ? errno : 0;
	free(p);
	return code;
}

static int
act_allocate_3_gib(void)
{
	return allocate(3ull << 30);
}

static int
act_raise_memory(void)
{
	struct rlimit r = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_AS, &r) == -1 ? errno : 0;
}

static int
act_change_root(void)
{
	return chroot("/") == -1 ? errno : 0;
}

static int
act_change_owner(void)
{
	return setuid(getuid()) == -1 ? errno : 0;
}

static int
act_allocate_64_mib(void)
{
	return allocate(64u << 20);
}

static int
act_answer(void)
{
	return write(scratch, "", 0) == -1 ? errno : 0;
}

#define BARE (1 << OCR_PROFILE_BARE)
#define FONTS (1 << OCR_PROFILE_FONTS)

/* denied: the profiles in which the act must fail; in the others it must succeed. */
static const struct {
	const char *name;
	int (*act)(void);
	unsigned denied;
} acts[] = {
	{ "open /etc/passwd", act_read_passwd, BARE | FONTS },
	{ "read its own environment", act_read_environment, BARE | FONTS },
	{ "write a file", act_write_temporary, BARE | FONTS },
	{ "list the fonts", act_read_font_directory, BARE },
	{ "grow an open file", act_grow_file, BARE | FONTS },
	{ "internet socket", act_socket, BARE | FONTS },
	{ "local socket", act_unix_socket, BARE | FONTS },
	{ "fork", act_fork, BARE | FONTS },
	{ "execve", act_execute, BARE | FONTS },
	{ "ptrace", act_trace, BARE | FONTS },
	{ "signal its parent", act_kill_parent, BARE | FONTS },
	{ "writable and executable memory", act_map_code, BARE | FONTS },
	{ "make data executable", act_turn_data_to_code, BARE | FONTS },
	{ "allocate 3 GiB", act_allocate_3_gib, BARE | FONTS },
	{ "raise its memory limit", act_raise_memory, BARE | FONTS },
	{ "chroot", act_change_root, BARE | FONTS },
	{ "setuid", act_change_owner, BARE | FONTS },
	{ "allocate 64 MiB", act_allocate_64_mib, 0 },
	{ "answer on its socket", act_answer, 0 },
};

/* How the act ended in a locked child: 0 done, an errno, or 1000 + signal. */
static int
attempt(int (*act)(void), enum ocr_profile profile)
{
	struct sandbox_state state;
	int status;
	pid_t pid;

	if ((pid = fork()) == -1)
		return 0; /* counts as not denied: nothing was proved */
	if (pid == 0) {
		sandbox_enter(profile, MEMORY, CPU, &state);
		_exit(act());
	}
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

int
sandbox_self_test(void)
{
	static const char *const profiles[OCR_PROFILE_COUNT] = { "bare", "fonts" };
	unsigned n = 0, profile;
	int failed = 0, how;
	bool denied;
	size_t i;

	scratch = memfd_create("self-test", MFD_CLOEXEC);
	(void)printf("1..%zu\n", OCR_PROFILE_COUNT * sizeof(acts) / sizeof(acts[0]));
	for (profile = 0; profile < OCR_PROFILE_COUNT; profile++) {
		for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
			(void)fflush(stdout);
			how = attempt(acts[i].act, (enum ocr_profile)profile);
			denied = how != 0;
			if (denied != ((acts[i].denied >> profile & 1) != 0))
				failed++;
			(void)printf("%sok %u - %s: %s: %s%s\n",
			    denied == ((acts[i].denied >> profile & 1) != 0) ? "" : "not ", ++n,
			    profiles[profile], acts[i].name, denied ? "denied, " : "works",
			    how >= 1000 ? strsignal(how - 1000)
				: how	? strerror(how)
					: "");
		}
	}
	return failed;
}
