package desk

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/kb"
)

// Metamorphic tests: nobody says here what the answer to a report is. The same thing said in another way gets the same answer, and
// a sentence that does not say it any more gets no answer that rests on it. Two numbers matter: how often an answer stays, which must
// not sink below what was reached, and how often a diagnosis is confirmed that the report as it was does not confirm: never.

// A way is one way to say a report differently, and the share of reports that must keep their answer.
type way struct {
	name  string
	floor float64
	// say returns the report told otherwise, or several of them; n numbers the report. None where it cannot be told so.
	say func(text string, n int) []string
}

var sameMeaning = []way{
	{"typographic apostrophes", 1, each(func(s string) string { return apostrophe.ReplaceAllString(s, "${1}’$2") })},
	{"no apostrophes in don't and the like", 1, each(func(s string) string { return negated.ReplaceAllString(s, "${1}t") })},
	{"typographic quotes", 1, each(func(s string) string { return inQuotes.ReplaceAllString(s, "“$1”") })},
	{"German quotes", 1, each(func(s string) string { return inQuotes.ReplaceAllString(s, "„$1“") })},
	{"single quotes", 1, each(func(s string) string { return inQuotes.ReplaceAllString(s, "'$1'") })},
	{"small letters", 1, each(func(s string) string { return ordinary(s, strings.ToLower) })},
	{"every word capitalised", 1, each(func(s string) string { return ordinary(s, capitalised) })},
	{"long words in capitals", 1, each(func(s string) string { return ordinary(s, shouted) })},
	{"CRLF", 1, each(func(s string) string { return strings.ReplaceAll(s+"\n", "\n", "\r\n") })},
	{"wrapped at 60", 1, each(func(s string) string { return wrapped(s, 60) })},
	{"wrapped at 72", 1, each(func(s string) string { return wrapped(s, 72) })},
	{"greeting", 1, around(greetings, "%s\n\n%s")},
	{"greeting on the same line", 1, around(greetings, "%s %s")},
	{"signature", 0.997, around(signatures, "%[2]s\n\n%[1]s")},
	{"disclaimer", 1, around(disclaimers, "%[2]s\n\n%[1]s")},
	{"greeting, signature and disclaimer", 1, letter},
	{"ticket header", 1, around(tickets, "%s\n\n%s")},
	{"quoted reply about something else", 1, quoting(around(quotedElse, "%[2]s\n\n%[1]s"))},
	{"quoted reply about the same with other values", 0.982, quoting(around(quotedSame, "%[2]s\n\n%[1]s"))},
	{"forwarded", 1, forwarded},
	{"irrelevant sentences before", 0.974, sprinkled(func(before, after, extra string) string { return extra + " " + before + after })},
	{"irrelevant sentences after", 0.978, sprinkled(func(before, after, extra string) string { return closed(before+after) + " " + extra })},
	{"irrelevant sentences between", 1, sprinkledBetween},
	{"sentences in another order", 1, reordered},
}

func TestTheSameSaidInAnotherWayGetsTheSameAnswer(t *testing.T) {
	if testing.Short() {
		t.Skip("answers every case often")
	}
	d := newDesk(t)
	d.Index = nil // what is related may differ
	cases := spokenCases(t, d)
	before := make([]shape, len(cases))
	for i, r := range cases {
		before[i] = shapeOf(t, d, r)
	}
	for _, w := range sameMeaning {
		t.Run(w.name, func(t *testing.T) {
			told, kept := 0, 0
			for i, r := range cases {
				for _, text := range w.say(r.Symptom, i) {
					if text == r.Symptom {
						continue
					}
					other := *r
					other.Symptom = text
					after := shapeOf(t, d, &other)
					told++
					if wrong := after.confirmedBeyond(before[i]); len(wrong) > 0 {
						t.Errorf("confirms %v, and did not before:\n%q\n%q", wrong, r.Symptom, text)
					}
					if diff := before[i].diff(after); diff != "" {
						if testing.Verbose() {
							t.Logf("%s\n\t%q\n\t%q", diff, r.Symptom, text)
						}
						continue
					}
					kept++
				}
			}
			rate := float64(kept) / float64(max(told, 1))
			t.Logf("%d of %d answers stay: %.4f", kept, told, rate)
			if rate < w.floor {
				t.Errorf("%.4f of the answers stay, and %.4f did before", rate, w.floor)
			}
		})
	}
}

// spokenCases returns the reports of all worked cases that say something: our own, and those beside the project.
func spokenCases(t *testing.T, d *Desk) (all []*Report) {
	t.Helper()
	cases, err := kb.Cases(kb.Content())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		all = append(all, ReportOf(d.KB, c))
	}
	for _, file := range []string{"dev.jsonl", "fresh-dev.jsonl"} {
		all = append(all, reportsBeside(t, file)...)
	}
	return slices.DeleteFunc(all, func(r *Report) bool { return strings.TrimSpace(r.Symptom) == "" })
}

