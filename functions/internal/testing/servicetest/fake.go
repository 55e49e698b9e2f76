package servicetest

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/fixdesk/fixdesk/schemas"
)

// Desk is a desk with two questions: it refuses, asks, confirms, and diagnoses as the real one does, in answers that are the same whatever
// the content of the program says. Some symptoms make it fail.
type Desk struct{}

// question returns how the desk asks for a fact, and whether there is such a fact.
func question(fact string) (desk.Ask, bool) { return base().Question(fact) }

func (Desk) Answer(ctx context.Context, r *desk.Report) (*desk.Answer, error) {
	switch r.Symptom {
	case "make it panic":
		panic("the secret of the panic")
	case "make it fail":
		return nil, errors.New("the secret of the failure")
	case "make it forget":
		return nil, fmt.Errorf("session: session: %w: the secret of the table", session.ErrUnavailable)
	case "make it slow":
		<-ctx.Done()
		return nil, fmt.Errorf("waiting: %w", ctx.Err())
	}
	known, refusal := fakeFacts(r.Facts)
	if refusal != nil {
		return nil, refusal
	}
	for i, c := range r.Confirm {
		yes, refusal := fakeFacts(map[string]any{c.Fact: c.Value})
		if refusal != nil {
			refusal.Problems[0].Pointer = fmt.Sprintf("/confirm/%d", i)
			return nil, refusal
		}
		if known[c.Fact] == nil {
			known[c.Fact] = yes[c.Fact]
		}
	}
	a := &desk.Answer{Tree: &desk.TreeRef{Article: "Q238865", Version: "0a1b2c3d"}, Diagnoses: []desk.Diagnosis{}, Assumed: []desk.Assumed{},
		Contradictions: []desk.Contradiction{}, Scripts: []desk.Script{}, Related: []desk.Related{}}
	if strings.Contains(r.Symptom, "printer") {
		a.Status, a.Tree = desk.StatusNoTree, nil
		a.Related = []desk.Related{{ID: "Q111111", Title: "Printer <b>jams</b>", Score: 2.5, Section: "SYMPTOMS", Passage: "The printer jams <script>alert(1)</script>.", Why: "matched"}}
		return a, nil
	}
	fakeRead(r, known, a)
	fakeDecide(r, known, a)
	return a, nil
}

// fakeFacts checks what was told.
func fakeFacts(told map[string]any) (map[string][]string, *desk.Refusal) {
	known := map[string][]string{}
	refusal := &desk.Refusal{}
	for name, v := range told {
		ask, ok := question(name)
		list, _ := v.([]any)
		if s, one := v.(string); one {
			list = []any{s}
		}
		known[name] = []string{}
		for _, item := range list {
			s := fmt.Sprint(item)
			fits := ok && slices.ContainsFunc(ask.Answers, func(c desk.Choice) bool { return c.Value == s }) || s == "unknown"
			if ask.Form != "" && s != "unknown" {
				normal, err := schemas.Form(ask.Form, s)
				s, fits = normal, err == nil
			}
			if !fits {
				detail, hint := "there is no such fact", ""
				if ok {
					detail, hint = "expected an answer to the question", "choose one of the answers"
					refusal.Ask = &ask
				}
				if spec, has := schemas.FormOf(ask.Form); has {
					detail, hint = "expected "+spec.Expected, spec.Hint
				}
				refusal.Problems = append(refusal.Problems, desk.Problem{Pointer: "/facts/" + name, Detail: detail, Hint: hint})
			}
			known[name] = append(known[name], s)
		}
	}
	slices.SortFunc(refusal.Problems, func(a, b desk.Problem) int { return strings.Compare(a.Pointer, b.Pointer) })
	if len(refusal.Problems) > 0 {
		return nil, refusal
	}
	return known, nil
}

