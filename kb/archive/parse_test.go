package archive

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pump is an article in the archive's format, in words of our own.
const pump = `---
layout: page
title: "Q900001: PMP: The \"Blue\" Pump Stops &amp; Beeps"
permalink: /kb/900/Q900001/
---

## Q900001: PMP: The "Blue" Pump Stops & Beeps

{% raw %}

	Article: Q900001
	Product(s): Garden Pump
	Version(s): WINDOWS:3.1,95; winnt:4.0 SP1
	Operating System(s): 
	Keyword(s): kbpump kbgarden
	   kbwater
	Last Modified: 6-FEB-1999
	
	-------------------------------------------------------------------------------
	The information in this article applies to:
	
	- Garden Pump, versions 3.1, 95, used
	   with a hose
	- Garden Pump Server
	-------------------------------------------------------------------------------
	
	NOTE: Pull the plug first. See
	Q900009 for more.
	
	  Q900002 Plugs
	
	SYMPTOMS
	========
	
	The pump says &quot;No water&quot; &copy and
	   stops.
	
	  Error 17
	
	CAUSE
	=====
	
	- A leaf.
	
	- A frog.
	
	MORE INFORMATION
	================
	
	  Q900003 A Title That Is Longer Than
	  One Line
	
	  ARTICLE-ID: <LINK TYPE="ARTICLE" VALUE="Q900004">Q900004</LINK>
	  TITLE     : Frogs
	
	See also Q900003 and Q900001.
	
	Additional query words: leaf frog
	beep
	
	======================================================================
	Keywords          : kbpump kbfrog 
	Technology        : kbGarden
	Version           : WINDOWS:3.1
	Issue type        : kbprb
	
	=============================================================================
	

{% endraw %}
`

