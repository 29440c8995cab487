# SPDX-License-Identifier: GPL-3.0-or-later
# Tàng Thư. "make demo" shows it, "make check" proves it; both install what is missing first.
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all
PREFIX	?= /usr/local
DESTDIR	?=
VERSION	:= 0.2.0
B	?= build
SAN	?=
CCACHE	:= $(shell command -v ccache 2>/dev/null)
ifeq ($(origin CC),default)
CC	:= $(CCACHE) gcc
endif
ifeq ($(origin CXX),default)
CXX	:= $(CCACHE) g++
endif
CLANG	?= clang
CFLAGS	?= -O2 -g

WARN	:= -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wwrite-strings -Wpointer-arith -Wformat=2 -Wundef \
	   -Wcast-qual $(if $(WERROR),-Werror)
CWARN	:= -Wstrict-prototypes -Wmissing-prototypes
HARDEN	:= -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
LDHARD	:= -pie -Wl,-z,relro,-z,now
ifeq ($(SAN),)
HARDEN	+= -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
else
HARDEN	+= -fsanitize=$(SAN) -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer
LDHARD	+= -fsanitize=$(SAN)
endif
BASE	:= -Iinclude -D_GNU_SOURCE -DTANGTHU_VERSION='"$(VERSION)"' -fno-common -ffunction-sections \
	   -fdata-sections -ffile-prefix-map=$(CURDIR)=. -MMD -MP -pthread $(HARDEN)
COMPILE	 = $(CC) -std=gnu11 $(BASE) $(WARN) $(CWARN) $(CPPFLAGS) $(CFLAGS)
LINK	 = $(CC) -pthread $(LDHARD) $(CFLAGS) -Wl,--gc-sections,--as-needed $(LDFLAGS)

# What each program may link; --as-needed keeps what it does use, T001-arrows.sh reads the result.
LIBS_core    := -lxapian -lstdc++ -lsqlite3 -lcrypto -lutf8proc -ljansson -lsodium -lzxcvbn -linih -lz -lm
LIBS_ocr     := -ltesseract -llept -lseccomp -lmagic -lqpdf -lpoppler-glib -lcairo -lgio-2.0 \
		-lgobject-2.0 -lglib-2.0 -lcrypto -ljpeg -ltiff -lxml2 -larchive -lwebp -lpng -lzbar -lm -lutf8proc -linih -lz -lstdc++
LIBS_indexer := $(LIBS_core)
LIBS_server  := -lldap -llber -lqrencode -levent -levent_openssl -levent_pthreads -lssl $(LIBS_core)
LIBS_cli     := -lldap -llber $(LIBS_core) -lqrencode -lcurl
PKGS_ocr     := poppler-glib cairo glib-2.0 libxml-2.0

