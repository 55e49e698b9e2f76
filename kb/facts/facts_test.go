package facts_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/schemas"
)

// shared returns the vocabulary of the knowledge base.
func shared(t testing.TB) *facts.Vocabulary {
	t.Helper()
	data, err := os.ReadFile("../content/facts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lang, err := os.ReadFile("../content/language.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, data, lang)
}

func decode(t testing.TB, data, language []byte) *facts.Vocabulary {
	t.Helper()
	var doc facts.Document
	var lang facts.LanguageDocument
	if err := schemas.Decode(schemas.Facts, data, &doc); err != nil {
		t.Fatal(err)
	}
	if err := schemas.Decode(schemas.Language, language, &lang); err != nil {
		t.Fatal(err)
	}
	v, err := facts.New(&doc, &lang)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestLevelReadsTheServicePackFromAVersion(t *testing.T) {
	tests := []struct {
		version, want string
		ok            bool
	}{
		{"2.00.1239.0000", "rtm", true},
		{"2.00.1239.2000", "rtm", true}, // printed in Q213410, never shipped: the build decides
		{"2.00.1380.1000", "sp1", true},
		{"2.00.1380.1", "sp1", true},
		{"2.0.1380.1000", "sp1", true},
		{"2.00.1493.2", "sp2", true},
		{"2.00.1493.2009", "sp2", true},
		{"2.00.1493.3004", "sp3", true},
		{"2.00.1493.4012", "sp4", true},
		{"2.00.1493", "sp2", true},
		{"698.0012", "", false},
		{"92.0.1380.1000", "", false},
		{"2.10.1380.1000", "", false},
		{"2.00.1250.7", "", false},
		{"", "", false},
	}
	for _, tt := range tests {
		got, ok := facts.Level(tt.version)
		if got != tt.want || ok != tt.ok {
			t.Errorf("Level(%q) = %q, %v, want %q, %v", tt.version, got, ok, tt.want, tt.ok)
		}
	}
}

const sample = `facts:
  color:
    ask: Which color?
    help: Look at it.
    answers: {red: Deep red, blue: Sky blue}
    anyway: true
    names: true
    signs: {red: [reddish], blue: [bluish]}
  size: {ask: 'Which size?', form: number}
  codes: {ask: 'Which codes?', form: site-code, several: true}
  lit: {ask: 'Is it lit?', answers: {'yes': '', 'no': ''}, anyway: true, signs: {'yes': [is lit]}}
  warm: {answers: {'yes': '', 'no': ''}}
lines:
  - {line: 'color is (?P<color>\w+)'}
  - {line: 'code (?P<codes>\w{3})\b', sets: {warm: 'yes'}}
implies:
  - {when: {color: red}, then: {warm: 'yes'}}
contradictions:
  - {never: {color: blue, warm: 'yes'}, ask: color, says: Blue is cold}
`

// english is the language of the knowledge base: how sentences are put together is the same for any facts.
func english(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../content/language.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAStrongerSourceWins(t *testing.T) {
	v := decode(t, []byte(sample), english(t))
	tests := []struct {
		name         string
		told         map[string]any
		symptom, log string
		want         string
		source       facts.Source
	}{
		{"told before log and text", map[string]any{"color": "red"}, "it looks bluish", "color is blue", "red", facts.Told},
		{"log before text", nil, "it looks reddish", "color is blue", "blue", facts.Log},
		{"text before nothing", nil, "it looks reddish", "", "red", facts.Text},
		{"a log line in the report is a log line", nil, "reddish; the log says:\ncolor is blue $$<PAINT>", "", "blue", facts.Log},
		{"don't know is filled by what is read", map[string]any{"color": "unknown"}, "it looks reddish", "", "red", facts.Text},
		{"a label is an answer too", map[string]any{"color": " sky BLUE "}, "", "", "blue", facts.Told},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, _, err := v.Read(facts.Input{Told: tt.told, Symptom: tt.symptom, Log: tt.log})
			if err != nil {
				t.Fatal(err)
			}
			got, _ := f.Get("color")
			if f.Value("color") != tt.want || got.Source != tt.source {
				t.Errorf("color = %v from %s, want %s from %s", got.Values, got.Source, tt.want, tt.source)
			}
		})
	}
}

