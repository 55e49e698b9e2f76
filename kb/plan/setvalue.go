package plan

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// SetValue gives a value of a key its data, adds an element to a list, or takes one out of it. The key must be there, unless Make.
type SetValue struct {
	Cited
	changing
	Key  Key
	Name Name
	Data program.Data
	Add  Name // an element that the list (multi-sz) must have; Data is empty then
	Drop Name // an element that the list must not have; Data is empty then
	Make bool // make the key where it is missing
}

// VerifyValue looks whether a value is what SetValue wrote. OrGone: it is content too where the key is no longer there, because the
// program to which it belongs has dropped it.
type VerifyValue struct {
	Cited
	reading
	Key    Key
	Name   Name
	Data   program.Data
	OrGone bool
}

var (
	_ = verb("set-value", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		keys, name, e := r.entry(at, arg)
		s := SetValue{Cited: c, Key: r.only(at+"/key", keys), Name: name, Make: e.Make}
		switch {
		case e.Add != "" && e.Remove == "" && e.Data == nil:
			s.Add = r.name(at+"/add", e.Add)
		case e.Remove != "" && e.Add == "" && e.Data == nil:
			s.Drop = r.name(at+"/remove", e.Remove)
		case e.Data != nil && e.Add == "" && e.Remove == "":
			s.Data = r.data(at, e.Type, e.Data)
		default:
			r.report(at, "expected data, or an element to add or to remove")
		}
		return s
	})
	_ = verb("verify-value", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		keys, name, e := r.entry(at, arg)
		return VerifyValue{Cited: c, Key: r.only(at+"/key", keys), Name: name, Data: r.data(at, e.Type, e.Data), OrGone: e.OrGone}
	})
)

func (SetValue) Verb() string    { return "set-value" }
func (VerifyValue) Verb() string { return "verify-value" }
func (VerifyValue) rank() int    { return rankVerify }

func (s SetValue) Does() string {
	switch {
	case s.Add != "":
		return fmt.Sprintf("Add %s to the list %s under %s.", s.Add, s.Name, s.Key)
	case s.Drop != "":
		return fmt.Sprintf("Take %s out of the list %s under %s.", s.Drop, s.Name, s.Key)
	case s.Make:
		return fmt.Sprintf("Set %s to %s under %s, and make the key where it is missing.", s.Name, shown(s.Data), s.Key)
	}
	return fmt.Sprintf("Set %s to %s under %s.", s.Name, shown(s.Data), s.Key)
}

func (s VerifyValue) Does() string {
	return fmt.Sprintf("Look again: %s is %s.", s.Name, shown(s.Data))
}

// shown returns data as a person reads it.
func shown(d program.Data) string {
	switch d.Type {
	case program.DWord:
		return "0x" + d.Text
	case program.Multi:
		return "the list " + strings.Join(d.List, ", ")
	case program.SZ, program.Expand:
		if d.Text == "" {
			return "an empty text"
		}
	}
	return d.Text
}

func (s SetValue) check(c *checker) {
	c.backedUp(s.Key)
	if !s.Make && !c.looked[string(s.Key)+`\`] {
		c.report("look for the key with expect-key first, or say make: true: a key is not made by accident")
	}
}

func (s SetValue) target() program.Target {
	t := program.Target{Kind: program.Value, Keys: long([]Key{s.Key}), Name: string(s.Name), Make: s.Make, Want: &s.Data}
	switch {
	case s.Add != "":
		t.Kind, t.Item, t.Want = program.Element, string(s.Add), &program.Data{Type: program.SZ, Text: string(s.Add)}
	case s.Drop != "":
		t.Kind, t.Item, t.Want = program.Element, string(s.Drop), nil
	}
	return t
}

func (s SetValue) targets(c *compiler) { c.changes(s.target()) }

func (s SetValue) compile(c *compiler) {
	t := c.target(s.target())
	if s.Drop != "" {
		c.change(t, program.Remove{Target: t})
		return
	}
	c.change(t, program.Set{Target: t})
}

func (s VerifyValue) compile(c *compiler) {
	c.compare(program.Target{Kind: program.Value, Keys: long([]Key{s.Key}), Name: string(s.Name), Want: &s.Data}, s.OrGone)
}

var (
	binaryForm = regexp.MustCompile(`^[0-9a-fA-F]{2}(,?[0-9a-fA-F]{2}){0,255}$`)
	textForm   = regexp.MustCompile(`^[A-Za-z0-9 .,:;/\\()_%@#=+-]{0,200}$`) // what every dialect can quote
)

// data reads data of a type: sz where none is named.
func (r *draftReader) data(at, typ string, raw json.RawMessage) (d program.Data) {
	d.Type = program.Type(typ)
	if typ == "" {
		d.Type = program.SZ
	}
	if d.Type == program.Multi {
		r.decode(at+"/data", raw, &d.List)
		if len(d.List) == 0 || len(d.List) > 64 {
			r.report(at+"/data", "expected a list of 1 to 64 texts")
		}
		for _, item := range d.List {
			r.dataText(at+"/data", item, false)
		}
		return d
	}
	r.decode(at+"/data", raw, &d.Text)
	switch d.Type {
	case program.SZ, program.Expand:
		r.dataText(at+"/data", d.Text, true)
	case program.DWord:
		d.Text = r.dword(at+"/data", d.Text)
	case program.Binary:
		r.match(at+"/data", d.Text, binaryForm)
		d.Text = strings.ToLower(strings.ReplaceAll(d.Text, ",", ""))
	default:
		r.report(at+"/type", "expected sz, expand-sz, dword, binary or multi-sz")
	}
	return d
}

// dataText refuses a text that one of the shells would read as more than a text, or would not give back as it is.
func (r *draftReader) dataText(at, text string, empty bool) {
	if !textForm.MatchString(text) || strings.TrimSpace(text) != text || text == "" && !empty {
		r.report(at, `expected at most 200 letters, digits, blanks between them, and . , : ; / \ ( ) _ %% @ # = + -`)
	}
}

// dword returns a number as eight hex digits.
func (r *draftReader) dword(at, text string) string {
	digits, hex := strings.CutPrefix(text, "0x")
	base := 10
	if hex {
		base = 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		r.report(at, "expected a number of 32 bits such as 20 or 0x14")
	}
	return fmt.Sprintf("%08x", n)
}
