package facts

import (
	"html"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/fixdesk/fixdesk/kb/message"
)

var (
	markup = regexp.MustCompile(`(?i)</?(?:br|p|div|li|ul|ol|tr|td|th|table|h[1-6]|pre|blockquote)(?:[ /][^<>]{0,200})?>`)
	unseen = regexp.MustCompile(`(?s)<!--.*?-->|<[a-z][^<>]*(?i:display: ?none)[^<>]*>[^<>]*`)
	inline = regexp.MustCompile(`(?i)</?(?:span|b|i|u|em|strong|font|a|code|tt|small|html|body)(?: [^<>]{0,200})?>`)
)

// legible undoes what mail programs and ticket systems do to a text: tags, entities, and blanks that do not break.
func legible(text string) string {
	text = strings.ToValidUTF8(text, "?")
	if strings.ContainsRune(text, '<') {
		text = unseen.ReplaceAllString(text, " ")
		text = inline.ReplaceAllString(markup.ReplaceAllString(withoutLines(text), "\n"), "")
	}
	if strings.ContainsRune(text, '&') {
		text = html.UnescapeString(text)
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Zs, r) {
			return ' '
		}
		return r
	}, text)
}

// withoutLines leaves out the ends of lines among tags, which say where lines end.
func withoutLines(text string) string {
	all := markup.FindAllStringIndex(text, -1)
	if len(all) == 0 || strings.Contains(text, "<pre") {
		return text
	}
	from, to := all[0][0], all[len(all)-1][1]
	return text[:from] + strings.ReplaceAll(text[from:to], "\n", " ") + text[to:]
}

// prose reads the words of a report: whether it is about the subject, the lines of logs in it, and its signs. A fact of the
// subject is read from a report about the subject only: its plain words may be anybody's.
func (r *reader) prose(symptom, log string, about bool) {
	if strings.TrimSpace(symptom) == "" {
		r.log(log)
		r.f.anchored = about || r.givenAnchor()
		return
	}
	r.f.spoken = true
	said := message.Written(symptom)
	lang := r.v.reader().lang
	t := lang.takeApart(r.v.spelling.read(said))
	if !t.hasWord(0, len(t.tokens), "other_log") { // else it is another computer's, or nothing is wrong here
		r.log(log)
	}
	logged := r.lines(t)
	r.f.anchored = about || logged || r.givenAnchor() || r.v.anchored(t) || r.v.anchoredIn(symptom, message.KindHeader)
	found := r.v.readings(t)
	if !r.f.anchored {
		r.f.vague = t.vague() || r.v.plainly(found) && r.v.anchoredIn(symptom, message.KindQuoted)
	}
	for _, d := range r.v.reading {
		if slices.ContainsFunc(d.Unless, r.f.Known) {
			continue
		}
		if len(found[d.Name]) == 0 || !d.Anyway && !r.f.anchored || !r.open(d.Name) || r.f.Known(d.Name) {
			continue
		}
		for _, reading := range d.agree(found[d.Name]) {
			if !reading.sign.known || r.knows(t, reading.value) {
				r.found(d, reading.value, Text, reading.words, "symptom")
			}
		}
	}
}

// knows reports whether a site code is known as one: it was told, read from a log or a list, or the text names it as that of a
// site. Any three capitals may stand near a word for "gone".
func (r *reader) knows(t *text, code string) bool {
	for _, d := range r.v.order {
		if d.Form == "site-code" && slices.Contains(r.f.Values(d.Name), strings.ToUpper(code)) {
			return true
		}
	}
	for i := range t.tokens {
		if t.text[t.tokens[i].from:t.tokens[i].to] == code && (t.namedSite(i) || t.onClient(i)) {
			return true
		}
	}
	return false
}

// namedSite reports whether a word for a site stands right beside a token, or before the list that holds it; a colon may part the
// list from what introduces it.
func (t *text) namedSite(i int) bool {
	if i+1 < len(t.tokens) && t.has(i+1, "site_noun") {
		return true
	}
	colon := false
	for k := i - 1; k >= max(0, i-16) && t.sentence[k] == t.sentence[i]; k-- {
		colon = colon || t.tokens[k].low == ":"
		switch {
		case t.has(k, "site_noun"):
			return true
		case !colon && !t.isCode(k) && t.tokens[k].kind != markToken && !t.has(k, "names_it"):
			return false
		}
	}
	return false
}

