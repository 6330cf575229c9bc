# Everything here needs Node.js (20.19 or newer), git and make; npm brings the compiler and the linter.

SOURCES := $(shell find src test examples -name node_modules -prune -o -name '*.ts' -print 2>/dev/null)
API_TOOLS := test/api-reference/node_modules/.package-lock.json

.PHONY: help run maelstrom test tools unit fuzz check build format scenarios rules guide api api-tools metrics theatre soak deep explore exploration museum bench profile bench-storage torture clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 16

run: build ## five nodes, twenty seconds, partitions on: is it linearizable?
	bin/raftwright test -w lin-kv --bin bin/lin-kv --node-count 5 --time-limit 20 --rate 100 \
	  --concurrency 4n --nemesis partition --nemesis-interval 4

maelstrom: build ## under the real Maelstrom: each workload, and lin-kv twice more, some eight minutes; ARGS='hard ring'
	maelstrom/run $(or $(ARGS),default)

test: tools check unit ## install, build, check types, lint, format and import rules, and run all tests

tools: ## install the Debian packages that some tests need: chromium, and prometheus with promtool
	@sh test/tools.sh

check: build ## lint and format
	npx --no-install biome ci .

unit: build api-tools ## run all tests, nothing else
	node --test $$(find dist/test -name '*.test.js' | sort)

fuzz: build ## feed everything that parses with SEEDS=10000 random inputs each, one after the other
	FUZZ_SEEDS=$(or $(SEEDS),10000) node --test --test-concurrency=1 dist/test/fuzz/*.test.js

build: dist/.built ## install and compile
dist/.built: node_modules/.package-lock.json tsconfig.json tsconfig.browser.json tsconfig.examples.json $(SOURCES)
	rm -rf dist
	npx --no-install tsc
	npx --no-install tsc -p tsconfig.browser.json
	npx --no-install tsc -p tsconfig.examples.json
	npx --no-install esbuild src/pages/browser/*.ts src/theatre/main.ts --bundle --minify \
	  --target=es2022 --outbase=src --outdir=dist/src --log-level=warning
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

format: node_modules/.package-lock.json ## format and apply safe lint fixes
	npx --no-install biome check --write .

scenarios: build ## write the traces of test/scenarios anew; read the diff before you commit it
	UPDATE=1 node --test dist/test/scenarios/scenarios.test.js

rules: build ## write docs/rules.md anew: which function follows each rule, which scenario shows it
	UPDATE=1 node --test dist/test/scenarios/rules.test.js

guide: build ## write the generated blocks of docs/guide anew: traces, quoted code, what commands print
	UPDATE=1 node --test dist/test/guide/guide.test.js

api: build api-tools ## write docs/api anew: what the package exports, from its doc comments
	UPDATE=1 node --test dist/test/api-reference/reference.test.js

api-tools: $(API_TOOLS) ## install what reads the doc comments: TypeDoc, and a TypeScript for it
$(API_TOOLS): test/api-reference/package.json test/api-reference/package-lock.json
	cd test/api-reference && npm ci --no-audit --no-fund
	@touch $@

metrics: build ## write the tables of docs/metrics.md anew: every family that a node shows
	UPDATE=1 node --test dist/test/maelstrom/metrics-page.test.js

theatre: build ## write docs/theatre/index.html anew: the core in a page, to be played by hand
	UPDATE=1 node --test dist/test/theatre/page.test.js

soak: build ## simulate many seeds on all cores: make soak SEEDS=1..100000
	bin/raftwright simulate --seeds $(or $(SEEDS),1..1000)

deep: build ## some ten minutes on all cores: 10,000 seeds, and every state of all small worlds
	bin/raftwright simulate --seeds 1..10000
	bin/raftwright explore

explore: build ## visit every state of all small worlds, some minutes; see docs/exploration.md
	bin/raftwright explore

exploration: build ## write the table of docs/exploration.md anew: how many states each world has
	UPDATE=1 node --test dist/test/exploration/worlds.test.js

museum: build ## put known bugs back in, one at a time, and see which nets catch them; SEEDS=20000
	node dist/test/museum/run.js --write --seeds $(or $(SEEDS),1000)

bench: build ## measure everything, some half an hour, and write docs/benchmarks.md; ARGS='core loop'
	node dist/test/benchmarks/run.js $(ARGS)

profile: build ## where a loaded cluster spends its time; ARGS='dist/test/benchmarks/core-child.js core 64' for a script
	node dist/test/benchmarks/profile.js $(ARGS)

bench-storage: build ## what the file store makes of a disk, beside the disk alone; ARGS='--dir DIR'
	node dist/test/benchmarks/storage.js $(ARGS)

torture: build ## minutes of kills and failing system calls on real processes: make torture SECONDS=300
	TORTURE=$(or $(SECONDS),120) node --test --test-concurrency=1 dist/test/storage/torture/*.test.js

clean: ## remove what was built, installed and stored
	rm -rf dist node_modules store test/api-reference/node_modules
