// Package stacktest holds template.yaml to what it promises: it is linted, transformed as CloudFormation would, and read.
package stacktest

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/crossorigin"
	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

var update = flag.Bool("update", false, "write the golden file")

var template = filepath.Join(testbed.Root(), "template.yaml")

type resource struct {
	Type       string
	Condition  string
	Properties map[string]any
}

type stack struct {
	Resources           map[string]resource
	Parameters, Outputs map[string]struct {
		Description string
		Default     any
	}
}

func TestTemplateIsLinted(t *testing.T) {
	out, err := exec.Command(testbed.Program(t, "cfn-lint"), template).CombinedOutput()
	if err != nil {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}

// transformed returns the template after the SAM transform.
var transformed = sync.OnceValues(func() (*stack, error) {
	out, err := exec.Command(testbed.Find("python3"), "testdata/transform.py", template).Output()
	if err != nil {
		return nil, err
	}
	var s stack
	return &s, json.Unmarshal(out, &s)
})

func load(t *testing.T) *stack {
	t.Helper()
	python := testbed.Program(t, "python3")
	if exec.Command(python, "-c", "import samtranslator").Run() != nil {
		testbed.Missing(t, "samtranslator", "make parts", false)
	}
	s, err := transformed()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// of returns the resources of one type by name.
func (s *stack) of(kind string) map[string]map[string]any {
	found := map[string]map[string]any{}
	for name, r := range s.Resources {
		if r.Type == kind {
			found[name] = r.Properties
		}
	}
	return found
}

// at follows a path of keys through nested maps and lists, with nil where it leads nowhere.
func at(v any, path ...any) any {
	for _, key := range path {
		switch key := key.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[key]
		case int:
			l, _ := v.([]any)
			if key >= len(l) {
				return nil
			}
			v = l[key]
		}
	}
	return v
}

// text writes a value of the template as CloudFormation's YAML has it in short form.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = text(v[i])
		}
		return strings.Join(parts, " ")
	case map[string]any:
		if len(v) == 1 {
			for name, arg := range v {
				switch name {
				case "Ref":
					return text(arg)
				case "Fn::GetAtt":
					return strings.ReplaceAll(text(arg), " ", ".")
				case "Fn::Sub":
					return text(arg)
				case "Fn::Join":
					list, _ := at(arg, 1).([]any)
					if split := at(arg, 1, "Fn::Split"); split != nil {
						list = []any{}
						for _, part := range strings.Split(text(at(split, 1)), text(at(split, 0))) {
							list = append(list, part)
						}
					}
					parts := make([]string, len(list))
					for i, part := range list {
						parts[i] = text(part)
					}
					return strings.Join(parts, text(at(arg, 0)))
				case "Fn::If":
					return fmt.Sprintf("if(%s: %s else %s)", text(at(arg, 0)), text(at(arg, 1)), text(at(arg, 2)))
				}
			}
		}
		parts := []string{}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, k+"="+text(v[k]))
		}
		return "{" + strings.Join(parts, " ") + "}"
	}
	return fmt.Sprint(v)
}

// A grant is one thing that a role may do.
type grant struct{ role, action, resource string }

// grants returns all that the roles of the stack may do, sorted.
func (s *stack) grants() []grant {
	var all []grant
	for name, p := range s.of("AWS::IAM::Role") {
		for _, statement := range statements(p["Policies"]) {
			all = append(all, expand(name, statement)...)
		}
	}
	for name, p := range s.of("AWS::IAM::ManagedPolicy") {
		for _, statement := range statements(p["PolicyDocument"]) {
			all = append(all, expand(name, statement)...)
		}
	}
	slices.SortFunc(all, func(a, b grant) int {
		return strings.Compare(a.role+" "+a.action+a.resource, b.role+" "+b.action+b.resource)
	})
	return all
}

// statements returns the statements found anywhere below v.
func statements(v any) []map[string]any {
	var found []map[string]any
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			found = append(found, statements(e)...)
		}
	case map[string]any:
		if v["Effect"] == "Allow" {
			return []map[string]any{v}
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			found = append(found, statements(v[k])...)
		}
	}
	return found
}

func expand(role string, statement map[string]any) []grant {
	actions, ok := statement["Action"].([]any)
	if !ok {
		actions = []any{statement["Action"]}
	}
	var all []grant
	for _, a := range actions {
		all = append(all, grant{role, text(a), text(statement["Resource"])})
	}
	return all
}

