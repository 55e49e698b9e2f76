package message

import "strings"

// A mail is lines of a message: its head, which is empty for the outermost one, and its body up to the next mail.
type mail struct {
	from, body, to int
	subject        int // the line of its subject, or -1
	forwarded      bool
}

// mailsOf returns the mails that stand below each other.
func mailsOf(b []line) []mail {
	mails := []mail{{subject: -1, to: len(b)}}
	first := true // nothing but blank lines so far
	for i := 0; i < len(b); {
		if b[i].blank() || b[i].quoted {
			first = first && b[i].blank()
			i++
			continue
		}
		m, ok := head(b, i, first)
		first = false
		if !ok {
			i++
			continue
		}
		mails[len(mails)-1].to = m.from
		m.to = len(b)
		mails = append(mails, m)
		i = m.body
	}
	return mails
}

// head returns the mail whose head begins at line i, if one does.
func head(b []line, i int, first bool) (mail, bool) {
	none, forwarded := marker(b[i].low)
	if !none {
		end, subject := below(b, i+1)
		return mail{i, end, 0, subject, forwarded}, true
	}
	if strings.Trim(b[i].low, "_") == "" && len(b[i].low) > 4 {
		if next := nextSaid(b, i+1); next < len(b) {
			if end, subject, found := fields(b, next); found.whole() {
				return mail{i, end, 0, subject, false}, true
			}
		}
		return mail{}, false
	}
	if key := fieldKey(&b[i]); key == keyFrom || first && key != 0 {
		if end, subject, found := fields(b, i); found.whole() {
			return mail{i, end, 0, subject, false}, true
		}
	}
	if end, subject, ok := notes(b, i); ok {
		return mail{i, end, 0, subject, false}, true
	}
	if n, dated := attribution(b, i); dated && introduces(b, i) == 0 {
		return mail{i, i + n, 0, -1, false}, true
	}
	return mail{}, false
}

// below returns where the head ends whose fields stand below a line such as "-----Original Message-----", if there are any.
func below(b []line, i int) (end, subject int) {
	end, subject, found := fields(b, nextSaid(b, i))
	if found == 0 {
		return i, -1
	}
	return end, subject
}

// notes returns where a head ends that Notes writes above a reply: a name, a date, and the fields but for the sender.
func notes(b []line, i int) (end, subject int, ok bool) {
	at := i
	if !stamp(b[at].low) {
		if at++; at == len(b) || len(b[i].low) > 80 || !stamp(b[at].low) {
			return 0, 0, false
		}
	}
	next := nextSaid(b, at+1)
	if next == len(b) {
		return 0, 0, false
	}
	end, subject, found := fields(b, next)
	return end, subject, found&keySubject != 0 && found&keyTo != 0
}

// stamp tells whether a line is a date with a time and nothing else.
func stamp(low string) bool {
	return len(low) <= 40 && dated(low) && timed(low) && len(strings.Fields(low)) <= 5
}

func nextSaid(b []line, i int) int {
	for i < len(b) && b[i].blank() {
		i++
	}
	return i
}

// marker tells whether a line begins a mail below it, as "-----Original Message-----" does, and whether that is a forwarded one.
func marker(low string) (none, forwarded bool) {
	if strings.HasPrefix(low, "begin forwarded message") || strings.HasPrefix(low, "anfang der weitergeleiteten") {
		return len(low) > 50, true
	}
	if strings.Contains(low, "reply above this line") || strings.Contains(low, "antworten sie oberhalb dieser") || strings.Contains(low, "type your reply above") {
		return false, false
	}
	if !strings.HasPrefix(low, "--") && !strings.HasPrefix(low, "__") && !strings.HasPrefix(low, "**") {
		return true, false
	}
	said := strings.Trim(low, "-_*: ")
	if strings.HasSuffix(low, "--") && (strings.HasSuffix(said, " wrote") || strings.HasSuffix(said, " schrieb")) {
		return len(said) > 120, false // Notes
	}
	if begins(said, originals) || strings.HasPrefix(said, "urspr") && strings.HasSuffix(said, "ngliche nachricht") {
		return len(said) > 60, false
	}
	return len(said) > 140 || !begins(said, forwards), true
}

