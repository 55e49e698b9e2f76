package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/fixdesk/fixdesk/schemas"
)

// diagnose returns the lines that are the answer to some lines.
func diagnose(t testing.TB, stdin string, args ...string) []string {
	t.Helper()
	code, out, errors := invoke(t, stdin, append([]string{"diagnose"}, args...)...)
	if code != exitOK || errors != "" {
		t.Fatalf("exit code %d: %s", code, errors)
	}
	if out != "" && !strings.HasSuffix(out, "\n") {
		t.Fatal("the last line has no end")
	}
	return slices.Collect(strings.Lines(out))
}

// A reply is what tests look at in an answer or a problem.
type reply struct {
	Status    any // "ask", or 422
	Instance  string
	Diagnoses []struct{ Name, State string }
	Assumed   []struct{ Fact string }
	Scripts   []struct{ File, Text string }
}

func readReply(t testing.TB, line string) reply {
	t.Helper()
	var r reply
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return r
}

func TestDiagnoseAnswersInOrder(t *testing.T) {
	var in strings.Builder
	const n = 300
	for i := range n {
		fmt.Fprintf(&in, `{"symptom": "door D%02d is gone", "facts": {"reader": "yes"}}`+"\n", i%100)
	}
	one := diagnose(t, in.String(), "--content", "testdata/content", "--jobs", "1")
	many := diagnose(t, in.String(), "--content", "testdata/content", "--jobs", "16")
	if len(one) != n || !slices.Equal(one, many) {
		t.Errorf("%d answers by one and %d by many, want %d that are the same", len(one), len(many), n)
	}
	for i, line := range many {
		if !strings.Contains(line, fmt.Sprintf("lists D%02d,", i%100)) {
			t.Fatalf("line %d answers another report: %s", i+1, line)
		}
	}
}

func TestDiagnoseKeepsToTheSchemas(t *testing.T) {
	for i, line := range diagnose(t, readDialog(t, "testdata/dialogs/diagnose.txt").parts["stdin"], "--content", "testdata/content") {
		name := schemas.Answer
		if _, refused := readReply(t, line).Status.(float64); refused {
			name = schemas.Refusal
		}
		if err := schemas.Check(name, []byte(line)); err != nil {
			t.Errorf("line %d is no %s: %v", i+1, name, err)
		}
	}
}

