package facts

import (
	"slices"
	"strings"
)

// A text is a report's words, taken apart: tokens, what classes of words stand where, clauses and sentences, and how each part is
// meant.
type text struct {
	*prose
	lang     *language
	tokens   []token
	soft     []int      // where lines end that only wrap a sentence
	tags     [][]tag    // by the token at which they begin
	begun    []classSet // by token: the classes whose words begin there
	held     []classSet // by sentence: the classes whose words begin in it
	clause   []int      // by token
	sentence []int      // by token
	ends     []bool     // by token: a clause ends with it
	lists    []int32    // by token: where the list of codes ends that begins there, as far as it was asked for: see listAt
	scopes   [][]scope
	bounds   []span              // of the sentences
	where    [][]place           // by class, in the order of the text
	hidden   map[int]bool        // tokens that are not read as prose
	packs    map[int]packMention // by the token at which they begin
	isGerman int                 // 0 for not known yet
}

// A tag says that the words from a token up to another are of a class.
type tag struct {
	class, to int
	gaps      gaps
}

// A place is where words of a class stand, with what stands among them.
type place struct {
	span
	gaps gaps
}

// A scope is a stretch of tokens that a trigger gives a mood.
type scope struct {
	mood     mood
	from, to int
	trigger  span
	by       *trigger
}

// takeApart reads a text. It is linear in the text.
func (l *language) takeApart(p *prose) *text {
	t := &text{prose: p, lang: l, hidden: map[int]bool{}}
	t.tokens, t.soft = softened(p.text, tokenize(p.text))
	n := len(t.tokens)
	for i := range t.tokens {
		t.tokens[i].number = l.lexicon[t.tokens[i].low]
	}
	t.tags, t.lists = make([][]tag, n), make([]int32, n)
	t.begun = classSets(n, len(l.names))
	t.clause, t.sentence, t.ends = make([]int, n), make([]int, n), make([]bool, n)
	t.divide()
	all := make([]tag, 0, 2*n)    // of all tokens, so that there are few allocations
	for i := n - 1; i >= 0; i-- { // a class may name classes above it, so the tags behind a token are made first
		from := len(all)
		t.tags[i] = all[from:from]
		l.tag(t, i)
		all = append(all[:from], t.tags[i]...)
		t.tags[i] = all[from:len(all):len(all)]
	}
	t.findPlaces(len(all))
	t.findHeld()
	t.findPacks()
	t.findScopes()
	if len(t.tokens) > 0 {
		t.findQuestions()
	}
	return t
}

// findPlaces lists the places of each class. There are n in all: they are counted first, so that all stand in one block of memory.
func (t *text) findPlaces(n int) {
	t.where = make([][]place, len(t.lang.names))
	count := make([]int, len(t.lang.names))
	for _, tags := range t.tags {
		for i := range tags {
			count[tags[i].class]++
		}
	}
	block := make([]place, n)
	for class, k := range count {
		t.where[class], block = block[:0:k], block[k:]
	}
	for i, tags := range t.tags {
		for k := range tags {
			one := &tags[k]
			t.where[one.class] = append(t.where[one.class], place{span{i, one.to}, one.gaps})
		}
	}
}

// findHeld gathers the classes of each sentence.
func (t *text) findHeld() {
	t.held = classSets(len(t.bounds), len(t.lang.names))
	for i, begun := range t.begun {
		t.held[t.sentence[i]].addAll(begun)
	}
}

// tag adds the classes of the phrases that begin at a token: those that begin with a word, then those that begin with a class
// that was found there.
func (l *language) tag(t *text, i int) {
	found := func(m match, class int) {
		if !slices.ContainsFunc(t.tags[i], func(one tag) bool { return one.class == class && one.to == m.to }) {
			t.tags[i] = append(t.tags[i], tag{class, m.to, m.gaps})
			t.begun[i].add(class)
		}
	}
	l.phrases.eachWord(t, i, found)
	for n := 0; n < len(t.tags[i]); n++ { // it grows meanwhile
		try(l.phrases.of(t.tags[i][n].class), t, i, found)
	}
	slices.SortStableFunc(t.tags[i], func(a, b tag) int { return b.to - a.to }) // the longest first
}

