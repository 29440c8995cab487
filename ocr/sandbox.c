/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- Landlock: headers of Debian 12 know less than newer kernels, so the numbers stand here ---- */

#define LANDLOCK_CREATE_RULESET_VERSION 1u
#define LANDLOCK_RULE_PATH_BENEATH 1
#define LANDLOCK_READ_FILE (1ull << 2)
#define LANDLOCK_READ_DIR (1ull << 3)

struct landlock_attr {
	uint64_t fs;
	uint64_t net;	 /* ABI 4 */
	uint64_t scoped; /* ABI 6 */
};

struct landlock_beneath {
	uint64_t access;
	int32_t fd;
} __attribute__((packed));

/* What each ABI can forbid; the last row stands for all later ones. */
static const struct {
	size_t size; /* of struct landlock_attr that it takes */
	struct landlock_attr all;
} abis[] = {
	{ 0, { 0, 0, 0 } }, { 8, { (1ull << 13) - 1, 0, 0 } },
	{ 8, { (1ull << 14) - 1, 0, 0 } },  /* refer */
	{ 8, { (1ull << 15) - 1, 0, 0 } },  /* truncate */
	{ 16, { (1ull << 15) - 1, 3, 0 } }, /* bind and connect TCP */
	{ 16, { (1ull << 16) - 1, 3, 0 } }, /* ioctl on devices */
	{ 24, { (1ull << 16) - 1, 3, 3 } }, /* abstract sockets, signals */
};
#define ABI_KNOWN ((int)(sizeof(abis) / sizeof(abis[0])) - 1)

/* reader.md section 1: what poppler and fontconfig open to draw text. */
static const char *const font_paths[] = { "/usr/share/poppler", "/usr/share/fonts", "/etc/fonts",
	"/var/cache/fontconfig", "/usr/share/fontconfig", "/usr/share/zoneinfo",
	"/usr/local/share/fonts", "/usr/share/ghostscript/fonts", "/usr/share/X11/fonts" };

static void
admit_fonts(int ruleset)
{
	struct landlock_beneath rule;
	size_t i;

	for (i = 0; i < sizeof(font_paths) / sizeof(font_paths[0]); i++) {
		rule.access = LANDLOCK_READ_FILE | LANDLOCK_READ_DIR;
		rule.fd = open(font_paths[i], O_PATH | O_CLOEXEC);
		if (rule.fd == -1)
			continue; /* not on this machine */
		(void)syscall(
		    __NR_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
		(void)close(rule.fd);
	}
}

static void
enter_landlock(enum ocr_profile profile, struct sandbox_state *state)
{
	long abi = syscall(__NR_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	long known = abi < ABI_KNOWN ? abi : ABI_KNOWN;
	int ruleset;

	if (abi < 1)
		return;
	ruleset = (int)syscall(__NR_landlock_create_ruleset, &abis[known].all, abis[known].size, 0);
	if (ruleset == -1)
		return;
	if (profile == OCR_PROFILE_FONTS)
		admit_fonts(ruleset);
	if (syscall(__NR_landlock_restrict_self, ruleset, 0) == 0) {
		state->layers |= OCR_SANDBOX_LANDLOCK;
		state->landlock = (uint32_t)abi;
	}
	(void)close(ruleset);
}

/* ---- limits ---- */

static int
limit(int which, uint64_t value)
{
	struct rlimit r = { value, value };

	return setrlimit(which, &r);
}

static void
enter_rlimits(uint64_t memory, uint64_t cpu, struct sandbox_state *state)
{
	int failed = 0;

	failed |= limit(RLIMIT_CORE, 0);
	failed |= limit(RLIMIT_FSIZE, 0);
	failed |= limit(RLIMIT_NPROC, 0);
	failed |= limit(RLIMIT_NOFILE, 64);
	failed |= limit(RLIMIT_CPU, cpu);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	failed |= limit(RLIMIT_AS, memory);
#else
	(void)memory; /* a sanitizer's shadow alone is terabytes */
#endif
	if (failed == 0)
		state->layers |= OCR_SANDBOX_RLIMITS;
}

void
sandbox_allow_cpu(uint64_t seconds)
{
	struct rusage used;
	struct rlimit r;

	if (getrusage(RUSAGE_SELF, &used) == -1 || getrlimit(RLIMIT_CPU, &r) == -1)
		return;
	r.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + seconds + 1;
	if (r.rlim_cur > r.rlim_max)
		r.rlim_cur = r.rlim_max;
	(void)setrlimit(RLIMIT_CPU, &r);
}

/* ---- system calls ---- */

/* Whole calls that reading needs.  Each takes no path and names no other process. */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(pread64),
	SCMP_SYS(readv),
	SCMP_SYS(lseek),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(sendmsg),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(times),
	SCMP_SYS(getrusage),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getrandom),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(geteuid),
	SCMP_SYS(getuid),
	SCMP_SYS(getegid),
	SCMP_SYS(getgid),
	SCMP_SYS(membarrier),
	SCMP_SYS(restart_syscall),
};

