package schemas

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// TestAValueIsJudgedAsItsJSONIs compares the problems of documents in both forms. Only their lines differ: a value has none.
func TestAValueIsJudgedAsItsJSONIs(t *testing.T) {
	deep := any("x")
	for range 20 {
		deep = []any{deep}
	}
	wide := make([]any, 3000)
	for i := range wide {
		wide[i] = "x"
	}
	for name, v := range map[string]any{
		"good":          map[string]any{"symptom": "hangs", "facts": map[string]any{"client_os": "nt4", "sites": []string{"ABC"}}, "further": true},
		"empty":         map[string]any{},
		"no object":     []any{"x"},
		"null":          nil,
		"unknown":       map[string]any{"symptom": "hangs", "symptoms": "x"},
		"wrong types":   map[string]any{"symptom": 7, "log": true, "facts": []any{}, "further": "yes"},
		"too long":      map[string]any{"symptom": strings.Repeat("x", 20001), "article": "Q1"},
		"odd fact name": map[string]any{"symptom": "x", "facts": map[string]any{"a b": "x", "ok": 1.5}},
		"too deep":      map[string]any{"symptom": "x", "facts": map[string]any{"a": deep}},
		"too many":      map[string]any{"symptom": "x", "facts": map[string]any{"a": wide}},
		"confirmations": map[string]any{"symptom": "x", "confirm": []any{map[string]any{"fact": "client_os"}, map[string]any{"fact": "x", "value": []any{"a", nil}}}},
	} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		want, got := problemsOf(t, Check(Report, data)), problemsOf(t, CheckValue(Report, v))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: CheckValue finds\n%+v\nwant, as Check does,\n%+v", name, got, want)
		}
		if (len(want) == 0) != (name == "good" || name == "empty") {
			t.Errorf("%s has %d problems", name, len(want))
		}
	}
	if err := CheckValue(Report, map[string]any{"symptom": func() {}}); err == nil {
		t.Error("a function passes for a symptom")
	}
}

func problemsOf(t *testing.T, err error) []Problem {
	t.Helper()
	if err == nil {
		return nil
	}
	var unfit *Error
	if !errors.As(err, &unfit) {
		t.Fatal(err)
	}
	for i := range unfit.Problems {
		unfit.Problems[i].Line = 0
	}
	return unfit.Problems
}
