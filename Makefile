# make            check, test and build
# make run        page, API and knowledge base on http://$(ADDR); ARCHIVE=<path> serves an archive too
# make run-aws    the built functions behind a gateway, with a local S3 and DynamoDB
# make test       everything that proves it; REQUIRE_ALL=1 turns what would be skipped into a failure
# make bench      figures of speed and size
# make faults     what a caller sees while parts of the cloud fail
# make scripts-report  every script in every scenario, and the summary in README.md
# make generate   what is kept ready-made of kb/content, after an edit
# make build      bin/<arch>/<function>.zip
# make costs      what a million reports cost, from prices that you fill in
# make deploy     the stack on your account; ARTIFACTS=<a bucket of yours> must be set

ADDR       ?= 127.0.0.1:8080
STACK      ?= fixdesk
PARAMETERS ?=
GO         ?= go

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
ZIP         = github.com/aws/aws-lambda-go/cmd/build-lambda-zip
FUNCTIONS   = $(patsubst functions/%/main.go,%,$(wildcard $(foreach f,api chat ticket reply reindex,functions/$(f)/main.go)))
ARCHS       = arm64 amd64

.PHONY: all run run-aws test vet parts unit race bench generate faults build costs deploy scripts-report
.SUFFIXES:
.SECONDARY:

all: test build

# with ARCHIVE=path/to/archive.tar.gz its index is made and published, and made again when the archive or the program changed
run: $(if $(ARCHIVE),.cache/published)
	@mkdir -p .cache
	$(GO) run ./functions/fixdesk serve --addr $(ADDR) --store .cache/fixdesk.db $(if $(ARCHIVE),--index file://$(CURDIR)/.cache/published)

.cache/published: $(ARCHIVE) .cache/archive $(wildcard index/*.go index/model.bin kb/archive/*.go)
	rm -rf .cache/index
	$(GO) run ./functions/fixdesk index --archive $(ARCHIVE) --out .cache/index
	$(GO) run ./functions/fixdesk publish file://$(CURDIR)/$@ --index .cache/index --keep 2
	rm -rf .cache/index
	@touch $@

# which archive it was
.cache/archive: FORCE
	@mkdir -p $(@D)
	@echo '$(abspath $(ARCHIVE))' | cmp -s - $@ || echo '$(abspath $(ARCHIVE))' >$@

run-aws: build
	$(GO) run ./functions/internal/testing/localaws -addr $(ADDR)

# ---- proof

test: parts vet unit

parts:
	@.ci/parts

vet:
	@out=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$out" ] || { echo "gofmt: $$out"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

unit:
	$(GO) test $(TESTFLAGS) ./...

# what many do at once
race:
	$(GO) test -race ./functions/internal/... ./index/...

# every script in every scenario in Wine, and the summary in README.md: a quarter of an hour
scripts-report:
	$(GO) test ./kb/program ./kb/script -run 'Lacks' -v -count=1
	$(GO) test ./kb/script/winetest -run 'Report|Readme' -v -count=1 -timeout 2h -args -readme $(CURDIR)/README.md
	FIXDESK_SCENARIOS=all $(GO) test ./functions/internal/testing/examples -v -count=1 -timeout 1h

# ---- figures

bench: build
	@stat -c '%10s bytes  %n' bin/*/*.zip bin/arm64/*/bootstrap
	$(GO) test -run '^$$' -bench . -benchmem -timeout 30m ./...
	$(GO) test ./index -run TestFigures -v -count=1 -timeout 1h -figures $(if $(ARCHIVE),-archive $(ARCHIVE)) $(if $(PEERS),-peers $(PEERS))

# ---- what is kept ready-made of the content, so that a program starts at once; the tests say when it is stale

generate:
	$(GO) generate ./kb ./functions/internal/app

faults:
	$(GO) test ./functions/internal/testing/faultinjection -run "TestFaults|TestAServerInMemory" -v -faults

# ---- the functions as they are deployed: the same sources give the same bytes

build: $(foreach a,$(ARCHS),$(foreach f,$(FUNCTIONS),bin/$(a)/$(f).zip))

# FORCE: go build knows better than make what has changed
.PHONY: FORCE
bin/%/bootstrap: FORCE
	@mkdir -p $(@D)
	GOOS=linux GOARCH=$(word 1,$(subst /, ,$*)) CGO_ENABLED=0 $(GO) build -tags lambda.norpc -trimpath -ldflags '-s -w' -o $@ ./functions/$(word 2,$(subst /, ,$*))

bin/%.zip: bin/%/bootstrap
	@$(GO) run $(ZIP) -o $@ $<

costs:
	@.ci/costs

# ---- deployment
# The AWS command line does it all: package uploads the zips to a bucket of yours, deploy creates or updates the stack.
# Name settings as PARAMETERS='Origin=https://help.example.com Alarms=arn:aws:sns:…'; functions/README.md lists them.

deploy: build
	@command -v aws >/dev/null || { echo "deploy: the AWS command line is missing: pip install awscli"; exit 1; }
	@[ -n "$(ARTIFACTS)" ] || { echo "deploy: name a bucket for the zips: make deploy ARTIFACTS=my-bucket"; exit 1; }
	aws cloudformation package --template-file template.yaml --s3-bucket $(ARTIFACTS) --s3-prefix $(STACK) --output-template-file bin/packaged.yaml
	aws cloudformation deploy --template-file bin/packaged.yaml --stack-name $(STACK) --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND $(if $(PARAMETERS),--parameter-overrides $(PARAMETERS))
	aws cloudformation describe-stacks --stack-name $(STACK) --query 'Stacks[0].Outputs' --output table
