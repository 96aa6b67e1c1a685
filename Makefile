# 七送。单独输入 make 看说明。 / Type make alone to read what there is.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo demo-reset screenshots burden test check e2e gates bench bench-coverage bundle lock messages

# The first Python that is new enough; `make setup PYTHON=python3.13` decides otherwise.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
  "$$name" -c '$(NEW_ENOUGH)' 2>/dev/null && { echo "$$name"; break; }; done)
WORKERS ?= 2
SEED ?= 1

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
PO := $(wildcard src/qisong/*/locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
LOCK = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra postgresql $(UPGRADE)

help: ## 这份说明 | this list
	@echo '七送 Qisong'
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## \(.*\) | \(.*\)/  make \1\t\2 | \3/p' Makefile | expand -t 20

setup: .venv/.setup $(MO) ## 建立运行环境 .venv | build the environment .venv

setup-dev: .venv/.setup-dev $(MO) ## 加上测试工具 | add the tools for tests

demo: setup ## 演示县：127.0.0.1:8000 | the demo county on 127.0.0.1:8000
	$(BIN)/qisong demo

demo-reset: setup ## 删去演示数据，重新建县 | build the demo county anew
	$(BIN)/qisong demo --reset

test: check ## 全部测试 | the whole suite
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --ignore=tests/e2e
	$(BIN)/python -m tests.postgres -- $(BIN)/pytest -n $(WORKERS) --ignore=tests/e2e -m postgres
	$(BIN)/pytest tests/e2e

check: setup-dev ## 格式、类型、楼层 | format, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --quiet --check src
	$(BIN)/djangofmt --quiet check src
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python -m tests.house.sizes

e2e: setup-dev ## 浏览器里走一遍 | the browser journeys
	$(BIN)/pytest tests/e2e

screenshots: setup-dev ## 重拍页面图片 | take the pictures of the pages anew
	$(BIN)/python -m tests.e2e.pictures

burden: setup-dev ## 日常工作的点击和按键 | count the clicks and keys of everyday jobs
	$(BIN)/python -m tests.e2e.burden

gates: setup-dev ## 足量测试，可中断续跑 | the full counts; may be stopped and resumed
	$(BIN)/python -m tests.gates --seed $(SEED)

bench: setup-dev ## 测速表 | the table of speeds
	$(BIN)/python -m bench

bench-coverage: setup-dev ## 覆盖引擎测速，到一亿人 | the engine of coverage, up to 100 million people
	$(BIN)/python -m tests.postgres -- $(BIN)/python -m bench.scale

bundle: setup-dev ## 离线安装包，Windows 和 Linux | the ZIP files for machines without a network
	$(BIN)/python -m bundle

lock: ## 按 pyproject.toml 重定版本，需要 uv | lock versions again after pyproject.toml changed; needs uv
	$(LOCK) --group build pyproject.toml -o requirements.lock
	$(LOCK) --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

messages: setup-dev ## 更新译文目录 | bring the catalogues up to date
	$(BIN)/python -m tests.house.catalogue
	$(MAKE) --no-print-directory setup

%.mo: %.po .venv/.setup
	@$(BIN)/python -c 'import polib, sys; polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[2])' $< $@

.venv/.setup: requirements.lock pyproject.toml hatch_build.py
	@test -n "$(PYTHON)" || { echo '需要 Python 3.11 或更新，例如 make setup PYTHON=python3.11'; \
	  echo 'Python 3.11 or newer is needed; name it: make setup PYTHON=python3.11'; exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null || { echo '$(PYTHON) 找不到或太旧，需要 3.11 或更新。 / $(PYTHON) is missing or too old; 3.11 or newer is needed.'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo '缺少 venv。Debian:apt-get install python3-venv'; \
	  echo 'venv is missing. On Debian: apt-get install python3-venv'; exit 1; }
	@echo '正在建立环境 .venv … / building the environment .venv …'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.setup-dev: .venv/.setup requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
