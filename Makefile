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
HARDEN	+= -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDHARD	+= -fsanitize=$(SAN)
endif
BASE	:= -Iinclude -D_GNU_SOURCE -DTANGTHU_VERSION='"$(VERSION)"' -fno-common -ffunction-sections \
	   -fdata-sections -ffile-prefix-map=$(CURDIR)=. -MMD -MP -pthread $(HARDEN)
COMPILE	 = $(CC) -std=gnu11 $(BASE) $(WARN) $(CWARN) $(CPPFLAGS) $(CFLAGS)
LINK	 = $(CC) -pthread $(LDHARD) $(CFLAGS) -Wl,--gc-sections,--as-needed $(LDFLAGS)

# What each program may link; --as-needed keeps what it does use, T010-arrows.sh reads the result.
LIBS_core    := -lxapian -lstdc++ -lsqlite3 -lcrypto -lutf8proc -ljansson -lsodium -linih
LIBS_ocr     := -ltesseract -llept -lseccomp -lmagic -lqpdf -lpoppler-glib -lcairo -lgio-2.0 \
		-lgobject-2.0 -lglib-2.0 -ljpeg -ltiff -lxml2 -larchive -lwebp -lpng -lm -lutf8proc -linih
LIBS_indexer := $(LIBS_core)
LIBS_server  := -levent -levent_openssl -levent_pthreads -lssl $(LIBS_core)
LIBS_cli     := $(LIBS_core)
PKGS_ocr     := poppler-glib cairo glib-2.0 libxml-2.0

Q	:= $(if $(V),,@)
say	 = $(if $(V),,@echo '  $(1)	$(2)')
objects	 = $(patsubst %,$(B)/%.o,$(basename $(sort $(wildcard $(1)/*.c $(1)/*.cc))))
PARTS	:= ocr indexer server cli
NAME_ocr := tangthu-ocr
NAME_indexer := tangthu-indexer
NAME_server := tangthu-server
NAME_cli := tangthu
# A program exists as soon as its main.c does.
BUILT	:= $(foreach p,$(PARTS),$(if $(wildcard $(p)/main.c),$(p)))
PROGRAMS := $(foreach p,$(BUILT),$(B)/$(NAME_$(p))) $(if $(wildcard cli/verify/main.c),$(B)/tangthu-verify)
UNIT	:= $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/unit/test_*.c)))
FUZZ	:= $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
MAN	:= $(sort $(wildcard */*.[158] cli/*/*.[158]))
SHELLS	 = $(shell grep -lE '^\#!/bin/(ba)?sh' config/* .ci/* tests/* tests/*/* 2>/dev/null)

.PHONY: all demo deps check check-unit check-e2e check-web check-arrows check-headers check-asan \
	check-tsan lint bench fuzz cover install dist clean programs units fuzzers
.SECONDARY:

all: $(B)/libcore.a $(PROGRAMS)
programs: $(PROGRAMS)
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

# The numbered migrations become one table of strings.
SCHEMA	:= $(sort $(wildcard core/schema/*.sql))
$(B)/core/schema_steps.c: core/schema_embed.awk $(SCHEMA)
	@mkdir -p $(@D)
	$(Q)awk -f $^ > $@.tmp && mv $@.tmp $@
$(B)/core/schema_steps.o: $(B)/core/schema_steps.c core/schema.h
	$(call say,CC,$<)
	$(Q)$(COMPILE) -Icore -Wno-overlength-strings -c $< -o $@

# --- archives and programs ---------------------------------------------------------------------
$(B)/libcore.a: $(call objects,core) $(B)/core/schema_steps.o
define PART_RULES
$(B)/lib$(1).a: $(filter-out $(B)/$(1)/main.o,$(call objects,$(1)))
$(B)/$(NAME_$(1)): $(B)/$(1)/main.o $(B)/lib$(1).a $(B)/libcore.a
	$$(call say,LINK,$$@)
	$$(Q)$$(LINK) -o $$@ $$^ $$(LIBS_$(1))
endef
$(foreach p,$(PARTS),$(eval $(call PART_RULES,$(p))))
$(B)/lib%.a:
	$(call say,AR,$@)
	@rm -f $@
	$(Q)$(AR) rcsD $@ $^
# Shares nothing with the writer but the hash library (D20).
$(B)/tangthu-verify: $(call objects,cli/verify)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ -lcrypto

# --- tests -------------------------------------------------------------------------------------
# test_M links the program in whose folder M.c lies, else the core alone; more flags stand in the
# test itself in a line "/* link: ... */".
part_of	 = $(firstword $(foreach p,$(PARTS),$(if $(wildcard $(p)/$(1).c),$(p))))
TEST_LINK = $(shell sed -n 's|^/\* link: \(.*\) \*/$$|\1|p' $(firstword $(wildcard $(@:$(B)/%=%.c))))
define UNIT_RULE
$(B)/tests/unit/test_$(1): $(B)/tests/unit/test_$(1).o $(addprefix $(B)/lib,$(addsuffix .a,$(call part_of,$(1)) core))
	$$(call say,LINK,$$@)
	$$(Q)$$(LINK) -o $$@ $$^ $$(TEST_LINK) -lcmocka $$(sort $$(LIBS_$(call part_of,$(1))) $$(LIBS_core))
endef
$(foreach t,$(UNIT),$(eval $(call UNIT_RULE,$(t:$(B)/tests/unit/test_%=%))))

-include $(shell find $(B) -name '*.d' 2>/dev/null)
