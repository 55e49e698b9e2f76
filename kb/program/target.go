package program

import (
	"slices"
	"strings"
)

// A state is a target as it is at one time. Text tells two states apart; the rest is what Restore needs.
type state struct {
	noKey bool   // the key of the target is not there
	key   string // the spelling of the key that is there
	forms []Kind // of an entry: those in which it is there
	odd   bool   // it is there in a form that is not changed
	there bool
	text  string // empty where it is not there

	nodes map[string]node // of a key: itself and all below it
	data  value           // of a value
	lists map[string]value
	file  *Content
	made  bool // the key of the target was missing
}

// look returns the state of a target.
func (c *Computer) look(view string, t Target) state {
	switch t.Kind {
	case Key:
		return c.lookKey(view, t)
	case Value, Entry, Element:
		return c.lookUnder(view, t)
	}
	return c.lookFile(t)
}

func (c *Computer) spelling(view string, t Target) string {
	for _, k := range t.Keys {
		if c.key(view, k) != nil {
			return k
		}
	}
	return ""
}

func (c *Computer) lookKey(view string, t Target) state {
	s := state{key: c.spelling(view, t)}
	s.noKey = s.key == ""
	if !s.noKey {
		s.there = true
		s.keep(c, view, s.key)
	}
	return s
}

// keep remembers a key with all below it.
func (s *state) keep(c *Computer, view, key string) {
	s.nodes = map[string]node{}
	for _, id := range c.below(view, key) {
		n := c.keys[id]
		values := map[string]value{}
		for k, v := range n.values {
			values[k] = v
		}
		s.nodes[id] = node{n.path, values}
	}
	s.text += "key " + c.dump(view, key) + "\n"
}

func (c *Computer) lookUnder(view string, t Target) state {
	s := state{key: c.spelling(view, t)}
	if s.key == "" {
		s.made = t.Make && c.key(view, t.Keys[0][:strings.LastIndexByte(t.Keys[0], '\\')]) != nil
		s.noKey = !s.made
		return s
	}
	n := c.key(view, s.key)
	own, isValue := n.values[strings.ToLower(t.Name)]
	switch t.Kind {
	case Value:
		if isValue {
			s.there, s.data, s.text = true, own, "value "+own.name+" "+own.Data.String()
			s.odd = t.Want != nil && own.Type != t.Want.Type
		}
	case Element:
		s.odd = isValue && own.Type != Multi
		s.there = isValue && slices.ContainsFunc(own.List, func(item string) bool { return strings.EqualFold(item, t.Item) })
		if isValue {
			s.data, s.text = own, "list "+own.Data.String()
		}
	case Entry:
		c.lookEntry(view, t, &s)
	}
	return s
}

