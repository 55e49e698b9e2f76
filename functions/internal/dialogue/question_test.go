package dialogue

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/kb/message"
)

var (
	yesNo   = &Question{Kind: AskFact, Fact: "cpu", Choices: []Choice{{"yes", "Yes"}, {"no", "No"}}}
	windows = &Question{Kind: AskFact, Fact: "client_os", Choices: []Choice{{"nt4", "Windows NT 4.0"}, {"win98", "Windows 98"}, {"win2000", "Windows 2000"}}}
	process = &Question{Kind: AskFact, Fact: "process", Several: true, Choices: []Choice{{"smsmon32", "Smsmon32"}, {"clisvcl", "Clisvcl"}, {"other", "Another one"}}}
	sites   = &Question{Kind: AskFact, Fact: "client_sites", Several: true, Form: "site-code"}
	taken   = &Question{Kind: AskConfirm, Taken: []Taken{{"client_os", "nt4", "Windows NT 4.0"}, {"process", []any{"smsmon32"}, "Smsmon32"}}}
)

// shown is a reading as a test writes it down: the answers, and a question mark where it is unclear.
func shown(r reading) string {
	var parts []string
	for _, a := range r.answers {
		mark := "="
		if a.confirms {
			mark = "!"
		}
		parts = append(parts, fmt.Sprint(a.fact, mark, a.value))
	}
	if r.unclear {
		parts = append(parts, "?")
	}
	return strings.Join(parts, " ")
}

func TestAnAnswerIsTheWholeOfAMessageOrBeginsIt(t *testing.T) {
	for _, c := range []struct {
		q          *Question
		text, want string
	}{
		{yesNo, "No.", "cpu=no"},
		{yesNo, "no", "cpu=no"},
		{yesNo, "Yes!", "cpu=yes"},
		{yesNo, "1", "cpu=yes"},
		{yesNo, "2)", "cpu=no"},
		{yesNo, "Ja, seit gestern.", "cpu=yes"},
		{yesNo, "No, but the fan is loud", "cpu=no"},
		{yesNo, "No - it is another one", "cpu=no"},
		{yesNo, "Yes\nAnn", "cpu=yes"},
		{yesNo, "I don’t know", "cpu=unknown"},
		{yesNo, "No idea.", "cpu=unknown"},
		{yesNo, "Don't know, ask Bob", "cpu=unknown"},
		{yesNo, "No idea why it hangs", ""},
		{yesNo, "No problem with that", ""},
		{yesNo, "Yes and no", ""},
		{yesNo, "No. Sorry, yes.", "?"},
		{yesNo, "No, I don't know", "?"},
		{yesNo, "I am out of office until 7 December. Yes, in urgent cases call the desk.", ""},
		{yesNo, "It says no.", ""},
		{yesNo, "3", "?"},
		{yesNo, "1.5 GB are free", ""},
		{yesNo, "", ""},
		{windows, "Windows NT 4.0", "client_os=nt4"},
		{windows, "nt4", "client_os=nt4"},
		{windows, "windows 98, second edition", "client_os=win98"},
		{windows, "Windows 2000 Server", ""},
		{windows, "Yes", "?"},
		{windows, "On my machine it is NT 4.0", ""},
		{windows, "2", "client_os=win98"},
		{windows, "Windows 98. No, Windows 2000.", "?"},
		{process, "1, 3", "process=[smsmon32 other]"},
		{process, "smsmon32 and clisvcl", "process=[smsmon32 clisvcl]"},
		{process, "Smsmon32", "process=[smsmon32]"},
		{process, "weiß nicht", "process=unknown"},
		{process, "smsmon32 hangs", ""},
		{sites, "ABC", "client_sites=[ABC]"},
		{sites, "ABC, DEF and GHI.", "client_sites=[ABC DEF GHI]"},
		{sites, "none", "client_sites=[]"},
		{sites, "the sites are ABC and DEF", ""},
		{sites, "ABCD", "?"},
		{sites, "Yes.", "?"},
		{sites, "don't know", "client_sites=unknown"},
		{taken, "yes", "client_os!nt4 process![smsmon32]"},
		{taken, "All of them.", "client_os!nt4 process![smsmon32]"},
		{taken, "2", "client_os=unknown process![smsmon32]"},
		{taken, "1 and 2", "client_os!nt4 process![smsmon32]"},
		{taken, "no", "client_os=unknown process=unknown"},
		{taken, "3", "?"},
		{taken, "yes, no", "?"},
		{taken, "Yesterday it worked", ""},
	} {
		if got := shown(c.q.read(c.text)); got != c.want {
			t.Errorf("%q to %s%s: %q, want %q", c.text, c.q.Fact, c.q.Kind, got, c.want)
		}
	}
}