func reportsBeside(t *testing.T, file string) (all []*Report) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "eval", "cases", file))
	if err != nil {
		t.Logf("no worked cases beside the project (../shared/eval/cases/%s): without them", file)
		return nil
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct {
			Report, Log string
			Facts       map[string]any
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, &Report{Symptom: c.Report, Facts: c.Facts, Log: c.Log})
	}
	return all
}

// A shape is what of an answer must stay when a report is told in other words.
type shape struct {
	status, ask, fix string
	diagnoses        []string // state, name and class
	confirmed        []string
	assumed          map[string]string
	contradictions   []string
}

func shapeOf(t *testing.T, d *Desk, r *Report) shape {
	t.Helper()
	s := shape{assumed: map[string]string{}}
	a, err := d.Answer(context.Background(), r)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		s.status = "refused"
		for _, p := range refusal.Problems {
			s.contradictions = append(s.contradictions, p.Pointer)
		}
		return s
	}
	if err != nil {
		t.Fatal(err)
	}
	s.status = string(a.Status)
	for _, one := range a.Diagnoses {
		s.diagnoses = append(s.diagnoses, one.State+" "+one.Name+" "+one.Confidence)
	}
	s.confirmed = named(a, "confirmed")
	for _, one := range a.Assumed {
		s.assumed[one.Fact] = spelled(one.Value)
	}
	if a.Ask != nil {
		s.ask = a.Ask.Fact
	}
	if a.Plan != nil {
		s.fix = strings.Join(append([]string{a.Plan.Fix}, a.Plan.Fixes...), "+")
	}
	for _, one := range a.Contradictions {
		s.contradictions = append(s.contradictions, strings.Join(one.Facts, "+"))
	}
	return s
}

// spelled returns a value of a fact. The order of a list is that of the text.
func spelled(value any) string {
	if list, ok := value.([]string); ok {
		return strings.Join(slices.Sorted(slices.Values(list)), " ")
	}
	return fmt.Sprint(value)
}

// confirmedBeyond returns the diagnoses that one answer confirms and another does not.
func (s shape) confirmedBeyond(other shape) []string {
	return slices.DeleteFunc(slices.Clone(s.confirmed), func(name string) bool { return slices.Contains(other.confirmed, name) })
}

// confirmedOf returns those of the diagnoses that an answer confirms.
func (s shape) confirmedOf(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(s.confirmed, name) })
}