// lookEntry finds the forms in which an entry is kept.
func (c *Computer) lookEntry(view string, t Target, s *state) {
	n := c.key(view, s.key)
	if sub := s.key + `\` + t.Name; c.key(view, sub) != nil {
		s.forms = append(s.forms, Key)
		s.keep(c, view, sub)
	}
	if own, ok := n.values[strings.ToLower(t.Name)]; ok {
		s.forms = append(s.forms, Value)
		s.data = own
		s.text += "value " + own.name + " " + own.Data.String() + "\n"
	}
	s.lists = map[string]value{}
	for k, v := range n.values {
		switch {
		case k == strings.ToLower(t.Name):
		case v.Type == Multi && slices.ContainsFunc(v.List, func(item string) bool { return strings.EqualFold(item, t.Name) }):
			s.lists[k] = v
		case (v.Type == SZ || v.Type == Expand) && slices.ContainsFunc(strings.FieldsFunc(v.Text, func(r rune) bool { return strings.ContainsRune(",; ", r) }),
			func(part string) bool { return strings.EqualFold(part, t.Name) }):
			s.odd = s.odd || k != "" // the default value describes a key
		}
	}
	if len(s.lists) > 0 {
		s.forms = append(s.forms, Element)
		for _, k := range slices.Sorted(keysOf(s.lists)) {
			s.text += "list " + k + " " + s.lists[k].Data.String() + "\n"
		}
	}
	s.there = len(s.forms) > 0
}

func keysOf[V any](m map[string]V) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (p Path) id() string { return strings.ToLower(string(p.In) + `\` + p.Name) }

func (c *Computer) lookFile(t Target) state {
	f := c.Files[t.Path.id()]
	noSource := t.From != (Path{}) && c.Files[t.From.id()] == nil
	if f == nil {
		return state{odd: t.Kind == Line || t.Kind == Attributes || noSource}
	}
	kept := *f
	s := state{there: true, odd: noSource, file: &kept, text: "file " + f.Attributes + " " + f.Text}
	switch t.Kind {
	case Ini:
		text, ok := iniGet(f.Text, t.Section, t.Item)
		if s.there, s.text = ok, ""; ok {
			s.text = "entry " + text
		}
	case Attributes:
		s.text = "attributes " + f.Attributes
	case Line:
		s.odd = !t.Edit.applies(f.Text)
	}
	return s
}

// done reports whether a target is as it is wanted.
func (s state) done(c *Computer, t Target) bool {
	switch t.Kind {
	case Value:
		return s.there == (t.Want != nil) && (t.Want == nil || s.data.Data.String() == t.Want.String())
	case Element:
		return s.there == (t.Want != nil)
	case Ini:
		if t.Want == nil || s.file == nil {
			return s.there == (t.Want != nil)
		}
		text, ok := iniGet(s.file.Text, t.Section, t.Item)
		return ok && text == t.Want.Text
	case File:
		if t.From == (Path{}) {
			return !s.there
		}
		from := c.Files[t.From.id()]
		return s.there && from != nil && from.Text == s.file.Text
	case Attributes:
		return s.file != nil && withAttributes(s.file.Attributes, t.Want.Text) == s.file.Attributes
	case Line:
		return s.file != nil && t.Edit.done(s.file.Text)
	}
	return !s.there
}

// among reports whether the state is a part of another one: of a key whose removal or restoration was cut off.
func (s state) among(whole state) bool {
	if len(s.nodes) == 0 || len(whole.nodes) == 0 || len(s.forms) != len(whole.forms) {
		return false
	}
	for id, n := range s.nodes {
		w, ok := whole.nodes[id]
		if !ok {
			return false
		}
		for k, v := range n.values {
			if v.Data.String() != w.values[k].Data.String() {
				return false
			}
		}
	}
	return true
}

// The text files.

func lines(text string) []string {
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
}

func joined(all []string) string { return strings.Join(all, "\r\n") + "\r\n" }

// applies reports whether the edit can be made, or is made.
func (e Edit) applies(text string) bool {
	if e.done(text) {
		return true
	}
	count := func(line string) int {
		n := 0
		for _, l := range lines(text) {
			if strings.EqualFold(strings.TrimSpace(l), line) {
				n++
			}
		}
		return n
	}
	switch {
	case e.First != "":
		return count(":"+e.Label) > 0
	case e.Old != "":
		return count(e.Old) == 1
	}
	return true
}

func (e Edit) done(text string) bool {
	all := lines(text)
	if e.First != "" {
		return strings.EqualFold(strings.TrimSpace(all[0]), e.First) && slices.ContainsFunc(all, func(l string) bool { return strings.EqualFold(strings.TrimSpace(l), ":"+e.Label) })
	}
	has := func(line string) bool {
		return slices.ContainsFunc(all, func(l string) bool { return strings.EqualFold(strings.TrimSpace(l), line) })
	}
	return has(e.New) && (e.Old == "" || !has(e.Old))
}

func (e Edit) apply(text string) string {
	all := lines(text)
	switch {
	case e.First != "":
		all = append([]string{e.First}, all...)
	case e.Old != "":
		for i, l := range all {
			if strings.EqualFold(strings.TrimSpace(l), e.Old) {
				all[i] = e.New
			}
		}
	default:
		all = append(all, e.New)
	}
	return joined(all)
}

// iniGet returns an entry of a section.
func iniGet(text, section, item string) (string, bool) {
	in := false
	for _, l := range lines(text) {
		l = strings.TrimSpace(l)
		if strings.HasPrefix(l, "[") {
			in = strings.EqualFold(l, "["+section+"]")
			continue
		}
		name, data, ok := strings.Cut(l, "=")
		if in && ok && strings.EqualFold(strings.TrimSpace(name), item) {
			return strings.TrimSpace(data), true
		}
	}
	return "", false
}

// iniSet returns the text with the entry set, or taken away where want is nil. A section that is missing is added.
func iniSet(text, section, item string, want *Data) string {
	var out []string
	in, set := false, want == nil
	for _, l := range lines(text) {
		trimmed := strings.TrimSpace(l)
		if strings.HasPrefix(trimmed, "[") {
			if in && !set {
				out, set = append(out, item+"="+want.Text), true
			}
			in = strings.EqualFold(trimmed, "["+section+"]")
		} else if name, _, ok := strings.Cut(trimmed, "="); in && ok && strings.EqualFold(strings.TrimSpace(name), item) {
			if want == nil || set {
				continue
			}
			l, set = item+"="+want.Text, true
		}
		out = append(out, l)
	}
	if !set && !in {
		out = append(out, "["+section+"]")
	}
	if !set {
		out = append(out, item+"="+want.Text)
	}
	return joined(out)
}

// withAttributes applies signed letters to attributes: "+r-h" to "ahs" gives "ars".
func withAttributes(have, change string) string {
	sign := byte('+')
	for i := range len(change) {
		letter := change[i : i+1]
		switch {
		case letter == "+" || letter == "-":
			sign = letter[0]
		case sign == '+' && !strings.Contains(have, letter):
			have += letter
		case sign == '-':
			have = strings.ReplaceAll(have, letter, "")
		}
	}
	letters := strings.Split(have, "")
	slices.Sort(letters)
	return strings.Join(letters, "")
}
