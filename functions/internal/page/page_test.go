package page

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"html"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/api"
	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
	"github.com/fixdesk/fixdesk/index"
)

// reportOf returns a report as a caller of the API would send it.
// update writes the golden files anew.
var update = flag.Bool("update", false, "write the golden files anew")

func fakeConfig() Config {
	return Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Search{}, Feedback: session.On(&session.Memory{}, nil)}
}

func newHandler() http.Handler { return served(fakeConfig(), edge.Config{}) }

// served returns the page beside the API, with what stands around every handler.
func served(c Config, e edge.Config) http.Handler {
	mux := http.NewServeMux()
	api.Mount(mux, api.Config{Desk: c.Desk, Catalog: c.Catalog, Search: c.Search, Feedback: c.Feedback, Origin: c.Origin})
	Mount(mux, c)
	e.Handler, e.Refuse = mux, func(w http.ResponseWriter, r *http.Request, p edge.Problem) {
		if api.Owns(r.URL.Path) {
			edge.Write(w, r, p)
			return
		}
		Refuse(w, r, p)
	}
	return edge.New(e)
}

// real is the page of the built-in knowledge base.
func real(t testing.TB) Config {
	t.Helper()
	articles, found := servicetest.BuiltIn(t)
	return Config{Desk: &desk.Desk{KB: articles.Base, Index: found}, Catalog: articles, Search: found, Feedback: session.On(&session.Memory{}, nil)}
}

func newRealHandler(t testing.TB) http.Handler {
	t.Helper()
	return served(real(t), edge.Config{})
}

func TestConversations(t *testing.T) {
	servicetest.Conversations(t, newHandler, *update, func(testing.TB, string, string, string, []string, *httptest.ResponseRecorder) {})
}

func TestAnEntityTagSavesTheBody(t *testing.T) {
	for _, path := range []string{"/", "/articles/Q238865", staticPath("style.css"), "/diagnosis?symptom=slow"} {
		servicetest.CheckEntityTag(t, newHandler(), path)
	}
}

func reportOf(r *desk.Report) string {
	if err := r.Check(); err != nil {
		panic(err)
	}
	data, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func TestEveryResponseIsGuarded(t *testing.T) {
	h := newHandler()
	for _, path := range []string{"/", "/v1/nothing", "/diagnosis?symptom=make+it+panic", "/articles/Q238865", "/v1/schemas/report", staticPath("page.js")} {
		header := servicetest.Do(t, h, "GET", path, "").Header()
		policy := header.Get("Content-Security-Policy")
		for _, rule := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, rule) {
				t.Errorf("%s: the policy %q lacks %s", path, policy, rule)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy %q is unsafe", path, policy)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") != "same-origin" || header.Get("X-Request-Id") != "test" {
			t.Errorf("%s: headers %v", path, header)
		}
	}
	if id := servicetest.Do(t, h, "GET", "/healthz", "", "X-Request-Id: a b\tc").Header().Get("X-Request-Id"); id == "" || strings.ContainsAny(id, " \t") {
		t.Errorf("a request id that is no plain one became %q", id)
	}
}

func TestTheLogSaysWhatHappenedAndNotWhatWasSaid(t *testing.T) {
	var log bytes.Buffer
	h := served(fakeConfig(), edge.Config{Log: slog.New(slog.NewJSONHandler(&log, nil))})
	servicetest.Do(t, h, "GET", "/diagnosis?symptom=my+private+words", "")
	servicetest.Do(t, h, "POST", "/v1/reports", `{"symptom":"make it panic"}`, servicetest.AsJSON)
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines, want one for each request:\n%s", len(lines), &log)
	}
	if strings.Contains(log.String(), "private") || !strings.Contains(lines[0], `"status":200`) || !strings.Contains(lines[0], `"route":"/diagnosis"`) {
		t.Errorf("the line on a page: %s", lines[0])
	}
	if !strings.Contains(lines[1], "the secret of the panic") || !strings.Contains(lines[1], "servicetest/fake.go") || !strings.Contains(lines[1], `"id":"test"`) {
		t.Errorf("the line on a panic does not tell where it was: %s", lines[1])
	}
}

