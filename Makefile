# lede - `make demo` builds and publishes an example, `make test` tests everything, `make help` lists the rest.
#
#   SAN=address|undefined|thread   a sanitizer build beside the plain one (build/address/...)
#   WERROR=1                       warnings are errors (CI sets it)
#   V=1                            shows the commands
#   ROOMS="base codec ..."         build and test only these rooms (while you work on one)

SAN      ?=
BUILD    ?= build$(if $(SAN),/$(SAN))
PREFIX   ?= /usr/local
DESTDIR  ?=
CC       ?= cc
AR       ?= ar
OPT      ?= $(if $(SAN),-O1,-O2)
ALLROOMS := base sys codec text article markdown html xml store store/sqlite related search edition publish loop net line script bind
ROOMS    ?= $(ALLROOMS)
VERSION  := 0.1.0

PKGS     := lua5.4 libuv libcmark gumbo expat sqlite3 libfyaml jansson icu-uc icu-i18n libxxhash libcrypto libcurl libedit zlib libbrotlienc
CPPFLAGS += -Iinclude -Isrc -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -DLEDE_VERSION='"$(VERSION)"' \
            $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
CFLAGS   += -std=c17 $(OPT) -g -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wwrite-strings -fno-omit-frame-pointer \
            $(if $(WERROR),-Werror) $(if $(SAN),-fsanitize=$(SAN) $(if $(filter undefined,$(SAN)),-fno-sanitize-recover=all))
LDFLAGS  += $(if $(SAN),-fsanitize=$(SAN))
LDLIBS   += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lstemmer -lm -lpthread