// softened leaves out the ends of lines that only wrap a sentence: the line is long, or had no room for the word behind it, or the
// next one goes on in small letters. It returns where the ends were, too.
func softened(source string, all []token) (out []token, soft []int) {
	out = all[:0]
	width := widest(source)
	begin := 0 // of the line
	for i, k := range all {
		if k.low != "\n" {
			out = append(out, k)
			continue
		}
		length := k.from - begin
		begin = k.to
		if i+1 < len(all) && i > 0 && wraps(source, all[i-1], all[i+1], length, width) {
			soft = append(soft, k.from)
			continue
		}
		out = append(out, k)
	}
	return out, soft
}

// The lines of a text that was wrapped have a length between these, all but the last.
const (
	shortWrap, longWrap = 40, 100
	surelyWrapped       = 55
)

// widest returns the length of the longest line of a text that may have been wrapped.
func widest(source string) int {
	width := 0
	for line := range strings.SplitSeq(source, "\n") {
		if n := len(strings.TrimRight(line, " \r")); n <= longWrap {
			width = max(width, n)
		}
	}
	return width
}

// wraps reports whether a line goes on in the next one.
func wraps(source string, last, next token, length, width int) bool {
	rest, _, _ := strings.Cut(source[next.from:], "\n")
	word, _, _ := strings.Cut(rest, " ")
	full := length >= shortWrap && length+1+len(word) > width
	switch {
	case last.low == ":" && full && (next.kind == numberToken || next.upper):
		return true // a label whose value had no room
	case last.kind == markToken && strings.Contains(".!?:;", last.low):
		return false
	case next.kind == markToken && (!strings.Contains("(\"", next.low) || length < shortWrap):
		return false
	case strings.Contains(source[last.to:next.from], "\n\n"):
		return false
	case length >= surelyWrapped || full:
		return true
	}
	return next.kind == wordToken && !next.capital && length >= 20 && !labelled(rest)
}

// labelled reports whether a line says what it holds: "dead site: HUD".
func labelled(line string) bool {
	const longest, words = 30, 3
	label, _, ok := strings.Cut(line, ":")
	return ok && len(label) <= longest && strings.Count(label, " ") < words && !strings.ContainsAny(label, ".,;(")
}

// maxSentence bounds a sentence, in tokens: what looks at a whole sentence stays cheap.
const maxSentence = 120

// divide numbers the sentences and clauses.
func (t *text) divide() {
	sentence, clause, begin := 0, 0, 0
	for i := range t.tokens {
		if i > 0 && t.beginsClause(i) {
			t.ends[i-1] = true
		}
		if i > 0 && t.ends[i-1] {
			clause++
			if t.endsSentence(i-1) || i-begin >= maxSentence {
				t.bounds = append(t.bounds, span{begin, i})
				sentence++
				begin = i
			}
		}
		t.clause[i], t.sentence[i] = clause, sentence
		t.ends[i] = t.endsClause(i) || i-begin >= maxSentence
	}
	if len(t.tokens) > 0 {
		t.bounds = append(t.bounds, span{begin, len(t.tokens)})
	}
}

func (t *text) beginsClause(i int) bool {
	if t.tokens[i].kind == markToken {
		return strings.Contains("([{", t.tokens[i].low)
	}
	found := false
	t.lang.breaks.each(t, i, func(match, struct{}) { found = true })
	return found
}

func (t *text) endsClause(i int) bool {
	if t.endsSentence(i) {
		return true
	}
	k := t.tokens[i]
	if k.kind != markToken {
		return false
	}
	switch k.low {
	case ";", ")", "]", "}", ":", "|":
		return true
	case "-":
		return !k.glued && i+1 < len(t.tokens) && !t.tokens[i+1].glued
	case ",":
		return !t.inList(i)
	}
	return false
}

// inList reports whether a comma stands between site codes.
func (t *text) inList(i int) bool {
	return i > 0 && i+1 < len(t.tokens) && t.isCode(i-1) && t.isCode(i+1)
}

func (t *text) endsSentence(i int) bool {
	k := t.tokens[i]
	if k.kind != markToken {
		return false
	}
	switch k.low {
	case "\n", "!", "?":
		return true
	case ".":
		next := i + 1
		return next == len(t.tokens) || !t.tokens[next].glued && (i == 0 || t.tokens[i-1].to-t.tokens[i-1].from > 1 || t.tokens[i-1].kind != wordToken)
	}
	return false
}