// onClient reports whether the sentence of a token, or the one behind it, speaks of what a client lists.
func (t *text) onClient(i int) bool {
	n := t.sentence[i]
	return t.hasWord(t.bounds[n].from, t.bounds[min(n+1, len(t.bounds)-1)].to, "on_client")
}

// givenAnchor reports whether a fact was given, or read from a log, that only our subject has.
func (r *reader) givenAnchor() bool {
	return slices.ContainsFunc(r.v.anchorFacts, r.f.Known)
}

// anchored reports whether a text names the subject, if only to deny it.
func (v *Vocabulary) anchored(t *text) bool {
	found := false
	for i := range t.tokens {
		v.reader().anchors.each(t, i, func(match, struct{}) { found = true })
		if found {
			return true
		}
	}
	return false
}

// anchoredIn reports whether what surrounds a report names the subject, in parts of one kind.
func (v *Vocabulary) anchoredIn(symptom string, kind message.Kind) bool {
	for _, p := range message.Split(symptom) {
		if p.Kind == kind && v.anchored(v.reader().lang.takeApart(v.spelling.read(symptom[p.From:p.To]))) {
			return true
		}
	}
	return false
}

// plainly reports whether a text speaks of the subject in plain words, which may be anybody's.
func (v *Vocabulary) plainly(found map[string][]reading) bool {
	return slices.ContainsFunc(v.reading, func(d *definition) bool {
		return !d.Anyway && !d.Quiet && slices.ContainsFunc(d.agree(found[d.Name]), func(r reading) bool { return r.value != "other" })
	})
}

// vague reports whether a text holds nothing but words that every complaint about a computer has.
func (t *text) vague() bool {
	for i := 0; i < len(t.tokens); {
		to := i
		for _, one := range t.tags[i] {
			if name := t.lang.names[one.class]; name == "vague" || name == "small" || name == "neutral" {
				to = max(to, one.to)
			}
		}
		switch {
		case to > i:
			i = to
		case t.tokens[i].kind == markToken || t.tokens[i].kind == numberToken:
			i++
		default:
			return false
		}
	}
	return true
}

// maxLines is how often one kind of line counts in one log.
const maxLines = 256

// joined is a text with its wrapped lines joined: log lines are wrapped anywhere.
type joined struct {
	text, lower string
	at          []int // where each byte stands in the text as it was
}

// join puts the lines of a text into one. The marks of a quoted mail are left out, too.
func join(text string) joined {
	var j joined
	b := make([]byte, 0, len(text))
	j.at = make([]int, 0, len(text)+1)
	for i := 0; i < len(text); {
		end, wrapped := i, false
		for end < len(text) && aroundLine(text[end]) {
			wrapped = wrapped || text[end] == '\n'
			end++
		}
		if wrapped {
			b, j.at = append(b, ' '), append(j.at, i)
			i = end
			continue
		}
		for end = max(end, i+1); i < end; i++ {
			b, j.at = append(b, text[i]), append(j.at, i)
		}
	}
	j.text = string(b)
	j.lower = strings.Map(lowerRune, j.text)
	j.at = append(j.at, len(text))
	return j
}

// aroundLine reports whether a byte may stand around the end of a line without being of what it says.
func aroundLine(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '>'
}

// log reads a log. A line of it is as good as told, though it overrides nobody. What says of itself that it is copied from an
// article, or an example, is no log.
func (r *reader) log(text string) {
	r.logLines(text, func(rule *lineRule, j joined, m []int) { r.line(rule, j.text, m, "log") })
}

