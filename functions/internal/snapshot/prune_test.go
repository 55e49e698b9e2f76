package snapshot

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// age makes a file of a bucket as old as it must be.
func age(t *testing.T, b Folder, name string, days int) {
	t.Helper()
	when := time.Now().AddDate(0, 0, -days)
	if err := os.Chtimes(filepath.Join(string(b), name), when, when); err != nil {
		t.Fatal(err)
	}
}

// history publishes so many snapshots, a day apart, and returns their names, oldest first.
func history(t *testing.T, b Folder, n int) []string {
	t.Helper()
	var names []string
	for i := range n {
		p := publish(t, b, folder(t, uint64(10*i), 10, 20), About{Articles: i})
		for _, file := range []string{"file0.bin", "file1.bin", listingName} {
			age(t, b, p.Snapshot+"/"+file, n-i)
		}
		names = append(names, p.Snapshot)
	}
	return names
}

func left(t *testing.T, b Folder) []string {
	t.Helper()
	entries, err := os.ReadDir(string(b))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestPruneKeepsTheCurrentSnapshotAndTheNewest(t *testing.T) {
	b := Folder(t.TempDir())
	all := history(t, b, 5)
	removed, err := Prune(t.Context(), b, 3, time.Now())
	if err != nil || !slices.Equal(removed, all[:2]) {
		t.Errorf("Prune = %v, %v; want %v", removed, err, all[:2])
	}
	if got, want := left(t, b), slices.Sorted(slices.Values(all[2:])); !slices.Equal(got, want) {
		t.Errorf("left are %v, want %v", got, want)
	}
	for _, name := range all[2:] {
		if _, err := Rollback(t.Context(), b, name); err != nil {
			t.Errorf("what was kept cannot serve again: %v", err)
		}
	}
	if removed, err := Prune(t.Context(), b, 3, time.Now()); err != nil || len(removed) != 0 {
		t.Errorf("again: %v, %v", removed, err)
	}
}

func TestPruneKeepsWhatWasRolledBackTo(t *testing.T) {
	b := Folder(t.TempDir())
	all := history(t, b, 5)
	if _, err := Rollback(t.Context(), b, all[0]); err != nil {
		t.Fatal(err)
	}
	removed, err := Prune(t.Context(), b, 2, time.Now())
	if err != nil || !slices.Equal(removed, all[1:4]) {
		t.Errorf("Prune = %v, %v; want %v", removed, err, all[1:4])
	}
	if p, _, err := Current(t.Context(), b); err != nil || p.Snapshot != all[0] {
		t.Errorf("Current = %v, %v", p, err)
	}
}

func TestPruneLeavesAloneWhatIsBeingPublishedAndWhatIsNotOurs(t *testing.T) {
	b := Folder(t.TempDir())
	history(t, b, 2)
	write := func(name string, days int) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(string(b), name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(string(b), name), []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
		age(t, b, name, days)
	}
	write("00000000000000aa/file0.bin", 0)  // on its way
	write("00000000000000bb/file0.bin", 30) // left behind
	write("notes/of-the-operator.txt", 30)
	removed, err := Prune(t.Context(), b, 2, time.Now())
	if err != nil || !slices.Equal(removed, []string{"00000000000000bb"}) {
		t.Errorf("Prune = %v, %v; want what was left behind", removed, err)
	}
	if got := left(t, b); len(got) != 4 {
		t.Errorf("left are %v", got)
	}
}

func TestPruneRefusesToKeepTooFewOrToGuess(t *testing.T) {
	b := Folder(t.TempDir())
	if _, err := Prune(t.Context(), b, 2, time.Now()); !errors.Is(err, ErrMissing) {
		t.Errorf("of nothing: %v, want ErrMissing", err)
	}
	all := history(t, b, 3)
	if _, err := Prune(t.Context(), b, 1, time.Now()); !errors.Is(err, ErrFew) {
		t.Errorf("keep 1: %v, want ErrFew", err)
	}
	if err := os.WriteFile(filepath.Join(string(b), pointerName), []byte("broken"), 0o666); err != nil {
		t.Fatal(err)
	}
	if removed, err := Prune(t.Context(), b, 2, time.Now()); err == nil || len(removed) > 0 || len(left(t, b)) != len(all) {
		t.Errorf("where nobody knows what serves: %v, %v", removed, err)
	}
}
