package facts

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// polarity is how a sign stands in its sentence.
type polarity int

const (
	plain polarity = iota
	negated
	doubted
)

// A reading is one sign found in a report.
type reading struct {
	value    string
	polarity polarity
	words    string
}

const maxMatches = 16 // of one sign in one report

// find returns all readings of a list of signs, in the order of the list.
func (d *definition) find(p *prose, signs []sign) []reading {
	var found []reading
	var masked [][2]int
	ready := false
	for _, s := range signs {
		matches := s.find(p)
		if len(matches) == 0 {
			continue
		}
		if !ready {
			masked, ready = d.masked(p), true
		}
		for _, m := range matches {
			if overlaps(masked, m[0], m[1]) {
				continue
			}
			r := reading{s.value, p.polarity(m[0], m[1]), p.original(m[0], m[1])}
			if s.value != anyValue {
				found = append(found, r)
				continue
			}
			at := 2 * s.group("answer")
			for _, value := range d.named(p.text[m[at]:m[at+1]]) {
				r.value = value
				found = append(found, r)
			}
		}
	}
	return found
}

// masked returns the stretches that look like a sign of the fact and are none.
func (d *definition) masked(p *prose) [][2]int {
	var all [][2]int
	for _, e := range d.except {
		for _, m := range e.find(p) {
			all = append(all, [2]int{m[0], m[1]})
		}
	}
	return all
}

func overlaps(spans [][2]int, from, to int) bool {
	return slices.ContainsFunc(spans, func(s [2]int) bool { return from < s[1] && s[0] < to })
}

// named returns the values in the words of an answer: all codes of a list, else the words themselves.
func (d *definition) named(text string) []string {
	if d.Several {
		return listed(text)
	}
	return []string{text}
}

// listed splits "ABC, DEF and GHI" into its codes. Only words that are written as codes are: in capitals or with digits.
func listed(text string) []string {
	var codes []string
	for from, to := range words(text) {
		if w := text[from:to]; w == strings.ToUpper(w) && !slices.Contains(codes, w) {
			codes = append(codes, w)
		}
	}
	return codes
}

// polarity says how the stretch [from, to) stands: what is denied or in doubt is no answer.
func (p *prose) polarity(from, to int) polarity { return p.polarityFrom(from-reach, from, to) }

// polarityFrom is polarity with nothing before least looked at for a denial.
func (p *prose) polarityFrom(least, from, to int) polarity {
	begin, end := p.clause(from, to)
	before, after := p.lowered(begin, from), p.lowered(to, end)
	near := p.lowered(max(begin, p.runeAt(least)), from)
	switch {
	case doubtBefore.in(before), doubtAfter.in(after):
		return doubted
	case end < len(p.text) && p.text[end] == '?' && !p.takesForGranted(from, to, end):
		return doubted
	case denied(near), deniedAfter.in(after):
		return negated
	}
	return plain
}

// runeAt returns where the first whole character at or behind i begins.
func (p *prose) runeAt(i int) int {
	i = max(i, 0)
	for i < len(p.text) && !utf8.RuneStart(p.text[i]) {
		i++
	}
	return i
}

// clause returns the bounds of the clause around a stretch: it ends at , ; : ! ? and at a full stop that ends a sentence.
func (p *prose) clause(from, to int) (begin, end int) {
	begin = from
	for begin > 0 && !p.ends(begin-1, ",;!?\n") {
		begin--
	}
	end = to
	for end < len(p.text) && !p.ends(end, ",;!?\n") {
		end++
	}
	return begin, end
}

// ends reports whether the byte at i ends a clause: one of the marks, or a full stop before a blank or the end.
func (p *prose) ends(i int, marks string) bool {
	c := p.text[i]
	if strings.IndexByte(marks, c) >= 0 {
		return true
	}
	return c == '.' && (i+1 == len(p.text) || p.text[i+1] == ' ' || p.text[i+1] == '\n')
}

// takesForGranted reports whether the question around [from, to) does not ask for that stretch itself: it asks why or what to
// do, or for help. "Is site THE gone?" asks for it, "why is it gone?" and "site THE is gone, can you help?" do not.
func (p *prose) takesForGranted(from, to, end int) bool {
	begin := from
	for begin > 0 && !p.ends(begin-1, "!?\n") {
		begin--
	}
	switch {
	case presumes.in(p.lowered(begin, to)):
		return true
	case inverted.in(p.lowered(begin, from)):
		return false
	}
	return asksHelp.in(p.lowered(to, end))
}