// A person reviews what is deployed and who may do what as a diff of this file.
func TestStackIsWhatTheGoldenFileSays(t *testing.T) {
	s := load(t)
	var b strings.Builder
	functions := s.of("AWS::Lambda::Function")
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		p := functions[name]
		fmt.Fprintf(&b, "function %s: %s %s, %s MB, %s s, role %s, code %s\n", name, p["Runtime"], text(p["Architectures"]), text(p["MemorySize"]), text(p["Timeout"]), text(p["Role"]), text(at(p["Code"], "S3Key")))
		env, _ := at(p["Environment"], "Variables").(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(env)) {
			fmt.Fprintf(&b, "  %s = %s\n", key, text(env[key]))
		}
	}
	var routes []string
	for _, p := range s.of("AWS::ApiGatewayV2::Route") {
		integration := strings.TrimSuffix(strings.TrimPrefix(text(p["Target"]), "integrations/${"), "}")
		routes = append(routes, fmt.Sprintf("route %s -> %s, %s\n", text(p["RouteKey"]), text(s.Resources[integration].Properties["IntegrationUri"]), text(p["AuthorizationType"])))
	}
	slices.Sort(routes)
	b.WriteString(strings.Join(routes, ""))
	for _, g := range s.grants() {
		fmt.Fprintf(&b, "%s may %s on %s\n", g.role, g.action, g.resource)
	}
	const golden = "testdata/stack.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the stack is\n%s\nwant\n%s", b.String(), want)
	}
}

func TestFunctionsAreWhatIsBuilt(t *testing.T) {
	functions := load(t).of("AWS::Lambda::Function")
	if got := slices.Sorted(maps.Keys(functions)); !slices.Equal(got, []string{"ApiFunction", "ChatFunction", "ReindexFunction", "ReplyFunction", "TicketFunction"}) {
		t.Errorf("functions = %v", got)
	}
	for name, p := range functions {
		if p["Runtime"] != "provided.al2023" || text(p["Architectures"]) != "arm64" {
			t.Errorf("%s runs on %v %v", name, p["Runtime"], p["Architectures"])
		}
		if at(p["LoggingConfig"], "LogGroup") == nil {
			t.Errorf("%s has no log group with retention", name)
		}
	}
}

func TestNobodyMayDoMoreThanNeeded(t *testing.T) {
	s := load(t)
	grants := s.grants()
	if len(grants) < 10 {
		t.Fatalf("found %d grants", len(grants))
	}
	for _, g := range grants {
		if strings.Contains(g.action, "*") {
			t.Errorf("%s may %s", g.role, g.action)
		}
		if g.resource == "*" && !strings.HasPrefix(g.action, "xray:") { // X-Ray knows no resources
			t.Errorf("%s may %s on anything", g.role, g.action)
		}
	}
	for name, p := range s.of("AWS::IAM::Role") {
		if arns := text(p["ManagedPolicyArns"]); strings.Contains(arns, "arn:") {
			t.Errorf("%s takes a policy that is not written here: %s", name, arns)
		}
	}
}

func TestOnlyReindexWritesTheIndexAndItTakesNoTraffic(t *testing.T) {
	s := load(t)
	for _, g := range s.grants() {
		if g.action == "s3:PutObject" && g.role != "ReindexRole" {
			t.Errorf("%s may write the index", g.role)
		}
	}
	for name, p := range s.of("AWS::ApiGatewayV2::Integration") {
		if text(p["IntegrationUri"]) == "ReindexFunction.Arn" {
			t.Errorf("%s sends traffic to the function that writes the index", name)
		}
	}
	for name, p := range s.of("AWS::Lambda::Permission") {
		if text(p["FunctionName"]) == "ReindexFunction" && p["Principal"] != "events.amazonaws.com" {
			t.Errorf("%s lets %v start the function that writes the index", name, p["Principal"])
		}
	}
	rules := s.of("AWS::Events::Rule")
	if len(rules) != 1 {
		t.Fatalf("%d rules, want the one for a new archive", len(rules))
	}
	for _, p := range rules {
		if got := text(at(p["EventPattern"], "detail", "object", "key")); got != "{prefix=archive/}" {
			t.Errorf("reindex starts at %s", got)
		}
	}
}

