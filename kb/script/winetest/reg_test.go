package winetest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/plan/plantest"
	"github.com/fixdesk/fixdesk/kb/script"
)

const example = `HKEY_LOCAL_MACHINE\SOFTWARE\Example`

// TestRegistrationFilesDoWhatTheyPromise imports every registration file of the verbs, and looks at what is there then.
func TestRegistrationFilesDoWhatTheyPromise(t *testing.T) {
	m := New(t)
	after := map[string][]string{ // what must be there, and with a dash before it what must not
		"set-text":           {`"Path"="C:\\App;100% #1"`},
		"set-empty-text":     {`"Text"=""`},
		"set-expanding-text": {`"Folder"=hex(2):`},
		"set-number":         {`"Limit"=dword:00000014`},
		"set-bytes":          {`=hex:`},
		"set-list":           {`=hex(7):`},
		"make-key":           {`[` + example + `\New]`, `"Text"="new"`},
		"delete-value":       {`-"Text"="old"`, `"Other"="kept"`},
		"delete-key":         {`-\Cache]`, `"Other"="kept"`},
	}
	for _, f := range plantest.Fixes(t) {
		want, ok := after[f.Name]
		if !ok {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			p, err := plan.Combine(f)
			if err != nil {
				t.Fatal(err)
			}
			if p, err = p.Bind(facts.Facts{}); err != nil {
				t.Fatal(err)
			}
			s, err := script.Render(p, "reg", 1)
			if err != nil {
				t.Fatal(err)
			}
			got := m.imported(t, s.Text, "["+example+`\App]`, `"Text"="old"`, `"Other"="kept"`, "["+example+`\App\Cache]`, `"x"="1"`)
			for _, w := range want {
				if not, ok := strings.CutPrefix(w, "-"); ok && strings.Contains(got, not) || !ok && !strings.Contains(got, w) {
					t.Errorf("want %s:\n%s", w, got)
				}
			}
		})
	}
	t.Run("an entry", func(t *testing.T) { m.entries(t) })
}

// imported makes the keys below Example what the lines say, imports a registration file and returns what is there then.
func (m *Machine) imported(t *testing.T, text string, lines ...string) string {
	t.Helper()
	m.Import(t, append([]string{"[-" + example + "]", "[-" + client + "]", "[-" + misprint + "]", ""}, lines...)...)
	m.Write(t, "run/script.reg", text)
	m.Run(t, "regedit", "/s", `C:\run\script.reg`)
	out, _ := m.Run(t, `C:\look.exe`, example, client, misprint, "services")
	return strings.ReplaceAll(out, "\r\n", "\n")
}

// entries imports the file for an entry whose form is not known: as it is, and as a person leaves it who has found a value.
func (m *Machine) entries(t *testing.T) {
	s, err := rendered(t, scenario{fix: "forget-site", stage: 1}, "reg")
	if err != nil {
		t.Fatal(err)
	}
	subkey := []string{"[" + installed + `\BRI]`, "[" + installed + `\LON]`}
	if got := m.imported(t, s.Text, subkey...); strings.Contains(got, "BRI") || !strings.Contains(got, "LON") || strings.Contains(got, misprint) {
		t.Errorf("a subkey is still there, or more than it is not:\n%s", got)
	}
	if got := m.imported(t, s.Text, "["+client+"]", `"Keep"="yes"`); strings.Contains(got, "InstalledSites") {
		t.Errorf("a key was made:\n%s", got)
	}
	value := []string{"[" + installed + "]", `"BRI"="x"`, `"LON"="x"`}
	if got := m.imported(t, s.Text, value...); !strings.Contains(got, "BRI") {
		t.Errorf("a value is no longer there, though nobody has looked:\n%s", got)
	}
	pair := regexp.MustCompile(`(?m)^;(\[` + regexp.QuoteMeta(installed) + `\]\r\n);("BRI"=-\r\n)`)
	looked := pair.ReplaceAllString(s.Text, "$1$2")
	if looked == s.Text {
		t.Fatal("the file has no lines for a value")
	}
	if got := m.imported(t, looked, value...); strings.Contains(got, "BRI") || !strings.Contains(got, "LON") || strings.Contains(got, misprint) {
		t.Errorf("a value is still there, or more than it is not, or a key was made:\n%s", got)
	}
}