/* Looking at files.  With fonts they work below Landlock; bare they fail, but need not kill. */
static const int looking[] = {
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(statx),
	SCMP_SYS(statfs),
	SCMP_SYS(fstatfs),
	SCMP_SYS(getdents64),
	SCMP_SYS(fadvise64),
	SCMP_SYS(getcwd),
};

static int
allow_memory(scmp_filter_ctx ctx)
{
	static const int calls[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };
	size_t i;
	int rc = 0;

	/* Nothing that was data may become code. */
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		rc |= seccomp_rule_add(
		    ctx, SCMP_ACT_ALLOW, calls[i], 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return rc;
}

static int
allow_limited(scmp_filter_ctx ctx)
{
	pid_t self = getpid();
	int rc = 0;

	/* Reading any limit of its own; setting none but the processor time of the next page. */
	rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
	    SCMP_A2(SCMP_CMP_EQ, 0));
	rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
	    SCMP_A1(SCMP_CMP_EQ, RLIMIT_CPU));
	/* abort(3) of a decoder: its own death, told as a crash. */
	rc |= seccomp_rule_add(
	    ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)self));
	/* stdio asks whether a descriptor is a terminal. */
	rc |= seccomp_rule_add(
	    ctx, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, TCGETS));
	/* fdopen(3). */
	rc |= seccomp_rule_add(
	    ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFL));
	rc |= seccomp_rule_add(
	    ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFD));
	rc |= seccomp_rule_add(
	    ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_SETFD));
	return rc;
}

static int
allow_files(scmp_filter_ctx ctx, enum ocr_profile profile)
{
	const scmp_datum_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
	bool fonts = profile == OCR_PROFILE_FONTS;
	uint32_t action = fonts ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EACCES);
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof(looking) / sizeof(looking[0]); i++)
		rc |= seccomp_rule_add(ctx, action, looking[i], 0);
	rc |= seccomp_rule_add(
	    ctx, action, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0));
	rc |= seccomp_rule_add(
	    ctx, action, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, writing, 0));
	/* fstat(3) of glibc 2.36 is newfstatat with an empty path. */
	if (fonts)
		return rc | seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 0);
	rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
	    SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
	rc |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 1,
	    SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0));
	return rc;
}

static void
enter_seccomp(enum ocr_profile profile, struct sandbox_state *state)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	size_t i;
	int rc = 0;

	if (ctx == NULL)
		return;
	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	rc |= allow_memory(ctx);
	rc |= allow_limited(ctx);
	rc |= allow_files(ctx, profile);
	if (rc == 0 && seccomp_load(ctx) == 0)
		state->layers |= OCR_SANDBOX_SECCOMP;
	seccomp_release(ctx);
}

void
sandbox_enter(enum ocr_profile profile, uint64_t memory, uint64_t cpu, struct sandbox_state *state)
{
	memset(state, 0, sizeof(*state));
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		state->layers |= OCR_SANDBOX_NO_NEW_PRIVS;
	enter_landlock(profile, state);
	enter_rlimits(memory, cpu, state);
	enter_seccomp(profile, state);
}