// Scripts are signed and sealed where an answer is made: for the API and for tickets.
func TestOnlyWhatAnswersReadsTheKeysOfScripts(t *testing.T) {
	for name, p := range load(t).of("AWS::IAM::Role") {
		arns := text(p["ManagedPolicyArns"])
		answers := name == "ApiRole" || name == "ReplyRole"
		for _, policy := range []string{"ReadSigningKey", "ReadLinkKeys"} {
			if strings.Contains(arns, policy) != answers {
				t.Errorf("%s has %s", name, arns)
			}
		}
	}
}

func TestEverySecretServesOneFunction(t *testing.T) {
	readers := map[string][]string{}
	for _, g := range load(t).grants() {
		if strings.Contains(g.action, "GetParameter") {
			readers[g.resource] = append(readers[g.resource], g.role)
		}
	}
	if len(readers) != 6 {
		t.Errorf("secrets = %v, want six", readers)
	}
	for secret, roles := range readers {
		if len(roles) != 1 {
			t.Errorf("%s is read by %v", secret, roles)
		}
	}
}

// A parameter named fixdesk has the ARN …:parameter/fixdesk, and so has one named /fixdesk.
func TestParametersMayBeNamedWithOrWithoutASlash(t *testing.T) {
	policies, err := json.Marshal(load(t).of("AWS::IAM::Role")["ApiRole"]["Policies"])
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"/fixdesk/api-keys": ":parameter/fixdesk/api-keys", "fixdesk": ":parameter/fixdesk"} {
		var v any
		if err := json.Unmarshal([]byte(strings.ReplaceAll(string(policies), "${ApiKeys}", name)), &v); err != nil {
			t.Fatal(err)
		}
		if got := text(v); !strings.Contains(got, want+" else") {
			t.Errorf("%s is looked for in %s, want %s", name, got, want)
		}
	}
}

func TestWhatIsKeptIsKeptSafely(t *testing.T) {
	s := load(t)
	for _, c := range []struct {
		resource, want string
		path           []any
	}{
		{"Table", "PAY_PER_REQUEST", []any{"BillingMode"}},
		{"Table", "true", []any{"TimeToLiveSpecification", "Enabled"}},
		{"Table", "true", []any{"PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"}},
		{"Table", "true", []any{"SSESpecification", "SSEEnabled"}},
		{"Bucket", "Enabled", []any{"VersioningConfiguration", "Status"}},
		{"Bucket", "true", []any{"PublicAccessBlockConfiguration", "RestrictPublicBuckets"}},
		{"Bucket", "true", []any{"PublicAccessBlockConfiguration", "BlockPublicPolicy"}},
		{"BucketOverTLSOnly", "Deny", []any{"PolicyDocument", "Statement", 0, "Effect"}},
		{"BucketOverTLSOnly", "false", []any{"PolicyDocument", "Statement", 0, "Condition", "Bool", "aws:SecureTransport"}},
		{"Queue", "DeadTickets.Arn", []any{"RedrivePolicy", "deadLetterTargetArn"}},
		{"Queue", "true", []any{"FifoQueue"}},
		{"DeadTickets", "true", []any{"FifoQueue"}},
		{"Queue", fmt.Sprint(queue.MaxAttempts), []any{"RedrivePolicy", "maxReceiveCount"}},
		{"Queue", fmt.Sprint(int(queue.Lease.Seconds())), []any{"VisibilityTimeout"}},
		{"ReplyFunctionTickets", "ReportBatchItemFailures", []any{"FunctionResponseTypes"}},
		{"Bucket", "AES256", []any{"BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault", "SSEAlgorithm"}},
		{"Bucket", "3", []any{"LifecycleConfiguration", "Rules", 0, "AbortIncompleteMultipartUpload", "DaysAfterInitiation"}},
		{"Bucket", "30", []any{"LifecycleConfiguration", "Rules", 1, "NoncurrentVersionExpiration", "NoncurrentDays"}},
		{"QueuesOverTLSOnly", "false", []any{"PolicyDocument", "Statement", 0, "Condition", "Bool", "aws:SecureTransport"}},
		{"Queue", "true", []any{"SqsManagedSseEnabled"}},
		{"ReindexFunctionEventInvokeConfig", "DeadLetters.Arn", []any{"DestinationConfig", "OnFailure", "Destination"}}, // what fails after the rule has handed it over
		{"HttpStage", "RequestsPerSecond", []any{"DefaultRouteSettings", "ThrottlingRateLimit"}},
		{"HttpStage", "HttpLog.Arn", []any{"AccessLogSettings", "DestinationArn"}},
	} {
		if got := text(at(s.Resources[c.resource].Properties, c.path...)); got != c.want {
			t.Errorf("%s %v = %s, want %s", c.resource, c.path, got, c.want)
		}
	}
	if format := text(at(s.Resources["HttpStage"].Properties, "AccessLogSettings", "Format")); strings.Contains(format, "query") || !json.Valid([]byte(format)) {
		t.Errorf("the access log is written as %s", format)
	}
	for name, p := range s.of("AWS::Logs::LogGroup") {
		if p["RetentionInDays"] == nil {
			t.Errorf("%s keeps its lines for ever", name)
		}
	}
}

