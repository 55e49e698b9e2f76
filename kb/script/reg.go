package script

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// reg writes a registration file. It holds only the edits of a stage, and every other step as a numbered comment for the person who
// imports it, the backup first. A registration file cannot look before it changes, and a key between brackets is made where it is
// missing. So a subkey is deleted by its own name, which makes nothing; a value says beside it that its key must be there; and where
// the form of an entry is not known, what deletes a value stands behind semicolons, for the person who has found one.
//
// Quoting. A line that begins with ";" is a comment to its end, so a text needs only to stay on its line and in ASCII; brackets
// and quotes are taken out of it all the same, in case a reader of lines takes them for more. Keys stand in brackets and hold none.
// In the quotes of names and data a backslash stands before each backslash and quote.
type reg struct{}

func init() { dialects["reg"] = reg{} }

var regSigns = lettersAnd(`.,:;'/\_-+#@()%$?=`)

func (reg) extension() string { return ".reg" }

// A regPage is a registration file in the making.
type regPage struct {
	*job
	strings.Builder
	edits int   // how many were written
	looks bool  // what is being written only looks
	err   error // the first reason why the stage is not expressed
}

func (p *regPage) line(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
	p.WriteString("\r\n")
}

func (p *regPage) comment(indent, text string) {
	text = regSigns.plain(strings.ReplaceAll(text, handMark, ""))
	for _, l := range wrap(text, 110) {
		p.line("; ", indent, l)
	}
}

// byHand tells a person how to do what another dialect does by itself.
func (p *regPage) byHand(texts ...string) {
	for _, text := range texts {
		if text != "" {
			p.comment("  ", "- "+text)
		}
	}
}

func (reg) print(j *job) (string, error) {
	p := &regPage{job: j}
	p.head()
	for _, op := range p.Steps {
		p.op(op)
	}
	p.step, p.looks = program.Step{}, true
	for _, op := range p.Looks {
		p.op(op)
	}
	p.undo()
	if p.err != nil {
		return "", p.err
	}
	if p.edits == 0 {
		p.step = program.Step{Number: j.first, Text: j.steps[0].Does()}
		return "", p.unsupported("the stage has no edit of the registry")
	}
	return p.String(), nil
}

func (p *regPage) head() {
	p.line("REGEDIT4")
	p.line()
	p.line("; ==== WHAT THIS IS")
	p.comment("", "Fixdesk: "+p.title()+". From "+p.source()+".")
	p.line("; fix=", p.plan.Name(), " ", idMark, zeros)
	p.comment("", p.plan.Goal())
	for _, doubt := range p.plan.Doubts {
		p.comment("", "Not certain: "+doubt)
	}
	p.comment("", "This file changes the registry at once and without a look. Do the steps by hand that are numbered here, in this order.")
	if p.View == "32" {
		p.comment("", `On 64-bit Windows import it with %WINDIR%\SysWOW64\regedit.exe.`)
	}
	if p.User {
		p.comment("", "Log on as the user who has the trouble: the settings are those of the user.")
	}
	p.line()
	p.line("; ==== THE PLAN")
}

func (p *regPage) op(op program.Op) {
	switch op := op.(type) {
	case program.Step:
		p.step = op
		p.line()
		p.comment("", fmt.Sprintf("%d %s: %s", op.Number, op.Effect, op.Text))
	case program.Rights:
		p.byHand("Log on as an administrator.")
	case program.Compare, program.CompareRest:
		if p.looks && p.step.Number > 0 {
			p.byHand(byHand(p.Program, op)...)
		}
	case program.Collect:
		p.refuse("a registration file prints nothing")
	case program.Remove:
		p.edit(p.Target(op.Target))
	case program.Set:
		p.edit(p.Target(op.Target))
	case program.Move:
		if len(p.Target(op.From).Keys) > 0 {
			p.refuse("a registration file cannot copy data that it does not know")
			return
		}
		p.byHand(byHand(p.Program, op)...)
	case program.Run:
		p.byHand("Run it when this file is imported: " + commandLine(op.Program, op.Args) + ".")
	default:
		p.byHand(byHand(p.Program, op)...)
	}
}

// refuse keeps the first reason why the stage is not expressed.
func (p *regPage) refuse(why string) {
	if p.err == nil {
		p.err = p.unsupported(why)
	}
}

