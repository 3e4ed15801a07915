# Builds the library for Lua 5.4 and for LuaJIT, its emulator, and runs everything that checks them.
#   make demo     install what is missing, build, run the example against the emulator
#   make test     install what is missing, build, run every spec
#   make help     all targets: what stands behind ## beside each
.DEFAULT_GOAL := all
SHELL := /bin/sh
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
PKG_CONFIG ?= pkg-config
WERROR  ?= -Werror
CFLAGS  ?= -O2 -g
SANITIZE ?=

# What is asked for by name is built beside what the system's default is.
ifeq ($(origin POLLER),command line)
BUILD := build/$(POLLER)
endif

# The rockspecs name the headers of one interpreter; objects of different ones must not mix.
ifdef LUA_INCDIR
BUILD := build/rock$(subst /,-,$(LUA_INCDIR))
endif

# The interpreters of this system: those that have a program and headers here, or those that are asked for.
API_lua5.4 := 5.4
API_lua5.5 := 5.5
API_luajit := 5.1
VARIANTS_KNOWN := lua5.4 luajit lua5.5
VARIANTS_FOUND :=
FOUND := $(BUILD)/interpreters.mk
# put in place whole: another make may be reading it
$(shell mkdir -p $(BUILD); new=$$(mktemp $(FOUND).XXXXXX) && { PKG_CONFIG="$(PKG_CONFIG)" packaging/interpreters.sh make >$$new && \
	chmod 644 $$new && mv -f $$new $(FOUND) || rm -f $$new; })
include $(FOUND)
VARIANTS ?= $(VARIANTS_FOUND)
# it runs what takes one interpreter: the demo, the reference, the benchmarks
MAIN := $(firstword $(VARIANTS))

# ---------------------------------------------------------------- what the system must have

.PHONY: deps deps-build deps-doc deps-site deps-openresty deps-bench
INSTALL_PACKAGES = @CC="$(CC)" PKG_CONFIG="$(PKG_CONFIG)" packaging/dependencies.sh
deps-build: ; $(INSTALL_PACKAGES) build
deps-doc: ; $(INSTALL_PACKAGES) build doc
deps-site: deps-doc ## install what building the site needs, where there is no npm yet
	@command -v npm >/dev/null || packaging/dependencies.sh node
deps-openresty: ; $(INSTALL_PACKAGES) build openresty
deps-bench: ; $(INSTALL_PACKAGES) build openresty bench
deps: ## install what building and testing need (Debian; elsewhere: say what it is called)
	$(INSTALL_PACKAGES) build command openresty doc test

# ---------------------------------------------------------------- what is compiled

