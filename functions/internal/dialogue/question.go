package dialogue

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/schemas"
)

// What a question asks for.
const (
	AskFact    = "fact"    // the value of a fact
	AskConfirm = "confirm" // the one yes to what was read from prose
	AskSolved  = "solved"  // whether the trouble is over
)

// A Question is one that was put, with all that is needed to read an answer to it later.
type Question struct {
	Kind    string    `json:"kind"`
	Number  int       `json:"number"`         // of our message that put it
	ID      string    `json:"id,omitempty"`   // of that message in the channel
	At      time.Time `json:"at,omitzero"`    // when it was put
	Tree    string    `json:"tree,omitempty"` // the version of the tree that asked
	Fact    string    `json:"fact,omitempty"`
	Text    string    `json:"text,omitempty"`
	Form    string    `json:"form,omitempty"` // of a free answer
	Several bool      `json:"several,omitempty"`
	Choices []Choice  `json:"choices,omitempty"`
	Taken   []Taken   `json:"taken,omitempty"` // what wants a yes, in the order in which it is numbered
}

// A Choice is one of the answers to a question.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Taken is a fact that was read and wants a yes.
type Taken struct {
	Fact  string `json:"fact"`
	Value any    `json:"value"`
	Label string `json:"label"`
}

// Stands reports whether a question would still be put in the same words: an answer to another one is no answer. Now is the question of
// the fact as it is put now, nil where there is none any more.
func (q *Question) Stands(now *desk.Ask) bool {
	if q.Kind != AskFact {
		return true // a yes is held against what is read now, by the desk
	}
	return now != nil && now.Text == q.Text && now.Form == q.Form && slices.EqualFunc(now.Answers, q.Choices, func(a desk.Choice, c Choice) bool { return a.Value == c.Value && a.Label == c.Label })
}

// A reading is what was read from a message as an answer.
type reading struct {
	answers []answer
	rest    string // what else it says
	unclear bool   // it is meant as an answer and cannot be taken as one
}

type answer struct {
	fact     string
	value    any
	confirms bool
}

// Words that answer a question by themselves, folded. Longer ones stand for themselves: "no idea" is not a no.
var (
	yesWords     = []string{"yes", "yes it is", "yes it does", "yes please", "yes thanks", "yes thank you", "yep", "yeah", "y", "correct", "that is right", "that's right", "right", "true", "ja", "jawohl", "stimmt", "genau", "richtig"}
	noWords      = []string{"no", "no it is not", "no it isn't", "no it does not", "no it doesn't", "no thanks", "nope", "n", "wrong", "false", "nein", "falsch"}
	unknownWords = []string{"don't know", "do not know", "i don't know", "i do not know", "dont know", "i dont know", "don't know", "no idea", "not sure", "i'm not sure", "i am not sure", "unknown", "no clue", "can't say", "cannot say",
		"weiß nicht", "weiss nicht", "das weiß ich nicht", "weiß ich nicht", "keine ahnung", "unbekannt"}
	allWords  = []string{"all", "all of them", "all of it", "all right", "all correct", "everything", "alle", "alles"}
	noneWords = []string{"none", "none of them", "none of it", "keine", "keines", "nichts"}
)

// read reads what somebody says as an answer. An answer is all that is said, or stands at its beginning with an end of a clause behind it;
// where another answer stands further on, it is unclear which is meant.
func (q *Question) read(own string) reading {
	switch q.Kind {
	case AskConfirm:
		return q.readConfirm(own)
	case AskFact:
		if len(q.Choices) == 0 {
			return q.readFree(own)
		}
		return q.readChoice(own)
	case AskSolved:
		yes := Question{Choices: []Choice{{"yes", "Yes"}, {"no", "No"}}}
		return yes.readChoice(own)
	}
	return reading{rest: own}
}

// A phrase is words that mean an answer.
type phrase struct {
	words string // folded
	value string
}

// phrases returns the words that mean one of the answers, the longest first.
func (q *Question) phrases() []phrase {
	var all []phrase
	add := func(value string, words ...string) {
		for _, w := range words {
			all = append(all, phrase{fold(w), value})
		}
	}
	for i, c := range q.Choices {
		add(c.Value, c.Value, c.Label, strconv.Itoa(i+1))
		switch c.Value {
		case "yes":
			add(c.Value, yesWords...)
		case "no":
			add(c.Value, noWords...)
		}
	}
	add("unknown", unknownWords...)
	slices.SortStableFunc(all, func(a, b phrase) int { return len(b.words) - len(a.words) })
	return all
}

func (q *Question) readChoice(own string) reading {
	phrases := q.phrases()
	if q.Several {
		if values, ok := several(own, phrases); ok {
			return reading{answers: []answer{{fact: q.Fact, value: values}}}
		}
	}
	value, rest := begins(own, phrases)
	if value == "" {
		return reading{rest: own, unclear: short(own) && q.resembles(own)}
	}
	if other := further(rest, phrases, value); other {
		return reading{rest: own, unclear: true}
	}
	var v any = value
	if q.Several && value != "unknown" {
		v = []any{value}
	}
	return reading{answers: []answer{{fact: q.Fact, value: v}}, rest: rest}
}

