package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// read returns the nodes of a text of ours, which must be readable.
func read(t *testing.T, text string) *node {
	t.Helper()
	r := reader{limit: limits[Tree]}
	n := r.read([]byte(text))
	if n == nil || len(r.problems) > 0 {
		t.Fatalf("%q: %v", text, r.problems)
	}
	return n
}

func TestYAMLAndJSONReadAlikeAndInOrder(t *testing.T) {
	yaml := read(t, "z: one\na: {y: 2, b: [x, 3.5, true, null, '']}\nm:\n  - k: |\n      two\n      lines\n")
	want := `{"z":"one","a":{"y":2,"b":["x",3.5,true,null,""]},"m":[{"k":"two\nlines\n"}]}`
	var got bytes.Buffer
	yaml.appendJSON(&got)
	if got.String() != want {
		t.Errorf("YAML as JSON = %s, want %s", &got, want)
	}
	got.Reset()
	read(t, want).appendJSON(&got)
	if got.String() != want {
		t.Errorf("JSON as JSON = %s, want %s", &got, want)
	}
	if !reflect.DeepEqual(yaml.value(), read(t, want).value()) {
		t.Error("YAML and JSON give different values")
	}
}

func TestDecodeStoresAReport(t *testing.T) {
	var report struct {
		Symptom string         `json:"symptom"`
		Facts   map[string]any `json:"facts"`
	}
	data := "\ufeff" + `{"symptom": "slow", "facts": {"client_os": "nt4", "sites": ["LON"], "minutes": 3}}`
	if err := Decode(Report, []byte(data), &report); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"client_os": "nt4", "sites": []any{"LON"}, "minutes": 3.0}
	if report.Symptom != "slow" || !reflect.DeepEqual(report.Facts, want) {
		t.Errorf("Decode stored %+v", report)
	}
}

func TestAReportIsNeverYAML(t *testing.T) {
	err := Check(Report, []byte("symptom: slow\n"))
	var e *Error
	if !errors.As(err, &e) || !e.Unreadable {
		t.Errorf("Check of YAML = %v, want an unreadable report", err)
	}
}