func TestDiagnoseRefusesALineThatIsTooLongAndGoesOn(t *testing.T) {
	most := schemas.MaxBytes(schemas.Report)
	fits := `{"facts": {"reader": "no"}}` + strings.Repeat(" ", most)
	in := strings.Join([]string{fits[:most], fits[:most] + "\r", fits[:most+1], `{"symptom": "` + strings.Repeat("x", 10*most), `{"facts": {"reader": "no"}}`}, "\n")
	var got []any
	for _, line := range diagnose(t, in, "--content", "testdata/content") {
		got = append(got, readReply(t, line).Status)
	}
	if want := []any{"no-tree", "no-tree", 413.0, 413.0, "no-tree"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDiagnosePassesOverBlankLinesAndCountsThem(t *testing.T) {
	for in, want := range map[string][]string{
		"":                {},
		"\n \n\t\r\n":     {},
		"\n\nx\n\n\r\ny":  {"/v1/reports#line-3", "/v1/reports#line-6"},
		"x\r\ny\r\n":      {"/v1/reports#line-1", "/v1/reports#line-2"},
		"\ufeff{}\n\x00y": {"", "/v1/reports#line-2"},
	} {
		got := []string{}
		for _, line := range diagnose(t, in, "--content", "testdata/content") {
			got = append(got, readReply(t, line).Instance)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q gives problems at %q, want %q", in, got, want)
		}
	}
}

func TestDiagnoseRepeatsNoRefusedValue(t *testing.T) {
	for _, value := range []string{"a&calc", "../../x", "<script>x</script>", "%COMSPEC%", "\u202eABC"} {
		report, err := json.Marshal(map[string]any{"facts": map[string]any{"dead_doors": []string{value}, "client_os": value, "reader": value}})
		if err != nil {
			t.Fatal(err)
		}
		quoted, _ := json.Marshal(value)
		line := diagnose(t, string(report), "--content", "testdata/content")[0]
		if strings.Contains(line, strings.Trim(string(quoted), `"`)) || strings.Contains(line, value) {
			t.Errorf("%q is repeated: %s", value, line)
		}
	}
}

// TestDiagnoseAnswersWhileItWaits talks with it: an answer comes before the next report is written.
func TestDiagnoseAnswersWhileItWaits(t *testing.T) {
	in, reports := io.Pipe()
	answers, out := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- run(t.Context(), console{in, out, io.Discard}, []string{"diagnose", "--content", "testdata/content"})
		out.Close()
	}()
	lines := bufio.NewReader(answers)
	for i := range 3 {
		fmt.Fprintf(reports, `{"symptom": "door D%02d is gone"}`+"\n", i)
		line, err := lines.ReadString('\n')
		if err != nil || !strings.Contains(line, fmt.Sprintf("D%02d", i)) {
			t.Fatalf("report %d: %v %s", i, err, line)
		}
	}
	reports.Close()
	if code := <-done; code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

func TestDiagnoseEndsWhenItIsInterrupted(t *testing.T) {
	in, reports := io.Pipe()
	defer reports.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var errors bytes.Buffer
	answers, out := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, console{in, out, &errors}, []string{"diagnose", "--content", "testdata/content"})
	}()
	fmt.Fprintln(reports, `{}`)
	if _, err := bufio.NewReader(answers).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	cancel()
	if code := <-done; code != exitFound || !strings.Contains(errors.String(), "interrupted") {
		t.Errorf("exit code %d: %s", code, errors.String())
	}
}

func TestDiagnoseSaysWhereReadingOrWritingFails(t *testing.T) {
	broken := errors.New("the disk has gone")
	for _, c := range []struct {
		in   io.Reader
		out  io.Writer
		want string
	}{
		{io.MultiReader(strings.NewReader("{}\n{}\n"), iotest.ErrReader(broken)), io.Discard, "the reports end here: line 3: the disk has gone"},
		{strings.NewReader("{}\n{}\n"), failing{broken}, "the answers end here: the disk has gone"},
	} {
		var out bytes.Buffer
		code := run(t.Context(), console{c.in, c.out, &out}, []string{"diagnose", "--content", "testdata/content"})
		if code != exitFound || !strings.Contains(out.String(), c.want) {
			t.Errorf("exit code %d: %s, want %q", code, out.String(), c.want)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// worked are the worked cases beside the project, where they are there.
func worked(t *testing.T) (reports []string, cases []workedCase) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "eval", "cases", "dev.jsonl"))
	if err != nil {
		t.Skip("no worked cases beside the project (../shared/eval/cases/dev.jsonl): skipped")
	}
	for line := range strings.Lines(string(data)) {
		var c workedCase
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		report, err := json.Marshal(map[string]any{"symptom": c.Report, "facts": c.Facts})
		if err != nil {
			t.Fatal(err)
		}
		reports, cases = append(reports, strings.Replace(string(report), `,"facts":null`, "", 1)), append(cases, c)
	}
	return reports, cases
}

type workedCase struct {
	ID, Report string
	Facts      map[string]any
	Expect     struct {
		Diagnosis   []string
		RejectInput string `json:"reject_input"`
		Warn        string
		Outputs     []string
	}
}