// logLines calls found for each place of a log at which a rule reads a line, with the submatches of its expression.
func (r *reader) logLines(text string, found func(rule *lineRule, j joined, m []int)) {
	text = strings.TrimSpace(text)
	j := join(text)
	if j.text == "" || r.copied(text) {
		return
	}
	for _, rule := range r.v.lines {
		if !rule.may(j.lower) {
			continue
		}
		for _, m := range rule.findAll(j.text, j.lower, maxLines) {
			if !(rule.Last && goesOn(j.text[m[1]:])) && !command.MatchString(lineBefore(text, j.at[m[0]])) {
				found(rule, j, m)
			}
		}
	}
}

// copied reports whether a log says at its beginning that it is none.
func (r *reader) copied(text string) bool {
	const beginning = 400
	t := r.v.reader().lang.takeApart(r.v.spelling.read(strings.ToValidUTF8(text[:min(beginning, len(text))], "?")))
	return t.hasWord(0, len(t.tokens), "log_header")
}

// lineBefore returns what stands before a position in its line, no more of it than a command takes: a log may be one long line.
func lineBefore(text string, at int) string {
	const most = 400
	before := text[max(0, at-most):at]
	return before[strings.LastIndexByte(before, '\n')+1:]
}

// command matches what stands before a line that was looked for, commented out or called an example, and not printed by a log.
var command = regexp.MustCompile(`(?i)(?:\b(?:e?grep|find(?:str)?|select-string|type|echo|example|sample|beispiel)\b[^\n]{0,40}|^\s*(?:rem\b|#|//)[^\n]{0,40})$`)

// goesOn reports whether a log goes on after a line: another entry follows.
func goesOn(rest string) bool { return len(strings.TrimSpace(rest)) > 120 }

// lines reads the lines of logs in the words of a report, and reports whether there is one. A line that is set apart is one of
// a log. One within a sentence tells no more than the sentence: what it names is read as prose is.
func (r *reader) lines(t *text) bool {
	j := join(t.typed)
	flowing := t.flowing()
	found := false
	for _, rule := range r.v.lines {
		if !rule.may(j.lower) {
			continue
		}
		for _, m := range rule.findAll(j.text, j.lower, maxLines) {
			from, to := j.at[m[0]], j.at[m[1]]
			line := j.text[m[0]:m[1]]
			switch {
			case t.introduced(from, to) != plain, command.MatchString(lineBefore(t.typed, from)):
				t.hide(from, to)
			case setApart(flowing, from, to, line) || setApart(t.typed, from, to, line) && !t.flowsInto(from):
				r.line(rule, j.text, m, "symptom")
				found = true
			default:
				r.said(rule, j.text, m)
			}
		}
	}
	return found
}

// hide leaves a stretch of the text as it was typed out of what is read as prose.
func (t *text) hide(from, to int) {
	for i := range t.tokens {
		if t.forth(t.tokens[i].from) < to && t.forth(t.tokens[i].to) > from {
			t.hidden[i] = true
		}
	}
}

// introduced returns how the words before a quoted line mean it: the clause that it stands in, and the one that ends in the colon
// before it. Positions are those of the text as it was typed.
func (t *text) introduced(from, to int) mood {
	first := sort.Search(len(t.tokens), func(i int) bool { return t.forth(t.tokens[i].to) > from })
	last := sort.Search(len(t.tokens), func(i int) bool { return t.forth(t.tokens[i].from) >= to })
	if first >= last {
		return plain
	}
	var m mood
	for _, sc := range t.scopes[t.sentence[first]] {
		if sc.from <= first && first < sc.to && sc.trigger.to <= first {
			m |= sc.mood
		}
	}
	for i := first - 1; i >= 0 && i >= first-3; i-- {
		if t.tokens[i].low == ":" && i > 0 {
			m |= t.mood(span{i - 1, i}, nil)
			if from, _ := t.sentenceAt(i); t.hasWord(from, i, "denial") || t.hasWord(from, i, "not_a_log") {
				m |= denied
			}
		}
	}
	for last < len(t.tokens) && t.tokens[last].kind == markToken {
		last++
	}
	if last < len(t.tokens) && t.has(last, "not_shown") { // "The line … is missing in our log"
		m |= denied
	}
	return m
}