func TestParseReadsEveryPartOfAnArticle(t *testing.T) {
	got, err := Parse([]byte(pump))
	if err != nil {
		t.Fatal(err)
	}
	want := &Article{
		ID: "Q900001", Title: `PMP: The "Blue" Pump Stops & Beeps`,
		Products:   []string{"Garden Pump"},
		Versions:   []string{"WINDOWS:3.1", "WINDOWS:95", "winnt:4.0 SP1"},
		Keywords:   []string{"kbpump", "kbgarden", "kbwater", "kbfrog"},
		Technology: []string{"kbGarden"},
		IssueType:  "kbprb",
		Modified:   time.Date(1999, 2, 6, 0, 0, 0, 0, time.UTC),
		AppliesTo:  []string{"Garden Pump, versions 3.1, 95, used with a hose", "Garden Pump Server"},
		Sections: []Section{
			{"", []Paragraph{{Text: "NOTE: Pull the plug first. See\nQ900009 for more."}, {Text: "Q900002 Plugs"}}},
			{"SYMPTOMS", []Paragraph{{Text: "The pump says \"No water\" &copy and\n   stops."}, {Text: "Error 17"}}},
			{"CAUSE", []Paragraph{{Text: "- A leaf."}, {Text: "- A frog."}}},
			{"MORE INFORMATION", []Paragraph{
				{Text: "Q900003 A Title That Is Longer Than\n  One Line"},
				{Text: "ARTICLE-ID: Q900004\n  TITLE     : Frogs"},
				{Text: "See also Q900003 and Q900001."}}},
		},
		Links: []Link{
			{"Q900009", "for more."}, // a line that begins with a number reads like a citation
			{"Q900002", "Plugs"}, {"Q900003", "A Title That Is Longer Than One Line"}, {"Q900004", "Frogs"}},
		QueryWords: []string{"leaf", "frog", "beep"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse: (-want +got)\n%s", diff)
	}
}

func TestParseTakesArticlesAsTheyCome(t *testing.T) {
	whole, _ := Parse([]byte(pump))
	for name, variant := range map[string]string{
		"CRLF":        strings.ReplaceAll(pump, "\n", "\r\n"),
		"no wrapper":  strings.NewReplacer("{% raw %}\n", "", "{% endraw %}\n", "").Replace(pump),
		"only front":  strings.NewReplacer("{% raw %}\n", "", "{% endraw %}\n", "", "## Q900001: PMP: The \"Blue\" Pump Stops & Beeps\n", "").Replace(pump),
		"no front":    pump[strings.Index(pump, "\n## "):],
		"heading":     strings.NewReplacer("{% raw %}\n", "", "{% endraw %}\n", "").Replace(pump[strings.Index(pump, "## "):]),
		"byte order":  "\ufeff" + pump,
		"no last":     strings.Replace(pump, "{% endraw %}\n", "{% endraw %}", 1),
		"NUL between": strings.Replace(pump, "A leaf", "A\x00 leaf", 1),
	} {
		got, err := Parse([]byte(variant))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(whole, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

func TestParseMendsBadText(t *testing.T) {
	a, err := Parse([]byte(strings.Replace(pump, "A leaf", "A le\xff\xfeaf", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if p, _ := Place(a, "CAUSE", 1); p.Text != "- A le\ufffdaf." {
		t.Errorf("CAUSE/1 = %q", p.Text)
	}
}

func TestParseSurvivesDamagedHeaders(t *testing.T) {
	cut := pump[:strings.Index(pump, "\tArticle:")] + pump[strings.Index(pump, "\tSYMPTOMS"):]
	a, err := Parse([]byte(cut))
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := Place(a, "SYMPTOMS", 2); !ok || p.Text != "Error 17" {
		t.Errorf("SYMPTOMS/2 = %q, %v", p.Text, ok)
	}
	if a.Products != nil || !a.Modified.IsZero() {
		t.Errorf("headers made up: %v, %v", a.Products, a.Modified)
	}
}

func TestParseRefusesWhatItCannotReadWhole(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"cut off":   {pump[:len(pump)/2], "cut off"},
		"no number": {"---\ntitle: \"Pumps\"\n---\n\n{% raw %}\n\tText.\n{% endraw %}\n", "no line title"},
		"no title":  {"---\ntitle: \"Q900001: \"\n---\n\n{% raw %}\n\tText.\n{% endraw %}\n", "no title"},
		"empty":     {"", "no line title"},
		"too large": {pump + strings.Repeat(" ", MaxArticle), "larger than"},
	} {
		if _, err := Parse([]byte(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func TestAnArticleMayBeATitleAndNoMore(t *testing.T) {
	a, err := Parse([]byte(pump[:strings.Index(pump, "\tSYMPTOMS")] + "{% endraw %}\n"))
	if err != nil || len(a.Sections) != 1 || a.Title == "" {
		t.Errorf("Parse = %+v, %v", a, err)
	}
}

func TestOnlyAHeadingBeginsASection(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"small letters":      {"Audio problems\n==============\n\nOne.", "Audio problems: 1"},
		"a rule too short":   {"SYMPTOMS\n====\n\nOne.", ": 2"},
		"nothing above it":   {"Text.\nSYMPTOMS\n========\n\nOne.", ": 2"},
		"indented":           {"  SYMPTOMS\n  ========\n\nOne.", ": 2"},
		"a table":            {"=====\n=====\n\nOne.", ": 2"},
		"a section of none":  {"CAUSE\n=====\n\nSTATUS\n======\n\nOne.", "CAUSE: 0, STATUS: 1"},
		"the same one twice": {"CAUSE\n=====\n\nOne.\n\nCAUSE\n=====\n\nTwo.", "CAUSE: 1, CAUSE: 1"},
	} {
		a, err := Parse([]byte("## Q900001: Pump\n\n{% raw %}\n\n\t" + strings.ReplaceAll(c.text, "\n", "\n\t") + "\n\n{% endraw %}\n"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, s := range a.Sections {
			got = append(got, fmt.Sprintf("%s: %d", s.Name, len(s.Paragraphs)))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: sections %v, want %s", name, got, c.want)
		}
	}
}

func TestVersionsAreSplit(t *testing.T) {
	for in, want := range map[string][]string{
		"":                               nil,
		"winnt:2.0":                      {"winnt:2.0"},
		"WINDOWS:3.1,95; winnt:4.0 SP1":  {"WINDOWS:3.1", "WINDOWS:95", "winnt:4.0 SP1"},
		"4.00 4.00b | 4.00":              {"4.00", "4.00b"},
		"2.0 SP2":                        {"2.0 SP2"},
		"WINDOWS:3.0 (all SP),4.0; :1.0": {"WINDOWS:3.0 (all SP)", "WINDOWS:4.0", "1.0"},
	} {
		if diff := cmp.Diff(want, Versions(in)); diff != "" {
			t.Errorf("Versions(%q): (-want +got)\n%s", in, diff)
		}
	}
}

func TestPlaceCountsThroughSectionsOfOneName(t *testing.T) {
	a := &Article{Sections: []Section{{"X", []Paragraph{{Text: "1"}, {Text: "2"}}}, {"Y", nil}, {"X", []Paragraph{{Text: "3"}}}}}
	for n, want := range []string{"", "1", "2", "3", ""} {
		if p, ok := Place(a, "X", n); p.Text != want || ok != (want != "") {
			t.Errorf("Place(X, %d) = %q, %v, want %q", n, p.Text, ok, want)
		}
	}
}

func TestHashIgnoresEverythingButWords(t *testing.T) {
	a, b := Hash("The pump\n   stops: \"now\"."), Hash("the PUMP stops now")
	if a != b || a != "bea6536f" {
		t.Errorf("Hash = %s and %s", a, b)
	}
	if Hash("the pump stopsnow") == b {
		t.Error("words that grow together keep their hash")
	}
}

// archivePath is where the public archive lies, "" where there is none.
func archivePath(t testing.TB) string {
	for _, p := range []string{os.Getenv("KB_ARCHIVE"), "../../../shared/kbarchive/kbarchive-master.tar.gz"} {
		if _, err := os.Stat(p); p != "" && err == nil {
			return p
		}
	}
	t.Skip("no archive: set KB_ARCHIVE to the public archive to run this")
	return ""
}

func TestTheSeedFileReadsLikeItsArticle(t *testing.T) {
	seed := filepath.Join(filepath.Dir(archivePath(t)), "Q238865-seed.txt")
	data, err := os.ReadFile(seed)
	if err != nil {
		t.Skip("no seed file beside the archive")
	}
	a, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		section   string
		paragraph int
		begins    string
	}{{"CAUSE", 2, "- One or more sites"}, {"WORKAROUND", 5, "If the client computers belong to more than one"}, {"", 1, "IMPORTANT:"}} {
		if p, ok := Place(a, c.section, c.paragraph); !ok || !strings.HasPrefix(p.Text, c.begins) {
			t.Errorf("%s/%d begins %.40q, want %q", c.section, c.paragraph, p.Text, c.begins)
		}
	}
	if n := len(a.Links); n != 6 {
		t.Errorf("%d links, want 6: %v", n, a.Links)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(pump))
	f.Add([]byte(strings.ReplaceAll(pump, "\n", "\r\n")))
	f.Add([]byte(pump[:200]))
	f.Add([]byte("title: \"Q12345: x\"\n{% raw %}\n===\nA\n===\n{% endraw %}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Parse(data)
		if err != nil {
			return
		}
		if !articleNumber.MatchString(a.ID) || a.Title == "" {
			t.Errorf("an article without number or title: %+v", a)
		}
		for _, s := range a.Sections {
			for _, p := range s.Paragraphs {
				if strings.TrimSpace(p.Text) == "" || strings.Contains(p.Text, "\n\n") {
					t.Errorf("section %q has an empty paragraph or one of two blocks: %q", s.Name, p.Text)
				}
			}
		}
	})
}