// diff says in which ways two answers differ, nothing where they do not.
func (s shape) diff(other shape) string {
	var all []string
	differ := func(what, a, b string) {
		if a != b {
			all = append(all, fmt.Sprintf("%s %s, now %s", what, a, b))
		}
	}
	differ("status", s.status, other.status)
	differ("asks", s.ask, other.ask)
	differ("fix", s.fix, other.fix)
	differ("diagnoses", strings.Join(s.diagnoses, ", "), strings.Join(other.diagnoses, ", "))
	differ("contradictions", strings.Join(s.contradictions, ", "), strings.Join(other.contradictions, ", "))
	for name, value := range s.assumed {
		differ(name, value, other.assumed[name])
	}
	for name, value := range other.assumed {
		if _, ok := s.assumed[name]; !ok {
			differ(name, "", value)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

// --- Ways to say the same

// quoting keeps a way from reports that quote something already.
func quoting(say func(string, int) []string) func(string, int) []string {
	return func(text string, n int) []string {
		if strings.Contains(text, "\n> ") {
			return nil
		}
		return say(text, n)
	}
}

func each(say func(string) string) func(string, int) []string {
	return func(text string, _ int) []string { return []string{say(text)} }
}

// around puts one of some texts around a report, each in its turn. The format has the addition first and the report second.
func around(additions []string, format string) func(string, int) []string {
	return func(text string, n int) []string {
		return []string{
			fmt.Sprintf(format, additions[n%len(additions)], text),
			fmt.Sprintf(format, additions[(n+1)%len(additions)], text),
		}
	}
}

func letter(text string, n int) []string {
	one := func(all []string) string { return all[n%len(all)] }
	return []string{one(greetings) + "\n\n" + text + "\n\n" + one(signatures) + "\n\n" + one(disclaimers)}
}

func forwarded(text string, n int) []string {
	marked := "> " + strings.ReplaceAll(text, "\n", "\n> ")
	return []string{
		"FYI\n\n-----Original Message-----\nFrom: Petra Lang\nSent: Tuesday, 9 November 1999 08:12\nTo: Helpdesk\nSubject: please help\n\n" + text,
		"Zur Kenntnis.\n\n-----Ursprüngliche Nachricht-----\nVon: Jens Otte\nGesendet: Dienstag, 9. November 1999 08:12\nAn: Helpdesk\nBetreff: Bitte um Hilfe\n\n" + text,
		"---------- Forwarded message ----------\nFrom: Petra Lang <p.lang@example.com>\nDate: Tue, 9 Nov 1999 08:12:00 +0100\nSubject: please help\nTo: Helpdesk <help@example.com>\n\n" + text,
		"see below\n\nOn Tue, 9 Nov 1999, Petra Lang wrote:\n" + marked,
	}
}

var (
	apostrophe = regexp.MustCompile(`(\pL)'(\pL)`)
	negated    = regexp.MustCompile(`(?i)(\pLn)['’]t\b`)
	inQuotes   = regexp.MustCompile(`"([^"\n]{1,60})"`)
	plainWord  = regexp.MustCompile(`[^\s]+`)
	letters    = regexp.MustCompile(`^[(\["“„']*(\p{Lu}?[\p{Ll}ß]+)(?:['’]\p{Ll}+)?[)\]"”“',.;:!?]*$`)
)

// productNames keep their spelling when the case of ordinary words changes.
var productNames = map[string]bool{"windows": true, "office": true, "word": true, "excel": true, "outlook": true, "access": true, "exchange": true,
	"notes": true, "citrix": true, "compaq": true, "norton": true, "teams": true, "me": true, "millennium": true, "netware": true, "novell": true,
	"domino": true, "project": true, "visio": true, "backoffice": true, "internet": true, "explorer": true, "terminal": true, "oracle": true, "linux": true}

// ordinary changes the ordinary words of a text: those of small letters but for the first, which name no product and no file.
func ordinary(text string, change func(string) string) string {
	return plainWord.ReplaceAllStringFunc(text, func(w string) string {
		m := letters.FindStringSubmatchIndex(w)
		if m == nil || productNames[strings.ToLower(w[m[2]:m[3]])] {
			return w
		}
		return w[:m[2]] + change(w[m[2]:m[3]]) + w[m[3]:]
	})
}

func capitalised(w string) string {
	_, size := utf8.DecodeRuneInString(w)
	return strings.ToUpper(w[:size]) + w[size:]
}

// shouted leaves alone what could be a site code in capitals.
func shouted(w string) string {
	if len(w) < 4 {
		return w
	}
	return strings.ToUpper(w)
}

// wrapped breaks the lines of a text at blanks.
func wrapped(text string, width int) string {
	var b strings.Builder
	for n, line := range strings.Split(text, "\n") {
		if n > 0 {
			b.WriteByte('\n')
		}
		at, mark := 0, ""
		if strings.HasPrefix(line, "> ") {
			mark = "> "
		}
		for i, w := range strings.Split(line, " ") {
			switch {
			case i == 0:
			case at+1+len(w) > width:
				b.WriteString("\n" + mark)
				at = len(mark)
			default:
				b.WriteByte(' ')
				at++
			}
			b.WriteString(w)
			at += len(w)
		}
	}
	return b.String()
}

// closed ends a text that ends in the middle of a sentence.
func closed(text string) string {
	text = strings.TrimRight(text, " \n")
	if strings.ContainsAny(text[max(0, len(text)-1):], ".!?:~") {
		return text
	}
	return text + "."
}

func sprinkled(put func(before, after, extra string) string) func(string, int) []string {
	return func(text string, n int) (all []string) {
		if strings.HasPrefix(text, ">") {
			return nil // a mark of a quote stands where a line begins
		}
		for k := range 3 {
			all = append(all, put("", text, irrelevant[(n*7+k*11)%len(irrelevant)]))
		}
		return all
	}
}

// sprinkledBetween puts an irrelevant sentence between two that need not stand beside each other.
func sprinkledBetween(text string, n int) (all []string) {
	parts := sentences(text)
	for i := 1; i < len(parts); i++ {
		if points(parts[i]) {
			continue
		}
		extra := irrelevant[(n*7+i*11)%len(irrelevant)]
		all = append(all, strings.Join(slices.Concat(parts[:i], []string{extra}, parts[i:]), " "))
	}
	return all
}

// reordered puts the sentences of a report in another order, where none of them points at another.
func reordered(text string, _ int) []string {
	parts := sentences(text)
	if len(parts) < 2 || slices.ContainsFunc(parts, points) {
		return nil
	}
	back := slices.Clone(parts)
	slices.Reverse(back)
	around := slices.Concat(parts[1:], parts[:1])
	all := []string{strings.Join(back, " ")}
	if len(parts) > 2 {
		all = append(all, strings.Join(around, " "))
	}
	return all
}

var (
	sentenceEnd = regexp.MustCompile(`[.!?] +`)
	noEnd       = regexp.MustCompile(`(?i)(?:\b(?:e\.g|i\.e|z\. ?b|ca|approx|no|nr|st|dr|mr|mrs|vs|ver|\pL)|\d)\.$`)
	pointing    = regexp.MustCompile(`(?i)\b(?:its?|that|this|these|those|then|there|they|them|their|theirs|he|she|him|his|her|so|same|too|also|both|others?|ones?|again|er|sie|es|das|dies\w*|davon|seither|seitdem|dann|dort|dabei|dafür|damit|dazu|daran|deshalb|ihn|ihm|beide\w*|auch|first|next|now|before|after|afterwards|danach|wieder|jetzt)\b`)
	replies     = regexp.MustCompile(`(?i)^\W*(?:and|or|but|yes|no|not|wrong|correction|sorry|because|since|und|oder|aber|ja|nein|falsch|nicht|doch|weil|why|maybe|any ideas?|help)\b`)
	notProse    = regexp.MustCompile(`[\n\\$#"“„]|::|:$`)
)

// sentences returns the sentences of a text that is prose and nothing else; of any other text none.
func sentences(text string) (all []string) {
	if notProse.MatchString(text) || len(text) > 2000 {
		return nil
	}
	from := 0
	for _, m := range sentenceEnd.FindAllStringIndex(text, -1) {
		if one := strings.TrimSpace(text[from:m[1]]); !noEnd.MatchString(one) {
			all = append(all, one)
			from = m[1]
		}
	}
	if rest := strings.TrimSpace(text[from:]); rest != "" {
		all = append(all, closed(rest))
	}
	return all
}

// points reports whether a sentence needs the one before it.
func points(sentence string) bool {
	return pointing.MatchString(sentence) || replies.MatchString(sentence) || strings.HasSuffix(strings.TrimRight(sentence, "."), ":")
}

var greetings = []string{"Hi,", "Hello everybody,", "Dear Sir or Madam,", "Good morning Kath,", "Hallo zusammen,", "Guten Tag Herr Brandt,",
	"Sehr geehrte Damen und Herren,", "Liebe Kolleginnen und Kollegen,"}

var signatures = []string{
	"Regards,\nPetra Lang\nIT operations, phone 0161 496 0000",
	"Many thanks in advance\n\nTom",
	"-- \nJames Moor | Desktop Support\nMoor & Hill Ltd.\nTel. +44 161 496 0101\nwww.example.com",
	"Mit freundlichen Grüßen\n\nJens Otte\nTechnik\nTel. 030 5550123",
	"Viele Grüße\nAnke",
	"MfG\nD. Brandt\nEDV-Abteilung, Haus 3",
}

var disclaimers = []string{
	"This e-mail and its attachments are confidential and meant for the intended recipient only. If you are not that person, delete it and tell the sender.",
	"Confidentiality notice: this message may hold privileged information. Copying or forwarding it without leave is prohibited.",
	"Diese E-Mail ist vertraulich und nur für den genannten Empfänger bestimmt. Wer sie irrtümlich erhalten hat, möge sie vernichten und den Absender benachrichtigen.",
	"No virus was found in this message. Checked by AVG.",
}

var tickets = []string{
	"Ticket: 40417\nPriority: High\nCaller: Petra Lang\nSubject: please help",
	"Incident number: INC0040417\nOpened by: J. Moor\nUrgency: Medium\nShort description: user needs help\n\nDescription:",
	"Ticketnummer: 40417\nPriorität: hoch\nMelder: Jens Otte\nBetreff: Bitte um Hilfe",
}

var quotedElse = []string{
	"On Mon, 8 Nov 1999, Helpdesk wrote:\n> Your order of two keyboards was received.\n> They will be delivered to room 12 on Friday.",
	"-----Original Message-----\nFrom: Helpdesk\nSent: Monday, 8 November 1999 17:02\nTo: Petra Lang\nSubject: RE: toner\n\nThe toner for the second floor is in stock again. Please collect it.",
	"Am 08.11.1999 schrieb Helpdesk:\n> Ihre Bestellung ist eingegangen.\n> Die Tastaturen kommen am Freitag in Zimmer 12.",
}

var quotedSame = []string{
	"On Mon, 8 Nov 1999, Helpdesk wrote:\n> On Windows 98 clients clisvc95 hangs since SMS 2.0 SP2.\n> Site ZQX is gone and advertisements were still active.\n> Three sites share one domain and only one of them has been upgraded.",
	"-----Original Message-----\nFrom: Helpdesk\nSent: Monday, 8 November 1999 17:02\nTo: Petra Lang\nSubject: RE: smsmon32\n\nOur site was not upgraded to SP3. The site ZQX does not exist any longer. The PC runs Windows 95 and smsmon32 is at 100%.",
	"Am 08.11.1999 schrieb Helpdesk:\n> Unter Windows 95 hängt hinv32 seit dem SP2 für SMS 2.0.\n> Den Standort ZQX gibt es nicht mehr, und es waren noch Ankündigungen aktiv.",
}

// irrelevant are sentences that say nothing of the trouble.
var irrelevant = []string{
	"I am in the office until four o'clock.",
	"The canteen serves soup on Tuesdays.",
	"My desk stands by the window.",
	"Please ring me at extension 4411.",
	"The user likes to work early in the day.",
	"We have had a lot of rain here.",
	"Room 214 is on the second floor.",
	"Mrs Field is on holiday until Thursday.",
	"The cleaning lady comes at six.",
	"I wrote this mail during lunch.",
	"Her monitor is a 17 inch one from Taxan.",
	"The phone bill was higher than we thought.",
	"This ticket belongs to cost centre 8812.",
	"Our boss asks about the matter every hour.",
	"The company has about nine hundred people.",
	"I have worked in support for three years.",
	"The meeting was moved to Wednesday.",
	"Somebody left an umbrella at the front desk.",
	"The car park is full again.",
	"The user speaks little English.",
	"Die Kantine hat heute geschlossen.",
	"Ich bin bis vier Uhr im Büro.",
	"Der Anwender sitzt im zweiten Stock.",
	"Bitte rufen Sie mich unter 4411 zurück.",
	"Frau Feld ist bis Donnerstag im Urlaub.",
	"Das Faxgerät steht neben der Tür.",
	"Wir haben rund neunhundert Mitarbeiter.",
	"Die Kostenstelle lautet 8812.",
	"Der Parkplatz ist wieder voll.",
	"Die Besprechung wurde auf Mittwoch gelegt.",
}

// --- Ways to say that it is not so

// A claim is a sentence with one finite verb that states a fact. With the other facts told, the sentence settles a diagnosis.
type claim struct {
	subject, verb string
	rest          string // behind the verb; in German, ° stands where "nicht" would
	doing         string // the same in the infinitive, of those that can be planned: "put Service Pack 1 on the site"
	states        string // fact=value
	told          map[string]any
	german        bool
}

func (c claim) fact() (name, value string) {
	name, value, _ = strings.Cut(c.states, "=")
	return name, value
}

// told returns what is known beside the claims about one fact: all that a diagnosis needs but that fact.
func told(without string, more ...string) map[string]any {
	all := map[string]any{"product": "sms20", "process": "smsmon32", "symptom": "cpu", "recent_upgrade": "sp1", "client_os": "nt4",
		"client_sites": []any{"HQ1", "HUD"}, "restarted": "several"}
	for _, fact := range more {
		name, value, _ := strings.Cut(fact, "=")
		all[name] = value
	}
	for name := range strings.FieldsSeq(without) {
		delete(all, name)
	}
	return all
}

var (
	ofLoad     = told("process symptom client_sites") // which settles nothing by itself
	ofUpgrade  = told("recent_upgrade client_sites", "client_os=win98")
	ofSite     = told("")
	ofAdverts  = told("client_sites")
	ofDomain   = told("client_sites", "sites_upgraded=some", "own_site_upgraded=no")
	ofOwnSite  = told("client_sites", "multi_site_domain=yes", "sites_upgraded=some")
	ofUpgraded = told("client_sites", "multi_site_domain=yes", "own_site_upgraded=no")
	ofVersions = told("client_sites", "cap_version=2.00.1239.0000")
	ofCAP      = told("client_sites", "base_version=2.00.1380.1000")
	ofWindows  = told("client_os client_sites")
)

var claims = []claim{
	{"smsmon32", "is", "at 100 percent", "", "process=smsmon32", ofLoad, false},
	{"smsmon32.exe", "is", "eating all of the processor", "", "process=smsmon32", ofLoad, false},
	{"the process smsmon32", "has", "been hanging on this machine", "", "process=smsmon32", ofLoad, false},
	{"clisvcl", "is", "taking 98% of the CPU", "", "process=clisvcl", ofLoad, false},
	{"hinv32", "was", "hogging the processor all day", "", "process=hinv32", ofLoad, false},
	{"smsmon32", "ist", "°bei 100 Prozent", "", "process=smsmon32", ofLoad, true},
	{"der Prozess smsmon32", "hat", "den Rechner °lahmgelegt", "", "process=smsmon32", ofLoad, true},
	{"clicore.exe", "ist", "°mit 97 % CPU ganz oben im Task-Manager", "", "process=clicore", ofLoad, true},

	{"Service Pack 1", "has", "been applied to the SMS site", "apply Service Pack 1 to the SMS site", "recent_upgrade=sp1", ofUpgrade, false},
	{"we", "have", "put SP1 on our SMS site", "put SP1 on our SMS site", "recent_upgrade=sp1", ofUpgrade, false},
	{"the site", "was", "upgraded to SMS 2.0 SP1", "upgrade the site to SMS 2.0 SP1", "recent_upgrade=sp1", ofUpgrade, false},
	{"our administrator", "has", "installed SP1 on the SMS server", "install SP1 on the SMS server", "recent_upgrade=sp1", ofUpgrade, false},
	{"SMS 2.0 SP1", "was", "rolled out here", "roll out SMS 2.0 SP1 here", "recent_upgrade=sp1", ofUpgrade, false},
	{"the SMS server", "had", "got Service Pack 1", "give the SMS server Service Pack 1", "recent_upgrade=sp1", ofUpgrade, false},
	{"wir", "haben", "SP1 für SMS 2.0 °eingespielt", "SP1 für SMS 2.0 einspielen", "recent_upgrade=sp1", ofUpgrade, true},
	{"der SMS-Standort", "wurde", "°auf Service Pack 1 aktualisiert", "den SMS-Standort auf Service Pack 1 aktualisieren", "recent_upgrade=sp1", ofUpgrade, true},
	{"das Service Pack 1", "ist", "auf dem SMS-Server °installiert worden", "das Service Pack 1 auf dem SMS-Server installieren", "recent_upgrade=sp1", ofUpgrade, true},
	{"unser Admin", "hat", "SMS 2.0 SP1 °ausgerollt", "SMS 2.0 SP1 ausrollen", "recent_upgrade=sp1", ofUpgrade, true},

	{"site HUD", "is", "gone", "", "nonexistent_sites=HUD", ofSite, false},
	{"site HUD", "was", "decommissioned", "decommission site HUD", "nonexistent_sites=HUD", ofSite, false},
	{"we", "have", "shut site HUD down", "shut site HUD down", "nonexistent_sites=HUD", ofSite, false},
	{"the site HUD", "has", "been closed", "close the site HUD", "nonexistent_sites=HUD", ofSite, false},
	{"the server of site HUD", "was", "switched off for good", "switch off the server of site HUD", "nonexistent_sites=HUD", ofSite, false},
	{"HUD", "has", "been retired", "retire HUD", "nonexistent_sites=HUD", ofSite, false},
	{"der Standort HUD", "ist", "°weg", "", "nonexistent_sites=HUD", ofSite, true},
	{"der Standort HUD", "wurde", "°aufgelöst", "den Standort HUD auflösen", "nonexistent_sites=HUD", ofSite, true},
	{"wir", "haben", "den Standort HUD °geschlossen", "den Standort HUD schließen", "nonexistent_sites=HUD", ofSite, true},
	{"HUD", "ist", "°stillgelegt worden", "HUD stilllegen", "nonexistent_sites=HUD", ofSite, true},

	{"advertisements", "were", "still active during the upgrade", "", "ads_outstanding=yes", ofAdverts, false},
	{"two mandatory advertisements", "were", "pending when the pack came", "", "ads_outstanding=yes", ofAdverts, false},
	{"an advertisement", "was", "still running for these clients", "", "ads_outstanding=yes", ofAdverts, false},
	{"some adverts", "are", "outstanding", "", "ads_outstanding=yes", ofAdverts, false},
	{"die Ankündigungen", "waren", "noch °aktiv", "", "ads_outstanding=yes", ofAdverts, true},
	{"zwei Ankündigungen", "waren", "beim Update °offen", "", "ads_outstanding=yes", ofAdverts, true},
	{"Pflichtzuweisungen", "sind", "°ausstehend gewesen", "", "ads_outstanding=yes", ofAdverts, true},

	{"three sites", "are", "in the same NT domain", "", "multi_site_domain=yes", ofDomain, false},
	{"several SMS sites", "are", "sharing one domain", "", "multi_site_domain=yes", ofDomain, false},
	{"our sites", "have", "shared a domain", "", "multi_site_domain=yes", ofDomain, false},
	{"drei Standorte", "sind", "°in derselben Domäne", "", "multi_site_domain=yes", ofDomain, true},
	{"mehrere SMS-Standorte", "haben", "eine Domäne °gemeinsam", "", "multi_site_domain=yes", ofDomain, true},

	{"our own site", "is", "still on RTM", "", "own_site_upgraded=no", ofOwnSite, false},
	{"our site", "is", "still without SP1", "", "own_site_upgraded=no", ofOwnSite, false},
	{"the CAP of our own site", "is", "still at build 1239", "", "own_site_upgraded=no", ofOwnSite, false},
	{"unser eigener Standort", "ist", "°auf RTM geblieben", "", "own_site_upgraded=no", ofOwnSite, true},

	{"only one of the sites", "has", "been upgraded to SP1", "", "sites_upgraded=one", ofUpgraded, false},
	{"only one of our sites", "is", "at Service Pack 1", "", "sites_upgraded=one", ofUpgraded, false},
	{"nur einer der Standorte", "hat", "SP1 °bekommen", "", "sites_upgraded=one", ofUpgraded, true},

	{"the base components on the client", "are", "2.00.1380.1000", "", "base_version=2.00.1380.1000", ofVersions, false},
	{"the client", "is", "at version 2.00.1380.1000", "", "base_version=2.00.1380.1000", ofVersions, false},
	{"the client", "is", "newer than the CAP", "", "version_mismatch=yes", told("client_sites"), false},
	{"the versions of client and CAP", "are", "different", "", "version_mismatch=yes", told("client_sites"), false},
	{"the CAP", "is", "at 2.00.1239.0000", "", "cap_version=2.00.1239.0000", ofCAP, false},
	{"die Basiskomponenten auf dem Client", "sind", "°auf 2.00.1380.1000", "", "base_version=2.00.1380.1000", ofVersions, true},
	{"der CAP", "ist", "°auf 2.00.1239.0000", "", "cap_version=2.00.1239.0000", ofCAP, true},

	{"the client", "is", "on Windows 98", "move the client to Windows 98", "client_os=win98", ofWindows, false},
	{"the computer", "is", "running Windows 95", "put Windows 95 on the computer", "client_os=win95", ofWindows, false},
	{"the machine", "is", "a Windows 98 box", "", "client_os=win98", ofWindows, false},
	{"the PC", "has", "Windows 98 on it", "put Windows 98 on the PC", "client_os=win98", ofWindows, false},
	{"der Client", "ist", "°ein Windows-98-Rechner", "", "client_os=win98", ofWindows, true},
	{"auf dem PC", "ist", "Windows 98 °installiert", "auf dem PC Windows 98 installieren", "client_os=win98", ofWindows, true},
}

// A turn takes a claim's plain meaning away. $S, $V and $R stand for subject, verb and the rest, $N for the verb with n't, $P for it in
// the past, $D for the infinitive; in German $X stands for the rest with "nicht" in it.
type turn struct {
	name            string
	english, german []string
}

var turns = []turn{
	{"denied", []string{
		"$S $V not $R.", "$S $N $R.", "It is not true that $S $V $R.", "It is not the case that $S $V $R.", "Nobody says that $S $V $R.", "$S $V $R. Wrong, that was my mistake.",
	}, []string{
		"$S $V $X.", "Es stimmt nicht, dass $S $R $V.", "Es ist nicht so, dass $S $R $V.", "$S $V keineswegs $R.", "$S $V $R. Stimmt nicht, da habe ich mich geirrt.",
	}},
	{"doubted", []string{
		"Maybe $S $V $R.", "I am not sure whether $S $V $R.", "$S $V probably $R.", "I think $S $V $R.", "We do not know if $S $V $R.", "What if $S $V $R?", "$S $V $R, I guess.", "Perhaps $S $V $R, perhaps not.",
		"It could be that $S $V $R.",
	}, []string{
		"Vielleicht $V $S $R.", "Ich weiß nicht, ob $S $R $V.", "Wir sind nicht sicher, ob $S $R $V.", "$S $V vermutlich $R.", "Ich glaube, $S $V $R.", "Es könnte sein, dass $S $R $V.", "$S $V $R, glaube ich.",
	}},
	{"asked", []string{
		"$V $S $R?", "Does anybody know whether $S $V $R?", "Could somebody check if $S $V $R?", "Can you tell me whether $S $V $R?", "$S $V $R, or not?", "How do I find out whether $S $V $R?",
	}, []string{
		"$V $S $R?", "Weiß jemand, ob $S $R $V?", "Könnt ihr bitte prüfen, ob $S $R $V?", "$S $V $R, oder nicht?", "Wie finde ich heraus, ob $S $R $V?",
	}},
	{"moved to the past", []string{
		"Last year $S $P $R.", "Two years ago $S $P $R.", "$S $P $R last year, but that is over.", "In 1998 $S $P $R.", "Formerly $S $P $R.", "A long time ago $S $P $R.",
	}, []string{
		"Letztes Jahr $P $S $R.", "Vor zwei Jahren $P $S $R.", "Früher $P $S $R.", "Damals $P $S $R.", "Im Jahr 1998 $P $S $R.",
	}},
	{"planned", []string{
		"We are going to $D next month.", "We plan to $D.", "Should we $D?", "Next week we will $D.", "We want to $D soon.", "We have to $D some day.", "Before we $D, what has to be done?", "It is planned to $D.",
	}, []string{
		"Wir wollen nächsten Monat $D.", "Wir werden demnächst $D.", "Sollen wir $D?", "Nächste Woche möchten wir $D.", "Bevor wir $D, was ist zu tun?",
	}},
	{"put into somebody else's mouth", []string{
		"A friend at another company says that $S $V $R.", "I read in a newsgroup that $S $V $R.", "At our sister company $S $V $R.", "Somebody in the forum claims that $S $V $R.",
		"I heard of another firm where $S $V $R.", "At my last job $S $P $R.", "According to the newsgroup $S $V $R.",
	}, []string{
		"Ein Bekannter bei einer anderen Firma sagt, dass $S $R $V.", "Ich habe in der Newsgroup gelesen, dass $S $R $V.", "Bei unserer Schwesterfirma $V $S $R.", "Laut Newsgroup $V $S $R.",
		"Jemand im Forum behauptet, dass $S $R $V.", "Bei meiner alten Firma $P $S $R.",
	}},
}

// stays are facts of which what was once true is true: a site that was closed last year is closed.
var stays = map[string]bool{"nonexistent_sites": true}

var (
	pastOf = map[string]string{"is": "was", "are": "were", "has": "had", "have": "had", "ist": "war", "sind": "waren", "hat": "hatte", "haben": "hatten"}
	negate = map[string]string{"is": "isn't", "are": "aren't", "was": "wasn't", "were": "weren't", "has": "hasn't", "have": "haven't", "had": "hadn't"}
)

// by fills a template; nothing where the claim cannot be said so.
func (c claim) by(template string) string {
	if strings.Contains(template, "$D") && c.doing == "" {
		return ""
	}
	past := c.verb
	if p, ok := pastOf[past]; ok {
		past = p
	}
	text := strings.NewReplacer("$S", c.subject, "$V", c.verb, "$R", strings.ReplaceAll(c.rest, "°", ""), "$X", strings.ReplaceAll(c.rest, "°", "nicht "),
		"$N", negate[c.verb], "$P", past, "$D", c.doing).Replace(template)
	return capitalised(text)
}

// spellings returns a text as people write its "n't".
func spellings(text string) []string {
	switch {
	case text == "":
		return nil
	case negated.MatchString(text):
		return []string{text, negated.ReplaceAllString(text, "${1}’t"), negated.ReplaceAllString(text, "${1}t")}
	}
	return []string{text}
}

func TestWhatIsNotSaidOfThisComputerNowIsNotTakenForIt(t *testing.T) {
	d := newDesk(t)
	d.Index = nil
	settled := make([][]string, len(claims)) // what a claim confirms, by its number
	for i, c := range claims {
		alone := shapeOf(t, d, &Report{Facts: c.told})
		text := c.by("$S $V $R.")
		plain := shapeOf(t, d, &Report{Symptom: text, Facts: c.told})
		name, value := c.fact()
		if plain.assumed[name] != value {
			t.Errorf("%q: %s is %q, want %s", text, name, plain.assumed[name], value)
		}
		if settled[i] = plain.confirmedBeyond(alone); len(settled[i]) == 0 && name != "process" {
			t.Errorf("%q: confirms %v, and %v without it", text, plain.confirmed, alone.confirmed)
		}
	}
	for _, turn := range turns {
		t.Run(turn.name, func(t *testing.T) {
			said, read := 0, 0
			for i, c := range claims {
				templates := turn.english
				if c.german {
					templates = turn.german
				}
				name, value := c.fact()
				if turn.name == "moved to the past" && stays[name] {
					continue
				}
				for _, template := range templates {
					for _, text := range spellings(c.by(template)) {
						said++
						s := shapeOf(t, d, &Report{Symptom: text, Facts: c.told})
						if wrong := s.confirmedOf(settled[i]); len(wrong) > 0 {
							t.Errorf("%q confirms %v, with fix %s", text, wrong, s.fix)
						}
						if s.assumed[name] == value {
							read++
							t.Errorf("%q: %s is read as %s", text, name, value)
						}
					}
				}
			}
			t.Logf("%d of %d sentences are not taken for a fact: %.4f", said-read, said, 1-float64(read)/float64(max(said, 1)))
		})
	}
}