// edit writes what removes or sets a target.
func (p *regPage) edit(t program.Target) {
	switch t.Kind {
	case program.Key:
		p.removeKeys(t.Keys)
	case program.Entry:
		p.removeEntry(t)
	case program.Value:
		p.value(t)
	case program.Element:
		p.refuse("a registration file writes a list as a whole, and cannot change one element of it")
	default:
		p.byHand(where(t)...)
	}
}

func (p *regPage) removeKeys(keys []string) {
	p.edits++
	for _, k := range keys {
		if strings.ContainsAny(k, "[]") || !printable(k) {
			p.refuse("a registration file cannot name the key " + k)
			return
		}
		p.line("[-", k, "]")
	}
}

// removeEntry deletes a subkey of the name, which does nothing where there is none. A value would be named below its key between
// brackets, which makes the key where it is missing: that is left to the person who has looked.
func (p *regPage) removeEntry(t program.Target) {
	p.byHand("Look what it is. A subkey: import this file.")
	subkeys := make([]string, len(t.Keys))
	for i, k := range t.Keys {
		subkeys[i] = k + `\` + t.Name
	}
	p.removeKeys(subkeys)
	p.byHand("A value: first take the semicolons away before the two lines of the key that holds it, and of no other key, because they make a key that is missing.")
	for _, k := range t.Keys {
		p.line(";[", k, "]")
		p.line(";", quoted(t.Name), "=-")
	}
	p.byHand("A line of a list: do not import this file, and take the line away in Registry Editor.")
}

func (p *regPage) value(t program.Target) {
	if len(t.Keys) > 1 {
		p.refuse("a registration file cannot look which spelling of the key is there")
		return
	}
	data, why := "-", ""
	if t.Want != nil {
		data, why = regData(*t.Want)
	}
	if why == "" && !printable(t.Name) {
		why = "a registration file in plain ASCII cannot hold the name"
	}
	if why != "" {
		p.refuse(why)
		return
	}
	if t.Make {
		p.byHand("If the key above this one is not there, do not import this file: it would make that too.")
	} else {
		p.byHand("If this key is not there, do not import this file: it would make the key.")
	}
	name := quoted(t.Name)
	if t.Name == "" {
		name = "@"
	}
	p.edits++
	p.line("[", t.Keys[0], "]")
	p.line(folded(name + "=" + data))
}

// undo says how a person takes the edits back.
func (p *regPage) undo() {
	p.line()
	p.line("; ==== UNDO, by hand")
	for i, item := range undoing(p.Program) {
		p.comment("", strconv.Itoa(i+1)+" "+item[0])
		for _, line := range item[1:] {
			if line != "" {
				p.comment("  ", line)
			}
		}
	}
}

var regEscape = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func quoted(s string) string { return `"` + regEscape.Replace(s) + `"` }

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' })
}

// regData returns data in the form of REGEDIT4, where lists and expanding texts are bytes, or why there is none.
func regData(d program.Data) (data, why string) {
	for _, text := range append([]string{d.Text}, d.List...) {
		if !printable(text) {
			return "", "a registration file in plain ASCII cannot hold the data"
		}
	}
	switch d.Type {
	case program.SZ:
		return quoted(d.Text), ""
	case program.DWord:
		return "dword:" + d.Text, ""
	case program.Binary:
		raw, err := hex.DecodeString(strings.NewReplacer(" ", "", ",", "").Replace(d.Text))
		if err != nil {
			return "", "the data is not pairs of hex digits"
		}
		return "hex:" + commas(raw), ""
	case program.Expand:
		return "hex(2):" + commas([]byte(d.Text+"\x00")), ""
	case program.Multi:
		var raw []byte
		for _, item := range d.List {
			raw = append(raw, item+"\x00"...)
		}
		return "hex(7):" + commas(append(raw, 0)), ""
	}
	return "", "the type of the data is not known"
}

func commas(raw []byte) string {
	parts := make([]string, len(raw))
	for i, b := range raw {
		parts[i] = hex.EncodeToString([]byte{b})
	}
	return strings.Join(parts, ",")
}

// folded breaks the bytes of a long line as Registry Editor does, with a backslash at the end of each line but the last.
func folded(line string) string {
	if !strings.Contains(line, "=hex") {
		return line
	}
	var b strings.Builder
	for len(line) > 77 {
		at := strings.LastIndexByte(line[:77], ',') + 1
		if at == 0 {
			break
		}
		b.WriteString(line[:at] + "\\\r\n  ")
		line = line[at:]
	}
	return b.String() + line
}