// resembles reports whether a few words are meant as an answer to a question that they do not answer.
func (q *Question) resembles(own string) bool {
	words := slices.Concat(yesWords, noWords, allWords, noneWords)
	first, _, _ := strings.Cut(fold(own), "\n")
	_, err := strconv.Atoi(strings.Trim(first, " .)"))
	return err == nil || slices.Contains(words, strings.Trim(first, " .!,"))
}

// short reports whether a text is no more than a remark.
func short(s string) bool { return utf8.RuneCountInString(s) <= 80 }

// begins returns the value of the answer that a text begins with, and what stands behind it.
func begins(text string, phrases []phrase) (value, rest string) {
	text = strings.TrimSpace(text)
	folded := fold(text)
	for _, p := range phrases {
		if p.words != "" && strings.HasPrefix(folded, p.words) {
			if n, ok := ends(folded, len(p.words)); ok {
				return p.value, strings.TrimSpace(behind(text, folded[:n]))
			}
		}
	}
	return "", text
}

// ends reports whether a clause ends at an index of a folded text, and where the next one begins.
func ends(folded string, at int) (int, bool) {
	i := at
	for i < len(folded) && folded[i] == ' ' {
		i++
	}
	if i == len(folded) || folded[i] == '\n' {
		return i, true
	}
	r, n := utf8.DecodeRuneInString(folded[i:])
	if !strings.ContainsRune(".,;:!?)–—-", r) {
		return 0, false
	}
	if i == at || r == '–' || r == '—' || r == '-' {
		next := i + n
		for next < len(folded) && strings.IndexByte(".!?)", folded[next]) >= 0 {
			next++
		}
		if next == len(folded) || folded[next] == ' ' || folded[next] == '\n' {
			return next, true
		}
	}
	return 0, false
}

// behind returns what of a text stands behind the part whose folded form is given: folding keeps the number of characters.
func behind(text, folded string) string {
	n := utf8.RuneCountInString(folded)
	for i := range text {
		if n == 0 {
			return text[i:]
		}
		n--
	}
	return ""
}

// further reports whether a clause of what stands behind an answer is another answer.
func further(rest string, phrases []phrase, value string) bool {
	clauses := strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune("\n.;,!?", r) })
	for _, c := range clauses {
		if got, after := begins(c, phrases); got != "" && after == "" && got != value {
			if _, err := strconv.Atoi(strings.TrimSpace(c)); err != nil { // a number is a number
				return true
			}
		}
	}
	return false
}

// several reads a list of answers: all of the first line must be such.
func several(own string, phrases []phrase) ([]any, bool) {
	line, rest, _ := strings.Cut(strings.TrimSpace(own), "\n")
	if strings.TrimSpace(rest) != "" {
		return nil, false
	}
	var all []any
	for _, part := range listed(line) {
		value, after := begins(part, phrases)
		if value == "" || value == "unknown" || after != "" {
			return nil, false
		}
		if !slices.Contains(all, any(value)) {
			all = append(all, value)
		}
	}
	return all, len(all) > 0
}

