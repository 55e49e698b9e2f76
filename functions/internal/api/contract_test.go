package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/feedback"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
	"github.com/fixdesk/fixdesk/schemas"
)

// A contract is the published description of the API, ready to hold exchanges against.
type contract struct {
	router routers.Router
	doc    *openapi3.T
	seen   map[string]bool // method, path and status of the exchanges so far
}

func newContract(t testing.TB) *contract {
	t.Helper()
	published := servicetest.Do(t, newHandler(), "GET", "/openapi.json", "").Body.Bytes()
	doc, err := openapi3.NewLoader().LoadFromData(published)
	if err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	openapi3filter.RegisterBodyDecoder("application/problem+json", openapi3filter.JSONBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/schema+json", openapi3filter.JSONBodyDecoder)
	for _, text := range []string{"application/octet-stream", "text/markdown", "text/vnd.mermaid", "application/opensearchdescription+xml", "application/x-pem-file"} {
		openapi3filter.RegisterBodyDecoder(text, textDecoder)
	}
	return &contract{router, doc, map[string]bool{}}
}

func textDecoder(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
	data, err := io.ReadAll(body)
	return string(data), err
}

// Unseen returns what is described and was in no exchange: method, path and status. Those under default have no status of their own.
func (c *contract) Unseen() []string {
	var unseen []string
	for path, item := range c.doc.Paths.Map() {
		for method, op := range item.Operations() {
			for status := range op.Responses.Map() {
				if at := method + " " + path + " " + status; status != "default" && !c.seen[at] {
					unseen = append(unseen, at)
				}
			}
		}
	}
	slices.Sort(unseen)
	return unseen
}

// Exchange checks a request and its response, and reports whether they are described. A request that is meant to be wrong is held to
// its response only.
func (c *contract) Exchange(t testing.TB, method, target, body string, headers []string, w *httptest.ResponseRecorder) bool {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		return false // a page, or a method that is none
	}
	c.seen[fmt.Sprint(method, " ", route.Path, " ", w.Code)] = true
	input := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
	if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil && w.Code < 300 {
		t.Errorf("%s %s was answered with %d, and the description refuses it: %v", method, target, w.Code, err)
	}
	response := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: w.Code, Header: w.Header(),
		Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())), Options: &openapi3filter.Options{IncludeResponseStatus: true}}
	if err := openapi3filter.ValidateResponse(context.Background(), response); err != nil {
		t.Errorf("%s %s: %v", method, target, err)
	}
	return true
}

func TestTheDescriptionOfTheAPIIsValid(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(openAPIDocument())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("openapi = %s, want 3.1.0", doc.OpenAPI)
	}
}

// Keywords of 3.1 that slip through are refused by a validator of 3.0.
func TestTheDescriptionInOpenAPI30IsValid(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(openAPI30Document())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Error(err)
	}
	if doc.OpenAPI != "3.0.3" {
		t.Errorf("openapi = %s, want 3.0.3", doc.OpenAPI)
	}
}

