package schemas

import (
	"encoding/json"
	"testing"
)

// The embedded files are ours: each must compile, be named by its $id, and hold examples that it accepts itself.
func TestEverySchemaCompilesAndAcceptsItsOwnExamples(t *testing.T) {
	for _, name := range Names() {
		schema := compiled[name]()
		var doc struct {
			Schema   string `json:"$schema"`
			ID       string `json:"$id"`
			Examples []any  `json:"examples"`
		}
		if err := json.Unmarshal(JSON(name), &doc); err != nil {
			t.Fatalf("%s.json: %v", name, err)
		}
		if want := base + string(name) + ".json"; doc.ID != want {
			t.Errorf("%s.json: $id = %s, want %s", name, doc.ID, want)
		}
		if want := "https://json-schema.org/draft/2020-12/schema"; doc.Schema != want {
			t.Errorf("%s.json: $schema = %s, want %s", name, doc.Schema, want)
		}
		for i, e := range doc.Examples {
			if err := schema.Validate(e); err != nil {
				t.Errorf("%s.json: examples/%d: %v", name, i, err)
			}
		}
	}
}

func TestTheDocumentsArePublished(t *testing.T) {
	for _, name := range []Name{Report, Answer, Refusal, Article, Results, Feedback, Tree, Facts, Cases, Forms} {
		if JSON(name) == nil {
			t.Errorf("JSON(%s) = nil, want a schema", name)
		}
	}
	if got := JSON("../go"); got != nil {
		t.Errorf("JSON of a name that is none = %q, want nil", got)
	}
}

// No schema may be without a bound: every string, array and open object that a stranger fills says how long it may be.
func TestEverythingInAReportIsBounded(t *testing.T) {
	for _, name := range []Name{Report, Answer, Cases, Refusal, Article, Results, Feedback} {
		var doc any
		if err := json.Unmarshal(JSON(name), &doc); err != nil {
			t.Fatal(err)
		}
		unbounded(t, string(name)+".json#", doc)
	}
}

func unbounded(t *testing.T, at string, v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			unbounded(t, at, item)
		}
	case map[string]any:
		kind, _ := v["type"].(string) // in a list of properties, type may be the name of one
		bound := map[string][]string{"string": {"maxLength", "pattern"}, "array": {"maxItems"}, "object": {"maxProperties", "properties"}}[kind]
		found := len(bound) == 0
		for _, keyword := range bound {
			found = found || v[keyword] != nil
		}
		if !found || kind == "object" && v["properties"] != nil && v["additionalProperties"] == nil {
			t.Errorf("%s: a %s without bound", at, kind)
		}
		for key, child := range v {
			if key != "examples" {
				unbounded(t, at+"/"+key, child)
			}
		}
	}
}