func TestRefusedAnswersAreAllNamedAndNeverRepeated(t *testing.T) {
	v := decode(t, []byte(sample), english(t))
	told := map[string]any{
		"color": "s3cret-green", "size": "s3cret", "codes": []any{"AB1", "s3cret"}, "nosuch": "s3cret",
		"lit": []any{"yes", "no"}, "warm": map[string]any{"s3cret": 1},
	}
	_, _, err := v.Read(facts.Input{Told: told, Symptom: "it looks reddish"})
	var refused *facts.RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("error %v, want a RefusedError", err)
	}
	var pointers []string
	for _, r := range refused.Refused {
		pointers = append(pointers, r.Pointer)
		if strings.Contains(r.Detail+r.Hint, "s3cret") {
			t.Errorf("%s repeats the refused value: %s %s", r.Pointer, r.Detail, r.Hint)
		}
	}
	want := []string{"/facts/color", "/facts/size", "/facts/codes", "/facts/lit", "/facts/warm", "/facts/nosuch"}
	if !slices.Equal(pointers, want) {
		t.Errorf("refused %v, want %v", pointers, want)
	}
}

func TestARefusedFactIsNotReadFromElsewhere(t *testing.T) {
	v := decode(t, []byte(sample), english(t))
	f, _, err := v.Read(facts.Input{Told: map[string]any{"color": "green"}, Symptom: "it looks reddish", Log: "color is blue"})
	if err == nil || f.Known("color") {
		t.Errorf("color = %v with error %v, want nothing known of a refused answer", f.Values("color"), err)
	}
}

func TestWhatAnswersOneQuestionCanAnswerAnother(t *testing.T) {
	v := decode(t, []byte(sample), english(t))
	f, contradictions, err := v.Read(facts.Input{Told: map[string]any{"color": "red"}})
	if err != nil || len(contradictions) > 0 {
		t.Fatal(err, contradictions)
	}
	warm, _ := f.Get("warm")
	if f.Value("warm") != "yes" || warm.Source != facts.Derived || warm.In != "color" {
		t.Errorf("warm = %+v, want yes, derived from color", warm)
	}
	f, _, _ = v.Read(facts.Input{Told: map[string]any{"color": "red", "warm": "no"}})
	if f.Value("warm") != "no" {
		t.Errorf("warm = %v, want the told no", f.Values("warm"))
	}
}

func TestAContradictionSaysBothAnswersAndWhatToAsk(t *testing.T) {
	v := decode(t, []byte(sample), english(t))
	f, all, err := v.Read(facts.Input{Told: map[string]any{"color": "blue", "warm": "yes"}})
	if err != nil || len(all) != 1 {
		t.Fatalf("contradictions %v, error %v, want one", all, err)
	}
	if got, want := all[0].Says, "Blue is cold (color: Sky blue; warm: yes)"; got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	if all[0].Ask != "color" || !f.Disputed("warm") {
		t.Errorf("asks %s, disputed %v, want color asked and warm disputed", all[0].Ask, f.Disputed("warm"))
	}
}

func TestAListFactCollectsLogLinesAndKeepsThemInOrder(t *testing.T) {
	v := decode(t, []byte(sample), english(t))
	f, _, err := v.Read(facts.Input{Log: "code AB1\r\ncode CD2\ncode AB1\ncode con\ncode x"})
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Values("codes"); !slices.Equal(got, []string{"AB1", "CD2"}) {
		t.Errorf("codes = %v, want AB1 and CD2: once each, and no device name", got)
	}
}

func TestSignsSurviveDenialDoubtAndTurns(t *testing.T) {
	v := decode(t, []byte(sample), english(t))
	tests := []struct{ symptom, color, lit string }{
		{"It is reddish.", "red", ""},
		{"It is not reddish.", "", ""},
		{"It is not reddish but bluish.", "blue", ""},
		{"Maybe it is reddish.", "", ""},
		{"Is it reddish?", "", ""},
		{"Is the door open on the reddish side?", "red", ""}, // a question about the claim, not about the name
		{"reddish?", "", ""},
		{"not sure whether reddish", "", ""},
		{"Why is it reddish?", "red", ""},
		{"It does not work since it is reddish.", "red", ""},
		{"reddish or bluish, who knows", "", ""},
		{"It is lit.", "", "yes"},
		{"I do not think that it is lit.", "", "no"},
		{"I am not sure whether it is lit.", "", ""},
		{"It looks redish, or rather reddish", "red", ""},
	}
	for _, tt := range tests {
		f, _, err := v.Read(facts.Input{Symptom: tt.symptom})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Value("color"); got != tt.color {
			t.Errorf("Read(%q): color %q, want %q", tt.symptom, got, tt.color)
		}
		if got := f.Value("lit"); got != tt.lit {
			t.Errorf("Read(%q): lit %q, want %q", tt.symptom, got, tt.lit)
		}
	}
}

