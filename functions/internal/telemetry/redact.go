package telemetry

import "strings"

// Redact returns s without what looks like a secret or a person: mail addresses, the query and user of addresses on the web, and
// long runs of letters and digits such as keys, tokens and signatures. Hashes of up to sixteen digits and the numbers of articles
// stay. It reads s once, from left to right, however s is made.
func Redact(s string) string {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	var b strings.Builder
	for len(s) > 0 {
		n := strings.IndexFunc(s, isSpace)
		switch n {
		case -1:
			n = len(s)
		case 0:
			n = len(s) - len(strings.TrimLeftFunc(s, isSpace))
			b.WriteString(s[:n])
			s = s[n:]
			continue
		}
		redactWord(&b, s[:n])
		s = s[n:]
	}
	return b.String()
}

const (
	maxText = 16 << 10 // bytes of one text in the log
	maxRun  = 19       // characters of one run that is no secret
	blot    = "[…]"
)

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// redactWord writes one word without its secrets.
func redactWord(b *strings.Builder, word string) {
	if at := strings.IndexByte(word, '@'); at > 0 && strings.IndexByte(word[at:], '.') > 0 && !strings.Contains(word, "://") {
		b.WriteString(blot)
		return
	}
	if scheme := strings.Index(word, "://"); scheme >= 0 {
		rest := word[scheme+3:]
		host, path, _ := strings.Cut(rest, "/")
		if at := strings.LastIndexByte(host, '@'); at >= 0 {
			word = word[:scheme+3] + blot + host[at:] + "/" + path
		}
		if q := strings.IndexByte(word, '?'); q >= 0 {
			word = word[:q+1] + blot
		}
	}
	for len(word) > 0 {
		n := 0
		for n < len(word) && isToken(word[n]) {
			n++
		}
		if n == 0 {
			b.WriteByte(word[0])
			word = word[1:]
			continue
		}
		if n > maxRun && (secretive(word[:n]) || strings.HasPrefix(word, "AKIA") || strings.HasPrefix(word, "ASIA")) {
			b.WriteString(blot)
		} else {
			b.WriteString(word[:n])
		}
		word = word[n:]
	}
}

func isToken(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '_' || c == '-' || c == '='
}

// secretive reports whether a long run has letters and digits mixed, as keys have and words and dates have not.
func secretive(run string) bool {
	const digits, upper, lower = 1, 2, 4
	kinds, changes, last := 0, 0, 0
	for i := range len(run) {
		kind := 0
		switch c := run[i]; {
		case '0' <= c && c <= '9':
			kind = digits
		case 'A' <= c && c <= 'Z':
			kind = upper
		case 'a' <= c && c <= 'z':
			kind = lower
		}
		if kind != 0 && kind != last {
			changes++
			last = kind
		}
		kinds |= kind
	}
	return kinds&digits != 0 && kinds != digits && changes >= 5
}
