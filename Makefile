# The front door: every job has one word. `make` alone prints them. Each installs what it lacks with tools/setup,
# which says what it does.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

JOBS ?= $(shell nproc)
PYTHON := /usr/bin/python3
FUZZ_SECONDS ?= 600
RELEASE := build/release
TEST_SUITES := unit model hostile demo crash cluster file scenarios foresight revocation accounts credentials parties \
  http-receive http-send api as2-receive as2-send as2-exchange evidence sftp soap probe service examples pages cli \
  console console-walks

help: ## print this list
	@echo "Sealgate: make JOB"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r job text; do \
	  printf '  %-12s %s\n' "$$job" "$$text"; done

build: ## build the program: build/release/sealgate
	@tools/setup build
	@tools/build release sealgate sealgate-conformance
	@echo "built $(RELEASE)/sealgate"

packages: build ## Debian packages: build/release/packages/*.deb
	@tools/setup packages
	@cpack -G DEB --config $(RELEASE)/CPackConfig.cmake >$(RELEASE)/cpack.log 2>&1 || { cat $(RELEASE)/cpack.log >&2; exit 1; }
	@ls $(RELEASE)/packages/*.deb

demo: build ## two companies exchange a signed and encrypted order on this machine
	@tools/setup demo
	@$(PYTHON) demo/demo.py --program $(RELEASE)/sealgate

test: ## build and run the unit tests, the third-party vectors and the scripted suites
	@tools/setup build test
	@tools/build release all
	@$(PYTHON) tools/run_tests.py --build $(RELEASE) $(TEST_SUITES)

console: ## the web console in Chromium, against made-up data; part of `make test`
	@tools/setup build test
	@$(PYTHON) tools/run_tests.py --build $(RELEASE) console

pictures: build ## renew the pictures of docs/how-to, by the walks through the console
	@tools/setup test pictures
	@$(PYTHON) tools/how_to_pictures.py --build $(RELEASE)

peers: ## round trips with OpenSSL, NSS and gpgsm; AS2 with OpenAS2, as2-lib, Camel and others; the packages
	@tools/setup build packages peers
	@tools/as2_peers
	@tools/schemathesis
	@tools/build release sealgate
	@$(PYTHON) tools/run_tests.py --build $(RELEASE) peers as2-peers api-peer packages

interop-doc: peers ## write docs/interoperability.md from a run of the peers' suite
	@$(PYTHON) tests/peers/write_matrix.py $(RELEASE)/reports/peers-matrix.json \
	  $(RELEASE)/reports/as2-matrix.json docs/interoperability.md

reference: build ## write docs/errors.md and docs/reference from the source
	@$(PYTHON) tools/error_page.py
	@$(PYTHON) tools/reference_pages.py
	@env -u SEALGATE_DATA -u SEALGATE_STORE -u SEALGATE_API $(RELEASE)/sealgate man --markdown > docs/reference/cli.md

check: ## formatting, clang-tidy, layers, generated pages, links
	@tools/setup build check
	@tools/check

asan: ## unit tests under the address and undefined-behaviour sanitizers
	@tools/setup build test
	@tools/build asan all
	@$(PYTHON) tools/run_tests.py --build build/asan unit

tsan: ## unit tests under the thread sanitizer
	@tools/setup build test
	@tools/build tsan all
	@# Tests of crashes fork a process that has threads, and its child starts its own.
	@TSAN_OPTIONS=die_after_fork=0 $(PYTHON) tools/run_tests.py --build build/tsan unit

fuzz: ## every fuzz target for FUZZ_SECONDS (600) each
	@tools/setup build fuzz
	@tools/build fuzz all
	@tools/fuzz $(FUZZ_SECONDS)

soak: ## kill storms, 20 minutes each (SEALGATE_STORM_MINUTES), 50 kills during 1,000 messages, floods of connections, Patroni, all AS2 cells
	@tools/setup build test peers soak
	@tools/as2_peers
	@tools/build release sealgate
	@$(PYTHON) tools/run_tests.py --build $(RELEASE) --at-once 1 soak soak-api soak-as2-receive soak-as2-exchange soak-as2-peers rollover

bench: ## speed and memory against libcrypto and openssl; writes docs/benchmarks.md
	@tools/setup build bench
	@tools/build release all
	@$(PYTHON) bench/run.py --build $(RELEASE) --write docs/benchmarks.md

format: ## rewrite the sources as clang-format says
	@tools/setup check
	@git ls-files '*.h' '*.cpp' | xargs -r clang-format-16 -i

clean: ## remove the build folder
	rm -rf build

.PHONY: help build packages demo test console pictures peers interop-doc check asan tsan fuzz soak bench format clean