// hasWord reports whether a phrase of a class begins between two tokens.
func (t *text) hasWord(from, to int, class string) bool {
	id, ok := t.lang.classes[class]
	if !ok {
		return false
	}
	all := t.where[id]
	i, _ := slices.BinarySearchFunc(all, from, func(s place, from int) int { return s.from - from })
	return i < len(all) && all[i].from < to
}

// forth returns where text[at] was typed.
func (t *text) forth(at int) int { return t.back(at, false) }

var (
	logMarks  = regexp.MustCompile(`[\\#$_]|\d{4}|::`)
	logNamed  = regexp.MustCompile(`(?i)(\.log?_?|\blogs?|\bprotokoll)\b[^.!?\n]{0,30}[:"“„']{1,2} ?$`)
	component = regexp.MustCompile(`\$\$<\w+>`)
)

// flowing returns the text as it was typed, with blanks for the ends of lines that only wrap a sentence.
func (t *text) flowing() string {
	if len(t.soft) == 0 {
		return t.typed
	}
	b := []byte(t.typed)
	for _, at := range t.soft {
		b[t.forth(at)] = ' '
	}
	return string(b)
}

// flowsInto reports whether the line at a place of the typed text goes on with a sentence of the line before, which is none of a log.
func (t *text) flowsInto(at int) bool {
	end := strings.LastIndexByte(t.typed[:at], '\n')
	if end < 0 || !slices.ContainsFunc(t.soft, func(soft int) bool { return t.forth(soft) == end }) {
		return false
	}
	begin := strings.LastIndexByte(t.typed[:end], '\n') + 1
	return !logMarks.MatchString(t.typed[begin:end])
}

// setApart reports whether a line stands in a text as it stands in a log: before the name of the component that wrote it, on a
// line of its own or behind "Ccim32.log:", and does not read like a sentence that a person would write.
func setApart(typed string, from, to int, line string) bool {
	rest, _, _ := strings.Cut(typed[to:], "\n")
	before := typed[:from]
	begin := strings.LastIndexByte(before, '\n') + 1
	lead := strings.Trim(before[begin:], " \t>*|-\"'“„")
	switch {
	case component.MatchString(rest[:min(len(rest), 60)]):
		return true
	case logNamed.MatchString(before[max(0, len(before)-80):]):
		return true
	case strings.HasSuffix(strings.TrimRight(before, " "), "/") && strings.Contains(lead, ":"):
		return true // entries that are parted by a slash
	case logMarks.MatchString(line):
		return lead == "" || strings.HasSuffix(lead, ".") || strings.HasSuffix(lead, ":") || strings.HasSuffix(lead, "Warning") || logNamed.MatchString(lead)
	}
	return false
}

// said reads the values of a line that somebody wrote into a sentence: they want a yes like any prose.
func (r *reader) said(rule *lineRule, text string, m []int) {
	for name, value := range rule.values(text, m) {
		r.found(r.v.defs[name], value, Text, text[m[0]:m[1]], "symptom")
	}
}

// values yields the facts that the groups of a line name, with their values.
func (rule *lineRule) values(text string, m []int) func(yield func(name, value string) bool) {
	return func(yield func(name, value string) bool) {
		for i, group := range rule.names {
			if group == "" || m[2*i] < 0 || groupFact(group) != group {
				continue
			}
			value := text[m[2*i]:m[2*i+1]]
			if k := slices.Index(rule.names, group+"2"); k >= 0 && m[2*k] >= 0 {
				value = lowerVersion(value, text[m[2*k]:m[2*k+1]])
			}
			if !yield(group, value) {
				return
			}
		}
	}
}

// line reads a line of a log. One whose value is refused says nothing at all.
func (r *reader) line(rule *lineRule, text string, m []int, in string) {
	words := text[m[0]:m[1]]
	for name, value := range rule.values(text, m) {
		if _, problem := r.v.defs[name].check(value); problem != nil {
			return
		}
	}
	for name, value := range rule.values(text, m) {
		r.found(r.v.defs[name], value, Log, words, in)
	}
	for name, value := range rule.Sets.All() {
		r.found(r.v.defs[name], value, Log, words, in)
	}
}