var (
	presumes = mustCompile(`\b(why|how|what|when|where|which|who|whose|warum|wieso|weshalb|woran|woher|wozu|was|wie|wann|wo|welche[rsmn]?|wer|(can|could|may|should|must|shall|would|will) (i|we|you|one|someone|somebody|anyone|anybody)|(do|does) (i|we) (have|need) to|is there|are there|is it (normal|ok|okay|known|expected|usual)|any (idea|ideas|help|hints?|clue|fix|known)|anyone|anybody|(kann|darf|muss|soll|sollte|können|müssen|sollen|könnt|könnten) (ich|wir|man|mir|uns|sie|ihr|jemand)|gibt es|ist es normal|ist bekannt)\b`)
	inverted = mustCompile(`^[^\pL]*(is|are|was|were|has|have|had|did|does|do|could|can|might|ist|sind|war|waren|hat|haben|wurden?|kann|können)\b`)
	asksHelp = mustCompile(`\b(help|hilfe|helfen|please|bitte|pls|plz|advice|thoughts|suggestions?|solution|fix it|ideas?|why|how|what (is|can|do|should|to|now|gives|else)|what|warum|wieso|was (ist|kann|tun|nun|jetzt|soll)|wie|known|normal|correct|thanks|danke|(can|could|should|would|will|must|may) (i|we|you|someone|somebody|anyone|anybody)|(kann|muss|soll|können|müssen) (ich|wir|man|jemand))\b`)

	doubtBefore = mustCompile(`\b(maybe|perhaps|possibly|probably not|might( be| have)?|could be|not sure|unsure|uncertain|no idea|whether|could it be|(know|sure|tell|check|see|wonder(ing)?|verify|find out) if|do not know|don't know|dont know|vielleicht|eventuell|möglicherweise|unklar|nicht sicher|weiß nicht|keine ahnung|ob)\b`)
	doubtAfter  = mustCompile(`^.{0,40}\b(not sure|unsure|i guess|no idea|nicht sicher|oder nicht|or not|vielleicht)\b`)

	deniedAfter = mustCompile(`^('s)?( \pL+){0,2}? (not|never|nicht|noch nicht|isn't|wasn't|weren't|hasn't|haven't|hadn't|aren't|didn't)( \pL+){0,2}? (applied|installed|upgraded|updated|deployed|rolled|active|pending|outstanding|there|present|involved|running|gone|dead|retired|removed|deleted|decommissioned|eingespielt|installiert|aktualisiert|aktiv|weg|verwendet|used|reached|affected|betroffen)\b`)

	// "not on SP1" denies SP1; "does not start on NT 4" does not deny NT 4.
	place = mustCompile(`^(yet |even |noch |mehr )?(on|at|for|under|auf|bei|unter|für)\b`)

	denial = mustCompile(`(^|[^\pL])(not|no|never|without|neither|nor|cannot|n't|isn't|wasn't|aren't|weren't|hasn't|haven't|hadn't|don't|doesn't|didn't|won't|nicht|kein|keine|keinen|keiner|keinem|ohne|nie|niemals)($|[^\pL])`)
	turn   = mustCompile(`(^|[^\pL])(but|and|then|so|however|although|since|after|when|while|because|on|at|for|until|before|if|under|only|und|aber|sondern|seit|nach|wenn|weil|auf|bei|unter|für|als|sobald|nur|mehr|longer|respond(s|ing)?|reagiert|reagieren)($|[^\pL])`)
)

const reach = 48 // bytes before a sign in which a denial can still mean it

// denied reports whether the words before a sign deny it: a denial near enough, and no turn of the sentence after it.
func denied(before string) bool {
	if !denial.may(before) {
		return false
	}
	all := denial.compiled().FindAllStringIndex(before, -1)
	if len(all) == 0 {
		return false
	}
	rest := strings.TrimLeft(before[all[len(all)-1][1]:], " \t")
	if m := place.compiled().FindStringIndex(rest); m != nil {
		rest = rest[m[1]:]
	}
	return !turn.in(" " + rest)
}