SRC      := $(sort $(foreach r,$(ROOMS),$(wildcard src/$(r)/*.c)))
LLHTTP   := /usr/share/llhttp
OBJ      := $(SRC:src/%.c=$(BUILD)/obj/%.o) $(if $(filter net,$(ROOMS)),$(patsubst %,$(BUILD)/obj/llhttp/%.o,api http llhttp))
EMBED    := $(sort $(wildcard src/runtime/*.lua src/runtime/lede/*.lua $(foreach e,lua js css html,src/runtime/lede/*/*.$(e)) scripts/*.lua include/lua/lede/*.lua))
UNITS    := $(sort $(foreach r,$(ROOMS),$(wildcard tests/unit/$(r)/test_*.c)) $(if $(filter store,$(ROOMS)),$(wildcard tests/engine/test_*.c)))
UNITBIN  := $(UNITS:tests/%.c=$(BUILD)/tests/%)
LIB      := $(BUILD)/liblede.a
PROGRAM  := $(BUILD)/lede

Q        := $(if $(V),,@)

.DEFAULT_GOAL := all
.PHONY: all lib unit test quick lint format demo bench torture install uninstall clean help deps deps-test FORCE
.DELETE_ON_ERROR:
.SUFFIXES:

all: $(PROGRAM) ## the program and the library
lib: $(LIB)

# What the outputs depend on besides files: flags, and the lists of files that go into them. A stamp changes only when
# its text does, so a changed flag or a deleted file rebuilds exactly what it must.
define stamp
$(BUILD)/$(1).stamp: FORCE
	@mkdir -p $$(@D); printf '%s\n' $(2) | cmp -s - $$@ || printf '%s\n' $(2) > $$@
endef
$(eval $(call stamp,flags,'$$(subst ','\'',$$(CC) $$(CPPFLAGS) $$(CFLAGS))'))
$(eval $(call stamp,link,'$$(subst ','\'',$$(LDFLAGS) $$(LDLIBS))'))
$(eval $(call stamp,objects,$$(OBJ)))
$(eval $(call stamp,embed,$$(EMBED)))

$(BUILD)/obj/sys/%.o: CPPFLAGS += -D_GNU_SOURCE
# llhttp comes as sources (Debian's node-llhttp), made for strict parsing only when told so.
$(BUILD)/obj/net/%.o: CPPFLAGS += -isystem /usr/share/include -DLLHTTP_STRICT_MODE=1
$(BUILD)/obj/llhttp/%.o: $(LLHTTP)/%.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(Q)$(CC) -I/usr/share/include/llhttp -DLLHTTP_STRICT_MODE=1 $(CFLAGS) -w -c -o $@ $<
$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/embed: src/tools/embed.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $<
$(BUILD)/embedded.c: $(BUILD)/embed $(EMBED) $(BUILD)/embed.stamp
	$(Q)$(BUILD)/embed $@ $(EMBED)
$(BUILD)/obj/embedded.o: $(BUILD)/embedded.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(LIB): $(OBJ) $(if $(filter script,$(ROOMS)),$(BUILD)/obj/embedded.o) $(BUILD)/objects.stamp
	@rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

$(PROGRAM): $(BUILD)/obj/cli/main.o $(LIB) $(BUILD)/link.stamp
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(LDLIBS)

$(BUILD)/tests/%: tests/%.c $(LIB) $(BUILD)/flags.stamp $(BUILD)/link.stamp
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -MT $@ -MF $@.d $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS) -lcmocka

-include $(OBJ:.o=.d) $(BUILD)/obj/cli/main.d $(UNITBIN:=.d)

unit: $(UNITBIN) ## C unit tests of ROOMS
	@tests/run-units $(BUILD) $(UNITBIN)

APT_BUILD := gcc libc6-dev make pkg-config liblua5.4-dev libuv1-dev libcmark-dev libgumbo-dev libexpat1-dev libsqlite3-dev libssl-dev \
             libfyaml-dev libjansson-dev libicu-dev libstemmer-dev libxxhash-dev libcurl4-openssl-dev libedit-dev zlib1g-dev libbrotli-dev \
             node-llhttp tzdata
APT_TEST  := $(APT_BUILD) libcmocka-dev chromium lua-check clang-format clang-tidy cppcheck libxml2-utils libvips-tools python3 python3-jsonschema nginx-light openssl rsync

deps: ## installs what the build needs (Debian)
	@tests/need $(APT_BUILD)
deps-test: ## installs what the tests and lints need
	@tests/need $(APT_TEST)

demo: deps ## builds, publishes examples/politics-monitor and says where to look
	@$(MAKE) --no-print-directory -s all
	@$(PROGRAM) publish -s examples/politics-monitor
	@printf '\nLook at it:   %s serve -s examples/politics-monitor --open   (or: xdg-open examples/politics-monitor/public/index.html)\n' '$(PROGRAM)'
	@printf 'Change it:    edit examples/politics-monitor/content/*/*.md while that runs, or type: %s publish -s examples/politics-monitor\n' '$(PROGRAM)'
	@printf 'Your own:     %s init my-site && %s publish -s my-site\n' '$(PROGRAM)' '$(PROGRAM)'

test: deps-test ## everything: units, specs, program, golden sites, browser, sanitizers
	@tests/run
quick: $(PROGRAM) ## units and the built program, no sanitizers, no browser
	@tests/run quick
torture: $(PROGRAM) ## what takes longer than a test may
	@tests/torture/run
bench: $(PROGRAM) ## 10,000 articles, by stage; N=100000 for more
	@tests/bench/run

C_FILES := $(shell git ls-files '*.c' '*.h' 2>/dev/null)
lint: deps-test ## clang-tidy, cppcheck, luacheck, and the house's own rules
	@tests/lint/run
format: ## clang-format
	clang-format -i $(C_FILES)

MAN      := $(DESTDIR)$(PREFIX)/share/man/man1
SHARE    := $(DESTDIR)$(PREFIX)/share/lede
install: $(PROGRAM) ## program, library, headers, Lua types, plugins, man page; PREFIX= DESTDIR=
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include/lede $(SHARE) $(MAN)
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/lede
	install -m 644 $(LIB) $(DESTDIR)$(PREFIX)/lib/liblede.a
	install -m 644 include/lede/*.h $(DESTDIR)$(PREFIX)/include/lede
	cp -R plugins include/lua scripts $(SHARE)
	chmod -R u=rwX,go=rX $(SHARE)
	$(PROGRAM) help --man > $(MAN)/lede.1
uninstall: ## removes what install put there
	rm -rf $(DESTDIR)$(PREFIX)/bin/lede $(DESTDIR)$(PREFIX)/lib/liblede.a $(DESTDIR)$(PREFIX)/include/lede $(SHARE) $(MAN)/lede.1

clean: ## removes build/
	rm -rf build

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | sort | expand -t 14
