package facts_test

import (
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/schemas"
)

func TestAFactIsSaidWithoutItsQuestion(t *testing.T) {
	var doc facts.Document
	if err := schemas.Decode(schemas.Facts, []byte(`facts:
  os: {ask: 'Which Windows?', answers: {nt4: Windows NT 4.0, other: Another one}, stated: {other: Another Windows}}
  gone: {ask: 'Which are gone?', form: site-code, several: true, stated: {'*': 'No longer there: ${value}'}}
  list: {ask: 'Which are listed?', form: site-code, several: true}
  shared: {ask: 'Is it shared?', answers: {'yes': 'Yes', 'no': 'No'}, stated: {'yes': It is shared}}
  site_count: {form: number}
`), &doc); err != nil {
		t.Fatal(err)
	}
	v, err := facts.New(&doc, &facts.LanguageDocument{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		fact   string
		values []string
		want   string
	}{
		{"os", []string{"nt4"}, "Windows NT 4.0"},
		{"os", []string{"other"}, "Another Windows"},
		{"gone", []string{"AB1", "CD2"}, "No longer there: AB1, CD2"},
		{"gone", nil, "No longer there: none"},
		{"list", []string{"AB1"}, "Which are listed? AB1"},
		{"shared", []string{"yes"}, "It is shared"},
		{"shared", []string{"no"}, "Is it shared? No"},
		{"site_count", []string{"2"}, "site count: 2"},
	} {
		if got := v.Stated(facts.Fact{Name: tt.fact, Values: tt.values}); got != tt.want {
			t.Errorf("Stated(%s %v) = %q, want %q", tt.fact, tt.values, got, tt.want)
		}
	}
}
