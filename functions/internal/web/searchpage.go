package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/fixdesk/fixdesk/index"
)

// A searchPageView is a page of hits.
type searchPageView struct {
	Query      string
	Problems   []string
	Total      string
	Weak       bool
	Hits       []hitPageView
	DidYouMean *choiceView
	Previous   string
	Next       string
}

type hitPageView struct {
	index.Hit
	Href    string
	Passage []span
}

// searchPage shows what a search finds.
func (s *server) searchPage(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	text := params.Get("q")
	v := searchPageView{Query: text}
	title := "Search"
	if text == "" {
		return writePage(w, r, http.StatusOK, keptShortly, "search", frameView{Title: title, Page: v})
	}
	q, err := readQuery(url.Values{"q": {text}, "from": {params.Get("from")}})
	if bad, ok := err.(*paramError); ok {
		for _, p := range bad.problems {
			v.Problems = append(v.Problems, worded1(p))
		}
		return writePage(w, r, http.StatusUnprocessableEntity, neverKept, "search", frameView{Title: title, Query: text, Page: v})
	}
	found, err := s.Search.Search(r.Context(), q)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	v.fill(q, found)
	return writePage(w, r, http.StatusOK, askAgain, "search", frameView{Title: "Search: " + text, Query: text, Page: v})
}

func (v *searchPageView) fill(q index.Query, found index.Results) {
	v.Weak = found.Weak
	v.Total = count(found.Total, "article", "articles")
	if found.TotalIsMin {
		v.Total = "at least " + v.Total
	}
	if found.DidYouMean != "" && found.DidYouMean != q.Text {
		v.DidYouMean = &choiceView{found.DidYouMean, searchAddress(found.DidYouMean, 0)}
	}
	for _, h := range found.Hits {
		hit := hitPageView{Hit: h, Href: "/articles/" + h.ID, Passage: marked(h.Passage, h.Marks)}
		if h.Section != "" {
			hit.Href += "#" + anchor(h.Section, max(h.Paragraph, 1))
		}
		v.Hits = append(v.Hits, hit)
	}
	if q.From > 0 {
		v.Previous = searchAddress(q.Text, max(q.From-usualSize, 0))
	}
	if next := q.From + len(found.Hits); len(found.Hits) > 0 && next < found.Total && next <= maxFrom {
		v.Next = searchAddress(q.Text, next)
	}
}

func searchAddress(text string, from int) string {
	params := url.Values{"q": {text}}
	if from > 0 {
		params.Set("from", strconv.Itoa(from))
	}
	return "/search?" + params.Encode()
}