// listed returns the parts of a list that commas and "and" separate.
func listed(line string) []string {
	line = strings.NewReplacer(" and ", ",", " und ", ",", " & ", ",", ";", ",").Replace(strings.TrimRight(line, ". "))
	var parts []string
	for p := range strings.SplitSeq(line, ",") {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// readFree reads an answer in somebody's own words: the whole message, of the form that is asked for.
func (q *Question) readFree(own string) reading {
	value, rest := begins(own, phrasesOf("unknown", unknownWords))
	if value != "" {
		return reading{answers: []answer{{fact: q.Fact, value: value}}, rest: rest}
	}
	line, more, _ := strings.Cut(strings.TrimSpace(own), "\n")
	line = strings.TrimSpace(line)
	if q.Several && slices.Contains(noneWords, strings.Trim(fold(line), " .")) {
		return reading{answers: []answer{{fact: q.Fact, value: []any{}}}, rest: more}
	}
	if word := strings.Trim(fold(own), " .!,"); slices.Contains(slices.Concat(yesWords, noWords, allWords), word) {
		return reading{rest: own, unclear: true} // a yes names nothing, even where it has the form of a name
	}
	parts := []string{strings.TrimRight(line, ". ")}
	if q.Several {
		parts = listed(line)
	}
	values := make([]any, 0, len(parts))
	for _, p := range parts {
		if _, err := schemas.Form(q.Form, p); err != nil || len(parts) > 16 {
			return reading{rest: own, unclear: short(own) && len(strings.Fields(own)) <= 3}
		}
		values = append(values, p)
	}
	switch {
	case len(values) == 0:
		return reading{rest: own}
	case q.Several:
		return reading{answers: []answer{{fact: q.Fact, value: values}}, rest: more}
	}
	return reading{answers: []answer{{fact: q.Fact, value: values[0]}}, rest: more}
}

func phrasesOf(value string, words []string) []phrase {
	all := make([]phrase, len(words))
	for i, w := range words {
		all[i] = phrase{fold(w), value}
	}
	slices.SortStableFunc(all, func(a, b phrase) int { return len(b.words) - len(a.words) })
	return all
}

// readConfirm reads which of what was read is right: yes or all, none, or the numbers of those that are. Of what is not right nothing
// is known any more.
func (q *Question) readConfirm(own string) reading {
	phrases := slices.Concat(phrasesOf("all", allWords), phrasesOf("all", yesWords), phrasesOf("none", noneWords), phrasesOf("none", noWords), phrasesOf("unknown", unknownWords))
	slices.SortStableFunc(phrases, func(a, b phrase) int { return len(b.words) - len(a.words) })
	if right, ok := q.numbers(own); ok {
		return q.confirmed(right, "")
	}
	value, rest := begins(own, phrases)
	switch {
	case value == "":
		return reading{rest: own, unclear: short(own) && strings.IndexFunc(own, unicode.IsDigit) >= 0}
	case further(rest, phrases, value):
		return reading{rest: own, unclear: true}
	}
	right := map[int]bool{}
	for i := range q.Taken {
		right[i] = value == "all"
	}
	return q.confirmed(right, rest)
}

// numbers reads "1, 3" and "1 and 3": the numbers of what is right.
func (q *Question) numbers(own string) (right map[int]bool, ok bool) {
	line, rest, _ := strings.Cut(strings.TrimSpace(own), "\n")
	if strings.TrimSpace(rest) != "" {
		return nil, false
	}
	right = map[int]bool{}
	for _, part := range listed(line) {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 || n > len(q.Taken) {
			return nil, false
		}
		right[n-1] = true
	}
	return right, len(right) > 0
}

func (q *Question) confirmed(right map[int]bool, rest string) reading {
	r := reading{rest: rest}
	for i, t := range q.Taken {
		if right[i] {
			r.answers = append(r.answers, answer{t.Fact, t.Value, true})
		} else {
			r.answers = append(r.answers, answer{fact: t.Fact, value: "unknown"})
		}
	}
	return r
}

// fold returns a text in small letters with plain apostrophes and blanks, of as many characters.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '’' || r == '‘' || r == '`' || r == '´':
			return '\''
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return unicode.ToLower(r)
	}, s)
}

// Phrases by which somebody asks for a person, or says that nothing helped. They are looked for in what the sender says itself.
var (
	personWords = []string{"want a person", "want a human", "talk to a person", "talk to a human", "speak to a person", "speak to a human", "speak to somebody", "speak to someone", "talk to somebody", "talk to someone",
		"need a human", "need a person", "a real person", "escalate", "call me", "mit einem menschen", "mit jemandem sprechen", "rufen sie mich an"}
	unsolvedWords = []string{"not solved", "not fixed", "did not help", "didn't help", "does not help", "doesn't help", "has not helped", "hasn't helped", "still not working", "did not work", "didn't work",
		"nicht gelöst", "nicht behoben", "hat nicht geholfen", "half nicht", "geht immer noch nicht"}
)

func wishOf(own string) Wish {
	folded := strings.ReplaceAll(fold(own), "\n", " ")
	if slices.ContainsFunc(personWords, func(w string) bool { return containsWords(folded, w) }) {
		return WantsPerson
	}
	if slices.ContainsFunc(unsolvedWords, func(w string) bool { return containsWords(folded, w) }) {
		return NotSolved
	}
	return ""
}

// containsWords reports whether a text holds words, and not as a part of longer ones or behind a negation.
func containsWords(text, words string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], words)
		if i < 0 {
			return false
		}
		i += at
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(words):])
		if !unicode.IsLetter(before) && !unicode.IsLetter(after) && !denied(text[:i]) {
			return true
		}
		at = i + len(words)
	}
}

// denied reports whether a clause that goes on denies what follows.
func denied(before string) bool {
	fields := strings.Fields(before)
	for _, f := range fields[max(0, len(fields)-2):] {
		if f == "not" || f == "no" || f == "don't" || f == "nicht" || f == "kein" || f == "keinen" {
			return true
		}
	}
	return false
}

// Automatic reports whether a message calls itself an automatic one in its subject. What a system says of a message comes before this.
func Automatic(subject string) bool {
	s := strings.TrimSpace(fold(subject))
	for {
		rest := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "re:"), "aw:"), "fwd:")
		if rest = strings.TrimSpace(rest); rest == s {
			break
		}
		s = rest
	}
	for _, w := range []string{"automatic reply", "auto reply", "auto-reply", "autoreply", "out of office", "out of the office", "automatische antwort", "abwesenheitsnotiz", "abwesend", "undeliverable", "delivery status notification", "mail delivery failed", "unzustellbar"} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}
