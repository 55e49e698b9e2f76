package index

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// The second ranking looks at the best articles of the first one: which words of the query stand in which part, which stand side by
// side as they do in the query, and how much of a title they make up. What these are worth was learned; see model.go.

// The features of a candidate. All are between 0 and about 1.
const (
	fScore      = iota // first score, against the best one
	fAbsolute          // first score, against the highest that the query could get
	fRank              // 1 for the best of the first ranking, falling
	fLength            // how long the article is
	fCover             // words of the query that it has, by rarity
	fCount             // the same, each word counting one
	fMissing           // rarity of the rarest word that it lacks
	fTitleCover        // words of the query in the title, by rarity
	fTitleShare        // tokens of the title that are in the query
	fTitlePairs        // pairs of neighbours in the query that are neighbours in the title
	fTitleSkips        // such pairs with one word between
	fTitleRun          // longest run of the query's words in the query's order
	fTitleBoth         // cover and share together: a title that is the query
	fWordsCover        // the same for the query words of the article
	fWordsShare
	fWordsPairs
	fProductCover
	fProductShare // of its first tokens, which are the product's name
	fProductLast  // the last words of the query, where people put the product
	fVersion      // versions of the query that the article is on
	fHeadCover
	fHeadPairs
	fHeadSkips
	fHeadRun
	fHeadDense // matched tokens among all
	fHeadEarly // how early the first of them stands
	fBodyCover
	fBodyPairs
	fBodySkips
	fBodyRun
	fBodyDense
	fUnion  // words of the query in title, query words or head
	fPairs  // pairs anywhere
	fRun    // longest run anywhere
	fCodes  // codes and names that it has, by rarity
	fNoCode // codes and names that it lacks
	fRepeat // how often the rarest word stands in it
	features
)

// What is known of a query, and goes into the model beside the features of each candidate.
const (
	gBest   = iota // how much of the possible the best article reached
	gLength        // how long the query is
	gShort         // how short it is: of one word, of two, of three
	gates
)

// A ranker is the memory of the second ranking, kept for the next search.
type ranker struct {
	place   [1 << 16]uint8  // token → word of the query, counted from 1
	there   [1 << 10]uint64 // a bit for each token: whether it has a place. Most have none, and this stays in the nearest cache
	weight  [maxQueryTerms + 1]float32
	next    [maxQueryTerms + 1]uint64 // words that follow a word in the query
	second  [maxQueryTerms + 1]uint64 // words that follow it with one between
	seen    [maxQueryTerms + 1]uint64 // pairs found in one part
	all     [maxQueryTerms + 1]uint64 // pairs found in any part
	total   float32                   // weight of all words
	pairs   float32                   // weight of all pairs
	codes   uint64                    // words that are codes or names
	numbers uint64                    // words that are versions
	last    uint64                    // the last words
	rarest  int
	n       int // words
	gates   [gates]float32
	has     uint64 // words that the candidate in x has
	x       [features]float32
	input   [features + gates]float32
	linear  [features]float32
}

// prepare takes a query over.
func (r *ranker) prepare(q *parsed, order []int, best uint64) {
	r.total, r.pairs, r.codes, r.numbers, r.last, r.rarest = 0, 0, 0, 0, 0, 0
	r.n = len(q.words)
	for i := range q.words {
		w := &q.words[i]
		r.weight[i+1], r.next[i+1], r.second[i+1] = 0, 0, 0
		if w.postings.df == 0 {
			continue
		}
		r.put(w.text, i)
		r.weight[i+1] = w.idf * w.weight
		r.total += w.idf * w.weight
		if isName(w.text) {
			r.codes |= 1 << i
		}
		if isNumber(w.text) {
			r.numbers |= 1 << i
		}
	}
	if len(order) > 0 {
		r.rarest = order[0] + 1
	}
	for k, i := range q.seq {
		if k+1 < len(q.seq) {
			if bit := uint64(1) << q.seq[k+1]; r.next[i+1]&bit == 0 {
				r.next[i+1] |= bit
				r.pairs += r.weight[i+1] + r.weight[q.seq[k+1]+1]
			}
		}
		if k+2 < len(q.seq) {
			r.second[i+1] |= 1 << q.seq[k+2]
		}
		if len(q.seq)-k <= 3 {
			r.last |= 1 << i
		}
	}
	r.total = max(r.total, 1e-6)
	r.pairs = max(r.pairs, 1e-6)
	r.gates[gBest] = r.ofPossible(best)
	r.gates[gLength] = min(float32(len(q.seq)), 30) / 30
	r.gates[gShort] = 1 / max(float32(len(q.seq)), 1)
}

