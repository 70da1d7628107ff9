# The commands of Tradewind; `make` alone lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# In CI a warning is an error: Package.swift looks at TRADEWIND_STRICT.
ifeq ($(CI),true)
export TRADEWIND_STRICT := 1
endif

SEEDS ?= 1000
FROM ?= 0
SECONDS ?= 60

.PHONY: help run test golden test-containers build bench bench-check simulate chaos fuzz format lint images clean bootstrap

help: ## list what there is to make
	@echo "Tradewind: a self-hosted trading system. Begin with:"
	@echo
	@printf '  %-42s %s\n' 'make run' 'install, build, and watch a mesh trade a week on paper' \
		'make test' 'install, build, and run every test'
	@echo
	@echo "And then:"
	@echo
	@awk -F ' ## ' '/^[a-z-]+:.* ## / && !/^(run|test|help):/ { split($$1, target, ":"); split($$2, text, " \\| "); \
		printf "  %-42s %s\n", "make " target[1] (2 in text ? " " text[1] : ""), text[2 in text ? 2 : 1] }' Makefile
	@echo
	@echo "What is built lies in bin/: try bin/tradewind help. README.md says where things are."

run: build ## [ARGS='--speed 3600'] | trade a week of minute bars on paper, with the whole mesh
	@bin/tradewind run $(ARGS)

test: build ## run the tests in Swift, then those in Python against the executables
	@scripts/bootstrap tests
	@scripts/test

golden: build ## run the golden backtests anew, and show what has changed
	@scripts/bootstrap tests
	@.venv/bin/python Tests/Golden/regenerate.py
	@git diff --stat Tests/Golden

build: bootstrap ## build every executable for release into bin/
	@scripts/build

bench: build ## [ONLY=mesh] | measure, side by side with others
	@scripts/bootstrap tests bench
	@bench/run $(if $(ONLY),--only $(ONLY))

bench-check: build ## judge the last measurements; fail where a goal is missed
	@scripts/bootstrap tests bench
	@bench/run --check

simulate: build ## [SEEDS=1000] [FROM=0] [AT=trading|broker] | run the mesh, or an account, under seeded faults; SEED=7 repeats one
	@bin/tradewind simulate $(if $(AT),--$(AT)) $(if $(SEED),--seed $(SEED),--seeds $(SEEDS) --from $(FROM)) $(ARGS)

chaos: build ## [ROUNDS=20] [SEED=1] | trade while everything is killed, and hold all books against each other
	@bin/tradewind chaos --rounds $(or $(ROUNDS),20) $(if $(SEED),--seed $(SEED)) $(ARGS)

fuzz: bootstrap ## [SECONDS=60] | throw damaged messages, documents, recordings, compose files and rules at their readers
	@scripts/fuzz all $(SECONDS)

format: ## lay out the Swift code as .swift-format says
	@git ls-files -z '*.swift' | xargs -0 swift format --in-place --parallel

lint: ## check layout, scripts, paths and the list of dependencies
	@scripts/lint

images: build ## build the container image of all executables
	@scripts/images

test-containers: build ## run a mesh of containers under faults, where a Docker daemon can be started
	@scripts/bootstrap tests containers
	@PYTHONDONTWRITEBYTECODE=1 .venv/bin/python -m pytest -p no:cacheprovider --tb=short -rfs Tests/Containers

clean: ## remove what was built, but neither state/ nor .venv
	@rm -rf .build bin

bootstrap: ## install what this machine lacks
	@scripts/bootstrap
