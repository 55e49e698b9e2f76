package desk

import (
	"regexp"
	"strings"

	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// diagnoses lists what the walk found. A report that fits no tree gets none; as long as nothing points to the tree, its causes are
// not held against anybody.
func (w *writer) diagnoses() []Diagnosis {
	all := []Diagnosis{}
	if w.status() == StatusNoTree {
		return all
	}
	for _, f := range w.result.Findings {
		switch {
		case f.State == tree.Possible && (f.Exit || w.offTopic()),
			f.State == tree.RuledOut && f.Exit:
			continue
		}
		all = append(all, w.diagnosis(f))
	}
	return all
}

func (w *writer) diagnosis(f tree.Finding) Diagnosis {
	d := Diagnosis{
		Name:       f.Name,
		Article:    f.Tree.Article,
		State:      string(f.State),
		Confidence: string(f.Class),
		Says:       w.fill(f.Says),
		Because:    w.because(f),
		Open:       f.Waits,
		See:        f.See.For(w.f),
	}
	d.Proof = w.proof(f)
	if d.Proof != nil {
		d.Article = d.Proof.Article
	}
	if f.State != tree.RuledOut {
		d.Doubts = f.Doubts
	}
	return d
}

// proof returns the place that states a diagnosis, nil where no article does.
func (w *writer) proof(f tree.Finding) *Proof {
	place, err := tree.ParsePlace(f.Proof.First(w.f))
	if err != nil || place.Outside() {
		return nil
	}
	p := &Proof{Article: place.Article, Section: place.Section, Paragraph: place.Paragraph}
	if w.d.Passages != nil {
		p.Passage, _ = w.d.Passages.Passage(place.Article, place.Section, place.Paragraph)
	}
	if a, ok := w.d.KB.Article(place.Article); ok {
		p.Summary = summary(a, place)
	}
	return p
}

// summary returns our own words for a place: the paragraph that names it.
func summary(a *archive.Article, place tree.Place) string {
	want := strings.TrimPrefix(place.String(), place.Article+"/")
	for _, s := range a.Sections {
		for _, p := range s.Paragraphs {
			for named := range strings.SplitSeq(p.Place, ",") {
				if strings.TrimSpace(named) == want {
					return strings.Join(strings.Fields(p.Text), " ")
				}
			}
		}
	}
	return ""
}

func (w *writer) because(f tree.Finding) []Because {
	all := []Because{}
	for _, name := range f.Because {
		fact, ok := w.f.Get(name)
		def, _ := w.d.KB.Vocabulary.Definition(name)
		if !ok || def.Quiet && !f.Exit { // that something is wrong is no reason for one cause more than for another
			continue
		}
		all = append(all, Because{Fact: name, Value: joined(fact), Source: string(fact.Source), Words: fact.Words})
	}
	return all
}

// joined returns a fact's values as one text.
func joined(fact facts.Fact) string {
	switch {
	case fact.Unknown:
		return "unknown"
	case len(fact.Values) == 0:
		return "none"
	}
	return strings.Join(fact.Values, ", ")
}

var placeholder = regexp.MustCompile(`(, )?\$\{([a-z_]+)\}(,)?`)

// fill puts the values of facts into a sentence. A fact that is not known leaves a sentence without it.
func (w *writer) fill(sentence string) string {
	if !strings.Contains(sentence, "${") {
		return sentence
	}
	return placeholder.ReplaceAllStringFunc(sentence, func(m string) string {
		part := placeholder.FindStringSubmatch(m)
		values := w.f.Values(part[2])
		switch {
		case len(values) > 0:
			return part[1] + list(values) + part[3]
		case part[1] != "" && part[3] != "":
			return ""
		}
		return part[1] + "a site" + part[3]
	})
}

// list joins words as a sentence does.
func list(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// assumed lists what nobody told, so that a person can see and flip it.
func (w *writer) assumed() []Assumed {
	all := []Assumed{}
	for _, name := range w.d.KB.Vocabulary.Names() {
		def, _ := w.d.KB.Vocabulary.Definition(name)
		fact, ok := w.f.Get(name)
		if !ok || def.Quiet || fact.Source == facts.Told {
			continue
		}
		all = append(all, Assumed{Fact: name, Value: w.value(fact), Words: fact.Words, In: fact.In})
	}
	return all
}

// value returns a fact's value as answers hold it: a list for a fact that takes several.
func (w *writer) value(fact facts.Fact) any {
	if def, _ := w.d.KB.Vocabulary.Definition(fact.Name); def.Several {
		return append([]string{}, fact.Values...)
	}
	return joined(fact)
}

func (w *writer) contradicted() []Contradiction {
	all := []Contradiction{}
	for _, c := range w.contradictions {
		all = append(all, Contradiction{Facts: c.Facts, Says: c.Says})
	}
	return all
}