// breaks reports whether no phrase goes on behind a token.
func (t *text) breaks(i int) bool { return t.ends[i] && t.tokens[i].low != ":" }

// valueAt reports whether a value of a kind begins at a token, and where it ends.
func (t *text) valueAt(i int, kind valueKind) (int, bool) {
	k := &t.tokens[i]
	switch kind {
	case codeValue:
		return i + 1, t.isCode(i)
	case codesValue:
		return t.listAt(i)
	case versionValue:
		return i + 1, k.kind == numberToken && strings.Count(k.low, ".") >= 2
	case numberValue:
		return i + 1, k.kind != markToken && len(k.low) <= 4 && allDigits(k.low)
	case programValue:
		return i + 1, k.kind == programToken
	case packValue:
		m, ok := t.packs[i]
		return m.to, ok && m.ours && m.value != unnumbered
	case unnumberedValue:
		m, ok := t.packs[i]
		return m.to, ok && m.ours && m.value == unnumbered
	}
	return i, false
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !digit(s[i]) {
			return false
		}
	}
	return s != ""
}

// listAt is codes, worked out once for each token: many phrases ask for the list that begins there.
func (t *text) listAt(i int) (to int, ok bool) {
	if t.lists[i] == 0 {
		to, _ := t.codes(i)
		t.lists[i] = int32(to) + 1
	}
	to = int(t.lists[i]) - 1
	return to, to > i
}

// isCode reports whether a token is written as a site code: three capitals or digits, with a capital among them.
func (t *text) isCode(i int) bool {
	k := &t.tokens[i]
	w := t.text[k.from:k.to]
	return k.kind == wordToken && len(w) == 3 && siteCode(w) && !t.lang.noCodes[w]
}

func siteCode(w string) bool {
	letters := 0
	for i := range len(w) {
		switch {
		case w[i] >= 'A' && w[i] <= 'Z':
			letters++
		case !digit(w[i]):
			return false
		}
	}
	return letters > 0
}

// codes reads "LON, HUD and ABC", with the marks and brackets that people put among codes. It reads no more of them than a fact
// takes, so that a text that is one long list costs no more than another.
func (t *text) codes(i int) (int, bool) {
	if !t.isCode(i) {
		return i, false
	}
	to, start := i+1, t.listStart(i)
	for range maxValues - 1 {
		next := to
		for next < len(t.tokens) && next < to+3 && joinsCodes(t.tokens[next].low) {
			next++
		}
		if next == len(t.tokens) || !t.isCode(next) || t.repeats(start, next) {
			return to, true
		}
		to = next + 1
	}
	return to, true
}

// repeats reports whether a code stands in the list before it already: the list has ended, and something is said of the code.
func (t *text) repeats(from, i int) bool {
	return slices.ContainsFunc(t.tokens[from:i], func(k token) bool { return k.low == t.tokens[i].low })
}

// listStart returns where the list of site codes begins that reaches to a token, as far back as a list is read. A code that comes
// again begins another list.
func (t *text) listStart(i int) int {
	start := i
	for range maxValues - 1 {
		k := start - 1
		for k >= 0 && k > start-4 && joinsCodes(t.tokens[k].low) {
			k--
		}
		if k < 0 || k == start-1 || !t.isCode(k) || slices.ContainsFunc(t.tokens[start:i+1], func(one token) bool { return one.low == t.tokens[k].low }) {
			break
		}
		start = k
	}
	return start
}

func joinsCodes(low string) bool {
	switch low {
	case ",", ";", "/", "+", "&", "and", "und", "or", "oder", `"`, "'", "sowie", "plus", "an", "zu", "to":
		return true
	}
	return false
}

// findQuestions gives the last clause of a sentence that ends in a question mark the mood of a question, where nothing in the
// sentence asks for a reason or for help: "HUD is gone?" asks whether it is.
func (t *text) findQuestions() {
	for n, s := range t.bounds {
		last := s.to - 1
		if t.tokens[last].low != "?" || t.hasWord(s.from, last, "explains") {
			continue
		}
		from := last
		for from > s.from && t.clause[from-1] == t.clause[last] {
			from--
		}
		t.scopes[n] = append(t.scopes[n], scope{mood: asked, from: from, to: last, trigger: span{last, s.to}, by: &trigger{mood: asked}})
	}
}