// put gives a term its place, the word i.
func (r *ranker) put(text string, i int) {
	t := token(text)
	r.place[t] = uint8(i + 1)
	r.there[t>>6] |= 1 << (t & 63)
}

// forget makes the ranker ready for another query.
func (r *ranker) forget(q *parsed) {
	for i := range q.words {
		t := token(q.words[i].text)
		r.place[t], r.there[t>>6] = 0, 0
	}
}

// A partMatch is what one part of an article has of the query.
type partMatch struct {
	words        uint64 // those of the query that it has
	count        int    // tokens that are among them
	first        int    // where the first one stands
	rare         int    // how often the rarest word stands there
	pairs, skips float32
	run          float32
	leading      int // matched tokens among the first ones
	n            int // tokens
}

const leadingTokens = 6

// match goes through the tokens of one part.
func (r *ranker) match(tokens []byte) partMatch {
	m := partMatch{first: len(tokens) / 2, n: len(tokens) / 2}
	clear(r.seen[:r.n+1])
	var before, before2 uint8
	var run float32
	for i := 0; i+1 < len(tokens); i += 2 {
		t := binary.LittleEndian.Uint16(tokens[i:])
		if r.there[t>>6]>>(t&63)&1 == 0 {
			before2, before, run = before, 0, 0
			continue
		}
		w := r.place[t]
		bit := uint64(1) << (w - 1)
		if m.count == 0 {
			m.first = i / 2
		}
		m.count++
		if i/2 < leadingTokens {
			m.leading++
		}
		if int(w) == r.rarest {
			m.rare++
		}
		m.words |= bit
		weight := r.weight[w]
		if before != 0 && r.next[before]&bit != 0 {
			run += weight
			if r.seen[before]&bit == 0 {
				r.seen[before] |= bit
				m.pairs += r.weight[before] + weight
			}
		} else {
			run = weight
			switch {
			case before != 0 && r.second[before]&bit != 0:
				m.skips += r.weight[before] + weight
			case before2 != 0 && (r.next[before2]|r.second[before2])&bit != 0:
				m.skips += r.weight[before2] + weight
			}
		}
		m.run = max(m.run, run)
		before2, before = before, w
	}
	return m
}

// cover is the weight of a set of words against that of the whole query.
func (r *ranker) cover(words uint64) float32 {
	var sum float32
	for ; words != 0; words &= words - 1 {
		sum += r.weight[bits.TrailingZeros64(words)+1]
	}
	return sum / r.total
}

func share(n, of int) float32 {
	if of == 0 {
		return 0
	}
	return float32(n) / float32(of)
}

// A found is what the first ranking says of a candidate.
type found struct {
	score uint64 // as it is kept in candidate
	best  uint64 // that of the best one
	has   uint64 // words of the query that it has
	place int    // how many were scored higher
}

// look computes the features of one candidate into r.x, and the words of the query that it has into r.has.
func (r *ranker) look(t *table, doc int, q *parsed, f found) {
	var m [parts]partMatch
	whole := r.matchAll(&m, t.tokens(doc), len(q.words))
	r.has = f.has | whole.words
	r.lookAtScore(f)
	r.lookAtWhole(&whole, len(q.words))
	r.lookAtTitle(&m[partTitle])
	r.lookAtWords(&m[partWords])
	r.lookAtProduct(&m[partProduct])
	r.lookAtText(r.x[fHeadCover:fHeadDense+1], &m[partHead])
	r.x[fHeadEarly] = 1 - share(m[partHead].first, m[partHead].n)
	r.lookAtText(r.x[fBodyCover:fBodyDense+1], &m[partBody])
	r.x[fUnion] = r.cover(m[partTitle].words | m[partWords].words | m[partHead].words)
	r.x[fRepeat] = min(float32(m[partTitle].rare+m[partWords].rare+m[partHead].rare+m[partBody].rare), 8) / 8
}

