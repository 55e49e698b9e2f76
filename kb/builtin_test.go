package kb

import (
	"errors"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/fixdesk/fixdesk/kb/tree"

	"github.com/fixdesk/fixdesk/kb/facts"
)

func TestThePackedContentIsWhatTheContentGives(t *testing.T) {
	want, err := Pack(Content())
	if err != nil {
		t.Fatal(err)
	}
	if builtin != string(want) {
		t.Error("kb/builtin.pack is not what the content gives, so programs start slowly: go generate ./kb")
	}
}

func unpack(t *testing.T, fsys fs.FS, text string) (*Base, error) {
	t.Helper()
	f, err := look(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return f.unpack(text)
}

// packed returns the built-in base as it is once the content is packed, and the one that is loaded.
func packed(t *testing.T) (built, loaded *Base) {
	t.Helper()
	data, err := Pack(Content())
	if err != nil {
		t.Fatal(err)
	}
	if built, err = unpack(t, Content(), string(data)); err != nil {
		t.Fatal(err)
	}
	if loaded, err = Load(Content()); err != nil {
		t.Fatal(err)
	}
	for _, b := range []*Base{built, loaded} { // what reads prose is made with the first report
		if _, _, err := b.Vocabulary.Read(facts.Input{Symptom: "smsmon32 hangs"}); err != nil {
			t.Fatal(err)
		}
	}
	return built, loaded
}

func TestWhatIsBuiltInIsWhatIsLoaded(t *testing.T) {
	built, loaded := packed(t)
	if !reflect.DeepEqual(built.Vocabulary, loaded.Vocabulary) {
		t.Error("the vocabularies differ: kb/facts/pack.go leaves something out")
	}
	if len(loaded.Trees()) == 0 || !reflect.DeepEqual(built.Trees(), loaded.Trees()) || !reflect.DeepEqual(built.Entries(), loaded.Entries()) {
		t.Error("the trees differ: kb/tree/pack.go or kb/plan/pack.go leaves something out")
	}
	if !reflect.DeepEqual(built.Articles(), loaded.Articles()) {
		t.Error("the articles differ")
	}
	for _, tr := range loaded.Trees() {
		for _, name := range loaded.Fixes(tr.Article) {
			got, ok := built.Fix(tr.Article, name)
			want, _ := loaded.Fix(tr.Article, name)
			if !ok || !reflect.DeepEqual(got, want) {
				t.Errorf("fix %s of %s = %+v, want %+v", name, tr.Article, got, want)
			}
		}
		if got, want := built.Fixes(tr.Article), loaded.Fixes(tr.Article); !slices.Equal(got, want) {
			t.Errorf("fixes of %s = %v, want %v", tr.Article, got, want)
		}
	}
}

func TestWhatIsBuiltInAnswersEveryCaseAsWhatIsLoaded(t *testing.T) {
	if testing.Short() {
		t.Skip("answers every case twice")
	}
	built, loaded := packed(t)
	cases, err := Cases(Content())
	if err != nil || len(cases) < 20 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, c := range cases {
		got, want := walked(built, c), walked(loaded, c)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", c.Name, got, want)
		}
	}
}

// answered is what a walk says, without pointers into its trees.
type answered struct {
	version  string
	said     []any
	asked    *tree.Ask
	offTopic bool
}

func walked(b *Base, c Case) answered {
	t, ok := b.Tree(c.Report.Article)
	if !ok {
		t = b.Entries()[0]
	}
	f, contradictions, err := b.Vocabulary.Read(facts.Input{Told: c.Report.Facts, Symptom: c.Report.Symptom, Log: c.Report.Log})
	r := t.Walk(f, contradictions)
	a := answered{version: t.Version, said: []any{f, contradictions, err}, offTopic: r.OffTopic, asked: r.Ask}
	for _, found := range r.Findings {
		a.said = append(a.said, found.Name, found.Tree.Article, found.State, found.Class, found.Because, found.Waits)
	}
	return a
}

func TestWhatIsNotThereIsNotBuiltInEither(t *testing.T) {
	b, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Sum()) != sumLength {
		t.Errorf("the sum of what is built in is %q", b.Sum())
	}
	if _, ok := b.Article("Q000000"); ok {
		t.Error("there is an article Q000000")
	}
	if _, ok := b.Fix("Q238865", "no-such-fix"); ok {
		t.Error("there is a fix no-such-fix")
	}
}

// copied returns the content in a form that can be edited.
func copied(t *testing.T) fstest.MapFS {
	t.Helper()
	edited := fstest.MapFS{}
	err := fs.WalkDir(Content(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(Content(), name)
		edited[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return edited
}

func TestPackedContentIsNotServedOnceTheContentIsEdited(t *testing.T) {
	content := copied(t)
	data, err := Pack(content)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unpack(t, content, string(data)); err != nil {
		t.Fatalf("unpack before an edit: %v", err)
	}
	for _, edit := range []func(fstest.MapFS){
		func(c fstest.MapFS) { c[factsFile].Data = append(c[factsFile].Data, '\n') },
		func(c fstest.MapFS) { c["Q238865/tree.yaml"].Data = append(c["Q238865/tree.yaml"].Data, '\n') },
		func(c fstest.MapFS) { c["Q238865/article.md"].Data = append(c["Q238865/article.md"].Data, '\n') },
		func(c fstest.MapFS) { delete(c, "Q236596/tree.yaml") },
		func(c fstest.MapFS) { c["Q999999/article.md"] = c["Q238865/article.md"] },
	} {
		edited := copied(t)
		edit(edited)
		if _, err := unpack(t, edited, string(data)); !errors.Is(err, errStale) {
			t.Errorf("unpack after an edit = %v, want errStale", err)
		}
	}
}

// A text that ends too early, or goes on, is another program's.
func TestADamagedPackIsLoadedAnew(t *testing.T) {
	data, err := Pack(Content())
	if err != nil {
		t.Fatal(err)
	}
	damaged := []string{"", "x", string(data[:sumLength]), string(data) + "x"}
	for i := sumLength; i < len(data); i += 997 {
		damaged = append(damaged, string(data[:i]))
	}
	for _, text := range damaged {
		if _, err := unpack(t, Content(), text); !errors.Is(err, errStale) {
			t.Errorf("unpack of %d bytes of %d = %v, want errStale", len(text), len(data), err)
		}
	}
}

func TestOnlySoundContentIsPacked(t *testing.T) {
	content := copied(t)
	content["Q238865/tree.yaml"].Data = append(content["Q238865/tree.yaml"].Data, "nonsense: 1\n"...)
	var wrong *ContentError
	if _, err := Pack(content); !errors.As(err, &wrong) {
		t.Errorf("Pack = %v, want a *ContentError", err)
	}
	if _, err := Pack(os.DirFS(t.TempDir())); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Pack of an empty folder = %v, want that facts.yaml is missing", err)
	}
}

// The price of a start. It is of allocations because those do not depend on what else the machine does.
func TestWhatIsBuiltInIsThereAtOnce(t *testing.T) {
	data, err := Pack(Content())
	if err != nil {
		t.Fatal(err)
	}
	const most = 12_000
	text := string(data)
	got := testing.AllocsPerRun(3, func() {
		if _, err := unpack(t, Content(), text); err != nil {
			t.Fatal(err)
		}
	})
	if got > most {
		t.Errorf("it takes %v allocations, want at most %d", got, most)
	}
}

func BenchmarkBuiltin(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Builtin(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(Content()); err != nil {
			b.Fatal(err)
		}
	}
}
