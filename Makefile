# linli: eight verbs over meson, npm and tests/run.py.
#
#   make            install what is missing, build everything
#   make run        the same as far as needed, then serve (PORT=8080 DATA=.linli)
#   make test       build and run every test           ONLY="unit store" chooses
#   make san        unit, store and record tests under ASan and UBSan
#   make fuzz       every fuzz target, FUZZ_SECONDS=30 each
#   make bench      build/bench.json
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

.PHONY: all run test san fuzz bench fmt test-night clean install-build web

all: install-build web build/build.ninja
	@$(call compile,build)

run: install-build web build/build.ninja
	@$(call compile,build,linli)
	@$(LINLI) seed --data '$(DATA)'
	@exec $(LINLI) serve --data '$(DATA)' --port '$(PORT)' --demo

test: install-build web build/build.ninja
	@tools/install.sh test
	@$(call compile,build)
	@$(PYTHON) tests/run.py $(ONLY)

san: install-build build-san/build.ninja
	@tools/install.sh test
	@$(call compile,build-san)
	@$(PYTHON) tests/run.py --build build-san unit store record corpora

fuzz: install-build
	@tools/install.sh test
	@test -f build-fuzz/build.ninja || CC=clang-14 meson setup build-fuzz -Dfuzz=true -Dwerror=$(WERROR)
	@$(call compile,build-fuzz)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) $(PYTHON) tests/run.py --build build-fuzz fuzz

bench: install-build web build/build.ninja
	@tools/install.sh test bench
	@$(call compile,build)
	@$(PYTHON) tests/bench/run.py

fmt:
	@tools/install.sh test
	@find src tests -name '*.[ch]' -not -path '*/node_modules/*' -print0 | xargs -0 clang-format-14 -i

test-night: test san
	@tools/install.sh night
	@$(MAKE) fuzz FUZZ_SECONDS=600
	@LINLI_NIGHT=1 $(PYTHON) tests/run.py crash scenario
	@find src -name '*.c' -print0 | xargs -0 -n 8 clang-tidy-14 -p build --quiet

clean:
	rm -rf build build-san build-fuzz web/dist

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
else
web:
endif

web/node_modules/.installed: web/package-lock.json
	@tools/install.sh web
	@node=$$(tools/node.sh) && cd web && PATH="$$node:$$PATH" npm ci
	@mkdir -p $(@D) && touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	@node=$$(tools/node.sh) && cd web && PATH="$$node:$$PATH" npm run build
	@touch $@