// TestWorkedCasesComeOutOfDiagnoseAsOutOfTheAPI sends each of them both ways. What an answer must hold besides is tested where it is
// made, in package desk.
func TestWorkedCasesComeOutOfDiagnoseAsOutOfTheAPI(t *testing.T) {
	reports, cases := worked(t)
	lib, ok := open(console{nil, io.Discard, io.Discard}, "diagnose", "", "")
	if !ok {
		t.Fatal("the built-in content cannot be loaded")
	}
	api := httptest.NewServer(reportHandler(lib))
	defer api.Close()
	for i, line := range diagnose(t, strings.Join(reports, "\n"), "--jobs", "2") {
		c := cases[i]
		if body := post(t, api.URL, reports[i], fmt.Sprint("line-", i+1)); body != line {
			t.Errorf("%s: diagnose and the API answer differently:\n%s%s", c.ID, line, body)
		}
		c.judge(t, readReply(t, line))
	}
}

func post(t *testing.T, url, report, id string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v1/reports", strings.NewReader(report))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Request-Id", id)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func (c workedCase) judge(t *testing.T, r reply) {
	t.Helper()
	if c.Expect.RejectInput != "" || c.Expect.Warn != "" {
		if r.Status != 422.0 {
			t.Errorf("%s: status %v, want 422", c.ID, r.Status)
		}
		return
	}
	var confirmed []string
	for _, d := range r.Diagnoses {
		if d.State == "confirmed" {
			confirmed = append(confirmed, d.Name)
		}
	}
	want := slices.Clone(c.Expect.Diagnosis)
	if r.Status == "no-tree" { // which takes the place of that diagnosis
		want = slices.DeleteFunc(want, func(name string) bool { return name == "not-this-problem" })
	}
	slices.Sort(confirmed)
	slices.Sort(want)
	if !slices.Equal(confirmed, want) {
		t.Errorf("%s: confirmed %v, want %v", c.ID, confirmed, want)
	}
}

// FuzzDiagnose feeds it anything: every line that is not blank gets one line that keeps to a schema.
func FuzzDiagnose(f *testing.F) {
	dialog, err := os.ReadFile("testdata/dialogs/diagnose.txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(dialog)) {
		f.Add([]byte(line))
	}
	f.Add([]byte("{}\n\n\r\n[]\x00\n\xff\xfe{\n"))
	f.Add([]byte(`{"symptom":"door ` + "\u202e" + `ABC is gone","log":"lens: dust","script":"md","fix":"call-us","article":"Q900001"}`))
	lib, ok := open(console{nil, io.Discard, io.Discard}, "diagnose", "testdata/content", "")
	if !ok {
		f.Fatal("the content cannot be loaded")
	}
	api := reportHandler(lib)
	f.Fuzz(func(t *testing.T, in []byte) {
		work, queue := make(chan job, 1), make(chan job, 1)
		go func() {
			for j := range work {
				j.answer <- answerLine(t.Context(), api, j)
			}
		}()
		go feed(t.Context(), bytes.NewReader(in), work, queue)
		var out bytes.Buffer
		if err := drain(t.Context(), &out, queue); err != nil {
			t.Fatal(err)
		}
		want := 0
		for line := range bytes.SplitSeq(in, []byte("\n")) {
			if len(bytes.TrimSpace(line)) > 0 {
				want++
			}
		}
		lines := slices.Collect(bytes.Lines(out.Bytes()))
		if len(lines) != want {
			t.Fatalf("%d lines get %d", want, len(lines))
		}
		for _, line := range lines {
			if schemas.Check(schemas.Answer, line) != nil && schemas.Check(schemas.Refusal, line) != nil {
				t.Errorf("is neither an answer nor a problem: %s", line)
			}
		}
	})
}

func BenchmarkDiagnose(b *testing.B) {
	report := `{"symptom": "smsmon32 takes all of the processor since the service pack", "facts": {"client_os": "nt4", "recent_upgrade": "sp1", "client_sites": ["LON", "ALT"], "nonexistent_sites": ["ALT"]}, "script": "cmd"}` + "\n"
	var in strings.Reader
	b.SetBytes(int64(len(report)))
	in.Reset(strings.Repeat(report, max(b.N, 1)))
	b.ResetTimer()
	if code := run(b.Context(), console{&in, io.Discard, io.Discard}, []string{"diagnose"}); code != exitOK {
		b.Fatal(code)
	}
}
