package archive

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const ownWords = `# Q900001: Pump: stops and beeps

- Product: Garden Pump
- Version: WINDOWS:3.1,95
- Keywords: kbpump kbgarden
- Issue: kbprb
- Links: Q900002, Q900003
- Stand-in: Q900004
- Words: frog leaf

## SYMPTOMS

The pump is silent,
then it beeps. [SYMPTOMS/1]

## CAUSE

- Something sits in the pipe. [CAUSE/1, CAUSE/2]

A wrong plug does the same. [ext]

Take out the plug. [Q131352 MORE INFORMATION/4]
`

func TestParseContentReadsOurOwnWords(t *testing.T) {
	got, err := ParseContent([]byte(ownWords))
	if err != nil {
		t.Fatal(err)
	}
	want := &Article{
		ID: "Q900001", Title: "Pump: stops and beeps", Products: []string{"Garden Pump"},
		Versions: []string{"WINDOWS:3.1", "WINDOWS:95"}, Keywords: []string{"kbpump", "kbgarden"}, IssueType: "kbprb",
		Links: []Link{{ID: "Q900002"}, {ID: "Q900003"}}, StandIn: "Q900004", QueryWords: []string{"frog", "leaf"},
		Sections: []Section{
			{"SYMPTOMS", []Paragraph{{"The pump is silent,\nthen it beeps.", "SYMPTOMS/1"}}},
			{"CAUSE", []Paragraph{
				{"- Something sits in the pipe.", "CAUSE/1, CAUSE/2"},
				{"A wrong plug does the same.", "ext"},
				{"Take out the plug.", "Q131352 MORE INFORMATION/4"}}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestParseContentNamesTheLineThatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"heading":  {"# Q900001: Pump", "Q900001 Pump", "1: want a heading"},
		"header":   {"- Issue: kbprb", "- Isue: kbprb", "6: header Isue is unknown"},
		"links":    {"Q900003", "900003", "7: Links: want article numbers"},
		"no place": {" [SYMPTOMS/1]", "", "14: the paragraph does not end with its place"},
		"place":    {"[ext]", "[somewhere]", "20: the place is none"},
		"no head":  {"## SYMPTOMS\n", "", "12: want a header"},
	} {
		_, err := ParseContent([]byte(strings.Replace(ownWords, c.from, c.to, 1)))
		if err == nil || !strings.HasPrefix(err.Error(), "line "+c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}