// findScopes finds the triggers and what they reach, by sentence.
func (t *text) findScopes() {
	if len(t.tokens) == 0 {
		return
	}
	t.scopes = make([][]scope, t.sentence[len(t.tokens)-1]+1)
	covered := 0 // by the longest trigger so far
	for i := range t.tokens {
		best, by := match{}, []*trigger(nil)
		t.lang.triggers.each(t, i, func(m match, tr *trigger) {
			switch {
			case m.to < covered || m.to < best.to || tr.rule.First && !t.beginsAt(i) || tr.rule.Last && !t.endsAt(m.to) || tr.rule.Asking && !t.asks(i):
			case m.to > best.to:
				best, by = m, []*trigger{tr}
			default:
				by = append(by, tr)
			}
		})
		if len(by) == 0 || i < covered {
			continue
		}
		covered = best.to
		for _, tr := range by {
			if tr.mood != plain {
				t.addScope(tr, best)
			}
		}
	}
}

// beginsAt reports whether a clause begins at a token, but for words that only lead in.
func (t *text) beginsAt(i int) bool {
	for i > 0 && t.clause[i-1] == t.clause[i] {
		switch t.tokens[i-1].low {
		case "and", "or", "so", "also", "und", "oder", "please", "bitte", "hi", "hello", `"`, "'", "-", "*", ">":
			i--
		default:
			return t.tokens[i-1].kind == markToken
		}
	}
	return true
}

// endsAt reports whether a clause ends before a token, or with it if it is a mark.
func (t *text) endsAt(i int) bool {
	return i == len(t.tokens) || t.ends[i-1] || t.tokens[i].kind == markToken && t.ends[i]
}

// asks reports whether the sentence at a token ends in a question mark.
func (t *text) asks(i int) bool {
	_, to := t.sentenceAt(i)
	return t.tokens[to-1].low == "?"
}

// sentenceAt returns the bounds of the sentence around a token.
func (t *text) sentenceAt(i int) (from, to int) {
	s := t.bounds[t.sentence[i]]
	return s.from, s.to
}

func (t *text) addScope(tr *trigger, m match) {
	if tr.rule.Name && !t.brief(m.from) {
		return
	}
	s := scope{mood: tr.mood, trigger: span{m.from, m.to}, by: tr}
	switch tr.reach {
	case forward, bothWays:
		s.from, s.to = m.to, t.reachForward(tr, m.to)
		if tr.reach == bothWays {
			s.from = t.reachBack(tr, m.from)
		}
	case back:
		s.from, s.to = t.reachBack(tr, m.from), m.from
	case sentenceReach:
		s.from, s.to = t.sentenceAt(m.from)
	case sentenceBefore:
		from, _ := t.sentenceAt(m.from)
		if from == 0 {
			return
		}
		s.from, s.to = t.sentenceAt(from - 1)
	}
	if s.from < s.to || m.to-m.from > 1 {
		n := t.sentence[min(s.from, m.from)]
		t.scopes[n] = append(t.scopes[n], s)
	}
}

// brief reports whether a clause is no more than a name or two: "(SP2?)".
func (t *text) brief(i int) bool {
	n := 0
	for from := i; from >= 0 && t.clause[from] == t.clause[i]; from-- {
		if t.tokens[from].kind == wordToken && (t.has(from, "small") || t.has(from, "blame") || t.has(from, "gone")) {
			return false
		}
		n++
	}
	return n <= 4
}

func (t *text) reachForward(tr *trigger, from int) int {
	to, clause := from, t.clause[max(from-1, 0)]
	if from > 0 && from < len(t.tokens) && t.tokens[from-1].low == "," {
		clause = t.clause[from] // the trigger holds the comma, and speaks of what is behind it
	}
	for to < len(t.tokens) && (tr.rule.Words == 0 || to-from < tr.rule.Words) && !t.stops(tr, to) {
		if t.clause[to] != clause {
			if !t.goesOn(to) {
				return to
			}
			clause = t.clause[to]
		}
		to++
	}
	return to
}

// goesOn reports whether the clause that begins at a token is what the one before it speaks of: "it may be, that …".
func (t *text) goesOn(i int) bool {
	return i > 0 && t.sentence[i-1] == t.sentence[i] && t.has(i, "that")
}

