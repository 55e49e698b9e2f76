package index

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// What one query may hold. A report's words can be a page; its first words say what hurts.
const (
	maxQueryBytes = 4 << 10
	maxQueryTerms = 64
)

// A word is one term of a query, with its documents.
type word struct {
	text     string
	surface  string // the plain word it came from, empty for codes and compounds
	idf      float32
	weight   float32 // below 1 for a guessed spelling
	guess    string  // the spelling that was used in its place
	postings *postings
}

// A parsed is a query in the index's own terms.
type parsed struct {
	words   []word  // each once, in the order of the query
	seq     []uint8 // the words of the query in order, as indexes into words; compounds left out
	unknown int     // words that the index does not have
	numbers []int   // article numbers that it names
	begins  []int   // where each of words begins in the text
	ends    []int
}

// parse cuts a query into terms and looks them up.
func (s *search) parse(text string) {
	if len(text) > maxQueryBytes {
		text = strings.ToValidUTF8(text[:maxQueryBytes], "")
	}
	q := &s.query
	*q = parsed{words: q.words[:0], seq: q.seq[:0], begins: q.begins[:0], ends: q.ends[:0], numbers: q.numbers[:0]}
	s.scan.scan(text, func(t term) {
		if n, err := strconv.Atoi(t.text); err == nil && (t.number || isDigits(strings.TrimSpace(text))) {
			q.numbers = append(q.numbers, n)
		}
		i := slices.IndexFunc(q.words, func(w word) bool { return w.text == t.text })
		if i < 0 {
			if len(q.words) == maxQueryTerms {
				return
			}
			i = len(q.words)
			q.words = append(q.words, word{text: t.text, surface: t.word, weight: 1})
			q.begins, q.ends = append(q.begins, t.begin), append(q.ends, t.end)
		}
		if !t.whole && len(q.seq) < 4*maxQueryTerms {
			q.seq = append(q.seq, uint8(i))
		}
	})
	for i := range q.words {
		s.lookUp(&q.words[i])
	}
}

func (s *search) lookUp(w *word) {
	w.postings = s.find(w.text)
	if w.postings.df <= rareWord && spellable(w.surface) {
		s.respell(w)
	}
	if w.postings.df == 0 && !stopWords[w.guess] {
		s.query.unknown++
	}
	w.idf = idf(s.x.inverted.n, w.postings.df)
	if chatter[w.surface] {
		w.weight = chatterWeight
	}
}

// Chatter is what people write and articles do not: the index takes it for rare, and so for telling.
var chatter = wordSet("i my me we our us mine myself someone somebody anyone anybody everyone everybody nobody please help thank thanks " +
	"hello hi hey dear sorry trying tried do does did")

// chatterWeight is what a word counts that is chatter.
const chatterWeight = 0.3

// guessWeight is what a word counts that was respelt.
const guessWeight = 0.8

// A word that no more articles have than this is respelt too, where the other spelling is much more frequent: articles have typing
// errors as well.
const (
	rareWord     = 8
	muchFrequent = 400
)

// respell replaces a word that the index does not have by the most frequent one that is one typing error away. A misspelt stop word
// is left with no articles.
func (s *search) respell(w *word) {
	if stop := nearStopWord(w.surface); stop != "" {
		w.guess, w.postings = stop, new(postings)
		return
	}
	best := w.postings
	s.x.spelling.corrections(w.surface, func(candidate string) {
		stem := s.scan.stem(candidate)
		p := s.x.inverted.find(stem)
		if p.df > best.df && p.df >= muchFrequent*w.postings.df {
			best = p
			w.guess, w.text, w.weight = candidate, stem, guessWeight
		}
	})
	w.postings = best
}

func idf(n, df int) float32 {
	return float32(math.Log(1 + (float64(n)-float64(df)+.5)/(float64(df)+.5)))
}

// byRarity returns the words that the index has, the rarest first.
func (q *parsed) byRarity(order []int) []int {
	order = order[:0]
	for i := range q.words {
		if q.words[i].postings.df > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(q.words[a].postings.df, q.words[b].postings.df), cmp.Compare(a, b))
	})
	return order
}

// isName reports whether a term is a code or a name: smsmon32, setup.exe, 0xc0000034, but not 1053 and not 4.0.
func isName(t string) bool {
	letter := strings.ContainsFunc(t, func(r rune) bool { return 'a' <= r && r <= 'z' })
	return letter && len(t) >= 4 && (hasDigit(t) || strings.ContainsAny(t, "._"))
}