// Whatever stands in the address of a page, the page is a page.
func FuzzDiagnosisPage(f *testing.F) {
	for _, query := range []string{"symptom=slow", "f.client_os=nt4&fact=nonexistent_sites&answer=ALT,+OLD", "f.a=%00&f.=&fact=%22", "ask=client_os&symptom=x", "log=%0a&start=1",
		"fact=client_os&quick=unknown", "symptom=%zz", "article=Q1&f.client_os=&f.client_os=nt4"} {
		f.Add(query, true)
		f.Add(query, false)
	}
	h := newHandler()
	f.Fuzz(func(t *testing.T, query string, post bool) {
		r := httptest.NewRequest("GET", "/diagnosis", nil)
		r.URL.RawQuery = query
		if post {
			r = httptest.NewRequest("POST", "/diagnosis", strings.NewReader(query))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		switch w.Code {
		case 303:
			if to := w.Header().Get("Location"); to != "/" && to != "/?empty" && !strings.HasPrefix(to, "/diagnosis?") {
				t.Errorf("it leads to %q", to)
			}
		case 200, 422:
			if !strings.HasSuffix(strings.TrimSpace(w.Body.String()), "</html>") {
				t.Error("the page is not whole")
			}
		case 413:
			if !post {
				t.Error("an address is too large")
			}
		default:
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// What people and articles say is text, on every page: nothing of it becomes markup, and no address of it is followed.
func TestWordsNeverBecomeMarkup(t *testing.T) {
	h := newHandler()
	nasty := `"><script>alert(1)</script><img src=x onerror=alert(1)>' onfocus=alert(1) x='javascript:alert(1)`
	q := url.QueryEscape(nasty)
	tag := regexp.MustCompile(`(?i)<(?:script|img|iframe|object|svg|[a-z]+(?:\s+[a-z-]+(?:="[^"]*")?)*\s+(?:on[a-z]+|style)\s*=)[^>]*>`)
	for _, path := range []string{
		"/diagnosis?symptom=" + q, "/diagnosis?symptom=printer+" + q, "/diagnosis?log=" + q, "/diagnosis?f." + q + "=x", "/diagnosis?f.client_os=" + q, "/diagnosis?article=" + q,
		"/diagnosis?symptom=x&fact=" + q + "&answer=x", "/diagnosis?symptom=x&f.client_os=nt4&fact=nonexistent_sites&answer=" + q, "/diagnosis?symptom=x&fix=" + q,
		"/diagnosis?symptom=x&ask=" + q, "/diagnosis?symptom=x&offer.client_os=nt4&tick=" + q, "/diagnosis?symptom=x&tick=x&offer." + q + "=" + q, "/search?q=" + q, "/search?q=printer", "/articles/Q111111", "/articles/" + q,
		"/script?dialect=" + q, "/?" + q, "/static/" + q,
	} {
		body := servicetest.Do(t, h, "GET", path, "").Body.String()
		for _, found := range tag.FindAllString(body, -1) {
			ours := strings.HasPrefix(found, `<script src="/static/page.`) || strings.HasPrefix(found, `<svg width="26"`) || found == `<script type="application/ld+json">`
			if !ours {
				t.Errorf("%s: %s", path, found)
			}
		}
		for _, href := range regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(body, -1) {
			if !strings.HasPrefix(href[1], "/") && !strings.HasPrefix(href[1], "#") {
				t.Errorf("%s leads to %s", path, href[1])
			}
		}
	}
	w := servicetest.Do(t, h, "POST", "/diagnosis", "start=1&symptom="+q, servicetest.AsForm)
	if to := w.Header().Get("Location"); strings.ContainsAny(to, `<>"' `) {
		t.Errorf("the symptom stands in Location as it is: %s", to)
	}
}

func TestAPageIsTheSameEachTime(t *testing.T) {
	h := newRealHandler(t)
	for name, path := range tour {
		path, _, _ := strings.Cut(path, "#")
		want := servicetest.Do(t, h, "GET", path, "").Body.String()
		for range 3 {
			if got := servicetest.Do(t, h, "GET", path, "").Body.String(); got != want {
				t.Errorf("%s differs from one time to the next", name)
			}
		}
	}
}

func TestAnAddressHoldsAllThatWasSaid(t *testing.T) {
	want := state{symptom: "It hangs & <smokes> since 100% é\nlately", log: "a\nb", article: "Q238865", fix: "age-site", further: true,
		told: []told{{"client_os", []string{"nt4"}}, {"nonexistent_sites", nil}, {"client_sites", []string{"LON", "ALT"}}}}
	r, err := http.NewRequest("GET", "/diagnosis?utm_source=mail&"+want.query(), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := readPage(nil, r)
	if err != nil {
		t.Fatal(err)
	}
	if got.query() != want.query() || reportOf(got.report("")) != reportOf(want.report("")) {
		t.Errorf("read %+v, want %+v", got, want)
	}
	if report := reportOf(got.report("")); !strings.Contains(report, `"nonexistent_sites":[]`) || !strings.Contains(report, `"client_os":"nt4"`) {
		t.Errorf("the report %s lacks the empty list or the single value", report)
	}
}

func TestALogIsCutToTheLinesThatSaySomething(t *testing.T) {
	h := newHandler()
	log := strings.Repeat("nothing to see in this line\n", 3000) + "The site OLD does not exist any longer\nand so on\n"
	w := servicetest.Do(t, h, "POST", "/diagnosis", url.Values{"start": {"1"}, "symptom": {"It hangs"}, "log": {log}}.Encode(), servicetest.AsForm)
	if got, want := w.Header().Get("Location"), "/diagnosis?symptom=It+hangs&log=The+site+OLD+does+not+exist+any+longer"; w.Code != 303 || got != want {
		t.Errorf("%d to %s, want 303 to %s", w.Code, got, want)
	}
}

func TestWhatIsTooLongForAnAddressTravelsInForms(t *testing.T) {
	h := newHandler()
	long := strings.Repeat("It hangs every day. ", 400)
	w := servicetest.Do(t, h, "POST", "/diagnosis", url.Values{"start": {"1"}, "symptom": {long}}.Encode(), servicetest.AsForm)
	body := w.Body.String()
	if w.Code != 200 || !strings.Contains(body, `<form action="/diagnosis" method="post">`) || strings.Contains(body, `href="/diagnosis?`) {
		t.Fatalf("%d, want a page whose forms hold the report", w.Code)
	}
	fields := url.Values{"symptom": {long}, "f.client_os": {"nt4"}, "fact": {"nonexistent_sites"}, "answer": {"old"}}
	w = servicetest.Do(t, h, "POST", "/diagnosis", fields.Encode(), servicetest.AsForm)
	if !strings.Contains(w.Body.String(), `<form action="/script" method="post">`) {
		t.Error("the page with the script offers no form to take it")
	}
	fields = url.Values{"symptom": {long}, "f.client_os": {"nt4"}, "f.nonexistent_sites": {"OLD"}, "dialect": {"cmd"}, "stage": {"1"}}
	w = servicetest.Do(t, h, "POST", "/script", fields.Encode(), servicetest.AsForm)
	if w.Code != 200 || !strings.Contains(w.Body.String(), "OLD") || !strings.Contains(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("the script: %d %v", w.Code, w.Header())
	}
}

func TestAFormTooLargeIsAPageThatSaysWhatToDo(t *testing.T) {
	w := servicetest.Do(t, newHandler(), "POST", "/diagnosis", "log="+strings.Repeat("x", maxForm), servicetest.AsForm)
	if body := w.Body.String(); w.Code != 413 || !strings.Contains(body, "newest lines") || !strings.Contains(body, `<a href="/">Start again</a>`) {
		t.Errorf("%d\n%s", w.Code, servicetest.PageText(body))
	}
	w = servicetest.Do(t, newHandler(), "POST", "/diagnosis", "log="+strings.Repeat("x", 210_000)+"&start=1&symptom=kept", servicetest.AsForm)
	if body := w.Body.String(); w.Code != 422 || !strings.Contains(body, "At most 200000 characters") && !strings.Contains(body, "at most 200000 characters") || !strings.Contains(body, "kept</textarea>") {
		t.Errorf("%d, want the form again with what was typed", w.Code)
	}
}

func TestFailuresOfOursAreToldWithoutTheReason(t *testing.T) {
	for _, symptom := range []string{"make it fail", "make it panic"} {
		w := servicetest.Do(t, newHandler(), "GET", "/diagnosis?symptom="+url.QueryEscape(symptom), "")
		if body := w.Body.String(); w.Code != 500 || strings.Contains(body, "secret") || !strings.Contains(body, "/diagnosis#test") {
			t.Errorf("%s: %d\n%s", symptom, w.Code, servicetest.PageText(body))
		}
	}
}

func TestEachDialectIsTakenAsItsOwnFile(t *testing.T) {
	h := newRealHandler(t)
	for _, dialect := range []string{"cmd", "reg", "vbs", "ps1"} {
		w := servicetest.Do(t, h, "GET", "/script?"+state{symptom: complaint, told: complete}.query(Field{"dialect", dialect}, Field{"stage", "1"}), "")
		disposition := w.Header().Get("Content-Disposition")
		if w.Code != 200 || !strings.HasSuffix(disposition, "."+dialect+`"`) || !strings.Contains(w.Body.String(), "ALT") {
			t.Errorf("%s: %d %s", dialect, w.Code, disposition)
		}
		if text := w.Body.String(); strings.Count(text, "\r\n") != strings.Count(text, "\n") {
			t.Errorf("%s: line ends that are no CRLF", dialect)
		}
	}
	w := servicetest.Do(t, h, "GET", "/script?"+state{symptom: complaint, told: complete}.query(Field{"dialect", "md"}, Field{"stage", "0"}), "")
	if w.Code != 200 || w.Header().Get("Content-Type") != route.MarkdownType {
		t.Errorf("the runbook: %d %s", w.Code, w.Header().Get("Content-Type"))
	}
}

// A proof on a page of a diagnosis leads to a paragraph that is there.
func TestEveryProofLeadsToItsParagraph(t *testing.T) {
	h := newRealHandler(t)
	proofs := regexp.MustCompile(`<figcaption><a href="(/articles/Q\d+)#([^"]+)"`)
	checked := 0
	for name, path := range tour {
		path, _, _ := strings.Cut(path, "#")
		for _, m := range proofs.FindAllStringSubmatch(servicetest.Do(t, h, "GET", path, "").Body.String(), -1) {
			checked++
			w := servicetest.Do(t, h, "GET", m[1], "")
			if w.Code != 200 || !strings.Contains(w.Body.String(), `id="`+m[2]+`"`) {
				t.Errorf("%s: %s#%s leads nowhere", name, m[1], m[2])
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d proofs were followed", checked)
	}
}

func TestAnOriginalIsShownWithOurWordsAboveIt(t *testing.T) {
	body := servicetest.Do(t, newHandler(), "GET", "/articles/Q238865", "").Body.String()
	for _, want := range []string{`<code>net stop</code> does it. See <a href="/articles/Q265358">Q265358</a>.`, `href="#workaround-1"`, `id="workaround-1"`, `<p class="lines">`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestEveryIDOnAPageIsThereOnce(t *testing.T) {
	for _, id := range servicetest.Articles {
		if twice := idTwice(servicetest.Do(t, newHandler(), "GET", "/articles/"+id, "").Body.String()); twice != "" {
			t.Errorf("%s: id %s stands twice", id, twice)
		}
	}
}

var idOnPage = regexp.MustCompile(`\sid="([^"]+)"`)

// idTwice returns an id that stands twice on a page, empty where none does.
func idTwice(page string) string {
	seen := map[string]bool{}
	for _, m := range idOnPage.FindAllStringSubmatch(page, -1) {
		if seen[m[1]] {
			return m[1]
		}
		seen[m[1]] = true
	}
	return ""
}

func TestAnswersAreReadFromTheForm(t *testing.T) {
	sites := desk.Ask{Form: "site-code", Several: true}
	many := desk.Ask{Several: true, Answers: []desk.Choice{{Value: "a"}, {Value: "b"}}}
	tests := []struct {
		name string
		act  action
		q    desk.Ask
		want []string
	}{
		{"one of several codes in a line", action{answers: []string{"lon, alt;  xyz"}}, sites, []string{"lon", "alt", "xyz"}},
		{"ticked boxes", action{answers: []string{"a", "b"}}, many, []string{"a", "b"}},
		{"a free text is one answer", action{answers: []string{"2.00.1380.1000 or so"}}, desk.Ask{Form: "version"}, []string{"2.00.1380.1000 or so"}},
		{"don't know", action{quick: "unknown", answers: []string{"typed before"}}, sites, []string{"unknown"}},
		{"none of them", action{quick: "none"}, sites, nil},
	}
	for _, tt := range tests {
		got, missing := tt.act.answered(tt.q)
		if missing != "" || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, %q, want %q", tt.name, got, missing, tt.want)
		}
	}
	for _, act := range []action{{}, {answers: []string{" , ;"}}, {quick: "yes"}} { // which no button says
		if got, missing := act.answered(sites); missing == "" {
			t.Errorf("%+v was taken for the answer %q", act, got)
		}
	}
}

func TestTextIsCutIntoSpans(t *testing.T) {
	tests := []struct {
		text string
		ours bool
		want string
	}{
		{"See Q238865 and Q99999.", false, "See |L:Q238865| and Q99999."},
		{"Run `net stop x` first", true, "Run |C:net stop x| first"},
		{"A lone ` stays", true, "A lone ` stays"},
		{"`quoted` in the archive", false, "`quoted` in the archive"},
		{"Q238865Q238865", false, "|L:Q238865||L:Q238865|"},
	}
	for _, tt := range tests {
		var got []string
		for _, s := range spans(tt.text, map[string]catalog.Link{"Q238865": {ID: "Q238865", State: catalog.Here}}, tt.ours) {
			switch {
			case s.Href != "":
				s.Text = "L:" + s.Text
			case s.Code:
				s.Text = "C:" + s.Text
			}
			got = append(got, s.Text)
		}
		if joined := strings.Join(got, "|"); joined != tt.want {
			t.Errorf("%q: %s, want %s", tt.text, joined, tt.want)
		}
	}
}

// Marks come from an index that was built elsewhere: one that does not fit its passage is left out, and nothing breaks.
func TestMarksThatDoNotFitAreLeftOut(t *testing.T) {
	passage := "über smsmon32"
	var text strings.Builder
	for _, s := range marked(passage, []index.Mark{{Start: 6, End: 10}, {Start: 8, End: 14}, {Start: 50, End: 60}}) {
		text.WriteString(s.Text)
	}
	if text.String() != passage {
		t.Errorf("the marked passage reads %q, want %q", &text, passage)
	}
}

// What was read is ticked, and one button says yes to it; what is not ticked is not known, and keeps the script back.
func TestWhatWasReadIsTickedAndTakenWithOneButton(t *testing.T) {
	h := newRealHandler(t)
	st := state{symptom: complaint, told: complete[:4]}
	body := servicetest.Do(t, h, "GET", "/diagnosis?"+st.query(), "").Body.String()
	boxes := regexp.MustCompile(`<input type="checkbox" name="tick" value="([a-z_]+)" checked>`).FindAllStringSubmatch(body, -1)
	if len(boxes) < 2 || strings.Contains(body, "forget-site-1.cmd") || !strings.Contains(body, "forget-site.md") {
		t.Fatalf("%d boxes are ticked, want some, and the runbook without a script:\n%s", len(boxes), servicetest.PageText(body))
	}
	fields := url.Values{}
	form := body[strings.Index(body, `id="question"`):]
	form = form[:strings.Index(form, "</form>")]
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`).FindAllStringSubmatch(form, -1) {
		fields.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	send := func(ticked [][]string) string {
		with := maps.Clone(fields)
		for _, box := range ticked {
			with["tick"] = append(with["tick"], box[1])
		}
		w := servicetest.Do(t, h, "GET", "/diagnosis?"+with.Encode(), "")
		if w.Code != 303 {
			t.Fatalf("%d, want the way to the next page", w.Code)
		}
		return servicetest.Do(t, h, "GET", w.Header().Get("Location"), "").Body.String()
	}
	if page := send(boxes); !strings.Contains(page, "forget-site-1.cmd") {
		t.Errorf("after the yes there is no script:\n%s", servicetest.PageText(page))
	}
	if page := send(boxes[1:]); strings.Contains(page, "forget-site-1.cmd") || strings.Contains(page, `name="tick"`) {
		t.Errorf("who is not sure of %s gets a script, or is asked again:\n%s", boxes[0][1], servicetest.PageText(page))
	}
}

// A plan that waits for nothing but a yes says so in one line, and does not repeat the list; what else blocks it is listed.
func TestABlockedPlanLeadsToWhatUnblocksIt(t *testing.T) {
	const line = `<a href="#question">No script changes anything until you have said whether your words were understood correctly.</a>`
	h := newRealHandler(t)
	body := servicetest.Do(t, h, "GET", tour["blocked"], "").Body.String()
	_, warning, _ := strings.Cut(body, `<div class="warning inset">`)
	warning, _, _ = strings.Cut(warning, "</div>")
	if !strings.Contains(warning, line) || strings.Contains(warning, "<li>") || !strings.Contains(body, "Make the client forget HUD (confirm first)") {
		t.Errorf("the plan says\n%s", servicetest.PageText(warning))
	}
	if again := servicetest.Do(t, h, "GET", tour["blocked"]+"&ask=client_os", "").Body.String(); strings.Contains(again, line) || !strings.Contains(again, "No script changes anything until this is answered:") {
		t.Errorf("beside another question the plan says\n%s", servicetest.PageText(again))
	}
	no := append(slices.Clone(complete), told{"admin_rights", []string{"no"}})
	if body := servicetest.Do(t, newHandler(), "GET", "/diagnosis?"+state{symptom: "x", told: append(no[:1:1], no[2], no[len(no)-1])}.query(), "").Body.String(); strings.Contains(body, line) || !strings.Contains(body, "<li>Have you administrator rights on the client? <strong>No</strong>") {
		t.Errorf("a plan that wants other rights says\n%s", servicetest.PageText(body))
	}
}

func TestFactsWithoutAQuestionAreNamedInWords(t *testing.T) {
	s := &server{Config: Config{Catalog: servicetest.Catalog(servicetest.Archive{})}}
	for fact, want := range map[string]string{"site_sp": "Site service pack:", "cap_site": "Client access point site:", "spare_part": "Spare part:", "symptom": "Symptom:", "": ""} {
		if _, got := s.factName(fact); got != want {
			t.Errorf("%s is called %q, want %q", fact, got, want)
		}
	}
}

// Who has a diagnosis is offered to look for further causes, is asked until nothing is left, and can stop at any question.
func TestFurtherCausesAreLookedForWhereSomebodyWantsThem(t *testing.T) {
	h := newRealHandler(t)
	offer := regexp.MustCompile(`<a href="([^"]+)">Look for further causes</a>`)
	stop := regexp.MustCompile(`<a href="([^"]+)">Stop looking for further causes</a>`)
	get := func(address string) string {
		return servicetest.Do(t, h, "GET", html.UnescapeString(address), "").Body.String()
	}
	body := get(tour["diagnosed"])
	link := offer.FindStringSubmatch(body)
	if link == nil || strings.Contains(body, `id="question"`) {
		t.Fatalf("a diagnosis without an open question offers nothing, or asks by itself:\n%s", servicetest.PageText(body))
	}
	body = get(link[1])
	back := stop.FindStringSubmatch(body)
	if back == nil || !strings.Contains(body, `<p class="eyebrow possible">Further causes</p>`) || !strings.Contains(body, `<h2 id="found">Found so far</h2>`) {
		t.Fatalf("nothing is asked, or there is no way back:\n%s", servicetest.PageText(body))
	}
	if again := get(back[1]); again != get(tour["diagnosed"]) {
		t.Errorf("the way back leads to\n%s", servicetest.PageText(again))
	}
	fact := regexp.MustCompile(`name="fact" value="([a-z_]+)"`)
	address := html.UnescapeString(link[1])
	for range 20 {
		body = get(address)
		m := fact.FindStringSubmatch(body)
		if m == nil {
			break
		}
		w := servicetest.Do(t, h, "GET", address+"&fact="+m[1]+"&quick=unknown", "")
		if address = w.Header().Get("Location"); w.Code != 303 || !strings.Contains(address, "further=1") {
			t.Fatalf("%d to %s, want the next address with the wish in it", w.Code, address)
		}
	}
	if !strings.Contains(body, "Nothing is left to ask about other causes.") || !strings.Contains(body, `<p class="eyebrow confirmed">Confirmed</p>`) {
		t.Errorf("the questions end at\n%s", servicetest.PageText(body))
	}
}

// An answer about further causes that does not go with what was said is a contradiction, and no further cause.
func TestAContradictionIsSettledBeforeFurtherCauses(t *testing.T) {
	st := state{symptom: complaint, told: append(slices.Clone(complete), told{"situation", []string{"none"}}), further: true}
	body := servicetest.Do(t, newRealHandler(t), "GET", "/diagnosis?"+st.query(), "").Body.String()
	if !strings.Contains(body, "These answers do not go together") || strings.Contains(body, "What was found so far stands") || strings.Contains(body, "Stop looking") {
		t.Errorf("the page says\n%s", servicetest.PageText(body))
	}
}

// What waits for an answer of its own, a yes above all, comes before further causes.
func TestFurtherCausesAreNotOfferedBesideAQuestion(t *testing.T) {
	h := newRealHandler(t)
	for _, name := range []string{"question", "text", "confirm", "undecided", "contradict", "refused", "notree", "blocked"} {
		if body := servicetest.Do(t, h, "GET", tour[name], "").Body.String(); strings.Contains(body, "Look for further causes") {
			t.Errorf("%s offers them:\n%s", name, servicetest.PageText(body))
		}
	}
	if body := servicetest.Do(t, h, "GET", tour["diagnosed"]+"&ask=client_os", "").Body.String(); strings.Contains(body, "further causes") {
		t.Errorf("a question that is asked again offers them:\n%s", servicetest.PageText(body))
	}
}

func TestALongReportLooksForFurtherCausesToo(t *testing.T) {
	h := newRealHandler(t)
	long := url.Values{"symptom": {complaint + strings.Repeat(" It hangs every day.", 300)}}
	for _, f := range complete {
		long["f."+f.fact] = f.values
	}
	form := regexp.MustCompile(`(?s)<form class="further" action="/diagnosis" method="post">.*?</form>`)
	wish := `<input type="hidden" name="further" value="1">`
	offer := form.FindString(servicetest.Do(t, h, "POST", "/diagnosis", long.Encode(), servicetest.AsForm).Body.String())
	if !strings.Contains(offer, wish) || !strings.Contains(offer, `<button type="submit" class="link">Look for further causes</button>`) {
		t.Fatalf("the form is %s, want one that holds the wish", offer)
	}
	long.Set("further", "1")
	stop := form.FindString(servicetest.Do(t, h, "POST", "/diagnosis", long.Encode(), servicetest.AsForm).Body.String())
	if strings.Contains(stop, wish) || !strings.Contains(stop, "Stop looking for further causes") {
		t.Errorf("the form is %s, want one without the wish", stop)
	}
}

// Who gives the same answer again says that it stands: a contradiction is asked once.
func TestTheSameAnswerOnceMoreIsAYes(t *testing.T) {
	h := newRealHandler(t)
	st := state{symptom: complaint, told: []told{{"client_os", []string{"nt4"}}, {"client_sites", []string{"AB1", "CD2"}}, {"nonexistent_sites", []string{"EF3"}}}}
	body := servicetest.Do(t, h, "GET", "/diagnosis?"+st.query(), "").Body.String()
	if !strings.Contains(body, `<input type="hidden" name="fact" value="client_sites">`) {
		t.Fatalf("the contradiction is not asked:\n%s", servicetest.PageText(body))
	}
	for answer, yes := range map[string]bool{"ab1, cd2": true, "AB1": false} {
		w := servicetest.Do(t, h, "GET", "/diagnosis?"+st.query(Field{"fact", "client_sites"}, Field{"answer", answer}), "")
		if to := w.Header().Get("Location"); w.Code != 303 || strings.Contains(to, "y.client_sites=AB1&y.client_sites=CD2") != yes {
			t.Errorf("%s: %d to %s, want a yes: %v", answer, w.Code, to, yes)
		}
	}
}

// People choose between fixes by what they are for: their names are for files.
func TestOtherFixesAreNamedByWhatTheyAreFor(t *testing.T) {
	h := newRealHandler(t)
	body := servicetest.Do(t, h, "GET", tour["diagnosed"], "").Body.String()
	href := regexp.MustCompile(`<li><a href="([^"]*fix=age-site[^"]*#plan)">Let the client drop ALT by itself, at its next cycle.</a></li>`).FindStringSubmatch(body)
	if href == nil {
		t.Fatalf("the other fix is not offered in words:\n%s", servicetest.PageText(body))
	}
	body = servicetest.Do(t, h, "GET", html.UnescapeString(strings.TrimSuffix(href[1], "#plan")), "").Body.String()
	if !strings.Contains(body, `<p class="goal">Let the client drop ALT by itself, at its next cycle.</p>`) || !strings.Contains(body, ">Back to the first choice.</a>") {
		t.Errorf("the other fix is not taken:\n%s", servicetest.PageText(body))
	}
	long := url.Values{"symptom": {complaint + strings.Repeat(" It hangs every day.", 300)}}
	for _, f := range complete {
		long["f."+f.fact] = f.values
	}
	body = servicetest.Do(t, h, "POST", "/diagnosis", long.Encode(), servicetest.AsForm).Body.String()
	if !strings.Contains(body, `<input type="hidden" name="fix" value="age-site"><button type="submit" class="link">Let the client drop ALT by itself, at its next cycle.</button>`) {
		t.Errorf("a long report cannot choose the other fix:\n%s", servicetest.PageText(body))
	}
	long.Set("fix", "age-site")
	if body = servicetest.Do(t, h, "POST", "/diagnosis", long.Encode(), servicetest.AsForm).Body.String(); !strings.Contains(body, `<p class="goal">Let the client drop ALT`) {
		t.Error("a long report does not take the other fix")
	}
}

var hrefs = regexp.MustCompile(`(?:href|src)="([^"]+)"`)

// Whoever follows a link arrives: at a page, or at a place on one.
func TestNoLinkLeadsNowhere(t *testing.T) {
	for name, h := range map[string]http.Handler{"ours alone": newRealHandler(t), "beside an archive": newArchiveHandler(t)} {
		pages := map[string]string{} // address → page, empty for what is none
		get := func(from, address string) string {
			if page, done := pages[address]; done {
				return page
			}
			w := servicetest.Do(t, h, "GET", address, "")
			if w.Code >= 400 {
				t.Errorf("%s: %s leads to %s: %d", name, from, address, w.Code)
			}
			pages[address] = w.Body.String()
			return pages[address]
		}
		for _, start := range tour {
			if strings.HasSuffix(start, "Q999999") || strings.Contains(start, "answer=") { // which are errors
				continue
			}
			start, _, _ = strings.Cut(start, "#")
			for _, m := range hrefs.FindAllStringSubmatch(get("the tour", start), -1) {
				address, anchor, _ := strings.Cut(html.UnescapeString(m[1]), "#")
				page := get(start, cmp.Or(address, start))
				if anchor != "" && !strings.Contains(page, `id="`+anchor+`"`) {
					t.Errorf("%s: %s leads to %s#%s, and there is no such place", name, start, address, anchor)
				}
			}
		}
		if len(pages) < 100 {
			t.Errorf("%s: only %d addresses", name, len(pages))
		}
	}
}
