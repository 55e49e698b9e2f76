package page

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"

	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
	"github.com/fixdesk/fixdesk/kb/archive"
)

var shots = flag.String("shots", "", "a folder for pictures of the pages")

// open returns a browser with one page open, and the address of a service with the built-in knowledge base.
func open(t *testing.T) (context.Context, string) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs a browser")
	}
	path := testbed.Find("chromium")
	if path == "" {
		testbed.Missing(t, "chromium", "apt-get install -y --no-install-recommends chromium", true)
	}
	server := httptest.NewServer(newRealHandler(t))
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-back-forward-cache", true), chromedp.UserDataDir(t.TempDir()))
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx, server.URL
}

func perform(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// evaluate evaluates an expression in the page, which works where the page's own scripts are switched off.
func evaluate[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// click clicks what leads to another page, and waits for that page.
func click(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		t.Fatalf("%s leads nowhere: %v", selector, err)
	}
}

const complaint = "Since the site was upgraded to SMS 2.0 SP1 this workstation hangs, and smsmon32.exe takes all of the processor."

// answers are what the person of `complete` knows.
var answers = map[string]string{"client_os": "nt4", "client_sites": "lon, alt", "nonexistent_sites": "alt", "multi_site_domain": "no", "admin_rights": "yes",
	"version_mismatch": "no", "ads_outstanding": "no", "base_version": "2.00.1380.1000", "cap_version": "2.00.1380.1000"}

func TestAPersonComesFromASymptomToAScript(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprintf("scripts=%v", scripts), func(t *testing.T) {
			ctx, home := open(t)
			perform(t, ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
				_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
				return err
			}))
			perform(t, ctx, looks[0].set(), chromedp.Navigate(home))
			click(t, ctx, "form.describe button.primary")
			if got := evaluate[string](t, ctx, `document.querySelector("#symptom-error").textContent`); !strings.Contains(got, "Describe the trouble") {
				t.Errorf("an empty form says %q", got)
			}
			perform(t, ctx, chromedp.SendKeys(chromedp.ID("symptom"), complaint))
			click(t, ctx, "form.describe button.primary")

			for range 12 {
				if evaluate[string](t, ctx, `document.querySelector(".eyebrow").textContent`) != "Question" && !ticks(t, ctx) {
					break
				}
				answerQuestion(t, ctx)
			}
			heading := evaluate[string](t, ctx, `document.querySelector("h1").textContent`)
			if !strings.Contains(heading, "ALT") {
				t.Errorf("the heading is %q, want the diagnosis with the site", heading)
			}
			if got := evaluate[string](t, ctx, `document.querySelector(".eyebrow").textContent`); got != "Confirmed" {
				t.Errorf("the diagnosis is %q, want Confirmed", got)
			}
			checkDownload(t, ctx, home)

			click(t, ctx, ".further a")
			if got := evaluate[string](t, ctx, `document.querySelector(".eyebrow").textContent`); got != "Further causes" {
				t.Errorf("the way to further causes leads to %q", got)
			}
			click(t, ctx, ".further a")
			if got := evaluate[string](t, ctx, `document.querySelector("h1").textContent`); got != heading {
				t.Errorf("who stops looking for further causes reads %q, want %q", got, heading)
			}
			perform(t, ctx, chromedp.NavigateBack(), chromedp.NavigateBack())

			// every step has its own address: the way back leads to the question, and the way forward to the script
			perform(t, ctx, chromedp.NavigateBack())
			if !evaluate[bool](t, ctx, `!!document.querySelector(".question")`) {
				t.Error("the page before has no question")
			}
			perform(t, ctx, chromedp.NavigateForward())
			if got := evaluate[string](t, ctx, `document.querySelector("h1").textContent`); got != heading {
				t.Errorf("the page after is %q, want %q", got, heading)
			}
			if got := evaluate[bool](t, ctx, `!!document.querySelector("button.print")`); got != scripts {
				t.Errorf("a button to print: %v, want %v", got, scripts)
			}
			perform(t, ctx, chromedp.SendKeys(chromedp.ID("comment"), "It had been renamed."))
			click(t, ctx, ".feedback button[value=yes]")
			if got := evaluate[string](t, ctx, `document.querySelector("h1").textContent + " / " + document.activeElement.querySelector("h2")?.textContent`); got != heading+" / Thank you" {
				t.Errorf("after feedback the page reads %q, want the diagnosis with thanks in focus", got)
			}
		})
	}
}

// ticks reports whether the page lists what was read and wants a yes.
func ticks(t *testing.T, ctx context.Context) bool {
	t.Helper()
	return evaluate[bool](t, ctx, `!!document.querySelector(".question input[name=tick]:checked")`)
}