// Each example of the description must be what it shows: a report that the schema takes, an answer that we could give.
func TestTheExamplesOfTheDescriptionAreTrue(t *testing.T) {
	var doc struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct {
					Examples map[string]struct{ Value json.RawMessage }
				}
			}
			Responses map[string]struct {
				Content map[string]struct {
					Example  json.RawMessage
					Examples map[string]struct{ Value json.RawMessage }
				}
			}
		}
		Components struct {
			Responses map[string]struct {
				Content map[string]struct{ Example json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal(openAPISkeleton, &doc); err != nil {
		t.Fatal(err)
	}
	checked := 0
	check := func(name schemas.Name, example json.RawMessage) {
		if example == nil {
			return
		}
		checked++
		if err := schemas.Check(name, example); err != nil {
			t.Errorf("%v\n%s", err, example)
		}
	}
	reports := doc.Paths["/v1/reports"]["post"]
	for _, e := range reports.RequestBody.Content[route.JSONType].Examples {
		check(schemas.Report, e.Value)
	}
	for _, e := range reports.Responses["200"].Content[route.JSONType].Examples {
		check(schemas.Answer, e.Value)
	}
	for _, e := range doc.Paths["/v1/feedback"]["post"].RequestBody.Content[route.JSONType].Examples {
		check(schemas.Feedback, e.Value)
	}
	check(schemas.Results, doc.Paths["/v1/search"]["get"].Responses["200"].Content[route.JSONType].Example)
	check(schemas.Article, doc.Paths["/v1/articles/{id}"]["get"].Responses["200"].Content[route.JSONType].Example)
	for _, r := range doc.Components.Responses {
		check(schemas.Refusal, r.Content[problemType].Example)
	}
	if checked < 11 {
		t.Errorf("%d examples were checked, want at least 11", checked)
	}
}

// Every address for programs stands in the description.
func TestTheDescriptionNamesEveryAddress(t *testing.T) {
	var doc struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(openAPIDocument(), &doc); err != nil {
		t.Fatal(err)
	}
	for _, rt := range (&server{}).routes() {
		if rt.Path == "/v1/" {
			continue
		}
		for method := range rt.Methods {
			if doc.Paths[rt.Path][strings.ToLower(method)] == nil {
				t.Errorf("%s %s is not described", method, rt.Path)
			}
		}
	}
}

// The schemas and the types that they describe have the same members: one cannot grow without the other.
func TestSchemasAndTypesHaveTheSameMembers(t *testing.T) {
	types := map[string]any{
		"report.json": desk.Report{}, "answer.json": desk.Answer{}, "answer.json/tree": desk.TreeRef{}, "answer.json/ask": desk.Ask{}, "answer.json/choice": desk.Choice{}, "answer.json/taken": desk.Taken{}, "report.json/confirmation": desk.Confirmation{},
		"answer.json/diagnosis": desk.Diagnosis{}, "answer.json/proof": desk.Proof{}, "answer.json/because": desk.Because{}, "answer.json/assumed": desk.Assumed{},
		"answer.json/contradiction": desk.Contradiction{}, "answer.json/plan": desk.Plan{}, "answer.json/step": desk.Step{}, "answer.json/script": desk.Script{},
		"answer.json/related": desk.Related{}, "problem.json": edge.Problem{}, "problem.json/error": edge.Error{}, "article.json": articleView{}, "results.json": resultsView{},
		"results.json/hit": hitView{}, "feedback.json": feedback.Feedback{},
	}
	for at, v := range types {
		file, def, _ := strings.Cut(at, "/")
		var schema struct {
			Properties map[string]any
			Required   []string
			Defs       map[string]struct {
				Properties map[string]any
				Required   []string
			} `json:"$defs"`
		}
		if err := json.Unmarshal(schemas.JSON(schemas.Name(strings.TrimSuffix(file, ".json"))), &schema); err != nil {
			t.Fatal(err)
		}
		properties, required := schema.Properties, schema.Required
		if def != "" {
			properties, required = schema.Defs[def].Properties, schema.Defs[def].Required
		}
		var inSchema, inType, always []string
		for name := range properties {
			inSchema = append(inSchema, name)
		}
		for field := range reflect.TypeOf(v).Fields() {
			name, option, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "" || name == "-" {
				continue
			}
			inType = append(inType, name)
			if option != "omitempty" {
				always = append(always, name)
			}
		}
		slices.Sort(inSchema)
		slices.Sort(inType)
		if !slices.Equal(inSchema, inType) {
			t.Errorf("%s has %q, %T has %q", at, inSchema, v, inType)
		}
		slices.Sort(always)
		slices.Sort(required)
		if !slices.Equal(always, required) {
			t.Errorf("%s requires %q, %T always has %q", at, required, v, always)
		}
	}
}
