// Package plantest has a fix for every verb, for the tests of whatever carries fixes out or prints them: each is a scenario of its verb.
package plantest

import (
	_ "embed"
	"testing"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/schemas"
)

//go:embed verbs.yaml
var verbs []byte

// Fixes returns the fixes of verbs.yaml. They need no facts.
func Fixes(t testing.TB) []plan.Fix {
	t.Helper()
	var doc struct {
		Fixes schemas.Map[plan.Draft] `json:"fixes"`
	}
	if err := schemas.Decode(schemas.Tree, verbs, &doc); err != nil {
		t.Fatal(err)
	}
	var all []plan.Fix
	for name, d := range doc.Fixes.All() {
		f, err := d.Fix(nil, name, "Q900100", "0123abcd")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}