// answerQuestion answers the question of the page, or says that the person does not know.
func answerQuestion(t *testing.T, ctx context.Context) {
	t.Helper()
	if ticks(t, ctx) {
		click(t, ctx, ".question button.primary")
		return
	}
	fact := evaluate[string](t, ctx, `document.querySelector(".question input[name=fact]").value`)
	answer, known := answers[fact]
	switch {
	case !known:
		click(t, ctx, ".question button[value=unknown]")
	case evaluate[bool](t, ctx, `!!document.querySelector(".question fieldset")`):
		perform(t, ctx, chromedp.Click(chromedp.CSS(`.question input[value="`+answer+`"]`)))
		click(t, ctx, ".question form .buttons:last-of-type button:first-child")
	default:
		perform(t, ctx, chromedp.SetValue(chromedp.CSS(".question input.answer"), answer))
		click(t, ctx, ".question form .buttons:last-of-type button:first-child")
	}
}

// checkDownload takes the script by its link: it must be the text that the page shows, byte for byte.
func checkDownload(t *testing.T, ctx context.Context, home string) {
	t.Helper()
	href := evaluate[string](t, ctx, `document.querySelector(".take a.primary").getAttribute("href")`)
	w := servicetest.Do(t, newRealHandler(t), "GET", href, "")
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Disposition"), `attachment; filename="`) {
		t.Fatalf("%s: %d %v", href, w.Code, w.Header())
	}
	text := w.Body.String()
	if strings.Count(text, "\r\n") != strings.Count(text, "\n") || !strings.Contains(text, "ALT") {
		t.Errorf("the script has line ends that are no CRLF, or lacks the site:\n%s", text)
	}
	shown := evaluate[string](t, ctx, `document.querySelector("details.source code").textContent`)
	if strings.ReplaceAll(text, "\r\n", "\n") != strings.ReplaceAll(shown, "\r\n", "\n") {
		t.Error("the script that is downloaded is not the one that is shown")
	}
}

func TestScriptsMakeThePageNicer(t *testing.T) {
	ctx, home := open(t)
	file := filepath.Join(t.TempDir(), "Ccim32.log")
	if err := os.WriteFile(file, []byte("first line\r\nlast line"), 0o644); err != nil {
		t.Fatal(err)
	}
	perform(t, ctx, chromedp.Navigate(home), chromedp.Click(chromedp.CSS("form.describe summary")), chromedp.SetUploadFiles(chromedp.CSS("form.describe input[type=file]"), []string{file}))
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](`document.querySelector("#log").value.endsWith("last line")`)); err != nil {
		t.Errorf("the log is not in the field: %v", err)
	}
	// from the keyboard alone: the first stop is the way past the header
	perform(t, ctx, chromedp.Navigate(home), chromedp.KeyEvent("\t"))
	if got := evaluate[string](t, ctx, `document.activeElement.textContent`); got != "Skip to the content" {
		t.Errorf("the first stop is %q", got)
	}
	perform(t, ctx, chromedp.SendKeys(chromedp.ID("symptom"), complaint))
	if _, err := chromedp.RunResponse(ctx, chromedp.KeyEvent("\r", chromedp.KeyModifiers(chromedp.ModifierCtrl))); err != nil {
		t.Fatalf("control and enter send nothing: %v", err)
	}
	if got := evaluate[string](t, ctx, `document.querySelector(".eyebrow").textContent`); got != "Question" {
		t.Errorf("the next page is %q, want a question", got)
	}
}

func TestALongReportTravelsInTheForm(t *testing.T) {
	ctx, home := open(t)
	long := complaint + " " + strings.Repeat("The computer is an old one in the second office. ", 120)
	perform(t, ctx, chromedp.Navigate(home), chromedp.SetValue(chromedp.ID("symptom"), long))
	click(t, ctx, "form.describe button.primary")
	for range 12 {
		if evaluate[string](t, ctx, `document.querySelector(".eyebrow").textContent`) != "Question" {
			break
		}
		answerQuestion(t, ctx)
	}
	if !evaluate[bool](t, ctx, `!!document.querySelector(".take button.primary")`) {
		t.Errorf("no script at %s", evaluate[string](t, ctx, `document.querySelector("h1").textContent`))
	}
}

func TestPagesAreUsableByEverybody(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join(testbed.Root(), ".ci", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		testbed.Missing(t, "axe-core", "npm ci --prefix .ci", true)
	}
	ctx, home := open(t)
	for name, path := range tour {
		perform(t, ctx, looks[0].set(), chromedp.Navigate(home+path))
		evaluate[int](t, ctx, string(axe)+"; 0")
		for i, look := range looks {
			rules := `{runOnly: ["color-contrast", "target-size"]}` // the others see the same in every look
			if i == 0 {
				rules = `{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}`
			}
			perform(t, ctx, look.set())
			findings, err := chromedp.Run(ctx, chromedp.Evaluate[json.RawMessage](`axe.run(`+rules+`).then(r => r.violations.map(v =>
				v.id + ": " + v.help + " " + v.nodes.map(n => n.target.join(" ") + " | " + n.failureSummary).join("; ")))`, chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			if string(findings) != "[]" {
				t.Errorf("%s, %s: %s", name, look.name, findings)
			}
			if wide := evaluate[int](t, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
				t.Errorf("%s, %s: the page is %d pixels wider than the window", name, look.name, wide)
			}
			picture(t, ctx, name+"-"+look.name)
		}
	}
}

// A page loads and runs nothing that its own policy forbids: its data for programs is no script, also with a title that looks like one.
func TestNoPageBreaksItsOwnPolicy(t *testing.T) {
	ctx, home := open(t)
	var mu sync.Mutex
	var complaints []string
	err := chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*cdplog.EventEntryAdded); ok && e.Entry.Source == cdplog.EntrySourceSecurity {
			mu.Lock()
			defer mu.Unlock()
			complaints = append(complaints, e.Entry.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	perform(t, ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{})
		return err
	}))
	heard := func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(complaints)
	}
	for _, path := range tour {
		perform(t, ctx, chromedp.Navigate(home+path))
	}
	bad := httptest.NewServer(beside(hostile))
	defer bad.Close()
	perform(t, ctx, chromedp.Navigate(bad.URL+"/articles/Q100001"))
	if got := evaluate[string](t, ctx, `JSON.parse(document.querySelector("script[type='application/ld+json']").textContent).headline`); got != hostileTitle {
		t.Errorf("the data has the title %q, want %q", got, hostileTitle)
	}
	if got := heard(); len(got) > 0 {
		t.Errorf("the browser complains: %q", got)
	}
	// that complaints are heard at all
	_, err = chromedp.Run(ctx, chromedp.Evaluate[string](`new Promise(told => {
		document.addEventListener("securitypolicyviolation", e => setTimeout(told, 0, e.violatedDirective));
		document.body.appendChild(document.createElement("script")).textContent = "1";
	})`, chromedp.EvalAwaitPromise))
	if err != nil || len(heard()) == 0 {
		t.Errorf("a script in the page was not complained of: %v", err)
	}
}

// Keys and paths have no blank to break at, code must not be broken: neither pushes an article out of a telephone.
func TestAnArticleFitsANarrowWindow(t *testing.T) {
	ctx, _ := open(t)
	key := `HKEY_LOCAL_MACHINE\` + strings.Repeat(`System\CurrentControlSet\`, 5)
	a := &archive.Article{ID: "Q100000", Title: key, Products: []string{key}, Links: []archive.Link{{ID: "Q265358", Title: key}}, Sections: []archive.Section{{Name: key, Paragraphs: []archive.Paragraph{
		{Text: key}, {Text: key + "\n-----"}, {Text: "In our words, `" + key + "`.", Place: "X/1"}, {Text: "for {\n   " + strings.Repeat("code ", 40) + "\n}"}}}}}
	server := httptest.NewServer(beside(one(a)))
	defer server.Close()
	perform(t, ctx, looks[2].set(), chromedp.Navigate(server.URL+"/articles/Q100000"))
	if wide := evaluate[int](t, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
		t.Errorf("the page is %d pixels wider than the window", wide)
	}
	if !evaluate[bool](t, ctx, `(e => e.scrollWidth > e.clientWidth)(document.querySelector("pre.set"))`) {
		t.Error("the code cannot be scrolled")
	}
	picture(t, ctx, "narrow")
}

// tour is every kind of page.
var tour = map[string]string{
	"start":      "/",
	"question":   "/diagnosis?" + state{symptom: complaint}.query(),
	"text":       "/diagnosis?" + state{symptom: complaint, told: []told{{"client_os", []string{"nt4"}}}}.query(),
	"confirm":    "/diagnosis?" + state{symptom: complaint + " The site ALT was decommissioned in May.", told: []told{{"client_os", []string{"nt4"}}, {"client_sites", []string{"LON", "ALT"}}}}.query(),
	"refused":    "/diagnosis?" + state{symptom: complaint, told: []told{{"client_os", []string{"nt4"}}}}.query(Field{"fact", "nonexistent_sites"}, Field{"answer", "ALT & more"}),
	"diagnosed":  "/diagnosis?" + state{symptom: complaint, told: complete}.query(),
	"further":    "/diagnosis?" + state{symptom: complaint, told: complete, further: true}.query(),
	"blocked":    "/diagnosis?" + state{symptom: complaint + " The site HUD was decommissioned in May.", told: []told{{"client_os", []string{"nt4"}}, {"client_sites", []string{"LON", "HUD"}}}}.query(),
	"asked":      "/diagnosis?" + state{symptom: complaint, told: append(slices.Clone(complete), told{"situation", []string{unknown}}, told{"multi_site_domain", []string{unknown}}, told{"base_version", []string{unknown}}, told{"ads_outstanding", []string{unknown}}), further: true}.query(),
	"several":    "/diagnosis?" + state{symptom: complaint, told: append(slices.Clone(complete), told{"ads_outstanding", []string{"yes"}})}.query(),
	"undecided":  "/diagnosis?" + state{symptom: complaint, told: []told{{"client_os", []string{unknown}}, {"client_sites", []string{unknown}}, {"nonexistent_sites", []string{unknown}}, {"multi_site_domain", []string{unknown}}, {"base_version", []string{unknown}}, {"cap_version", []string{unknown}}, {"ads_outstanding", []string{unknown}}}}.query(),
	"win98":      "/diagnosis?" + state{symptom: complaint, told: []told{{"client_os", []string{"win98"}}, {"client_sites", []string{"LON", "ALT"}}, {"nonexistent_sites", []string{"ALT"}}}}.query(),
	"contradict": "/diagnosis?" + state{symptom: complaint, told: []told{{"client_os", []string{"nt4"}}, {"site_count", []string{"1"}}, {"client_sites", []string{"LON", "ALT"}}}}.query(),
	"notree":     "/diagnosis?" + state{symptom: "Word 97 prints an empty last page on the new printer."}.query(),
	"thanked":    "/diagnosis?" + state{symptom: complaint, told: complete}.query(Field{"thanks", "1"}) + "#feedback",
	"search":     "/search?q=smsmon32+hangs",
	"narrowed":   "/search?q=sms+client&filter=" + url.QueryEscape("product:Microsoft Systems Management Server"),
	"nothing":    "/search?q=" + url.QueryEscape("zzqx"),
	"article":    "/articles/Q238865#workaround-5",
	"missing":    "/articles/Q256986",
	"error":      "/articles/Q999999",
}

// complete is what has to be given for a script.
var complete = []told{{"client_os", []string{"nt4"}}, {"client_sites", []string{"LON", "ALT"}}, {"nonexistent_sites", []string{"ALT"}}, {"admin_rights", []string{"yes"}},
	{"stage", []string{"incident"}}, {"product", []string{"sms20"}}, {"process", []string{"smsmon32"}}, {"symptom", []string{"cpu"}}, {"recent_upgrade", []string{"sp1"}}}

// A look is a kind of window.
type look struct {
	name   string
	width  int64
	scheme string
	media  string
}

var looks = []look{{"wide-light", 1280, "light", ""}, {"wide-dark", 1280, "dark", ""}, {"phone-light", 360, "light", ""}, {"phone-dark", 360, "dark", ""}}

func (l look) set() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: l.media,
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		if err != nil {
			return err
		}
		return chromedp.Do(ctx, chromedp.EmulateViewport(l.width, 900))
	})
}

// picture takes a picture of the whole page, where pictures are wanted.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if *shots == "" {
		return
	}
	data, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAPlanCanBePrinted(t *testing.T) {
	ctx, home := open(t)
	paper := look{"print", 760, "light", "print"}
	perform(t, ctx, paper.set(), chromedp.Navigate(home+tour["diagnosed"]))
	for _, gone := range []string{"header.top", "footer.bottom", "form", ".scripts details", ".feedback", ".alternatives"} {
		if evaluate[bool](t, ctx, `[...document.querySelectorAll("`+gone+`")].some(e => e.getClientRects().length > 0)`) {
			t.Errorf("%s is printed", gone)
		}
	}
	for _, there := range []string{"h1", ".steps li", ".proof", ".said"} {
		if !evaluate[bool](t, ctx, `[...document.querySelectorAll("`+there+`")].some(e => e.getClientRects().length > 0)`) {
			t.Errorf("%s is not printed", there)
		}
	}
	picture(t, ctx, "diagnosed-print")
}