// within reports whether a trigger stands among the words of a match without being one of them, and returns its mood.
func (t *text) within(at span, g gaps) mood {
	var m mood
	if g.n == 0 {
		return m
	}
	for _, sc := range t.scopes[t.sentence[at.from]] {
		if slices.ContainsFunc(g.spans[:g.n], func(s struct{ from, to int32 }) bool { return sc.trigger.within(span{int(s.from), int(s.to)}) }) {
			m |= sc.mood
		}
	}
	return m
}

func (t *text) reachBack(tr *trigger, to int) int {
	from := to
	for from > 0 && t.clause[from-1] == t.clause[to] && (tr.rule.Words == 0 || to-from < tr.rule.Words) && !t.stops(tr, from-1) {
		from--
	}
	return from
}

func (t *text) stops(tr *trigger, i int) bool {
	stop := false
	t.lang.until.each(t, i, func(_ match, of *trigger) { stop = stop || of == tr })
	return stop
}

// mood returns how a stretch of tokens is meant, by the scopes that reach it. A trigger that is part of the stretch does not
// count. The name of something that is there stands whatever is doubted, asked, planned or over of it, but where the name itself is:
// right beside the trigger, or as what the clause says of a computer.
func (t *text) mood(s span, of *definition) mood {
	var m mood
	for _, sc := range t.scopes[t.sentence[s.from]] {
		if sc.reaches(s) && (of == nil || !of.Names || t.bears(sc, s, of.Lasting)) {
			m |= sc.mood
		}
	}
	return m
}

// bears reports whether a scope bears on a name in it. What is over or planned bears on one that lasts only if the clause says so
// of it: "was on Windows 98", "to Windows 98".
func (t *text) bears(sc scope, name span, lasting bool) bool {
	switch {
	case sc.mood == asked && name.to < len(t.tokens) && t.tokens[name.to].low == "?": // "does it run Windows 98?"
		return true
	case sc.mood&(doubted|asked|assumed) != 0:
		return t.beside(sc.trigger, name)
	case sc.mood == planned:
		return lasting && t.brought(name)
	case sc.mood == over:
		return !lasting || t.was(name)
	}
	return true
}

// was reports whether a name is what something was: "was on Windows 98".
func (t *text) was(name span) bool {
	for i := name.from - 1; i >= max(0, name.from-maxBeside); i-- {
		switch {
		case t.has(i, "was"):
			return true
		case !t.has(i, "small") && !t.has(i, "carries"):
			return false
		}
	}
	return false
}

// brought reports whether a name is of what is put somewhere: "move it to Windows 98", and not "put it on Windows 98 machines".
func (t *text) brought(name span) bool {
	if t.has(name.to-1, "computer") || name.to < len(t.tokens) && t.has(name.to, "computer") {
		return false
	}
	return name.from > 0 && t.has(name.from-1, "brings") || name.to < len(t.tokens) && t.has(name.to, "brought")
}

// reaches reports whether a stretch is in the scope: in its reach, neither a part of the trigger nor the other way round, or in a
// gap that the trigger leaves among its words.
func (sc scope) reaches(s span) bool {
	if sc.trigger.from < s.from && s.to < sc.trigger.to {
		return true
	}
	return sc.from < s.to && s.from < sc.to && !sc.trigger.within(s) && !s.within(sc.trigger)
}

func (s span) within(other span) bool { return other.from <= s.from && s.to <= other.to }

// maxBeside is how many small words may stand between a trigger and a name beside it.
const maxBeside = 8

// beside reports whether nothing stands between a trigger and a name but small words, and those that carry the name.
func (t *text) beside(trigger, name span) bool {
	from, to := trigger.to, name.from
	if from > to {
		from, to = name.to, trigger.from
	}
	if to-from > maxBeside {
		return false
	}
	for i := from; i < to; i++ {
		if !t.has(i, "small") && !t.has(i, "carries") {
			return false
		}
	}
	return true
}

// has reports whether a phrase of a class begins at a token.
func (t *text) has(i int, class string) bool {
	id, ok := t.lang.classes[class]
	return ok && t.begun[i].has(id)
}

// words returns what was typed where the tokens of a stretch stand.
func (t *text) words(s span) string { return t.original(t.tokens[s.from].from, t.tokens[s.to-1].to) }