func begins(s string, with []string) bool {
	for _, w := range with {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// keys is a set of fields of a head.
type keys byte

const (
	keyFrom keys = 1 << iota
	keyDate
	keyTo
	keySubject
	keyOther
)

// whole tells whether fields are those of a mail, and not just a list that says from where to where.
func (k keys) whole() bool {
	return k&keyFrom != 0 && k&keySubject != 0 && k&(keyDate|keyTo) != 0
}

func fieldKey(l *line) keys {
	key, _, ok := row(l.low)
	if !ok {
		return 0
	}
	return fieldKeys[key]
}

// row cuts "Key: value". Outlook's text of an HTML mail has stars around the key.
func row(low string) (key, value string, ok bool) {
	const longest = 28
	i := strings.IndexByte(low, ':')
	if i <= 0 || i > longest {
		return "", "", false
	}
	return strings.Trim(low[:i], "* "), strings.Trim(low[i+1:], "* "), true
}

// fields returns where the fields end that begin at line i, the line of the subject or -1, and which they are.
func fields(b []line, i int) (end, subject int, found keys) {
	const most = 30
	end, subject = i, -1
	last := keys(0)
	for k := i; k < len(b) && k < i+most && !b[k].quoted; k++ {
		l := &b[k]
		if l.blank() {
			if subject >= 0 {
				break
			}
			continue
		}
		key := fieldKey(l)
		if key == 0 {
			if k == end && continues(l, last) {
				end++
				continue
			}
			break
		}
		if key&(keyFrom|keySubject)&found != 0 {
			break // another head
		}
		if key == keySubject {
			subject = k
		}
		end, last, found = k+1, key, found|key
	}
	return end, subject, found
}

// continues tells whether a line goes on with the addresses of the line before.
func continues(l *line, last keys) bool {
	return last&(keyTo|keyOther) != 0 && (l.text > l.start || strings.ContainsAny(l.low, "@;"))
}

// introduces returns how many lines from i say whose quote follows, which is marked by line.
func introduces(b []line, i int) int {
	n, _ := attribution(b, i)
	if n == 0 {
		return 0
	}
	if next := nextSaid(b, i+n); next == len(b) || !b[next].quoted {
		return 0
	}
	return n
}

// attribution returns how many lines from i are "On Monday, Ann wrote:", and whether it is certain enough to take all below for quoted
// even without marks: a date, and a time or an address.
func attribution(b []line, i int) (n int, certain bool) {
	const longest, most = 300, 3
	said := ""
	for n = 1; n <= most && i+n <= len(b); n++ {
		l := &b[i+n-1]
		if l.blank() || l.quoted || len(l.low) > longest || n == 1 && !opensAttribution(l.low) {
			return 0, false
		}
		said = strings.TrimSpace(said + " " + l.low)
		if strings.HasSuffix(said, ":") {
			if len(said) > longest || !attributes(said) {
				return 0, false
			}
			return n, begins(said, ons) && dated(said) && (timed(said) || strings.Contains(said, "@"))
		}
	}
	return 0, false
}

// opensAttribution tells whether the words of an attribution may begin with a line: a cheap look before a dear one.
func opensAttribution(low string) bool {
	return strings.HasSuffix(low, ":") || begins(low, ons) || strings.Contains(low, "@")
}

// attributes tells whether folded words that end with a colon name who wrote what follows. Programs write logs, and "I" quotes nobody.
func attributes(said string) bool {
	wrote, addressed := false, strings.Contains(said, "@")
	words := strings.Fields(said)
	for _, w := range words {
		w = strings.Trim(w, ":,")
		if wrotes[w] {
			wrote = true
		}
		if pronouns[w] || articles[w] && !addressed {
			return false
		}
	}
	if wrote {
		return len(words) > 1 && len(words) <= 25
	}
	return addressed && (strings.HasSuffix(said, ">:") || strings.HasSuffix(said, "]:")) && len(words) <= 12
}

// dated tells whether a text has a year, or a day with its month in figures.
func dated(s string) bool {
	run, parts := 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			run++
			continue
		}
		if run == 4 && (s[i-4:i-2] == "19" || s[i-4:i-2] == "20") {
			return true
		}
		if run == 1 || run == 2 {
			if parts++; parts == 3 {
				return true
			}
		}
		if i < len(s) && strings.IndexByte("./-", s[i]) < 0 || run == 0 {
			parts = 0
		}
		run = 0
	}
	return false
}

// timed tells whether a text has a time such as 7:10.
func timed(s string) bool {
	digit := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }
	for i := range len(s) {
		if s[i] == ':' && digit(i-1) && digit(i+1) && digit(i+2) && !digit(i+3) {
			return true
		}
	}
	return false
}