Q	:= $(if $(V),,@)
quiet	:= $(findstring s,$(firstword -$(MAKEFLAGS)))
say	 = $(if $(V)$(quiet),,@echo '  $(1)	$(2)')
objects	 = $(patsubst %,$(B)/%.o,$(basename $(sort $(wildcard $(1)/*.c $(1)/*.cc))))
PARTS	:= ocr indexer server cli
NAME_ocr := tangthu-ocr
NAME_indexer := tangthu-indexer
NAME_server := tangthu-server
NAME_cli := tangthu
# What stands before functions of libtesseract and leptonica in the reader (each file says what it
# saves); FASTPIX=0 leaves it out.  Nothing of ours refers to these names: they are asked for and shown
# to the libraries by hand.
FASTPIX	?= 1
FAST	:= $(addprefix $(B)/ocr/,fastpix.o fastlept.o fastmorph.o fasttess.o)
FAST_NAMES := rasteropLow pixSauvolaBinarizeTiled pixDilate pixErode \
	GOMP_parallel GOMP_parallel_sections GOMP_sections_next GOMP_sections_end_nowait \
	_ZN9tesseract13UnicharAmbigs13LoadUniversalERKNS_10UNICHARSETEPS1_
LEFT_OUT := $(if $(filter 0,$(FASTPIX)),$(B)/ocr/fastpix.o)
# A program exists as soon as its main.c does.
BUILT	:= $(foreach p,$(PARTS),$(if $(wildcard $(p)/main.c),$(p)))
PROGRAMS := $(foreach p,$(BUILT),$(B)/$(NAME_$(p))) $(if $(wildcard cli/verify/main.c),$(B)/tangthu-verify)
UNIT	:= $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/unit/test_*.c)))
FUZZ	:= $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
MAN	:= $(sort $(wildcard */*.[1578] cli/*/*.[158]))
SHELLS	 = $(shell grep -lE '^\#!/bin/(ba)?sh' config/* .ci/* tests/* tests/*/* 2>/dev/null)

.PHONY: always bench-search all demo deps check trace check-unit check-e2e check-web check-faults check-mutations check-arrows check-headers check-asan \
	check-tsan check-valgrind run-check lint lint-format lint-shell lint-man lint-cppcheck lint-tidy bench bench-ocr fuzz fuzz-volume cover install dist clean units fuzzers
.SECONDARY:

all: $(B)/libcore.a $(PROGRAMS) $(B)/tests/tangthu-gen $(B)/tests/tangthu-ocr-png $(B)/tests/mutate_log
units: $(UNIT) $(FUZZ)

# --- objects -----------------------------------------------------------------------------------
$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) -c $< -o $@
$(B)/%.o: %.cc
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) -std=gnu++17 -fvisibility=hidden $(BASE) $(WARN) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
# pkg-config is asked when an object of the reader is made, not when this file is read.
$(B)/ocr/%.o: CPPFLAGS += $(shell pkg-config --cflags-only-I $(PKGS_ocr) | sed 's/-I/-isystem /g')

$(B)/tests/fuzz/fuzz_package.o: CPPFLAGS += $(shell pkg-config --cflags-only-I $(PKGS_ocr) | sed 's/-I/-isystem /g')

# Loops for the compiler's vectors: -O2 of gcc 12 leaves them alone.
$(B)/ocr/scale.o $(B)/ocr/fastlept.o $(B)/ocr/fastmorph.o $(B)/ocr/jpeg.o $(B)/ocr/plane.o $(B)/ocr/bars.o $(B)/ocr/squares.o: CFLAGS += -O3
# Under sanitizers it takes more than a minute with as little as -O2.
$(B)/core/xap.o: CFLAGS += $(if $(SAN),-O1,-O3)
# A square root that may set errno is no vector's; a product and sum in one would round otherwise.
$(B)/ocr/fastlept.o: CFLAGS += -fno-math-errno -ffp-contract=off

# The numbered migrations become one table of strings.
SCHEMA	:= $(sort $(wildcard core/schema/*.sql))
$(B)/core/schema_steps.c: core/schema_embed.awk $(SCHEMA) $(B)/core/schema.names
	$(Q)awk -f core/schema_embed.awk $(SCHEMA) > $@.tmp && mv $@.tmp $@
# A migration that comes by a merge may be older than the table.
$(B)/core/schema.names: always
	@mkdir -p $(@D)
	@echo $(SCHEMA) | cmp -s - $@ || echo $(SCHEMA) > $@
$(B)/core/schema_steps.o: $(B)/core/schema_steps.c core/schema.h
	$(call say,CC,$<)
	$(Q)$(COMPILE) -Icore -Wno-overlength-strings -c $< -o $@

# --- archives and programs ---------------------------------------------------------------------
$(B)/libcore.a: $(call objects,core) $(B)/core/schema_steps.o
define PART_RULES
$(B)/lib$(1).a: $(filter-out $(B)/$(1)/main.o $(LEFT_OUT),$(call objects,$(1)))
$(B)/$(NAME_$(1)): $(B)/$(1)/main.o $(B)/lib$(1).a $(B)/libcore.a
	$$(call say,LINK,$$@)
	$$(Q)$$(LINK) -o $$@ $$^ $$(LIBS_$(1))
endef
$(foreach p,$(PARTS),$(eval $(call PART_RULES,$(p))))
$(B)/$(NAME_ocr): LDFLAGS += $(if $(filter 0,$(FASTPIX)),,\
	$(FAST_NAMES:%=-Wl,-u,% -Wl,--export-dynamic-symbol=%))
$(B)/lib%.a:
	$(call say,AR,$@)
	@rm -f $@
	$(Q)$(AR) rcsD $@ $^
# The reader as it would be with FASTPIX=0: T110 compares their texts.
$(B)/tests/tangthu-ocr-png: $(filter-out $(FAST),$(call objects,ocr)) $(B)/libcore.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(LIBS_ocr)
# The generator of sample scans.
PKGS_gen := pangocairo pangofc
$(B)/tests/gen/%.o: CPPFLAGS += $(shell pkg-config --cflags-only-I $(PKGS_gen) | sed 's/-I/-isystem /g')
$(B)/tests/tangthu-gen: $(call objects,tests/gen) $(B)/libcore.a
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(shell pkg-config --libs $(PKGS_gen)) -lqrencode -llept -lutf8proc -lz -lm
$(B)/tests/retrieval $(B)/tests/twins: $(B)/tests/perf/noise.o
# Layers of the index can be left out, to tell what each costs.
$(B)/tests/search_bench: LDFLAGS += -Wl,--wrap=xap_add_term,--wrap=xap_add_posting
$(B)/tests/search_loop $(B)/tests/search_bench $(B)/tests/retrieval $(B)/tests/live $(B)/tests/access_cost $(B)/tests/twins: $(B)/tests/%: $(B)/tests/perf/%.o $(B)/libcore.a
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(LIBS_core) -lm
$(B)/tests/fields: $(B)/tests/perf/fields.o $(B)/libindexer.a $(B)/libcore.a
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(LIBS_indexer)
$(B)/tests/codes: $(B)/tests/perf/codes.o $(B)/libocr.a $(B)/libcore.a
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(LIBS_ocr)
# A server that notes no access: what B080-log compares with.
$(B)/tests/tangthu-server-unlogged: $(B)/tests/perf/unlogged.o $(B)/server/main.o $(B)/libserver.a $(B)/libcore.a
	$(call say,LINK,$@)
	$(Q)$(LINK) -Wl,--wrap=request_note -o $@ $^ $(LIBS_server)
# The pages go into the server's binary.
WEB_FILES := $(shell find server/web -type f 2>/dev/null)
$(B)/server/web_files.c: server/web_embed.sh $(WEB_FILES)
	@mkdir -p $(@D)
	$(Q)server/web_embed.sh server/web $(B)/server/web > $@.tmp && mv $@.tmp $@
$(B)/server/web_files.o: $(B)/server/web_files.c
	$(Q)$(COMPILE) -Iserver -Wno-overlength-strings -c $< -o $@
$(B)/libserver.a: $(B)/server/web_files.o
$(B)/core/evidence_html.o: core/evidence_verify.html
# Shares nothing with the writer but the hash library (D20).
$(B)/libverify.a: $(filter-out $(B)/cli/verify/main.o,$(call objects,cli/verify))
$(B)/tangthu-verify: $(B)/cli/verify/main.o $(B)/libverify.a
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ -lcrypto
# Harms exported logs and asks what tangthu-verify is made of.
$(B)/tests/mutate_log: $(B)/tests/faults/mutate_log.o $(B)/libverify.a
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ -lcrypto

# --- tests -------------------------------------------------------------------------------------
# test_M and fuzz_M link the program in whose folder M.c lies, else the core alone; more flags stand
# in the source itself in a line "/* link: ... */" (--wrap seams, for example).
part_of	 = $(firstword $(foreach p,$(PARTS),$(if $(wildcard $(p)/$(1).c),$(p))))
parts_a	 = $(addprefix $(B)/lib,$(addsuffix .a,$(call part_of,$(1)) core))
parts_l	 = $(LIBS_$(call part_of,$(1))) $(LIBS_core)
link_of	 = $(shell sed -n 's|^/\* link: \(.*\) \*/$$|\1|p' $(1))
define TEST_RULES
$(B)/tests/unit/test_$(1): $(B)/tests/unit/test_$(1).o $(call parts_a,$(1))
	$$(call say,LINK,$$@)
	$$(Q)$$(LINK) -o $$@ $$^ $$(call link_of,tests/unit/test_$(1).c) -lcmocka $(call parts_l,$(1))
$(B)/tests/fuzz/fuzz_$(1): $(B)/tests/fuzz/fuzz_$(1).o $(if $(FUZZER),,$(B)/tests/fuzz/driver.o) \
	$(call parts_a,$(1))
	$$(call say,LINK,$$@)
	$$(Q)$$(LINK) $(FUZZER) -o $$@ $$^ $$(call link_of,tests/fuzz/fuzz_$(1).c) $(call parts_l,$(1))
endef
$(foreach t,$(sort $(UNIT:$(B)/tests/unit/test_%=%) $(FUZZ:$(B)/tests/fuzz/fuzz_%=%)),\
	$(eval $(call TEST_RULES,$(t))))

# What is tangthu-verify's own is fuzzed as it is.
$(B)/tests/fuzz/fuzz_proof $(B)/tests/fuzz/fuzz_bag $(B)/tests/unit/test_verify: $(B)/libverify.a

E2E	 = $(sort $(wildcard tests/e2e/T*.sh))
WEB	 = $(sort $(wildcard tests/web/T*))
RUN	 = BUILD=$(B) tests/run -j $(JOBS) -t 300
JOBS	?= $(shell nproc)
PARALLEL = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(JOBS))
SUBMAKE	 = +$(MAKE) --no-print-directory $(PARALLEL) WERROR=1
ASAN	:= SAN=address,undefined B=build/asan
TSAN	:= SAN=thread B=build/tsan
# libxapian itself deletes by another size than it allocates.
export ASAN_OPTIONS ?= detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:new_delete_type_mismatch=0
export UBSAN_OPTIONS ?= print_stacktrace=1
export TSAN_OPTIONS ?= suppressions=$(CURDIR)/tests/tsan.supp:history_size=4

deps:
	@config/install-deps build
# Everything in one run, so that the last line counts all of it.
check:
	@config/install-deps build test
	$(SUBMAKE) all units
	$(SUBMAKE) $(ASAN) units
	$(SUBMAKE) run-check
run-check:
	@$(RUN) $(UNIT) $(FUZZ) $(patsubst $(B)/%,build/asan/%,$(UNIT) $(FUZZ)) $(E2E) $(WEB)
check-unit:
	$(SUBMAKE) units
	@$(RUN) $(UNIT) $(FUZZ)
check-e2e:
	$(SUBMAKE) all
	@$(RUN) $(E2E)
check-web:
	$(SUBMAKE) all
	@$(RUN) $(WEB)
# The long forms of T204 (indexer, readers and server killed ten times each) and T641 (a disposal killed a
# hundred times).
check-faults:
	$(SUBMAKE) all $(B)/tests/tangthu-gen
	@$(RUN) -t 900 tests/faults/kill-sweep tests/faults/kill-appends tests/faults/disposal-sweep
# A hundred thousand harms to a log, and a log of a million entries.
check-mutations:
	$(SUBMAKE) all $(B)/tests/unit/test_trail_large
	@LOG_ENTRIES=1000000 $(RUN) -t 900 tests/faults/log-mutations $(B)/tests/unit/test_trail_large
# Requirement -> code -> test; fails on a must without a test.
trace:
	@tests/trace
check-arrows:
	$(SUBMAKE) all
	@$(RUN) tests/e2e/T001-arrows.sh
check-headers:
	@$(RUN) tests/e2e/T002-headers.sh
check-asan:
	$(SUBMAKE) $(ASAN) units
	@BUILD=build/asan tests/run -j $(JOBS) -t 600 $(patsubst $(B)/%,build/asan/%,$(UNIT) $(FUZZ))
# Under the thread sanitizer: the server's unit tests, and what says "tsan" in a comment of its own.
check-tsan:
	$(SUBMAKE) $(TSAN) all units
	@BUILD=build/tsan tests/run -j $(JOBS) -t 900 $(shell grep -l '^# tsan$$' tests/e2e/T*.sh 2>/dev/null) \
	    $(patsubst %.c,build/tsan/%,$(sort $(shell grep -l '^/\* tsan \*/$$' tests/unit/*.c) \
	    $(foreach t,$(wildcard tests/unit/test_*.c),$(if $(filter server,\
	    $(call part_of,$(t:tests/unit/test_%.c=%))),$(t)))))
check-valgrind:
	$(SUBMAKE) units
	@for t in $(UNIT); do valgrind -q --error-exitcode=9 --leak-check=full $$t || exit 1; done

# Each target for FUZZ_TIME seconds; what it finds new stays in build/fuzz/corpus.
FUZZ_TIME ?= 60
FUZZ_NAMES ?= $(FUZZ:$(B)/tests/fuzz/fuzz_%=%)
fuzz:
	@config/install-deps build test
	$(SUBMAKE) WERROR= B=build/fuzz SAN=fuzzer-no-link,address,undefined CC=$(CLANG) CXX=$(CLANG)++ \
	    FUZZER="-fsanitize=fuzzer -fsanitize-link-c++-runtime" fuzzers
	@for t in $(FUZZ_NAMES); do \
		mkdir -p build/fuzz/corpus/$$t tests/fuzz/corpus/$$t; \
		build/fuzz/tests/fuzz/fuzz_$$t -max_total_time=$(FUZZ_TIME) -timeout=10 -rss_limit_mb=1024 \
		    -artifact_prefix=build/fuzz/$$t- build/fuzz/corpus/$$t tests/fuzz/corpus/$$t || exit 1; \
	done
# Each of FUZZ_NAMES FUZZ_RUNS times on from that corpus, still under the sanitizers but without comparisons
# traced: three times as many a second.  With FUZZ_SAN= once more three times as many: what a target itself
# asks for is asked, what only a sanitizer sees is not.
FUZZ_RUNS ?= 100000000
FUZZ_SAN ?= address,undefined
VOLUME	:= build/volume$(if $(FUZZ_SAN),,-plain)
# The seeds of bag are whole packages of two thousand bytes: FUZZ_LEN=4096 for it.
FUZZ_LEN ?= 1024
fuzz-volume:
	@config/install-deps build test
	$(SUBMAKE) WERROR= B=$(VOLUME) SAN=$(FUZZ_SAN) CC=$(CLANG) CXX=$(CLANG)++ \
	    CFLAGS="-O2 -g -fsanitize-coverage=bb,inline-8bit-counters,pc-table" \
	    FUZZER="-fsanitize=fuzzer -fsanitize-link-c++-runtime" fuzzers
	@for t in $(FUZZ_NAMES); do \
		mkdir -p build/fuzz/corpus/$$t; \
		ASAN_OPTIONS=quarantine_size_mb=4:malloc_context_size=4 $(VOLUME)/tests/fuzz/fuzz_$$t \
		    -runs=$(FUZZ_RUNS) -max_len=$(FUZZ_LEN) -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
		    -verbosity=0 -artifact_prefix=build/fuzz/$$t- build/fuzz/corpus/$$t tests/fuzz/corpus/$$t \
		    || exit 1; \
	done
fuzzers: $(FUZZ)

C_FILES	 = $(filter-out build/%,$(sort $(wildcard */*.c */*.cc */*.h */*/*.c */*/*.h)))
TIDY	 = $(filter-out tests/% core/xap.cc,$(filter %.c,$(C_FILES)))
PKG_I	 = $(shell pkg-config --cflags-only-I $(PKGS_ocr))
lint:
	@config/install-deps build test
	+$(MAKE) --no-print-directory -k lint-format lint-shell lint-man lint-cppcheck lint-tidy
lint-format:
	$(Q)clang-format --dry-run -Werror $(C_FILES)
lint-shell:
	$(Q)shellcheck -x $(SHELLS)
lint-man:
	$(Q)mandoc -Tlint -Wwarning $(MAN)
lint-cppcheck:
	$(Q)cppcheck -q --error-exitcode=1 --std=c11 --language=c --enable=warning,performance,portability \
	    --inline-suppr --suppressions-list=tests/cppcheck.supp -Iinclude -D_GNU_SOURCE -j $(JOBS) \
	    $(TIDY)
# One stamp per file, so that only what changed is looked at again.
lint-tidy: $(TIDY:%=build/tidy/%.ok)
build/tidy/%.ok: % .clang-tidy $(wildcard include/*.h)
	@mkdir -p $(@D)
	$(call say,TIDY,$<)
	$(Q)clang-tidy -quiet $< -- -std=gnu11 -Iinclude -D_GNU_SOURCE -DTANGTHU_VERSION='"0"' $(PKG_I) \
	    2>/dev/null
	@touch $@

bench:
	@config/install-deps build test bench
	$(SUBMAKE) all $(B)/tests/search_loop $(B)/tests/search_bench $(B)/tests/access_cost $(B)/tests/live \
	    $(B)/tests/retrieval $(B)/tests/twins $(B)/tests/tangthu-server-unlogged
	@set -e; for b in $(sort $(filter-out tests/perf/B05%,$(wildcard tests/perf/B*))); do echo "== $$b"; BUILD=$(B) $$b; done
# The reader against tesseract and ocrmypdf; SHORT=1 takes a few pages and one round.  ROWS: of B051, see there.
bench-ocr:
	@config/install-deps build test bench
	$(SUBMAKE) all $(B)/tests/codes $(B)/tests/fields
	@set -e; for b in $(sort $(wildcard tests/perf/B05*)); do echo "== $$b"; BUILD=$(B) $$b; done
# Search alone, against its peers; DOCUMENTS and PAGES say how much.
bench-search:
	@config/install-deps build test bench
	$(SUBMAKE) all $(B)/tests/search_loop $(B)/tests/search_bench
	@set -e; for b in tests/perf/B030-search tests/perf/B047-reindex tests/perf/B060-search-peers; do echo "== $$b"; BUILD=$(B) $$b; done
demo:
	@config/install-deps build
	$(SUBMAKE) all
	@BUILD=$(B) tests/demo
cover:
	@config/install-deps build test
	$(SUBMAKE) B=build/cover CFLAGS='-O0 -g --coverage' HARDEN=-fPIE all units
	@BUILD=build/cover tests/run -j $(JOBS) -t 600 $(patsubst $(B)/%,build/cover/%,$(UNIT) $(FUZZ)) $(E2E)
	gcovr -r . --object-directory build/cover -e 'tests/' -e 'build/' --print-summary -s

# --- installation ------------------------------------------------------------------------------
INSTALL	 = install -D
D	 = $(DESTDIR)$(PREFIX)
install: all
	$(INSTALL) -t $(D)/bin $(PROGRAMS)
	set -e; for m in $(MAN); do $(INSTALL) -m 644 -t $(D)/share/man/man$${m##*.} $$m; done
	$(INSTALL) -m 644 -t $(D)/lib/systemd/system $(wildcard config/*.service)
	sed -i 's|/usr/bin/|$(PREFIX)/bin/|' $(patsubst config/%,$(D)/lib/systemd/system/%,$(wildcard config/*.service))
	$(INSTALL) -m 644 config/tangthu.sysusers $(D)/lib/sysusers.d/tangthu.conf
	$(INSTALL) -m 644 config/tangthu.tmpfiles $(D)/lib/tmpfiles.d/tangthu.conf
# The tracked files of HEAD, the same bytes every time.
dist:
	@mkdir -p build
	git archive --format=tar --prefix=tangthu-$(VERSION)/ HEAD | gzip -9n > build/tangthu-$(VERSION).tar.gz
clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