// fakeRead reads a service pack and a site from the words of a report.
func fakeRead(r *desk.Report, known map[string][]string, a *desk.Answer) {
	if strings.Contains(r.Symptom, "SP1") {
		a.Assumed = append(a.Assumed, desk.Assumed{Fact: "recent_upgrade", Value: "sp1", Words: "SP1", In: "symptom"})
	}
	for line := range strings.SplitSeq(r.Log, "\n") {
		if code, ok := strings.CutPrefix(line, "The site "); ok && strings.HasSuffix(line, " does not exist any longer") && known["nonexistent_sites"] == nil {
			known["nonexistent_sites"] = []string{code[:3]}
			a.Assumed = append(a.Assumed, desk.Assumed{Fact: "nonexistent_sites", Value: []string{code[:3]}, Words: line, In: "log"})
		}
	}
	if _, told := known["nonexistent_sites"]; !told && strings.Contains(r.Symptom, "site ALT") {
		a.Assumed = append(a.Assumed, desk.Assumed{Fact: "nonexistent_sites", Value: []string{"ALT"}, Words: "site ALT is gone", In: "symptom"})
	}
}

func fakeDecide(r *desk.Report, known map[string][]string, a *desk.Answer) {
	dead := desk.Diagnosis{Name: "nonexistent-site", Article: "Q238865", State: "possible", Confidence: "low", Because: []desk.Because{},
		Says: "The client still lists a site that no longer exists.", See: []string{"Q265358"},
		Proof:  &desk.Proof{Article: "Q238865", Section: "WORKAROUND", Paragraph: 2, Summary: "A client can belong to several sites, and one of them may be gone.\nThen it hangs."},
		Doubts: []string{"The article prints the key without SOFTWARE."}}
	windows98 := desk.Diagnosis{Name: "windows-9x-client", Article: "Q238865", State: "possible", Confidence: "low", Because: []desk.Because{}, Says: "On Windows 98 files in use cannot be replaced."}
	os, sites := known["client_os"], known["nonexistent_sites"]
	ask := func(fact string) *desk.Ask { q, _ := question(fact); return &q }
	if len(os) > 0 && os[0] != "unknown" {
		windows98.State, windows98.Confidence = "ruled-out", ""
		windows98.Because = []desk.Because{{Fact: "client_os", Value: os[0], Source: "told"}}
		dead.Because = append(dead.Because, desk.Because{Fact: "client_os", Value: os[0], Source: "told"})
	}
	switch {
	case os == nil:
		a.Status, a.Ask = desk.StatusAsk, ask("client_os")
	case sites == nil:
		a.Status, a.Ask = desk.StatusAsk, ask("nonexistent_sites")
		if len(a.Assumed) > 0 && a.Assumed[len(a.Assumed)-1].Fact == "nonexistent_sites" {
			a.Ask = &desk.Ask{Fact: "nonexistent_sites", Text: "Is it right?", Why: "A script wants a yes.", Confirm: []desk.Taken{
				{Fact: "nonexistent_sites", Value: []string{"ALT"}, Label: "Which of the client's sites no longer exist? ALT", Words: "site ALT is gone"},
				{Fact: "recent_upgrade", Value: "sp1", Label: "Service Pack 1"}}}
		}
	case len(sites) == 0 || sites[0] == "unknown":
		a.Status = desk.StatusUndecided
		a.Plan = &desk.Plan{Fix: "collect", Goal: "Collect what is still open.", Risk: "none", Steps: []desk.Step{{Stage: 1, Verb: "collect", Does: "Print the facts that are open.", By: "script", Effect: "reads"}}}
	default:
		a.Status = desk.StatusDiagnosed
		dead.State, dead.Confidence = "confirmed", "high"
		dead.Because = append(dead.Because, desk.Because{Fact: "nonexistent_sites", Value: strings.Join(sites, ", "), Source: "told"})
		if known["admin_rights"] == nil {
			a.Ask = ask("admin_rights")
		}
		if known["ads_outstanding"] == nil {
			a.Further = ask("ads_outstanding")
		}
		if r.Further && a.Ask == nil {
			a.Ask = a.Further
		}
		if r.Further {
			a.Further = nil
		}
		a.Plan = fakePlan(r, sites, known["admin_rights"])
		a.Scripts = fakeScripts(r, sites)
		a.Related = []desk.Related{{ID: "Q265358", Title: "Clients Keep a Site That Is Gone", Score: 1, Why: "linked"}}
	}
	a.Diagnoses = append(a.Diagnoses, dead, windows98)
	if ads := known["ads_outstanding"]; len(ads) > 0 && ads[0] == "yes" && dead.State == "confirmed" {
		a.Diagnoses = append(a.Diagnoses, desk.Diagnosis{Name: "outstanding-ads", Article: "Q238865", State: "confirmed", Confidence: "high", Says: "Advertisements were still active.",
			Because: []desk.Because{{Fact: "ads_outstanding", Value: "yes", Source: "told"}}})
	}
}