func TestTheWordsThatWereReadAreTheWordsThatWereTyped(t *testing.T) {
	v := shared(t)
	f, _, err := v.Read(facts.Input{Symptom: "The procesor is taken by SMSMN32 since servcie pack 1"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"process": "The procesor is taken by SMSMN32", "recent_upgrade": "since servcie pack 1", "symptom": "The procesor is taken"} {
		if fact, _ := f.Get(name); fact.Words != want {
			t.Errorf("%s was read from %q, want %q", name, fact.Words, want)
		}
	}
}

// Whatever is written, reading ends, repeats only words that stand in it, and lets no value through that is not of its form.
func FuzzRead(f *testing.F) {
	v := shared(f)
	f.Add("smsmon32 at 100% since SP1, sites AB1 and CD2 are gone", "The site XY7 does not exist any longer")
	f.Add("Site \"X]\\n[-HKEY\" is gone?", "Site Key #0: \"A&B\"")
	f.Add("Der Standort „MÜN“ gibt es nicht mehr", "")
	f.Add("\xff\xfe smsmn32 \u0130 \u212a", "CAP_\x00AB")
	f.Fuzz(func(t *testing.T, symptom, log string) {
		got, _, err := v.Read(facts.Input{Symptom: symptom, Log: log})
		if err != nil {
			t.Fatalf("Read refused what nobody told: %v", err)
		}
		valid := strings.ToValidUTF8(symptom, "?")
		for _, name := range got.Names() {
			fact, _ := got.Get(name)
			def, _ := v.Definition(name)
			for _, value := range fact.Values {
				if def.Form != "" {
					if normal, err := schemas.Form(def.Form, value); err != nil || normal != value {
						t.Errorf("%s = %q, which is not of the form %s", name, value, def.Form)
					}
				} else if _, ok := def.Answers.Get(value); !ok && def.Answers.Len() > 0 {
					t.Errorf("%s = %q, which is none of its answers", name, value)
				}
			}
			if fact.Source == facts.Text && !strings.HasSuffix(fact.Words, "…") && !strings.Contains(strings.Join(strings.Fields(valid), " "), fact.Words) {
				t.Errorf("%s was read from %q, which nobody wrote in %q", name, fact.Words, symptom)
			}
		}
	})
}

func TestALogLineInTheWordsOfAReportCanBeDenied(t *testing.T) {
	v := shared(t)
	tests := []struct {
		symptom, fact, want string
		source              facts.Source
	}{
		{"It is not true that the site ZQ7 does not exist any longer", "nonexistent_sites", "", ""},
		{"How do I know whether the site ZQ7 does not exist any longer", "nonexistent_sites", "", ""},
		{"I believe the site ZQ7 does not exist any longer but am not sure", "nonexistent_sites", "", ""},
		{"smsmon32 hangs. The site ZQ7 does not exist any longer.", "nonexistent_sites", "ZQ7", facts.Text},
		{"Ccim32.log says: The site ZQ7 does not exist any longer.", "nonexistent_sites", "ZQ7", facts.Log},
		{"Ccim32.log: couldn't read site config timestamp / The site ZQ7 does not exist any longer", "nonexistent_sites", "ZQ7", facts.Log},
		{"The site ZQ7 does not exist any longer. $$<CCIM32><Mon May 01>", "nonexistent_sites", "ZQ7", facts.Log},
		{"there is no line 'Client deinstall flag set - no new assignments' in it", "deinstall_line", "", ""},
		{"Is the Client deinstall flag set?", "deinstall_line", "", ""},
		{"wn_logon.log: Client deinstall flag set", "deinstall_line", "yes", facts.Log},
		{"Smsman won't install it again: Client deinstall flag set - no new assignments", "deinstall_line", "yes", facts.Text},
		{"The log does not say: Client deinstall flag set", "deinstall_line", "", ""},
		{"I cannot find this message: Client deinstall flag set", "deinstall_line", "", ""},
		{"Smsmon32.log does not end with IPC_CS_MESSG_REQUEST_PROGRAM_CAPICON", "capicon_line", "", ""},
		{`We do not see the 'Warning: \\S\CAP_AB1\clicomp.box\x.CFG version () out of sync with offer file version (2.00.1239.0000)' message`, "out_of_sync", "", ""},
	}
	for _, tt := range tests {
		f, _, err := v.Read(facts.Input{Symptom: tt.symptom})
		if err != nil {
			t.Fatal(err)
		}
		if fact, _ := f.Get(tt.fact); f.Value(tt.fact) != tt.want || fact.Source != tt.source {
			t.Errorf("Read(%q): %s = %v from %q, want %q from %q", tt.symptom, tt.fact, fact.Values, fact.Source, tt.want, tt.source)
		}
	}
}

func TestALineWithARefusedCodeSaysNothing(t *testing.T) {
	f, _, err := shared(t).Read(facts.Input{Symptom: "client hangs", Log: "The site CON does not exist any longer."})
	if err != nil || f.Known("nonexistent_sites") || f.Known("dead_site_line") {
		t.Errorf("sites %v, line %v, error %v, want nothing known", f.Values("nonexistent_sites"), f.Values("dead_site_line"), err)
	}
}

func TestTypographicMarksHideNoWords(t *testing.T) {
	v := shared(t)
	tests := []struct{ symptom, fact, want string }{
		{"“smsmon32” at 100% since SP1", "process", "smsmon32"},
		{"„smsmon32.exe“ hängt seit SP1", "process", "smsmon32"},
		{"Since SP1—smsmon32 hangs", "process", "smsmon32"},
		{"on ‘NT 4.0’ smsmon32 hangs", "client_os", "nt4"},
		{"smsmon32 hangs since “Service Pack 1”", "recent_upgrade", "sp1"},
		{"smsmon32 at 100\u202f% since SP\u202f1", "recent_upgrade", "sp1"},
	}
	for _, tt := range tests {
		f, _, err := v.Read(facts.Input{Symptom: tt.symptom})
		if err != nil || f.Value(tt.fact) != tt.want {
			t.Errorf("Read(%q): %s = %q, error %v, want %q", tt.symptom, tt.fact, f.Value(tt.fact), err, tt.want)
		}
	}
}

func TestEveryTriggerCatchesAndSparesItsExamples(t *testing.T) {
	var lang facts.LanguageDocument
	if err := schemas.Decode(schemas.Language, english(t), &lang); err != nil {
		t.Fatal(err)
	}
	for _, p := range shared(t).Examples(&lang) {
		t.Errorf("language.yaml%s: %s", p.Pointer, p.Says)
	}
}

// A service pack belongs to the product that stands nearest, whatever product that is.
func TestAServicePackBelongsToTheProductThatStandsNearest(t *testing.T) {
	v := shared(t)
	tests := []struct{ symptom, want string }{
		{"smsmon32 hangs since SP1", "sp1"},
		{"smsmon32 hangs since SMS 2.0 SP1", "sp1"},
		{"smsmon32 hangs since SP1 for SMS", "sp1"},
		{"smsmon32 hangs since our site was upgraded to SP1", "sp1"},
		{"smsmon32 hangs on NT 4 since SP1", "sp1"},
		{"smsmon32 hangs since Foobar 5.5 SP1", ""},
		{"smsmon32 hangs since Foobar SP1", ""},
		{"smsmon32 hangs since SP1 for Foobar", ""},
		{"smsmon32 hangs since the Foobar server was upgraded with SP1", ""},
		{"smsmon32 hangs since NT 4.0 SP1", ""},
		{"smsmon32 hangs since SP6a", ""},
		{"smsmon32 hängt seit dem SP1 für Foobar", ""},
		{"smsmon32 hängt, seit wir die Site auf SP1 gebracht haben", "sp1"},
	}
	for _, tt := range tests {
		f, _, err := v.Read(facts.Input{Symptom: tt.symptom})
		if err != nil || f.Value("recent_upgrade") != tt.want {
			t.Errorf("Read(%q): recent_upgrade = %q, error %v, want %q", tt.symptom, f.Value("recent_upgrade"), err, tt.want)
		}
	}
}

// The plain words of the subject conclude nothing without an anchor.
func TestPlainWordsAreReadBesideAnAnchorOnly(t *testing.T) {
	v := shared(t)
	for _, symptom := range []string{
		"Site ABC no longer exists and the clients hang since service pack 1",
		"Advertisements were still active when SP1 was installed, the domain has three sites",
		"Der Standort ABC wurde abgeschaltet, die Rechner hängen seit SP1",
	} {
		f, _, _ := v.Read(facts.Input{Symptom: symptom})
		for _, name := range []string{"nonexistent_sites", "recent_upgrade", "ads_outstanding", "multi_site_domain"} {
			if f.Known(name) {
				t.Errorf("Read(%q): %s = %v, want nothing read without an anchor", symptom, name, f.Values(name))
			}
		}
		if f.Value("on_topic") != "no" {
			t.Errorf("Read(%q): on_topic = %q, want no", symptom, f.Value("on_topic"))
		}
		f, _, _ = v.Read(facts.Input{Symptom: symptom + " smsmon32"})
		if f.Value("on_topic") != "yes" {
			t.Errorf("Read(%q): on_topic = %q, want yes", symptom+" smsmon32", f.Value("on_topic"))
		}
	}
}

func TestAnExampleThatComesOutOtherwiseIsReported(t *testing.T) {
	const language = `triggers:
  not: {is: denied, says: [not], catches: ['It is {lit} not'], spares: ['It is not {lit}', '{lit} not']}
`
	v := decode(t, []byte(sample), []byte(language))
	var lang facts.LanguageDocument
	if err := schemas.Decode(schemas.Language, []byte(language), &lang); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range v.Examples(&lang) {
		got = append(got, p.Pointer+" "+p.Says)
	}
	want := []string{`/triggers/not/catches/0 "It is {lit} not" is not caught`, `/triggers/not/spares/0 "It is not {lit}" is caught`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheVersionOfTheCAPIsTheLowerOfTwoNumbers(t *testing.T) {
	v := shared(t)
	for log, want := range map[string]string{
		`Warning: \\S\CAP_AB1\clicomp.box\x.CFG version () out of sync with offer file version (2.00.1239.0000); skipping operations`:               "2.00.1239.0000",
		`Warning: \\S\CAP_AB1\clicomp.box\x.CFG version (2.00.1380.1000) out of sync with offer file version (2.00.1239.0000); skipping operations`: "2.00.1239.0000",
		`Warning: \\S\CAP_AB1\clicomp.box\x.CFG version (2.00.1239.0000) out of sync with offer file version (2.00.1380.1000); skipping operations`: "2.00.1239.0000",
	} {
		f, _, err := v.Read(facts.Input{Log: log})
		if err != nil || f.Value("cap_version") != want || f.Value("out_of_sync") != "yes" {
			t.Errorf("Read(%q): cap_version %q, out_of_sync %q, error %v, want %q and yes", log, f.Value("cap_version"), f.Value("out_of_sync"), err, want)
		}
	}
}

func TestAnyLineOfAnSMSLogSaysTheProduct(t *testing.T) {
	f, _, err := shared(t).Read(facts.Input{Log: "Entering the main loop~  $$<SWDIST32><Tue Oct 12 09:15:02.113 1999><thread=212 (0xD4)>"})
	if err != nil || f.Value("product") != "sms20" || f.Value("on_topic") != "yes" {
		t.Errorf("product %q, on_topic %q, error %v, want sms20 and yes", f.Value("product"), f.Value("on_topic"), err)
	}
}

// A report that is made in Go holds lists of strings, and one from JSON lists of anything.
func TestAListOfStringsIsAnAnswer(t *testing.T) {
	v := decode(t, []byte(sample), english(t))
	for _, answer := range []any{[]any{"ABC", "DEF"}, []string{"ABC", "DEF"}} {
		f, _, err := v.Read(facts.Input{Told: map[string]any{"codes": answer}})
		if err != nil || !slices.Equal(f.Values("codes"), []string{"ABC", "DEF"}) {
			t.Errorf("%T: %v, %v", answer, f.Values("codes"), err)
		}
		yes, refused := v.Confirmation("codes", answer)
		if refused != nil || !slices.Equal(yes.Values, []string{"ABC", "DEF"}) {
			t.Errorf("%T: the yes is %+v, %+v", answer, yes, refused)
		}
	}
}