// matchAll matches all parts, whose lengths stand before their tokens, and says what they have together: words, tokens, the
// longest run, and pairs, each pair once.
func (r *ranker) matchAll(m *[parts]partMatch, tokens []byte, words int) partMatch {
	var whole partMatch
	clear(r.all[:words+1])
	at := 2 * parts
	for p := range parts {
		end := at + 2*int(binary.LittleEndian.Uint16(tokens[2*p:]))
		m[p] = r.match(tokens[at:end])
		at = end
		whole.words |= m[p].words
		whole.n += m[p].n
		whole.run = max(whole.run, m[p].run)
		for i := 1; i <= words; i++ {
			for fresh := r.seen[i] &^ r.all[i]; fresh != 0; fresh &= fresh - 1 {
				whole.pairs += r.weight[i] + r.weight[bits.TrailingZeros64(fresh)+1]
			}
			r.all[i] |= r.seen[i]
		}
	}
	return whole
}

func (r *ranker) lookAtScore(f found) {
	r.x[fScore] = float32(f.score>>wordBits) / float32(f.best>>wordBits)
	r.x[fAbsolute] = r.ofPossible(f.score)
	r.x[fRank] = 1 / (1 + float32(f.place)/4)
}

// ofPossible is a first score against the highest that the query could get.
func (r *ranker) ofPossible(score uint64) float32 {
	return float32(score>>wordBits) / (scoreUnit * r.total * float32(levelValue[levels-1]) / 64)
}

func (r *ranker) lookAtWhole(whole *partMatch, words int) {
	x := &r.x
	x[fLength] = float32(math.Log1p(float64(whole.n))) / 6
	x[fCover] = r.cover(r.has)
	x[fCount] = share(bits.OnesCount64(r.has), words)
	x[fMissing] = r.missing(r.has, words)
	x[fPairs] = whole.pairs / r.pairs
	x[fRun] = min(whole.run/r.total, 1)
	x[fCodes] = r.cover(r.has & r.codes)
	x[fNoCode] = r.cover(r.codes &^ r.has)
}

func (r *ranker) lookAtTitle(m *partMatch) {
	x := &r.x
	x[fTitleCover] = r.cover(m.words)
	x[fTitleShare] = share(m.count, m.n)
	x[fTitlePairs] = m.pairs / r.pairs
	x[fTitleSkips] = min(m.skips/r.pairs, 1)
	x[fTitleRun] = m.run / r.total
	x[fTitleBoth] = x[fTitleCover] * x[fTitleShare]
}

func (r *ranker) lookAtWords(m *partMatch) {
	x := &r.x
	x[fWordsCover] = r.cover(m.words)
	x[fWordsShare] = share(m.count, m.n)
	x[fWordsPairs] = m.pairs / r.pairs
}

func (r *ranker) lookAtProduct(m *partMatch) {
	x := &r.x
	x[fProductCover] = r.cover(m.words)
	x[fProductShare] = share(m.leading, min(m.n, leadingTokens))
	x[fProductLast] = share(bits.OnesCount64(m.words&r.last), bits.OnesCount64(r.last))
	x[fVersion] = share(bits.OnesCount64(m.words&r.numbers), bits.OnesCount64(r.numbers))
}

// lookAtText computes the features that head and body share, in their order.
func (r *ranker) lookAtText(x []float32, m *partMatch) {
	x[0] = r.cover(m.words)
	x[1] = m.pairs / r.pairs
	x[2] = min(m.skips/r.pairs, 1)
	x[3] = m.run / r.total
	x[4] = share(m.count, m.n)
}

// missing is the rarity of the rarest word that is not in a set, against that of the rarest of all.
func (r *ranker) missing(has uint64, n int) float32 {
	var lacks, most float32
	for i := range n {
		w := r.weight[i+1]
		most = max(most, w)
		if has&(1<<i) == 0 {
			lacks = max(lacks, w)
		}
	}
	return lacks / max(most, 1e-6)
}
