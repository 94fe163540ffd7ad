# 明察 · Mingcha. `make` alone lists what can be made.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
say = @printf '\033[1m==> %s\033[0m\n' '$(1)'

# One worker for each core; a worker that is done takes tests over from another.
WORKERS := --numprocesses auto --dist worksteal
# Tests that touch a database run on both; these need none and run once.
DATABASE_TESTS := $(wildcard tests/rooms tests/cli tests/journeys tests/conventions)

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock' $(UPGRADE)

.PHONY: help run dev test check messages bench clean lock runtime tools site

help: ## 列出可用命令 · list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

run: site ## 安装并启动带示例数据的站点 · install and serve a site with sample data
	$(call say,整理静态文件 · collecting static files)
	@$(MANAGE) collectstatic --no-input --verbosity 0 --ignore 'vendor/fonts/*'
	$(call say,启动 · serving)
	@$(BIN)/mingcha serve

dev: tools site ## 开发服务器，改动即生效 · development server that reloads
	MINGCHA_DEBUG=1 $(MANAGE) runserver

test: tools check ## 全部检查与测试，SQLite 与 PostgreSQL · every check and test on both databases
	@scripts/bring.sh
	$(call say,测试（SQLite） · tests on SQLite)
	@env -u DATABASE_URL MINGCHA_REQUIRE_ALL=1 $(BIN)/pytest $(WORKERS)
	$(call say,测试（PostgreSQL） · tests on PostgreSQL)
	@MINGCHA_REQUIRE_ALL=1 $(BIN)/python scripts/with_postgres.py $(BIN)/pytest $(WORKERS) $(DATABASE_TESTS)

check: tools ## 只做静态检查 · the checks that run no tests
	$(call say,静态检查 · static checks)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MANAGE) makemigrations --check --dry-run
	@$(MANAGE) check --fail-level WARNING
	@$(BIN)/python -m scripts.messages --check

messages: tools ## 收集待译文字并编译译文 · collect and compile translations
	@$(BIN)/python -m scripts.messages

bench: tools ## 性能对比（BENCH=--country 加测全国规模） · figures against named peers
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/bench.txt
	@$(BIN)/python -m bench.run $(BENCH)

clean: ## 清除生成物，保留 var/ 中的数据 · remove what was made, keep the data in var/
	rm -rf .venv node_modules mingcha/static/vendor tests/journeys/vendor build dist
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	find fairdraw mingcha scripts tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

lock: tools ## 重新锁定依赖（UPGRADE=--upgrade 更新版本） · lock again, or newer with UPGRADE=--upgrade
	$(LOCK) requirements/tools.in -o requirements/tools.txt
	$(LOCK) requirements/node.in -o requirements/node.txt
	$(LOCK) requirements/runtime.in -o requirements/runtime.txt
	$(LOCK) requirements/spark.in -o requirements/spark.txt
	$(LOCK) requirements/dev.in -o requirements/dev.txt
	$(LOCK) requirements/bench.in -o requirements/bench.txt
	npm install --package-lock-only --ignore-scripts

runtime:
	@scripts/install.sh runtime
	@$(BIN)/python scripts/assets.py

tools:
	@scripts/install.sh dev
	@$(BIN)/python scripts/assets.py

site: runtime
	$(call say,准备数据库与示例数据 · preparing the database and sample data)
	@$(BIN)/mingcha init --sample
