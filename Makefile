# linli: nine verbs over meson, npm and tests/run.py.
#
#   make            install what is missing, build everything
#   make run        the same as far as needed, then serve (PORT=8080 DATA=.linli)
#   make test       build and run every test           ONLY="unit store" chooses
#   make san        unit, store, record and case tests under ASan and UBSan
#   make fuzz       every fuzz target, FUZZ_SECONDS=30 each
#   make bench      build/bench.json
#   make deb        a Debian package in build-deb/out
#   make fmt        format the C
#   make test-night all of it, longer
#
# WEB=no leaves the web pages out: then Node is never needed.

PORT         ?= 8080
DATA         ?= .linli
WEB          ?= $(if $(wildcard web/package-lock.json),yes,no)
ONLY         ?=
FUZZ_SECONDS ?= 30
WERROR       ?= true
# Debian's, because packages.txt installs its modules for that one.
PYTHON       ?= /usr/bin/python3

LINLI = build/linli
WEB_SOURCES = $(shell find api/openapi.yaml web -mindepth 1 \
	\( -name node_modules -o -name dist -o -name '.*' \) -prune -o -print 2>/dev/null)

.PHONY: all run test san fuzz bench deb fmt test-night clean install-build web clients lighthouse

all: install-build web build/build.ninja
	@$(call compile,build)

run: install-build web build/build.ninja
	@$(call compile,build,linli)
	@$(LINLI) seed --data '$(DATA)' --live 90
	@exec $(LINLI) serve --data '$(DATA)' --port '$(PORT)' --demo

test: install-build web clients build/build.ninja
	@tools/install.sh test deb
	@$(call compile,build)
	@$(PYTHON) tests/run.py $(ONLY)

san: install-build build-san/build.ninja
	@tools/install.sh test
	@$(call compile,build-san)
	@$(PYTHON) tests/run.py --build build-san unit store record case corpora

fuzz: install-build
	@tools/install.sh test
	@test -f build-fuzz/build.ninja || CC=clang-14 meson setup build-fuzz -Dfuzz=true -Dwerror=$(WERROR)
	@$(call compile,build-fuzz)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) $(PYTHON) tests/run.py --build build-fuzz fuzz

bench: install-build web lighthouse build/build.ninja
	@tools/install.sh test
	@$(call compile,build)
	@$(PYTHON) tests/bench/run.py

# build-deb/out/linli_VERSION_ARCH.deb, with Debian's hardening.
deb: install-build web
	@tools/install.sh deb
	@test -f build-deb/build.ninja || CFLAGS="$$(dpkg-buildflags --get CFLAGS)" CPPFLAGS="$$(dpkg-buildflags --get CPPFLAGS)" \
		LDFLAGS="$$(dpkg-buildflags --get LDFLAGS) -Wl,-z,now" meson setup build-deb -Db_pie=true -Dbuildtype=plain
	@$(call compile,build-deb,linli)
	@packaging/deb.sh build-deb build-deb/out

fmt:
	@tools/install.sh test
	@find src tests -name '*.[ch]' -not -path '*/node_modules/*' -print0 | xargs -0 clang-format-14 -i

test-night: test san
	@tools/install.sh night
	@$(MAKE) fuzz FUZZ_SECONDS=600
	@LINLI_NIGHT=1 $(PYTHON) tests/run.py crash servers scenario simulate package
	@find src -name '*.c' -print0 | xargs -0 -n 8 clang-tidy-14 -p build --quiet

clean:
	rm -rf build build-san build-fuzz build-deb web/dist

# ---- parts -------------------------------------------------------------------

install-build:
	@tools/install.sh build

# Compiles folder $(1), target $(2) or all.  The first call notices new and
# removed source files (meson.build has no list), the second builds.
compile = ninja -C $(1) sources.stamp >/dev/null 2>&1; ninja -C $(1) $(2)

build/build.ninja: | install-build
	meson setup build -Dwerror=$(WERROR)

build-san/build.ninja: | install-build
	meson setup build-san -Dsan=true -Dwerror=$(WERROR)

ifeq ($(WEB),yes)
web: web/dist/.built
clients: web/node_modules/.clients
lighthouse: tests/bench/lighthouse/node_modules/.installed
else
web clients lighthouse:
endif

web/node_modules/.installed: web/package-lock.json
	@tools/install.sh web
	@node=$$(tools/node.sh) && cd web && PATH="$$node:$$PATH" npm ci
	@mkdir -p $(@D) && touch $@

# Only `make bench` asks a browser's judge, so only it installs one.
tests/bench/lighthouse/node_modules/.installed: tests/bench/lighthouse/package-lock.json web/node_modules/.installed
	@node=$$(tools/node.sh) && cd tests/bench/lighthouse && PATH="$$node:$$PATH" npm ci --ignore-scripts
	@touch $@

# Programs of others that the tests drive; the network may be away.
web/node_modules/.clients: tools/clients.mjs web/node_modules/.installed
	@node=$$(tools/node.sh) && PATH="$$node:$$PATH" node tools/clients.mjs

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	@node=$$(tools/node.sh) && cd web && PATH="$$node:$$PATH" npm run build
	@touch $@