# How the engine waits: epoll on Linux, poll(2) elsewhere, or as POLLER= says, in a build folder of its own.
POLLER ?= $(if $(filter Linux,$(shell uname -s)),epoll,poll)
ifeq ($(POLLER),poll)
OTHER_POLLER := src/http/poller_epoll.c src/http/waker.c src/lua/waker.c
POLLER_CFLAGS := -DPZ_POLLER_POLL
OTHER_TESTS := spec/src/http/waker_test.c
else
OTHER_POLLER := src/http/poller_poll.c
endif
C_CORE     := $(filter-out $(OTHER_POLLER),$(shell find src -name '*.c' -not -path 'src/lua/*' -not -path 'src/emulator/*' | sort))
C_BINDING  := $(filter-out $(OTHER_POLLER),$(sort $(wildcard src/lua/*.c)))
C_EMULATOR := $(shell find src/emulator -name '*.c' -not -path 'src/emulator/lua/*' | sort)
C_EMULATOR_BINDING := $(sort $(wildcard src/emulator/lua/*.c))
# the core's parts that the emulator uses too
C_SHARED   := $(sort $(wildcard src/*.c src/json/*.c src/url/*.c src/masking/*.c src/template/*.c)) src/http/global.c src/http/failure.c

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wformat=2 -Wundef -Wvla $(WERROR)
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 $(POLLER_CFLAGS) -fPIC -fvisibility=hidden -pthread -MMD -MP -Isrc \
	$(WARNINGS) $(GIVEN_INCLUDES) $(SANITIZE) $(CFLAGS) $(CPPFLAGS)
# nodelete: libcurl and TLS libraries leave state that outlives a Lua state
MODULE_LDFLAGS = $(SHARED_$(or $(filter Darwin,$(shell uname -s)),ELF)) -pthread $(SANITIZE) $(LDFLAGS)
SHARED_ELF := -shared -Wl,-z,nodelete -Wl,-z,relro
SHARED_Darwin := -bundle -undefined dynamic_lookup

# What LuaRocks knows of a library goes before what pkg-config says: $(call link,CURL,curl,libcurl)
link = $(if $($(1)_LIBDIR),-L$($(1)_LIBDIR) -l$(2),$(shell $(PKG_CONFIG) --libs $(3)))
CURL_LIBS = $(call link,CURL,curl,libcurl)
CORE_LIBS = $(CURL_LIBS) -lm
EMULATOR_LIBS = $(call link,MICROHTTPD,microhttpd,libmicrohttpd) $(call link,SQLITE,sqlite3,sqlite3) $(CURL_LIBS) -lm
LUA_CFLAGS_rock = -I$(LUA_INCDIR)
# as folders of the system, so that their warnings are not ours and the compiler's own order stays
GIVEN_INCLUDES = $(foreach folder,$(sort $(CURL_INCDIR) $(MICROHTTPD_INCDIR) $(SQLITE_INCDIR)),-isystem $(folder))

OBJ := $(BUILD)/obj
CORE_OBJECTS := $(C_CORE:%.c=$(OBJ)/%.o)
EMULATOR_OBJECTS := $(C_EMULATOR:%.c=$(OBJ)/%.o)
SHARED_OBJECTS := $(C_SHARED:%.c=$(OBJ)/%.o)

$(OBJ)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# the examples and the page are embedded
$(OBJ)/src/emulator/seed.o: $(wildcard src/emulator/seed/*.json)
$(OBJ)/src/emulator/handle_page.o: $(wildcard src/emulator/page/*)

define variant_rules
$(OBJ)/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_CFLAGS) $$(LUA_CFLAGS_$(1)) -c -o $$@ $$<
$(BUILD)/$(1)/personalize/core.so: $(CORE_OBJECTS) $(C_BINDING:%.c=$(OBJ)/$(1)/%.o)
	@mkdir -p $$(@D)
	$$(CC) $$(MODULE_LDFLAGS) -o $$@ $$^ $$(CORE_LIBS)
$(BUILD)/$(1)/personalize/emulator/core.so: $(EMULATOR_OBJECTS) $(SHARED_OBJECTS) $(C_EMULATOR_BINDING:%.c=$(OBJ)/$(1)/%.o)
	@mkdir -p $$(@D)
	$$(CC) $$(MODULE_LDFLAGS) -o $$@ $$^ $$(EMULATOR_LIBS)
.PHONY: $(1)
$(1): $(BUILD)/$(1)/personalize/core.so $(BUILD)/$(1)/personalize/emulator/core.so
endef
# for each, whichever are asked for: the tests in C are of 5.4 in any case
$(foreach variant,$(VARIANTS_KNOWN) rock,$(eval $(call variant_rules,$(variant))))

.PHONY: all
all: $(or $(VARIANTS),no-interpreter) ## build library and emulator for every interpreter that is here (CC=clang, BUILD=folder)
lua5.4 lua5.5 luajit: ## build them for one

no-interpreter:
	@echo "There is no Lua 5.4, Lua 5.5 or LuaJIT here with its headers: \`make deps\` installs them on Debian."; exit 1

-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)

# ---------------------------------------------------------------- running things with the built library

# $(call run,VARIANT) is what stands before a command to let it find the library in this tree
run = env -u LUA_PATH_5_4 -u LUA_CPATH_5_4 -u LUA_PATH_5_5 -u LUA_CPATH_5_5 \
	LUA_PATH="$(CURDIR)/lua/?.lua;$(CURDIR)/lua/?/init.lua;$(CURDIR)/?.lua;;" \
	LUA_CPATH="$(CURDIR)/$(BUILD)/$(1)/?.so;;" $(PRELOAD)
run_main = $(call run,$(MAIN)) $(LUA_$(MAIN))

# those of the bindings run Lua 5.4 themselves
C_TESTS := $(shell find spec -name '*_test.c' $(if $(LUA_lua5.4),,-not -path '*/lua/*') | sort)
C_TESTS := $(filter-out $(OTHER_TESTS),$(C_TESTS))
TEST_PROGRAMS := $(C_TESTS:%.c=$(BUILD)/%)

# some replace functions of libraries; glibc has dlsym in a library of its own before 2.34
DLSYM := $(if $(filter Linux,$(shell uname -s)),-ldl)

$(BUILD)/spec/%_test: spec/%_test.c $(CORE_OBJECTS) $(filter-out $(OBJ)/src/emulator/main.o,$(EMULATOR_OBJECTS))
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Ispec -o $@ $(filter %.c %.o,$^) $(SANITIZE) $(shell $(PKG_CONFIG) --libs cmocka) $(CORE_LIBS) $(EMULATOR_LIBS) $(DLSYM)

# The bindings' C tests run an interpreter of their own; what our objects ask malloc for is diverted.
DIVERTED := $(foreach name,malloc calloc realloc strdup free,-Wl,--wrap=$(name))
LINK_BINDING_TEST = $(CC) $(ALL_CFLAGS) -Ispec $(LUA_CFLAGS_lua5.4) -o $@ $(filter %.c %.o,$^) $(SANITIZE) $(DIVERTED) \
	$(shell $(PKG_CONFIG) --libs cmocka) $(LUA_LIBS_lua5.4) $(DLSYM)
$(filter $(BUILD)/spec/src/lua/%,$(TEST_PROGRAMS)): $(BUILD)/%: %.c $(CORE_OBJECTS) $(C_BINDING:%.c=$(OBJ)/lua5.4/%.o)
	@mkdir -p $(@D)
	$(LINK_BINDING_TEST) $(CORE_LIBS)
$(filter $(BUILD)/spec/src/emulator/lua/%,$(TEST_PROGRAMS)): $(BUILD)/%: %.c $(EMULATOR_OBJECTS) $(SHARED_OBJECTS) \
		$(C_EMULATOR_BINDING:%.c=$(OBJ)/lua5.4/%.o)
	@mkdir -p $(@D)
	$(LINK_BINDING_TEST) -Wl,--wrap=MHD_create_response_from_buffer $(EMULATOR_LIBS)

.PHONY: test specs ctests
ctests: $(TEST_PROGRAMS) ## run the tests in C
	@for program in $(TEST_PROGRAMS); do echo "== $$program"; $$program || exit 1; done

comma := ,
# SPEC=path runs one file or folder; VARIANTS=luajit one interpreter.
# nginx and Neovim run LuaJIT whatever runs the specs, and the page runs no Lua: each of these runs once.
SPEC ?= spec
specs: all ## run the specs (SPEC=path, VARIANTS=luajit, BUSTED_FLAGS=)
	@$(foreach variant,$(VARIANTS),echo "== specs on $(variant)"; \
		$(call run,$(variant)) $(LUA_$(variant)) $$(command -v busted) \
		--exclude-tags=$(if $(filter luajit,$(variant)),browser,openresty$(comma)neovim) $(BUSTED_FLAGS) $(SPEC) || exit 1;)

# What the service does where no published page tells: the client's specs with each variant of the emulator.
SERVICE_VARIANTS := missing_secret=keep update_revision=true put_creates=true unique_names=true mask_unknown_auth=true \
	page_limit=10 honour_offset=false credentials=api_token
SERVICE_SPECS := $(filter-out %/leaks_spec.lua,$(shell grep -l 'spec\.support\.tenant' spec/personalize/connections/*.lua))
.PHONY: service-variants
service-variants: $(MAIN) ## run the client's specs with each variant of the service (SERVICE_VARIANTS=unique_names=true)
	@for variant in $(SERVICE_VARIANTS); do echo "== $$variant"; \
		SPEC_VARIANT=$$variant $(MAKE) --no-print-directory specs VARIANTS=$(MAIN) \
		SPEC="$(SERVICE_SPECS)" || exit 1; done

test: deps ## install what is missing, build, run every test
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory ctests
	@$(MAKE) --no-print-directory specs

.PHONY: demo demo-run repl
demo: deps-build ## install what is missing, build, run the example against the emulator
	@$(MAKE) --no-print-directory -s demo-run
demo-run: $(or $(MAIN),no-interpreter)
	@$(run_main) examples/quickstart.lua

# The admin service of examples/openresty in a real nginx, the emulator behind it.
.PHONY: demo-openresty
demo-openresty: deps-openresty ## run the example service in nginx, the emulator behind it
	@$(MAKE) --no-print-directory -s luajit
	@$(call run,luajit) examples/openresty/demo.sh

repl: $(MAIN) ## open Lua with the library loaded
	@$(run_main) -i -l personalize

# ---------------------------------------------------------------- checks beyond the specs

.PHONY: lint format asan clean help
lint: C_ALL = $(shell git ls-files '*.c' '*.h')
lint: check-doc check-members check-schema ## luacheck, clang-format, clang-tidy, first lines, layers, loops, commands, the reference
	@.ci/openings
	@lua5.4 .ci/layers
	@lua5.4 .ci/loop_variables
	@lua5.4 .ci/commands
	luacheck -q lua spec examples bench doc packaging fuzz
	clang-format --dry-run -Werror $(C_ALL)
	printf '%s\n' $(C_CORE) $(C_EMULATOR) $(C_BINDING) $(C_EMULATOR_BINDING) | \
		xargs -P $$(nproc) -I FILE clang-tidy --quiet FILE -- -std=c11 -D_GNU_SOURCE -Isrc $(LUA_CFLAGS_lua5.4) 2>&1 | \
		{ ! grep -v "warnings\? generated\|Suppressed\|Use -header-filter"; }

# With musl's headers, and those of the libraries behind them; there is no musl build of these to link with.
MUSL_HEADERS := build/musl/include
.PHONY: musl
musl: ## compile the core with musl's headers (Debian: musl-tools), without a warning
	@mkdir -p $(MUSL_HEADERS)
	@for folder in curl; do ln -sfn $$($(PKG_CONFIG) --variable=includedir libcurl)/$$folder $(MUSL_HEADERS)/; done
	@[ -e $(MUSL_HEADERS)/curl/curl.h ] || ln -sfn /usr/include/$$(gcc -print-multiarch)/curl $(MUSL_HEADERS)/
	@for file in /usr/include/$$(gcc -print-multiarch)/lua*-deb-multiarch.h; do [ ! -e $$file ] || ln -sf $$file $(MUSL_HEADERS)/; done
	@printf '%s\n' $(C_CORE) $(C_BINDING) | xargs -P $$(nproc) -I FILE \
		musl-gcc -fsyntax-only -std=c11 -D_GNU_SOURCE $(POLLER_CFLAGS) -fPIC -pthread -Isrc -isystem $(MUSL_HEADERS) \
		$(LUA_CFLAGS_$(MAIN)) $(WARNINGS) FILE

format: ## format the C files
	clang-format -i $(shell git ls-files '*.c' '*.h')

# ---------------------------------------------------------------- the reference, and types for the Lua language server

# What the code's own tables tell of it is written to build/reference, the rest stands in comments.
REFERENCE = $(run_main) doc/reference/run.lua

# HTML below build/doc. Whatever LDoc complains of fails it.
.PHONY: doc doc-run types check-doc
doc: deps-doc ## write the reference to build/doc/index.html
	@$(MAKE) --no-print-directory -s doc-run
doc-run: $(or $(MAIN),no-interpreter)
	@$(REFERENCE) chapters
	@$(or $(LUA_luajit),$(LUA_$(MAIN))) $$(command -v ldoc) . >/dev/null 2>build/reference/complaints; code=$$?; \
		cat build/reference/complaints >&2; [ $$code = 0 ] && [ ! -s build/reference/complaints ]

# The command's man pages, made of its own help.
.PHONY: man
man: needs-argparse $(or $(MAIN),no-interpreter) ## write the command's man pages to build/man
	@$(run_main) packaging/man.lua build/man

# The site: guides, reference, examples. VitePress, from npm, makes HTML of the Markdown that is put together here.
# SITE_BASE=/folder/ for a site that is not at the top of its server
export SITE_BASE ?= /
SITE := $(BUILD)/site
.PHONY: site site-run check-site
site: deps-site ## write the site to build/site/html, and to build/site/plain for reading without a server
	@$(MAKE) --no-print-directory -s site-run
site-run: $(or $(MAIN),no-interpreter)
	@$(REFERENCE) chapters
	@$(run_main) doc/site/assemble.lua $(SITE)/pages
	@cp doc/site/package.json doc/site/package-lock.json $(SITE)
	@cd $(SITE) && { cmp -s package-lock.json node_modules/installed.json || \
		{ npm ci --ignore-scripts --no-audit --no-fund --silent && cp package-lock.json node_modules/installed.json; }; }
	@cd $(SITE) && node_modules/.bin/vitepress build pages >vitepress.log 2>&1 || { cat vitepress.log >&2; exit 1; }
	@$(run_main) doc/site/links.lua $(SITE)/html
	@$(run_main) doc/site/plain.lua $(SITE)/html $(SITE)/plain
	@$(run_main) doc/site/links.lua $(SITE)/plain

# SHOTS=folder keeps pictures of what it looked at
SHOTS ?=
check-site: site ## build the site and look at it in Chromium, at 390 and 1440 pixels
	@$(if $(SHOTS),mkdir -p $(SHOTS))
	@$(run_main) spec/site/check.lua $(CURDIR)/$(SITE) $(SHOTS)

types: $(MAIN) ## write the types for the Lua language server anew
	@$(REFERENCE) types

# The members of a connection, for the emulator: C made of the library's schema.
MEMBERS = $(call run,lua5.4) lua5.4 src/emulator/members.lua
.PHONY: members check-members
members: ## write the emulator's table of members anew
	@$(MEMBERS) >src/emulator/members.inc.new && mv src/emulator/members.inc.new src/emulator/members.inc
check-members: ## see that the emulator's table of members is what the schema says
	@$(MEMBERS) | cmp -s - src/emulator/members.inc || { echo "src/emulator/members.inc is out of date: make members" >&2; exit 1; }

# The JSON Schema of a connection's file, made of the library's schema.
SCHEMA = $(run_main) -e 'io.write(require("personalize.sync.json_schema").text())'
.PHONY: schema check-schema
schema: $(MAIN) ## write the JSON Schema of a connection's file anew
	@mkdir -p schema
	@$(SCHEMA) >schema/connection.schema.json.new && mv schema/connection.schema.json.new schema/connection.schema.json
check-schema: $(MAIN) ## see that the JSON Schema is what the library's schema says
	@$(SCHEMA) | cmp -s - schema/connection.schema.json || { echo "schema/connection.schema.json is out of date: make schema" >&2; exit 1; }

# The reference is complete, says what the code does, and the types are made of it.
check-doc: $(MAIN) ## see that the reference is complete and says what the code does
	@$(REFERENCE) check

# Neither Debian nor npm has the server, so that this is no part of `make test`.
.PHONY: check-editor
check-editor: $(MAIN) ## have the Lua language server check the guide's script with types/ (LUA_LANGUAGE_SERVER=)
	@$(run_main) spec/doc/editor/check.lua

# ---------------------------------------------------------------- sanitizers, benchmarks, fuzzers

# One build folder of its own; both interpreters run with the sanitizers' runtimes loaded first, and before them what
# tells these where they look for leaks. nginx cannot: its specs run with the ordinary build.
ASAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all
ASAN_RUNTIMES := libasan.so libubsan.so
ifneq (,$(findstring clang,$(CC)))
ASAN_RUNTIMES := libclang_rt.asan-$(shell uname -m).so
ASAN_FLAGS += -shared-libasan
endif
ASAN_BUILD = build/asan$(if $(findstring clang,$(CC)),-clang)
ASAN_PRELOAD = $(foreach name,$(ASAN_RUNTIMES),$(shell $(CC) -print-file-name=$(name)))
ASAN_MAKE = $(MAKE) --no-print-directory BUILD=$(ASAN_BUILD) CFLAGS="-O1 -g -fno-omit-frame-pointer" \
	SANITIZE="$(ASAN_FLAGS)"
ASAN_OPTIONS_SO = $(CURDIR)/$(ASAN_BUILD)/sanitizer_options.so
$(CURDIR)/build/%/sanitizer_options.so: spec/support/sanitizer_options.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O1 $(WARNINGS) -fPIC -shared -o $@ $<
asan: $(ASAN_OPTIONS_SO) ## run tests in C and specs under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(ASAN_MAKE) all
	@ASAN_OPTIONS=detect_leaks=1 LD_LIBRARY_PATH=$(dir $(firstword $(ASAN_PRELOAD))) $(ASAN_MAKE) ctests
	@$(ASAN_MAKE) BUSTED_FLAGS=--exclude-tags=openresty,neovim,browser PRELOAD='ASAN_OPTIONS=verify_asan_link_order=0 \
		LSAN_OPTIONS=suppressions=$(CURDIR)/.lsan:print_suppressions=0 SPEC_SLOW=5 \
		LD_PRELOAD="$(ASAN_OPTIONS_SO) $(ASAN_PRELOAD)"' specs

# The emulator's threads, the waker's, and loops that are woken. What is not built here, Lua and the libraries, is not
# watched. The interpreter is one with the sanitizer in it, which the programs of specs find first. The sanitizer's own
# memory grows with what it has seen, and its time is another: specs of these are left out.
TSAN_SPECS := spec/src/emulator spec/src/http spec/personalize/http/loops
TSAN_LUA = $(CURDIR)/build/tsan/bin/lua5.4
TSAN_MAKE = $(MAKE) --no-print-directory BUILD=build/tsan CFLAGS="-O1 -g -fno-omit-frame-pointer" SANITIZE=-fsanitize=thread
$(CURDIR)/build/tsan/bin/lua5.4: spec/support/lua_program.c
	@mkdir -p $(@D)
	$(CC) -O1 -g $(WARNINGS) -fsanitize=thread $(LUA_CFLAGS_lua5.4) -o $@ $< $(LUA_LIBS_lua5.4)
.PHONY: tsan
tsan: $(TSAN_LUA) ## run tests in C and what has threads under ThreadSanitizer (SPEC=)
	@$(TSAN_MAKE) all VARIANTS=lua5.4
	@$(TSAN_MAKE) ctests
	@$(TSAN_MAKE) VARIANTS=lua5.4 LUA_lua5.4=$(TSAN_LUA) BUSTED_FLAGS=--exclude-tags=openresty,neovim,browser,resident,timed \
		SPEC="$(if $(filter command%,$(origin SPEC)),$(SPEC),$(TSAN_SPECS))" \
		PRELOAD='SPEC_SLOW=5 PATH="$(dir $(TSAN_LUA)):$(PATH)"' specs

# No warning from either compiler; the tests in C and a short set of specs with what each made.
COMPILERS := gcc clang
COMPILER_SPECS := spec/src/json spec/src/url spec/src/file spec/regress spec/personalize/client_spec.lua spec/personalize/emulator_spec.lua
.PHONY: compilers
compilers: ## build with gcc and with clang, and test what each made
	@for compiler in $(COMPILERS); do \
		echo "== $$compiler"; \
		$(MAKE) --no-print-directory -s CC=$$compiler BUILD=build/$$compiler all ctests || exit 1; \
		$(MAKE) --no-print-directory CC=$$compiler BUILD=build/$$compiler SPEC="$(COMPILER_SPECS)" specs || exit 1; \
	done

# Everything as one table of ratios, which becomes doc/benchmarks.md; about ten minutes, on a machine that should be quiet.
# BENCH="http map" runs parts, and writes nothing into doc/.
BENCH ?=
BENCH_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard bench/floor/*.c))
# Debian has yyjson from 13 on
YYJSON = $(shell $(PKG_CONFIG) --exists yyjson && echo -DWITH_YYJSON $$($(PKG_CONFIG) --cflags --libs yyjson))
$(BUILD)/bench/%: bench/%.c $(wildcard bench/floor/*.h)
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -o $@ $< $(CORE_LIBS) -ljansson $(YYJSON)

# The peers in Node, beside what npm brings for them. Without Node or npm the table says that they were not measured.
BENCH_PEERS := $(BUILD)/bench/peers
.PHONY: bench-peers
bench-peers: ## install the peers from npm, where it can be reached
	@mkdir -p $(BENCH_PEERS)
	@cp bench/peers/*.mjs bench/peers/package*.json $(BENCH_PEERS)
	@cd $(BENCH_PEERS) && { cmp -s package-lock.json node_modules/installed.json || \
		{ npm ci --ignore-scripts --no-audit --no-fund --silent && cp package-lock.json node_modules/installed.json; }; } || \
		echo "npm is not available: its peers will not be measured"

.PHONY: bench bench-run bench-check
bench: deps-bench ## measure against floors in C and peers; BENCH= names parts
	@command -v npm >/dev/null || packaging/dependencies.sh node || true
	@$(MAKE) --no-print-directory bench-run
bench-run: all $(BENCH_PROGRAMS) bench-peers ## bench, without installing packages of Debian
	@BENCH_BUILD=$(BUILD) $(run_main) bench/run.lua $(BENCH)
bench-check: deps-bench ## run each benchmark once, with tiny numbers, to see that it runs
	@BENCH_QUICK=1 $(MAKE) --no-print-directory bench-run
	@BENCH_QUICK=1 $(MAKE) --no-print-directory bench-scaling
	@BENCH_QUICK=1 $(MAKE) --no-print-directory bench-scale

# Everything that takes a text, a list or a pattern at n, 2n, 4n and 8n; fails where the work grows faster than n^1.1.
# Memory stays with the process: pages that the system hands out anew cost more than what is done with them.
.PHONY: bench-scaling
bench-scaling: $(or $(MAIN),no-interpreter) ## measure how times grow with the size of the input; SCALING= picks rows by words
	@MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=17179869184 $(run_main) bench/scaling/run.lua $(SCALING)

.PHONY: bench-scale
bench-scale: $(or $(MAIN),no-interpreter) ## measure what a tenant of 100 to 100,000 connections costs, in time and memory (SCALE=10000 for the most)
	@$(run_main) bench/scale/run.lua $(SCALE)

MUTANTS ?= 60
MUTANTS_SEED ?= 1
MUTANTS_MINUTES ?= 60
# make -n would run the line if it named the variable MAKE itself
MAKE_IN = $(MAKE) -s -C
.PHONY: mutants
mutants: ## change MUTANTS lines of a copy one at a time, and tell which changes its specs let pass (MUTANTS_IN=lua/personalize/sync)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && trap 'exit 1' INT TERM && \
	git archive HEAD | tar -x -C "$$folder" && $(MAKE_IN) "$$folder" all VARIANTS=lua5.4 && \
	$(call run,lua5.4) $(LUA_lua5.4) spec/mutants/run.lua $(MUTANTS) $(MUTANTS_SEED) $(MUTANTS_MINUTES) "$$folder" $(MUTANTS_IN)

# So many calls in one process against a service of which 1 % of the answers go wrong.
SOAK_CALLS ?= 1000000
.PHONY: soak
soak: all ## call a faulty service SOAK_CALLS times in one process
	@$(run_main) bench/soak/run.lua $(SOAK_CALLS)

# FUZZ_SECONDS for each target; FUZZ_SEED for about the same inputs again, 0 for others each time
FUZZ_SECONDS ?= 600
FUZZ_SEED ?= 0
.PHONY: fuzz
fuzz: ## run each fuzzer for FUZZ_SECONDS
	@FUZZ_SEED=$(FUZZ_SEED) fuzz/run.sh $(FUZZ_SECONDS)

# Runs the fuzzers in Lua; fuzz/run.sh builds it, with a build folder and sanitizers of its own.
$(BUILD)/fuzz/lua_host: fuzz/support/lua_host.c $(CORE_OBJECTS) $(C_BINDING:%.c=$(OBJ)/lua5.4/%.o)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LUA_CFLAGS_lua5.4) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) $(CORE_LIBS) $(LUA_LIBS_lua5.4)

# Each file of specs in a process of its own, as many at a time as there are cores. On Lua 5.4 alone: valgrind does not
# follow what LuaJIT compiles. Programs that specs start run without it.
VALGRIND = valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
	--errors-for-leak-kinds=definite --child-silent-after-fork=yes --max-threads=2500 --suppressions=$(CURDIR)/.valgrind
.PHONY: valgrind
valgrind: all $(TEST_PROGRAMS) ## run tests in C and specs under valgrind (SPEC=path for one folder)
	@for program in $(TEST_PROGRAMS); do echo "== $$program"; $(VALGRIND) $$program || exit 1; done
	@find $(SPEC) -name '*_spec.lua' | sort | $(call run,lua5.4) SPEC_SLOW=5 VALGRIND="$(VALGRIND)" \
		xargs -P $$(nproc) -n 1 spec/support/under_valgrind.sh

# The specs of what C does, with the collector running as often as it can.
.PHONY: gc
gc: all ## run the specs of C with the collector running as often as it can
	@SPEC_GC=1 $(MAKE) --no-print-directory specs SPEC=spec/src

# Everything, in its long form.
.PHONY: check-all
check-all: lint doc check-site test service-variants demo demo-openresty compilers musl asan valgrind gc rocks check-install check-dist bench-check soak fuzz ## everything, in its long form

clean: ## remove what was built
	rm -rf build

# ---------------------------------------------------------------- installation

# What is put where is known to packaging/install.sh, which notes it for `uninstall`.
INSTALLER = BUILD="$(BUILD)" PREFIX="$(abspath $(PREFIX))" DESTDIR="$(DESTDIR)" VARIANTS="$(VARIANTS)" MAIN="$(MAIN)" \
	LUA="$(LUA_$(MAIN))" WITHOUT_COMMAND="$(WITHOUT_COMMAND)" packaging/install.sh

# WITHOUT_COMMAND=1 does without lua-argparse
WITHOUT_COMMAND ?=
.PHONY: install uninstall needs-argparse
install: needs-argparse all ## put library, command, guides and types below PREFIX (DESTDIR= for packagers, VARIANTS=luajit for one)
	@$(INSTALLER) install

uninstall: ## remove what install put there, and nothing else
	@$(INSTALLER) uninstall

needs-argparse:
	@[ -n "$(WITHOUT_COMMAND)" ] || [ -z "$(MAIN)" ] || $(LUA_$(MAIN)) -e 'require "argparse"' 2>/dev/null || { \
		echo "The command needs argparse for $(MAIN), which is not there (Debian: lua-argparse; LuaRocks: argparse)."; \
		echo "make install WITHOUT_COMMAND=1 installs the library alone."; exit 1; }

# What the rockspecs call: one build, for the interpreter whose headers are in LUA_INCDIR.
.PHONY: rock-core rock-emulator rock-install-core rock-install-emulator rock-lua
rock-core: $(BUILD)/rock/personalize/core.so
rock-emulator: $(BUILD)/rock/personalize/emulator/core.so
rock-lua: ; @CC="$(CC)" packaging/interpreters.sh check "$(LUA_INCDIR)"
ifdef LUA_INCDIR
$(CORE_OBJECTS) $(EMULATOR_OBJECTS) $(SHARED_OBJECTS) $(patsubst %.c,$(OBJ)/rock/%.o,$(C_BINDING) $(C_EMULATOR_BINDING)): | rock-lua
endif
rock-install-core rock-install-emulator: rock-install-%: rock-%
	@BUILD="$(BUILD)" INST_LUADIR="$(INST_LUADIR)" INST_LIBDIR="$(INST_LIBDIR)" packaging/install.sh rock $*

# For LuaRocks' server: those in the tree are of the newest commit. Tags are named like v1.2.3.
VERSION = $(shell sed -n 's/.*PZ_VERSION "\(.*\)"/\1/p' src/version.h)
.PHONY: dist rockspecs
DIST = personalize-$(VERSION)
dist: ## write the source tarball of this version and its checksum to build/
	@why=$$(git rev-parse --verify HEAD 2>&1 >/dev/null) || \
		{ echo "make dist: needs a clone of the repository: git says: $$why" >&2; exit 1; }
	@mkdir -p build
	@git archive --format=tar --prefix=$(DIST)/ HEAD | gzip -9n >build/$(DIST).tar.gz
	@cd build && openssl dgst -sha256 -r $(DIST).tar.gz | sed 's/ \*/  /' >$(DIST).tar.gz.sha256

# LuaRocks compares MD5 sums; it knows no others.
DIST_URL = https://github.com/personalize-lua/personalize/releases/download/v$(VERSION)/$(DIST).tar.gz
rockspecs: dist ## write the rockspecs of this version, which name its tarball, to build/
	@mkdir -p $(BUILD)
	@md5=$$(openssl dgst -md5 -r build/$(DIST).tar.gz | cut -d ' ' -f 1); \
	for name in $(patsubst %-scm-1.rockspec,%,$(wildcard *.rockspec)); do \
		sed "s/^version = .*/version = \"$(VERSION)-1\"/; s|^   url = .*|   url = \"$(DIST_URL)\",\n   md5 = \"$$md5\",\n   dir = \"$(DIST)\",|" \
			$$name-scm-1.rockspec >$(BUILD)/$$name-$(VERSION)-1.rockspec; done

.PHONY: rocks check-install check-dist check-debian check-image
rocks: ## build and pack both rocks for both interpreters, install them elsewhere and use them
	@BUILD=$(BUILD) CC=$(CC) spec/packaging/rocks.sh

check-install: all ## install into an empty folder, use what is there, uninstall, compare
	@BUILD=$(BUILD) CC=$(CC) spec/packaging/install.sh

check-dist: ## build and use the library from the source tarball alone
	@BUILD=$(BUILD) CC=$(CC) spec/packaging/dist.sh

# DEBIAN_BASE=folder of a bare system does without debootstrap
check-debian: ## make Debian's packages in a new Debian 13, and use them in another (root, debootstrap)
	$(INSTALL_PACKAGES) matrix
	@BUILD=$(BUILD) CC=$(CC) spec/packaging/debian.sh

check-image: ## do the steps of the Dockerfile in new systems of Debian 13, and use the image's command (root, debootstrap)
	$(INSTALL_PACKAGES) matrix
	@spec/packaging/image.sh

# ARCH=i386 for another architecture, COMMANDS="make test" for other commands
SUITES ?= bookworm trixie sid
.PHONY: matrix
matrix: ## run demo and tests in new, bare systems of SUITES (root, debootstrap)
	$(INSTALL_PACKAGES) matrix
	@ARCH="$(ARCH)" COMMANDS="$(COMMANDS)" packaging/matrix.sh $(SUITES)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9. -]*:.*## / { printf "  %-22s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