// Each trouble that functions/README.md explains has its alarm, and nothing else does.
func TestAlarmsWatchWhatTheyMust(t *testing.T) {
	s := load(t)
	want := map[string]string{
		"ErrorsAlarm": "Errors of 5", "ThrottlesAlarm": "Throttles of 4", "QueueAgeAlarm": "ApproximateAgeOfOldestMessage > 600",
		"DeadLettersAlarm": "ApproximateNumberOfMessagesVisible > 0", "DeadTicketsAlarm": "ApproximateNumberOfMessagesVisible > 0", "ColdStartAlarm": "ColdStartTime p99 > ColdStart", "StaleIndexAlarm": "RefusedSnapshots > 0",
		"FailedAlarm": "Failed > 5", "RefusedCallsAlarm": "Unauthorized of 4",
	}
	got := map[string]string{}
	for name, p := range s.of("AWS::CloudWatch::Alarm") {
		if metrics, ok := p["Metrics"].([]any); ok {
			got[name] = fmt.Sprintf("%s of %d", text(at(metrics, 1, "MetricStat", "Metric", "MetricName")), len(metrics)-1)
			continue
		}
		got[name] = strings.Join(strings.Fields(fmt.Sprintf("%s %s > %s", text(p["MetricName"]), strings.TrimPrefix(fmt.Sprint(p["ExtendedStatistic"]), "<nil>"), text(p["Threshold"]))), " ")
	}
	if !maps.Equal(got, want) {
		t.Errorf("alarms = %v\nwant %v", got, want)
	}
	readme, err := os.ReadFile(filepath.Join(testbed.Root(), "functions", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name := range got {
		if !strings.Contains(string(readme), "`"+name+"`") {
			t.Errorf("functions/README.md does not say what %s means", name)
		}
	}
	body := text(s.of("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"])
	if !json.Valid([]byte(body)) || !strings.Contains(body, "Latency") {
		t.Errorf("the dashboard shows %s", body)
	}
}

func TestEveryParameterAndOutputSaysWhatItIsFor(t *testing.T) {
	s := load(t)
	if len(s.Parameters) < 20 || len(s.Outputs) < 5 {
		t.Errorf("%d parameters, %d outputs", len(s.Parameters), len(s.Outputs))
	}
	for name, p := range s.Parameters {
		if p.Description == "" || p.Default == nil {
			t.Errorf("parameter %s: described as %q, %v by default", name, p.Description, p.Default)
		}
	}
	for name, o := range s.Outputs {
		if o.Description == "" {
			t.Errorf("output %s says nothing of itself", name)
		}
	}
}

// What a million reports cost is the sum of what each part costs, at prices that make the sum easy.
func TestCostsAddUp(t *testing.T) {
	prices := []string{"LAMBDA_GB_SECOND=0.00001", "LAMBDA_MILLION=1", "HTTP_API_MILLION=2", "DYNAMODB_READ_MILLION=3", "DYNAMODB_WRITE_MILLION=4", "LOG_GB=5",
		"MS=100", "MB=1024", "TURNS=0.5", "TURN_KB=5", "LOG_BYTES=2000"}
	cmd := exec.Command("bash", filepath.Join(testbed.Root(), ".ci", "costs"))
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, prices...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := map[string]string{
		"HTTP API": "2.00", "Lambda, a million": "1.00", "Lambda, 100 ms": "1.00", // 100 ms of 1 GB, a million times
		"DynamoDB": "13.00", // half of two read units and five write units
		"logs":     "10.00", "a million reports": "27.00",
	}
	for line := range strings.Lines(string(out)) {
		for part, cost := range want {
			if strings.HasPrefix(line, part) {
				delete(want, part)
				if fields := strings.Fields(line); fields[len(fields)-1] != cost {
					t.Errorf("%s costs %s, want %s", part, fields[len(fields)-1], cost)
				}
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("no line for %v in\n%s", want, out)
	}
	cmd = exec.Command("bash", filepath.Join(testbed.Root(), ".ci", "costs"))
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, prices[:5]...)
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "set LOG_GB") {
		t.Errorf("without a price: %v %s", err, out)
	}
}

// Reports have a throttle of their own on each route that takes them, so that they leave room for what people read.
func TestReportsHaveAThrottleOfTheirOwn(t *testing.T) {
	s := load(t)
	settings, _ := at(s.Resources["HttpStage"].Properties, "RouteSettings").(map[string]any)
	named := map[string]bool{}
	for _, p := range s.of("AWS::ApiGatewayV2::Route") {
		named[text(p["RouteKey"])] = true
	}
	for _, route := range []string{"POST /v1/{proxy+}", "POST /mcp"} {
		if got := text(at(settings, route, "ThrottlingRateLimit")); got != "ReportsPerSecond" || !named[route] {
			t.Errorf("%s lets through %q, want ReportsPerSecond; the route is there: %v", route, got, named[route])
		}
	}
	if len(settings) != 2 {
		t.Errorf("settings of %d routes, want 2", len(settings))
	}
}

func TestWhatIsOptionalIsOffUntilItIsAskedFor(t *testing.T) {
	s := load(t)
	for _, c := range []struct {
		resource, want string
		path           []any
	}{
		{"Http", "if(HasOrigin: {AllowHeaders=content-type authorization x-api-key idempotency-key AllowMethods=GET POST DELETE AllowOrigins=Origin ExposeHeaders=etag retry-after x-request-id ratelimit ratelimit-policy idempotent-replayed MaxAge=86400} else AWS::NoValue)", []any{"CorsConfiguration"}},
		{"ReadRoute", "if(HasJwt: JWT else NONE)", []any{"AuthorizationType"}},
		{"ReportRoute", "if(HasJwt: JWT else NONE)", []any{"AuthorizationType"}},
		{"McpRoute", "if(HasJwt: JWT else NONE)", []any{"AuthorizationType"}},
		{"ForgetRoute", "if(HasJwt: JWT else NONE)", []any{"AuthorizationType"}},
		{"PageRoute", "if(PageWantsToken: JWT else NONE)", []any{"AuthorizationType"}},
		{"ApiFunction", "if(HasConcurrency: Concurrency else AWS::NoValue)", []any{"ReservedConcurrentExecutions"}},
		{"Distribution", "if(HasWebAcl: WebAcl else AWS::NoValue)", []any{"DistributionConfig", "WebACLId"}},
		{"ApiFunction", "if(HasTracing: Active else PassThrough)", []any{"TracingConfig", "Mode"}},
	} {
		if got := text(at(s.Resources[c.resource].Properties, c.path...)); got != c.want {
			t.Errorf("%s %v = %s, want %s", c.resource, c.path, got, c.want)
		}
	}
	for name, condition := range map[string]string{"Jwt": "HasJwt", "Distribution": "HasFront", "Trace": "HasTracing", "LexMayCallChat": "HasLex", "BedrockMayCallChat": "HasBedrock"} {
		if got := s.Resources[name].Condition; got != condition {
			t.Errorf("%s is made if %s, want %s", name, got, condition)
		}
	}
}

func TestEveryAlarmCanBeHeard(t *testing.T) {
	alarms := load(t).of("AWS::CloudWatch::Alarm")
	if len(alarms) < 5 {
		t.Errorf("%d alarms", len(alarms))
	}
	for name, p := range alarms {
		if !strings.Contains(text(p["AlarmActions"]), "Alarms") || p["AlarmDescription"] == nil {
			t.Errorf("%s tells nobody, or not what it means", name)
		}
	}
}

// What API Gateway lets pages of another origin do is what fixdesk serve lets them do.
func TestPagesOfAnotherOriginMayDoTheSameEverywhere(t *testing.T) {
	s := load(t)
	want := fmt.Sprintf("if(HasOrigin: {AllowHeaders=%s AllowMethods=%s AllowOrigins=Origin ExposeHeaders=%s MaxAge=%d} else AWS::NoValue)",
		strings.Join(crossorigin.Headers, " "), strings.Join(crossorigin.Methods, " "), strings.Join(crossorigin.ExposedHeaders, " "), crossorigin.MaxAge)
	if got := text(at(s.Resources["Http"].Properties, "CorsConfiguration")); got != want {
		t.Errorf("template.yaml has %s, fixdesk serve %s", got, want)
	}
}
