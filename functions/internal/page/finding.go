package page

import (
	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// A findingView is a diagnosis in words.
type findingView struct {
	desk.Diagnosis
	Solo    bool   // it is what the page is about
	Word    string // Confirmed, Likely, Doubtful, Possible, Ruled out
	Class   string // of its look
	Because []factView
	Place   *placeView
	NoProof string     // what is said where no article states it
	Open    []factView // what decides it
	See     []catalog.Link
}

// A placeView is a proof: a place in an article, and what it says there.
type placeView struct {
	Href    string
	Text    string // "Q238865, CAUSE, paragraph 2"
	Passage string // the article's own words, where an archive is loaded
	Set     bool   // they are code or a table
	Summary []span // else ours
}

type relatedView struct {
	desk.Related
	Href string
	How  string
}

func (s *server) finding(st state, d desk.Diagnosis) findingView {
	v := findingView{Diagnosis: d}
	v.Word, v.Class = voice.Certainty(d), class(d)
	for _, b := range d.Because {
		v.Because = append(v.Because, s.because(st, b))
	}
	if d.Proof != nil {
		v.Place = place(*d.Proof)
	} else if d.State != "ruled-out" {
		v.NoProof = voice.Label("no-proof")
	}
	for _, fact := range d.Open {
		if ask, name := s.factName(fact); ask.Text != "" {
			v.Open = append(v.Open, factView{Fact: fact, Asks: name, Change: change(st, ask, fact)})
		}
	}
	for _, id := range d.See {
		v.See = append(v.See, s.Catalog.Resolve(archive.Link{ID: id}))
	}
	return v
}

// class returns the look of a diagnosis.
func class(d desk.Diagnosis) string {
	switch {
	case d.State == "ruled-out":
		return "out"
	case d.State == "possible":
		return "possible"
	case d.Confidence == "high":
		return "confirmed"
	case d.Confidence == "medium":
		return "likely"
	}
	return "doubtful"
}

func place(p desk.Proof) *placeView {
	v := &placeView{Href: "/articles/" + p.Article + "#" + catalog.Anchor(p.Section, p.Paragraph)}
	v.Passage, v.Set = laid(p.Passage)
	v.Text = voice.Citation(p)
	if v.Passage == "" && p.Summary != "" {
		v.Summary = prose(p.Summary)
	}
	return v
}

func related(all []desk.Related) []relatedView {
	var views []relatedView
	for _, r := range all {
		v := relatedView{Related: r, Href: "/articles/" + r.ID}
		if r.Why == "linked" {
			v.How = voice.Label("linked")
		}
		v.Passage = teaser(r.Passage)
		views = append(views, v)
	}
	return views
}

// split returns the first few articles to read, and the others.
func split(all []relatedView) (first, more []relatedView) {
	const few = 5
	if len(all) <= few+1 {
		return all, nil
	}
	return all[:few], all[few:]
}
