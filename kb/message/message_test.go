package message

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// left is what is written of a text: its lines without blanks around and without empty ones.
func left(text string) string {
	var lines []string
	for l := range strings.Lines(Written(text)) {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

// marked shows a text with the kinds of its parts, for a person who reads a failure.
func marked(text string) string {
	var b strings.Builder
	for _, p := range Split(text) {
		fmt.Fprintf(&b, "[%s]%s", p.Kind, text[p.From:p.To])
	}
	return b.String()
}

func TestWhatIsWrittenIsLeft(t *testing.T) {
	for _, mail := range mails {
		if got := left(mail.text); got != mail.want {
			t.Errorf("%s: of\n%s\nis left\n%s\nwant\n%s", mail.says, marked(mail.text), got, mail.want)
		}
	}
}

func TestPartsAreOfTheirKind(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"\n \n", "[written]\n \n"},
		{"The client hangs.", "[written]The client hangs."},
		{"Hi Kath, the client hangs.", "[greeting]Hi Kath,[written] the client hangs."},
		{"\nHi Kath,\n\nThe client hangs.\n\nRegards\nAnn\n", "[greeting]\nHi Kath,\n[written]\nThe client hangs.\n\n[signature]Regards\nAnn\n"},
		{"No.\n\nOn 3 Nov 2025 at 10:00, Ann wrote:\n> Does it run?\n", "[written]No.\n\n[quoted]On 3 Nov 2025 at 10:00, Ann wrote:\n> Does it run?\n"},
		{"Subject: FW: SMS hangs\n", "[header]Subject: FW: [written]SMS hangs\n"},
		{"Ticket #4711\nPriority: 2\n\nIt hangs.\n", "[header]Ticket #4711\nPriority: 2\n[written]\nIt hangs.\n"},
		{"It hangs.\n\nThis e-mail is confidential.\n", "[written]It hangs.\n\n[disclaimer]This e-mail is confidential.\n"},
		{"> It hangs.\n", "[quoted]> [written]It hangs.\n"},
		{"Hi Kath,\n", "[written]Hi Kath,\n"},
	} {
		if got := marked(tt.text); got != tt.want {
			t.Errorf("Split(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// squeezed is what is left of a text, without blank lines.
func squeezed(text string) string {
	var lines []string
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

func TestAReplyThatSaysNothingItselfIsEmpty(t *testing.T) {
	for text, want := range map[string]string{
		"-----Original Message-----\nFrom: Fixdesk\nSent: Saturday\nTo: Ann\nSubject: x\n\nDoes it? Answer yes, no or don't know.\n": "",
		"> Does it? Answer yes or no.\n":                                                                  "",
		"On Sat, 28 Nov 2026 at 06:54, Fixdesk <rt@fixdesk.test> wrote:\n> Does it?\n":                    "",
		"No.\n\nOn Sat, 28 Nov 2026 at 06:54, Fixdesk <rt@fixdesk.test> wrote:\n> Does it? Answer yes.\n": "No.",
		"> Does it?\n\nNo.\n\n> And this?\n":                                                              "No.",
		"On my machine it is NT 4.0\n":                                                                    "On my machine it is NT 4.0",
		"Yes\n\n________________________________\nFrom: Fixdesk <rt@fixdesk.test>\nSent: Saturday, November 28, 2026 6:54 AM\nTo: Ann <ann@client.test>\nSubject: SMSMON32\n\nDoes it? Answer no.\n": "Yes",
		"": "",
	} {
		if got := squeezed(Own(text)); got != want {
			t.Errorf("Own(%q) = %q, want %q", text, got, want)
		}
	}
}

// check holds a text to what is promised of every text.
func check(t *testing.T, text string) {
	t.Helper()
	at := 0
	parts := Split(text)
	for i, p := range parts {
		if p.From != at || p.To <= p.From {
			t.Fatalf("Split(%q) = %v: part %d does not begin where the one before ends", text, parts, i)
		}
		if i > 0 && parts[i-1].Kind == p.Kind {
			t.Fatalf("Split(%q) = %v: parts %d and %d are of one kind", text, parts, i-1, i)
		}
		if at = p.To; utf8.ValidString(text) && !utf8.ValidString(text[p.From:p.To]) {
			t.Fatalf("Split(%q) = %v: part %d ends inside a character", text, parts, i)
		}
	}
	if at != len(text) {
		t.Fatalf("Split(%q) = %v covers %d bytes of %d", text, parts, at, len(text))
	}
	if n := len(Own(text)); n != len(text) {
		t.Fatalf("Own(%q) has %d bytes, want %d", text, n, len(text))
	}
	said := Written(text)
	if len(said) != len(text) {
		t.Fatalf("Written(%q) has %d bytes, want %d", text, len(said), len(text))
	}
	for i := range len(said) {
		if said[i] != text[i] && (said[i] != ' ' || text[i] == '\n' || text[i] == '\r') {
			t.Fatalf("Written(%q) has %q at %d", text, said[i], i)
		}
	}
	if strings.TrimSpace(text) != "" && strings.TrimSpace(said) == "" {
		t.Fatalf("Written(%q) is blank", text)
	}
	if unix := strings.ReplaceAll(text, "\r\n", "\n"); !strings.Contains(unix, "\r") {
		dos := strings.ReplaceAll(unix, "\n", "\r\n")
		if a, b := marked(unix), strings.ReplaceAll(marked(dos), "\r\n", "\n"); a != b {
			t.Fatalf("with other line ends,\n%q\nbecomes\n%q", a, b)
		}
	}
}

func TestPartsCoverTheText(t *testing.T) {
	for _, mail := range mails {
		check(t, mail.text)
		for i := range mail.text {
			if i%7 == 0 {
				check(t, mail.text[i:])
				check(t, mail.text[:i])
			}
		}
		check(t, strings.ReplaceAll(mail.text, "\n", " "))
	}
	for _, text := range hostile(300) {
		check(t, text)
	}
}

// The bodies that any wrapping must leave as they are.
var bodies = []string{
	"The client hangs since SP1.",
	"No.",
	"After the update, smsmon32.exe takes 100 % of the processor.\n\nThe log says:\n\n12:01:03 SMS_EXECUTIVE error 1603\n12:01:04 SMS_EXECUTIVE stopped",
	"Nach dem Update startet der Dienst nicht mehr.\nWas können wir tun?",
	"PC1: NT4\nPC2: Windows 2000\nPC3: hangs",
	"OS: NT4\nCPU: 99 %\nSite: ABC\nStatus: failed",
	"- the client hangs\n- the server is fine\n- no error in the log",
	"* NT4\n* Windows 2000 SP2",
	"HKEY_LOCAL_MACHINE\\Software\\Microsoft\\SMS\n\"Installed\"=dword:1",
	"C:\\> net start clisvc\nSystem error 1067 has occurred.",
	"1. Stop the service\n2. Delete the folder\n3. Start it again",
	"From: ABC\nTo: XYZ\nSize: 3 MB\n\nThe package is not copied.",
	"| Site | State |\n|------|-------|\n| ABC  | hangs |",
	"ABC\n|- XYZ\n|  |- P01\n|- P02",
	"Can somebody tell me why smsmon32.exe hangs?",
	"The console shows: File > Open > Sites, and then nothing.",
	"> 90 % of the processor is taken by smsmon32.",
	"This message appears: Access denied. Is it a virus?",
	"We get an e-mail from SMS each night. Its subject is always the same.\n\nSubject is 'Site ABC'.",
	"Best practice says that we need SP2. Thanks to Bob we know that.\nRegards from SMS is the title of the window.",
	"On 3 Nov 2025 at 10:00 the SMS Executive wrote:\n12:01:03 error 1603",
	"Am 03.11.2025 um 10:00 schrieb der Dienst:\n12:01:03 error 1603",
	"Dr. Watson shows smsmon32.exe 0xC0000005.\n\n\nKöln, 2 < 3 & \"quoted\"",
	"<Package ID=\"ABC00001\">\n  <Source>\\\\server\\share</Source>\n</Package>",
	"hangs",
	"The file is at ftp://server/pub -- I could not open it.",
	"Event ID: 1067\nSource: Service Control Manager\nDescription: The service hangs.",
	"Thanks, the first part works now. The second part hangs still.",
	"Danke, läuft noch nicht.",
}

func TestWhateverSurroundsABodyLeavesTheBody(t *testing.T) {
	if testing.Short() {
		t.Skip("reads thousands of texts")
	}
	greetings := []string{"", "Hi Kath,\n\n", "Sehr geehrte Damen und Herren,\n\n", "Hello all\n\n", "Guten Morgen Frau Müller,\n", "Dear Sir or Madam,\n\n", "hi kath,\n"}
	signatures := []string{"", "\n\nRegards\nAnn", "\n\n-- \nAnn Example\nphone 4711\n", "\n\nMit freundlichen Grüßen\n\nAnn Beispiel\nClient GmbH\nMusterstraße 12\n50667 Köln\nTel.: +49 221 4711-0\nann@client.test\n",
		"\n\nThanks & kind regards,\n\nAnn Example\nHelpdesk user\nClient Ltd.\n", "\n\nMfG Ann\n", "\n\nSent from my iPhone\n", "\n\nBest,\nann\n"}
	disclaimers := []string{"", "\n\nThis e-mail is confidential and may be privileged. If you are not the intended\nrecipient, please notify the sender and delete it.\n",
		"\n\n---\nDiese E-Mail wurde von Avast Antivirus-Software auf Viren geprüft.\nhttps://www.avast.com/antivirus\n",
		"\n\nDiese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige\nAdressat sind, informieren Sie bitte den Absender.\n\nDas unbefugte Kopieren und die Weitergabe dieser E-Mail sind nicht gestattet.\n"}
	quotes := []string{"", "\n\n-----Original Message-----\nFrom: Fixdesk <rt@fixdesk.test>\nSent: Saturday, November 28, 2026 6:54 AM\nTo: Ann Example\nSubject: [fixdesk.test #1] SMSMON32\n\nDoes it run? Answer yes or no.\n",
		"\n\nOn Mon, Nov 3, 2025 at 5:00 PM Kath Example <kath@client.test>\nwrote:\n\n> Does it run?\n>> It did.\n",
		"\n\nVon: Kath Beispiel\nGesendet: Montag, 3. November 2025 17:00\nAn: Ann Beispiel\nBetreff: AW: SMSMON32\n\nLäuft es?\n",
		"\n\nAm 03.11.2025 um 17:00 schrieb Kath Beispiel:\n> Läuft es?\n"}
	for _, body := range bodies {
		want := left(body)
		if plain := strings.Join(strings.Fields(body), " "); plain != strings.Join(strings.Fields(want), " ") {
			t.Errorf("alone, of %q is left %q", body, want)
			continue
		}
		for _, g := range greetings {
			for _, s := range signatures {
				for _, d := range disclaimers {
					for _, q := range quotes {
						text := g + body + s + d + q
						if got := left(text); got != want {
							t.Errorf("of\n%s\nis left\n%s\nwant\n%s", marked(text), got, want)
						}
						if len(text)%4 == 0 {
							check(t, text)
						}
					}
				}
			}
		}
	}
}

// hostile returns texts that make careless code slow, or lost.
func hostile(n int) []string {
	var all []string
	for _, s := range []string{">", "> ", "|", "| ", "-", "--\n", "-- \n", "\n", "\r", " ", "From: ", "From: a Sent: b To: c Subject: d ", "On ", "On a@b\n", "On a wrote:\n", "On a wrote: > ", ": > ",
		"Regards\n", "Ann\n", "Hi ", "Owner: x\n", "Owner: x\n\n", "Ticket #4711\n", "Subject: RE: ", "Subject: x\n", "-----Original Message-----", "-----Original Message-----\n", "----- a", "see below\n",
		"Disclaimer:\n\n", "this e-mail ", "This e-mail is confidential\n\n", "To: a@b\n a@b\n", "\xfc", "\u00a0", "wrote:\n\n", "x\n> y\n", "____________\n", "FW: "} {
		all = append(all, strings.Repeat(s, n), "It hangs.\n"+strings.Repeat(s, n), strings.Repeat(s+"\n", n))
	}
	var deep strings.Builder
	for i := range n {
		deep.WriteString(strings.Repeat(">", i%200) + " see below\n")
	}
	return append(all, deep.String())
}

func TestNoTextIsSlow(t *testing.T) {
	if testing.Short() {
		t.Skip("reads long texts")
	}
	for _, text := range hostile(10000) { // each is done in a blink, or in minutes
		Split(text)
	}
}

func TestTheKindsAreAllThereAre(t *testing.T) {
	seen := map[Kind]bool{}
	for _, mail := range mails {
		for _, p := range Split(mail.text) {
			seen[p.Kind] = true
		}
	}
	for _, k := range kindOf {
		if !seen[k] {
			t.Errorf("no mail has a part that is %s", k)
		}
	}
	if len(seen) != len(kindOf) {
		t.Errorf("the kinds are %v, want %v", seen, kindOf)
	}
}

func FuzzSplit(f *testing.F) {
	for _, mail := range mails {
		f.Add(mail.text)
		f.Add(strings.ReplaceAll(mail.text, "\n", "\r\n"))
	}
	for _, text := range hostile(4) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { check(t, text) })
}

func FuzzASentenceAboveAQuoteIsNeverLost(f *testing.F) {
	for _, body := range bodies {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if strings.ContainsFunc(body, unicode.IsControl) || body == "" || body[0] == '>' || body[0] == '|' {
			return
		}
		text := "The client of site ABC hangs.\n" + body + "\n> quoted\n"
		if !strings.HasPrefix(Written(text), "The client of site ABC hangs.\n") {
			t.Errorf("of\n%s\nthe first sentence is lost", marked(text))
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	var mail strings.Builder
	for mail.Len() < 20000 {
		mail.WriteString("The client hangs since SP1, and the log says error 1603, so that we cannot go on.\n")
		if mail.Len() > 12000 {
			mail.WriteString("> On 3 Nov 2025 at 10:00, Ann <ann@client.test> wrote:\n>> Does it run?\n\n")
		}
	}
	for _, bench := range []struct{ name, text string }{
		{"lines", mail.String()},
		{"flat", strings.ReplaceAll(mail.String(), "\n", " ")},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.text)))
			for b.Loop() {
				Split(bench.text)
			}
		})
	}
}