func fakePlan(r *desk.Report, sites, rights []string) *desk.Plan {
	p := &desk.Plan{Fix: "forget-site", Alternatives: []string{"age-site"}, Goal: "Make the client forget " + strings.Join(sites, ", ") + ".", Risk: "low",
		Doubts: []string{"The article prints the key without SOFTWARE."}}
	if r.Fix == "age-site" {
		p.Fix, p.Alternatives = "age-site", []string{"forget-site"}
	}
	if len(rights) > 0 && rights[0] == "no" {
		p.BlockedBy = []string{"admin_rights"}
	}
	for i, s := range []desk.Step{
		{Verb: "backup-key", Does: `Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.`, By: "script", Effect: "reads", Article: "Q238865"},
		{Verb: "stop-services", Does: "Stop SMS Remote Control Agent and SMS Client Service, where they run.", By: "script", Effect: "changes", Article: "Q238865"},
		{Verb: "delete-entry", Does: "Delete the entry " + strings.Join(sites, ", ") + ".", By: "script", Effect: "changes", Article: "Q238865"},
		{Verb: "tell", Does: "Look at the Sites tab: the code must be gone.", By: "person", Effect: "reads", Article: "gk"},
	} {
		s.Stage = 1 + i/3
		p.Steps = append(p.Steps, s)
	}
	return p
}

func fakeScripts(r *desk.Report, sites []string) []desk.Script {
	wanted := r.Script
	if wanted == "" {
		wanted = "cmd"
	}
	var all []desk.Script
	for _, d := range []string{"cmd", "reg", "md"} {
		text := "@echo off\r\nrem forget-site: " + strings.Join(sites, " ") + "\r\necho <&> \"quoted\"\r\n"
		sum := sha256.Sum256([]byte(text))
		s := desk.Script{Dialect: d, Effect: "changes", Fix: "forget-site", Stage: 1, File: "q238865-forget-site." + d, ID: hex.EncodeToString(sum[:4]), SHA256: hex.EncodeToString(sum[:])}
		if d == wanted {
			s.Text = text
		}
		all = append(all, s)
	}
	return all
}

// Originals are the articles of an archive that is as small as a test needs it. One of them is full of markup.
var Originals = map[string]*archive.Article{
	"Q238865": {ID: "Q238865", Title: "Smsmon32 Hangs", Products: []string{"Systems Management Server"}, Versions: []string{"winnt:2.0"}, Keywords: []string{"kbsms200"},
		IssueType: "kbprb", Modified: time.Date(2002, 6, 11, 0, 0, 0, 0, time.UTC),
		Sections: []archive.Section{
			{Name: "SYMPTOMS", Paragraphs: []archive.Paragraph{{Text: "Clients hang."}}},
			{Name: "WORKAROUND", Paragraphs: []archive.Paragraph{{Text: "Stop the services."}, {Text: "A site may be gone; see Q265358 and Q99."},
				{Text: "Keep a copy first, as Q256986 says,\nand Q900001."}, {Text: "if gone\n   leave it\nend"}}},
		},
		Links: []archive.Link{{ID: "Q265358", Title: "Clients Keep a Site That Is Gone"}, {ID: "Q265358"}, {ID: "Q256986"}, {ID: "Q900001", Title: "Nobody Has This One"}}},
	"Q111111": {ID: "Q111111", Title: "Printer <b>jams</b>", Sections: []archive.Section{{Name: `<script>alert("name")</script>`, Paragraphs: []archive.Paragraph{
		{Text: `The printer jams <script>alert("text")</script> & "quotes".`}}}}, Links: []archive.Link{{ID: "Q238865", Title: "<img src=x onerror=alert(2)>"}}},
}