// Bug 7 of peers: what stands above, between and below a quote, as the programs of people write it.
func TestOnlyWhatTheSenderSaysAnswers(t *testing.T) {
	const asked = "Does smsmon32 use most of the CPU? Answer yes, no or don't know."
	for name, c := range map[string]struct{ text, want string }{
		"Outlook":         {"No.\n\nAnn Example\nHelpdesk user\n\n-----Original Message-----\nFrom: Fixdesk <rt@fixdesk.test>\nSent: Saturday, November 28, 2026 6:54 AM\nTo: Ann Example\nSubject: [fixdesk.test #1] SMSMON32\n\n" + asked, "cpu=no"},
		"Gmail":           {"No.\n\nOn Sat, Nov 28, 2026 at 6:54 AM Fixdesk <rt@fixdesk.test> wrote:\n\n> " + asked + "\n>\n", "cpu=no"},
		"Thunderbird":     {"Am 28.11.26 um 06:54 schrieb Fixdesk:\n> " + asked + "\n\nJa.\n", "cpu=yes"},
		"inline":          {"> The first line\n> " + asked + "\n\nNo.\n\n> Regards\n", "cpu=no"},
		"nothing above":   {"\n\nOn Sat, Nov 28, 2026 at 6:54 AM Fixdesk <rt@fixdesk.test> wrote:\n\n> " + asked + "\n", ""},
		"On in a reply":   {"On my machine it is NT 4.0", ""},
		"Outlook, silent": {"\n-----Original Message-----\nFrom: Fixdesk <rt@fixdesk.test>\nSent: Saturday\nTo: Ann\nSubject: x\n\n" + asked, ""},
	} {
		if got := shown(yesNo.read(strings.TrimSpace(message.Own(c.text)))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSomebodyWhoWantsAPersonIsHeard(t *testing.T) {
	for text, want := range map[string]Wish{
		"I want a person, please.":           WantsPerson,
		"Can I talk to somebody about this?": WantsPerson,
		"It did not help.":                   NotSolved,
		"Das hat nicht geholfen":             NotSolved,
		"I don't want a person":              "",
		"We need a personal computer":        "",
		"It hangs":                           "",
	} {
		if got := wishOf(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAnAutomaticMessageIsKnownByItsSubject(t *testing.T) {
	for subject, want := range map[string]bool{
		"Automatic reply: [fixdesk.test #1] SMSMON32": true, "AW: Abwesenheitsnotiz: x": true, "Re: Re: Out of Office": true,
		"Undeliverable: x": true, "Re: [fixdesk.test #1] SMSMON32": false, "The automatic reply of SMS hangs": false, "": false,
	} {
		if got := Automatic(subject); got != want {
			t.Errorf("%q: %v, want %v", subject, got, want)
		}
	}
}

// Whatever somebody writes, an answer is one of those that were asked for.
func FuzzAnAnswerIsOneOfTheChoices(f *testing.F) {
	for _, s := range []string{"No.", "1, 3", "İ.", "weiß nicht", "yes – no", "2) x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, q := range []*Question{yesNo, windows, process, sites, taken} {
			r := q.read(text)
			for _, a := range r.answers {
				if s, ok := a.value.(string); ok && s != "unknown" && len(q.Choices) > 0 && s != q.Choices[0].Value && s != q.Choices[1].Value && s != q.Choices[len(q.Choices)-1].Value {
					t.Errorf("%q is the answer %q", text, s)
				}
			}
			if utf8.ValidString(text) && !strings.Contains(text, strings.TrimSpace(r.rest)) {
				t.Errorf("of %q is left %q", text, r.rest)
			}
		}
	})
}
