package page

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
	"github.com/fixdesk/fixdesk/index"
)

func searchPageOf(t *testing.T, h http.Handler, address string) string {
	t.Helper()
	w := servicetest.Do(t, h, "GET", address, "")
	if w.Code != 200 {
		t.Fatalf("%s: %d", address, w.Code)
	}
	return w.Body.String()
}

func TestASearchIsNarrowedByClicking(t *testing.T) {
	h := served(Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Kettles(t)}, edge.Config{})
	page := searchPageOf(t, h, "/search?q=hums")
	for _, want := range []string{`<h2>Narrow it down</h2>`, `<a href="/search?filter=issue%3Akbbug&amp;q=hums" rel="nofollow">Bug</a> <span class="quiet">20</span>`,
		`<a href="/search?filter=version%3A1.0&amp;q=hums" rel="nofollow">1.0</a> <span class="quiet">14</span>`, "40 articles, the best first."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	page = searchPageOf(t, h, "/search?filter=issue%3Akbbug&q=hums&from=10")
	for _, want := range []string{"20 articles, the best first.", `href="/search?q=hums">Kind of article: Bug `, `<a href="/search?filter=issue%3Akbbug&amp;q=hums" rel="prev">Previous</a>`,
		`href="/search?filter=issue%3Akbbug&amp;filter=version%3A1.0&amp;q=hums"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the narrowed page lacks %s", want)
		}
	}
	if strings.Contains(page, `rel="next"`) {
		t.Error("there is a page after the last")
	}
	page = searchPageOf(t, h, "/search?filter=product%3AToaster&q=hums")
	if !strings.Contains(page, "Remove a limit above") || !strings.Contains(page, `href="/search?q=hums">Product: Toaster `) {
		t.Errorf("what was narrowed to nothing does not say so:\n%s", servicetest.PageText(page))
	}
	if page = searchPageOf(t, h, "/search?q=hums&from=100"); !strings.Contains(page, "There are no more") || !strings.Contains(page, `<a href="/search?q=hums">Back to the best hits</a>`) {
		t.Errorf("the page past the last:\n%s", servicetest.PageText(page))
	}
	if w := servicetest.Do(t, h, "GET", "/search?q=hums&filter=nothing", ""); w.Code != 422 || !strings.Contains(w.Body.String(), "a colon and a value") {
		t.Errorf("a filter that is none: %d", w.Code)
	}
}

func TestAWeakHitIsMarkedForPeople(t *testing.T) {
	h := served(Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Kettles(t)}, edge.Config{})
	page := searchPageOf(t, h, "/search?q=kettle+zzyzx+qwrtp+plughx+frobnz")
	if !strings.Contains(page, "None of these fits well") || strings.Contains(page, "may not fit") {
		t.Errorf("a page of guesses:\n%.600s", servicetest.PageText(page))
	}
	var v searchPageView
	v.fill(index.Results{Total: 2, Hits: []index.Hit{{ID: "Q100010"}, {ID: "Q100011", Weak: true}}}, searchAddress{text: "x"})
	var b strings.Builder
	if err := templates()["search"].ExecuteTemplate(&b, "frame.html", frameView{Page: v}); err != nil {
		t.Fatal(err)
	}
	if strings.Count(b.String(), "may not fit") != 1 {
		t.Errorf("of two hits, one of them a guess:\n%s", servicetest.PageText(b.String()))
	}
	page = searchPageOf(t, h, "/search?q=toastr+number+7")
	if !strings.Contains(page, `Did you mean <a href="/search?q=toaster&#43;number&#43;7">toaster number 7</a>?`) && !strings.Contains(page, `Did you mean <a href="/search?q=toaster+number+7">`) {
		t.Errorf("the page does not ask what was meant:\n%.600s", servicetest.PageText(page))
	}
}

func TestAddressesOfASearchKeepItsFilters(t *testing.T) {
	a := searchAddress{"x", []string{"issue:kbbug", "product:A & B"}, 20}
	for got, want := range map[string]searchAddress{
		a.page(30).String():               {"x", []string{"issue:kbbug", "product:A & B"}, 30},
		a.with("version:4.0").String():    {"x", []string{"issue:kbbug", "product:A & B", "version:4.0"}, 0},
		a.with("issue:kbprb").String():    {"x", []string{"product:A & B", "issue:kbprb"}, 0},
		a.without("issue:kbbug").String(): {"x", []string{"product:A & B"}, 0},
	} {
		u, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		q, problems := route.ReadQuery(u.Query())
		if problems != nil {
			t.Fatal(err)
		}
		wantQ, problems := route.ReadQuery(url.Values{"q": {want.text}, "filter": want.filters, "from": {fmt.Sprint(want.from)}})
		if problems != nil || !reflect.DeepEqual(q, wantQ) {
			t.Errorf("%s is read as %+v, want %+v", got, q, wantQ)
		}
	}
}
