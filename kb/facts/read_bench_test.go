package facts_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/facts"
)

// BenchmarkRead reads reports as people write them: a line of chat, a ticket, a complaint about something else, and a pasted log.
func BenchmarkRead(b *testing.B) {
	base, err := kb.Load(kb.Content())
	if err != nil {
		b.Fatal(err)
	}
	const logText = `Checking property SMS Installed Sites, value = HQ1   $$<CCIM32><Mon Jun 05 2000 09:12:44.561><thread=173 (0xAD)>
Checking property SMS Installed Sites, value = BB9   $$<CCIM32><Mon Jun 05 2000 09:12:44.571><thread=173 (0xAD)>
Warning: Unable to check assignment for site "BB9" - #2147942453   $$<CCIM32><Mon Jun 05 2000 09:12:45.001><thread=173 (0xAD)>
The site BB9 does not exist any longer.  $$<CCIM32><Mon Jun 05 2000 09:12:45.101><thread=173 (0xAD)>`
	for _, report := range []struct{ name, symptom, log string }{
		{"chat", "smsmon32 at 99% since sms sp1 on nt4, can you help?", ""},
		{"ticket", "Since the weekend upgrade to SMS 2.0 Service Pack 1 this Windows NT 4.0 workstation hangs. Task Manager shows Smsmon32.exe at 98%. " +
			"Two sites share the domain and only one of them was upgraded. Site OLD was decommissioned in May.", ""},
		{"elsewhere", "Excel 97 crashes when I open a workbook that links to another one on the file server.", ""},
		{"log", "Clients hang on NT 4.0 since SP1.", logText},
		{"codes", "smsmon32 hangs, sites " + listOfCodes(4000), ""},
		{"one-line-log", "smsmon32 hangs", strings.Repeat("The site BB9 does not exist any longer. ", 5000)},
		{"long", strings.Repeat("The user says that the PC is slow, and we do not know whether SP1 was applied to site HQ1 or not.\n", 200), ""},
		{"mail", mailOfSentences(b), ""},
	} {
		b.Run(report.name, func(b *testing.B) {
			for b.Loop() {
				base.Vocabulary.Read(facts.Input{Symptom: report.symptom, Log: report.log})
			}
		})
	}
}

// mailOfSentences returns a mail of 20,000 characters, as many as a report may have, in words that people wrote.
func mailOfSentences(b *testing.B) string {
	f, err := os.Open("../testdata/sentences.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	all, err := kb.ReadSentences(f)
	if err != nil {
		b.Fatal(err)
	}
	var mail strings.Builder
	for _, s := range all {
		mail.WriteString(s.Text + "\n")
	}
	return mail.String()[:20000]
}

// listOfCodes returns so many site codes, each another one: they begin more phrases than any other words.
func listOfCodes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%c%c%c, ", 'B'+i/676%24, 'A'+i/26%26, 'A'+i%26)
	}
	return b.String()
}