func TestErrorsTellUnreadableFromTooLargeFromWrong(t *testing.T) {
	tests := []struct {
		name, text           string
		unreadable, tooLarge bool
	}{
		{"not JSON", "{", true, false},
		{"nothing", "", true, false},
		{"two values", "{} {}", true, false},
		{"not UTF-8", "{\"symptom\": \"\xff\"}", true, false},
		{"a million brackets", strings.Repeat("[", 200_000), true, false},
		{"too large", `{"log": "` + strings.Repeat("x", 256<<10) + `"}`, false, true},
		{"a list", "[]", false, false},
		{"a name twice", `{"log": "", "log": ""}`, false, false},
		{"deep", `{"facts": {"a": ` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}}`, false, false},
		{"many values", `{"facts": {"a": [` + strings.Repeat("1,", 10_000) + `1]}}`, false, false},
		{"many names", `{"facts": {"a0":1` + numbered(1_000) + `}}`, false, false},
	}
	for _, tt := range tests {
		var e *Error
		if err := Check(Report, []byte(tt.text)); !errors.As(err, &e) {
			t.Errorf("%s: %v, want an *Error", tt.name, err)
			continue
		}
		if e.Unreadable != tt.unreadable || e.TooLarge != tt.tooLarge {
			t.Errorf("%s: unreadable %v, too large %v, want %v, %v", tt.name, e.Unreadable, e.TooLarge, tt.unreadable, tt.tooLarge)
		}
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`,"b` + strings.Repeat("b", i%50) + string(rune('a'+i%26)) + strings.Repeat("x", i/26) + `":1`)
	}
	return b.String()
}

func TestAListOfProblemsIsBounded(t *testing.T) {
	text := "- {report: {}, expect: {}, name: a, b: c}\n"
	var e *Error
	if err := Check(Cases, []byte(strings.Repeat(text, 200))); !errors.As(err, &e) {
		t.Fatalf("%v, want an *Error", err)
	}
	if len(e.Problems) != 100 || e.More != 300 {
		t.Errorf("%d problems and %d more, want 100 and 300", len(e.Problems), e.More)
	}
	if !strings.HasSuffix(e.Error(), "and 300 more problems") {
		t.Errorf("the error ends in %q", e.Error()[max(0, len(e.Error())-40):])
	}
}

// However many things are wrong, in whatever order Go walks its maps, the error reads the same.
func TestErrorsAreDeterministic(t *testing.T) {
	text := []byte(`{"a":1,"b":2,"symptom":3,"facts":{"A A":1,"B B":2,"c":{},"d":null},"fix":"","script":""}`)
	want := Check(Report, text).Error()
	for range 50 {
		if got := Check(Report, text).Error(); got != want {
			t.Fatalf("got:\n%s\nwant:\n%s", got, want)
		}
	}
}

func TestLinesOfADocument(t *testing.T) {
	got := Lines([]byte("a: 1\n\nb:\n  - c\n  - d: e\n    f/g: h\n"))
	want := map[string]int{"": 1, "/a": 1, "/b": 3, "/b/0": 4, "/b/1": 5, "/b/1/d": 5, "/b/1/f~1g": 6}
	if !maps.Equal(got, want) {
		t.Errorf("Lines = %v, want %v", got, want)
	}
	if got := Lines([]byte("{\n\"a\":\n[1,\n2]}")); got["/a"] != 2 || got["/a/1"] != 4 {
		t.Errorf("Lines of JSON = %v, want /a on 2 and /a/1 on 4", got)
	}
	if got := Lines([]byte("a: 'b")); got != nil {
		t.Errorf("Lines of a broken document = %v, want nil", got)
	}
}

func TestADocumentWithoutReaderIsRefused(t *testing.T) {
	var e *Error
	if err := Check("fixes", []byte("{}")); err == nil || errors.As(err, &e) {
		t.Errorf("Check(fixes) = %v, want an error that is no list of problems", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, text := range []string{`{"symptom":"x","facts":{"a":["b",1]}}`, "- name: a\n  report: {}\n  expect: {status: ask}\n", `{"a":1e999}`,
		"a: &x\n  - *x\n", "<<: {}\n", "\ufeff{}", `{"a":"\ud800"}`, "? [a]\n: b\n", "a: !!binary x\n", "--- \n...\n---\n", "a: 0o17\n", "!!set {a}\n"} {
		for i := range 3 {
			f.Add(i, []byte(text))
		}
	}
	names := []Name{Report, Cases, Tree}
	f.Fuzz(func(t *testing.T, i int, data []byte) {
		name := names[uint(i)%uint(len(names))]
		var v any
		err := Decode(name, data, &v)
		if err == nil {
			again, _ := json.Marshal(v)
			if err := Check(name, again); err != nil {
				t.Errorf("what Decode accepted is refused when written as JSON: %v", err)
			}
			return
		}
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("Decode = %v, want an *Error", err)
		}
		for _, p := range e.Problems {
			if p.Line < 1 || p.Found == "" || p.Expected == "" || p.Expected == "what the schema says under " {
				t.Errorf("problem %+v does not say enough", p)
			}
		}
		if !slices.IsSortedFunc(e.Problems, func(a, b Problem) int { return a.Line - b.Line }) {
			t.Error("problems are not sorted")
		}
	})
}

// A secret is a refused value that could be anywhere in a report: no problem may repeat it.
func FuzzRefusedValuesAreNeverRepeated(f *testing.F) {
	f.Add("format c: /q")
	f.Add("a/b~c")
	f.Add("%SECRET%")
	f.Fuzz(func(t *testing.T, secret string) {
		if len(secret) < 4 || plainName(secret) {
			t.Skip("a plain name may stand in a pointer")
		}
		quoted, _ := json.Marshal(secret)
		s := string(quoted)
		for _, text := range []string{`{"fix":` + s + `}`, `{"facts":{` + s + `:{}}}`, `{"facts":{"a":{` + s + `:1}}}`, `{` + s + `:1}`, `{"session":[` + s + `]}`, s} {
			if err := Check(Report, []byte(text)); err != nil && strings.Contains(err.Error(), secret) && !strings.Contains(known, secret) {
				t.Errorf("%s: the error repeats the value: %v", text, err)
			}
		}
	})
}

// known is text that stands in problems anyway.
var known = func() string {
	var all strings.Builder
	for _, text := range []string{`{"fix":"-"}`, `{"facts":{"-/":{}}}`, `{"facts":{"a":{"x":1}}}`, `{"x":1}`, `{"session":["x"]}`, `"x"`, `x`} {
		if err := Check(Report, []byte(text)); err != nil {
			all.WriteString(err.Error())
		}
	}
	return all.String()
}()