// Articles are the IDs of all articles of Catalog.
var Articles = []string{"Q238865", "Q265358", "Q256986", "Q111111"}

// An Archive is an archive of the articles that Find returns; of Originals where it is nil. Eleven more articles that nobody can read link
// to Q265358.
type Archive struct {
	Find func(id string) (*archive.Article, bool)
}

// Article implements catalog.Archive.
func (a Archive) Article(id string) (*archive.Article, bool) {
	if a.Find != nil {
		return a.Find(id)
	}
	original, ok := Originals[id]
	return original, ok
}

// Title implements catalog.Archive.
func (a Archive) Title(id string) (string, bool) {
	original, ok := a.Article(id)
	if !ok {
		return "", false
	}
	return original.Title, true
}

// Cited implements catalog.Archive.
func (Archive) Cited(id string) []archive.Link {
	if id != "Q265358" {
		return nil
	}
	all := []archive.Link{{ID: "Q238865", Title: "Smsmon32 Hangs"}}
	for i := range 11 {
		all = append(all, archive.Link{ID: fmt.Sprint("Q3000", 10+i), Title: fmt.Sprintf("Number <%d>", i)})
	}
	return all
}

//go:embed content
var content embed.FS

// base is the catalog of the small knowledge base, without an archive.
var base = sync.OnceValue(func() *catalog.Catalog {
	files, err := fs.Sub(content, "content")
	if err != nil {
		panic(err)
	}
	b, err := kb.Load(files)
	if err != nil {
		panic(err)
	}
	return &catalog.Catalog{Base: b, Content: files}
})

// Catalog returns a small knowledge base beside an archive.
func Catalog(a Archive) *catalog.Catalog {
	return &catalog.Catalog{Base: base().Base, Content: base().Content, Archive: a}
}

// Search finds articles whose title or text has the first word of the query.
type Search struct{}

func (Search) Search(_ context.Context, q index.Query) (index.Results, error) {
	if q.Text == "make it fail" {
		return index.Results{}, errors.New("the secret of the search")
	}
	var found index.Results
	word := strings.ToLower(strings.Fields(q.Text + " -")[0])
	for _, id := range Articles {
		a, _ := Catalog(Archive{}).Find(id)
		text := a.Sections[0].Paragraphs[0].Text
		i := strings.Index(strings.ToLower(text), word)
		if i < 0 && !strings.Contains(strings.ToLower(a.Title), word) {
			continue
		}
		hit := index.Hit{ID: id, Title: a.Title, Score: 10 - float64(len(found.Hits)), Why: []string{"words"}}
		if i >= 0 {
			hit.Section, hit.Paragraph, hit.Passage, hit.Marks = a.Sections[0].Name, 1, text, []index.Mark{{Start: i, End: i + len(word)}}
		}
		found.Hits = append(found.Hits, hit)
	}
	found.Total = len(found.Hits)
	if word == "smsmon23" {
		found.DidYouMean = "smsmon32"
	}
	if q.Facets {
		found.Facets = []index.Facet{{Name: "product", Counts: []index.Count{{Value: "Systems Management Server", N: found.Total}}}}
	}
	found.Hits = found.Hits[min(q.From, len(found.Hits)):]
	found.Hits = found.Hits[:min(q.Size, len(found.Hits))]
	return found, nil
}
