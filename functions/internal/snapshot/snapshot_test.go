package snapshot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// folder writes a folder with files of the given sizes, filled from a seed.
func folder(t testing.TB, seed uint64, sizes ...int) string {
	t.Helper()
	dir := t.TempDir()
	for i, size := range sizes {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("file%d.bin", i)), noise(seed+uint64(i), size), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), 1})
	r.Read(b)
	return b
}

func accept(*About) error { return nil }

func publish(t testing.TB, b Bucket, dir string, about About) Pointer {
	t.Helper()
	p, err := Publish(t.Context(), b, dir, about, accept)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sameFolder(t testing.TB, got, want string) {
	t.Helper()
	entries, err := os.ReadDir(want)
	if err != nil {
		t.Fatal(err)
	}
	arrived, _ := os.ReadDir(got)
	if len(arrived) != len(entries) {
		t.Errorf("%d files arrived, want %d", len(arrived), len(entries))
	}
	for _, e := range entries {
		a, errA := os.ReadFile(filepath.Join(got, e.Name()))
		b, errB := os.ReadFile(filepath.Join(want, e.Name()))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s arrived as %d bytes, %v; want %d", e.Name(), len(a), errA, len(b))
		}
	}
}

func TestWhatIsPublishedIsFetched(t *testing.T) {
	b := Folder(t.TempDir())
	dir := folder(t, 1, 0, 1, partSize, partSize+1, 3*partSize-1)
	about := About{Format: 2, Articles: 7, Source: "test", Built: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	published := publish(t, b, dir, about)
	p, _, err := Current(t.Context(), b)
	if err != nil || p != published {
		t.Fatalf("Current = %v, %v; want %v", p, err, published)
	}
	l, err := ReadListing(t.Context(), b, p)
	if err != nil || l.About != about {
		t.Fatalf("listing is about %+v, %v; want %+v", l.About, err, about)
	}
	temp := t.TempDir()
	got, err := Fetch(t.Context(), b, p, l, temp)
	if err != nil {
		t.Fatal(err)
	}
	sameFolder(t, got, dir)
	if again, err := Fetch(t.Context(), nil, p, l, temp); err != nil || again != got {
		t.Errorf("what is there is fetched again: %v", err)
	}
	if again := publish(t, b, dir, about); again != p {
		t.Errorf("the same files were published as %v and %v", p, again)
	}
}

func TestWhatTheGateRefusesIsNotPublished(t *testing.T) {
	b := Folder(t.TempDir())
	publish(t, b, folder(t, 1, 10), About{Articles: 100})
	refused := errors.New("fewer articles")
	_, err := Publish(t.Context(), b, folder(t, 2, 10), About{Articles: 3}, func(current *About) error {
		if current == nil || current.Articles != 100 {
			t.Errorf("the gate was shown %+v", current)
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("Publish = %v", err)
	}
	p, _, err := Current(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if l, _ := ReadListing(t.Context(), b, p); l.About.Articles != 100 {
		t.Errorf("current is about %+v", l.About)
	}
}

func TestOfTwoPublishersOneIsTold(t *testing.T) {
	b := Folder(t.TempDir())
	first, second := folder(t, 1, 10), folder(t, 2, 10)
	_, err := Publish(t.Context(), b, first, About{}, func(*About) error {
		publish(t, b, second, About{}) // while the first is at it
		return nil
	})
	if !errors.Is(err, ErrConflict) {
		t.Errorf("Publish = %v, want ErrConflict", err)
	}
}

func TestRollbackServesAnEarlierSnapshot(t *testing.T) {
	b := Folder(t.TempDir())
	old := publish(t, b, folder(t, 1, 10), About{Articles: 1})
	publish(t, b, folder(t, 2, 10), About{Articles: 2})
	if p, err := Rollback(t.Context(), b, old.Snapshot); err != nil || p != old {
		t.Errorf("Rollback = %v, %v; want %v", p, err, old)
	}
	if p, _, err := Current(t.Context(), b); err != nil || p != old {
		t.Errorf("Current = %v, %v; want %v", p, err, old)
	}
	for _, name := range []string{"", "../../../../etc", "0123456789abcdef"} {
		if _, err := Rollback(t.Context(), b, name); err == nil {
			t.Errorf("Rollback(%q) gave no error", name)
		}
	}
	if err := os.WriteFile(filepath.Join(string(b), pointerName), []byte("broken"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Rollback(t.Context(), b, old.Snapshot); err != nil {
		t.Errorf("Rollback over a broken pointer: %v", err)
	}
}

func TestBrokenSnapshotsAreRefusedAndLeaveNothing(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, dir string){
		"a byte is another": func(t *testing.T, dir string) {
			edit(t, filepath.Join(dir, "file1.bin"), func(b []byte) []byte { b[5]++; return b })
		},
		"a file is shorter": func(t *testing.T, dir string) {
			edit(t, filepath.Join(dir, "file1.bin"), func(b []byte) []byte { return b[:9] })
		},
		"a file is missing": func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "file0.bin")) },
		"no listing":        func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, listingName)) },
		"another listing": func(t *testing.T, dir string) {
			edit(t, filepath.Join(dir, listingName), func(b []byte) []byte { return append(b, ' ') })
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := Folder(t.TempDir())
			p := publish(t, b, folder(t, 1, 10, 2*partSize), About{})
			damage(t, filepath.Join(string(b), p.Snapshot))
			temp := t.TempDir()
			live := NewLive(Source[string]{Bucket: b, Dir: temp, Open: open}, "built in")
			err := live.Refresh(t.Context())
			var refused *RefusedError
			if !errors.As(err, &refused) {
				t.Errorf("Refresh = %v, want a *RefusedError", err)
			}
			if got, release := live.Use(); got != "built in" {
				t.Errorf("%q serves", got)
			} else {
				release()
			}
			if s := live.Status(); s.Problem == "" || s.Refused != 1 {
				t.Errorf("status = %+v", s)
			}
			if left, _ := os.ReadDir(temp); len(left) != 0 {
				t.Errorf("%v was left behind", left)
			}
		})
	}
}

func edit(t *testing.T, name string, f func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, f(data), 0o666); err != nil {
		t.Fatal(err)
	}
}

func open(dir string) (string, error) {
	if _, err := os.Stat(filepath.Join(dir, "unopenable")); err == nil {
		return "", errors.New("as told")
	}
	return dir, nil
}

func TestSnapshotThatIsTooNewOrCannotBeOpenedIsRefused(t *testing.T) {
	for name, publish := range map[string]func(*testing.T, Bucket){
		"newer index":   func(t *testing.T, b Bucket) { publish(t, b, folder(t, 1, 10), About{Format: 9}) },
		"newer pointer": func(t *testing.T, b Bucket) { setPointer(t, b, Pointer{Format: 9}) },
		"wild pointer": func(t *testing.T, b Bucket) {
			setPointer(t, b, Pointer{Format: 1, Snapshot: "../../etc", Listing: "x"})
		},
		"unopenable": func(t *testing.T, b Bucket) {
			dir := folder(t, 1, 10)
			os.WriteFile(filepath.Join(dir, "unopenable"), nil, 0o666)
			publish(t, b, dir, About{Format: 1})
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := Folder(t.TempDir())
			publish(t, b)
			temp := t.TempDir()
			live := NewLive(Source[string]{Bucket: b, Dir: temp, Format: 1, Open: open}, "built in")
			var refused *RefusedError
			if err := live.Refresh(t.Context()); !errors.As(err, &refused) {
				t.Errorf("Refresh = %v, want a *RefusedError", err)
			}
			if left, _ := os.ReadDir(temp); len(left) != 0 {
				t.Errorf("%v was left behind", left)
			}
		})
	}
}

func setPointer(t *testing.T, b Bucket, p Pointer) {
	t.Helper()
	data, _ := json.Marshal(p)
	if err := b.MovePointer(t.Context(), pointerName, data, ""); err != nil {
		t.Fatal(err)
	}
}

func TestListingsThatLieAreRefused(t *testing.T) {
	file := func(name string, size int64, parts int) File {
		return File{Name: name, Size: size, Parts: make([]string, parts)}
	}
	for name, l := range map[string]Listing{
		"no files":      {Format: 1},
		"path":          {Format: 1, Files: []File{file("../x", 1, 1)}},
		"backslash":     {Format: 1, Files: []File{file(`..\x`, 1, 1)}},
		"dots":          {Format: 1, Files: []File{file("..", 1, 1)}},
		"twice":         {Format: 1, Files: []File{file("x", 1, 1), file("x", 1, 1)}},
		"negative":      {Format: 1, Files: []File{file("x", -1, 0)}},
		"parts":         {Format: 1, Files: []File{file("x", partSize+1, 1)}},
		"huge":          {Format: 1, Files: []File{file("x", maxTotal+1, 1)}},
		"newer":         {Format: 2, Files: []File{file("x", 1, 1)}},
		"many":          {Format: 1, Files: make([]File, maxFiles+1)},
		"huge together": {Format: 1, Files: []File{file("x", maxTotal, maxTotal/partSize), file("y", maxTotal, maxTotal/partSize)}},
	} {
		if l.wrong() == "" {
			t.Errorf("%s: nothing is wrong with it", name)
		}
	}
}

// flaky is a bucket whose connections break.
type flaky struct {
	Bucket
	breaks atomic.Int32
}

func (f *flaky) Get(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	if strings.HasSuffix(name, ".bin") && f.breaks.Add(-1) >= 0 {
		return io.NopCloser(io.MultiReader(strings.NewReader("half"), errReader{})), nil
	}
	return f.Bucket.Get(ctx, name, offset, length)
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBrokenConnectionIsTriedAgain(t *testing.T) {
	b := &flaky{Bucket: Folder(t.TempDir())}
	dir := folder(t, 1, 3*partSize)
	publish(t, b, dir, About{})
	b.breaks.Store(2)
	live := NewLive(Source[string]{Bucket: b, Dir: t.TempDir(), Open: open}, "built in")
	if err := live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, release := live.Use()
	defer release()
	sameFolder(t, got, dir)
}

func TestConnectionThatStaysBrokenIsAnErrorAndTheNextLookRecovers(t *testing.T) {
	b := &flaky{Bucket: Folder(t.TempDir())}
	publish(t, b, folder(t, 1, 3*partSize), About{})
	b.breaks.Store(1000)
	live := NewLive(Source[string]{Bucket: b, Dir: t.TempDir(), Open: open}, "built in")
	var refused *RefusedError
	if err := live.Refresh(t.Context()); err == nil || errors.As(err, &refused) {
		t.Errorf("Refresh = %v, want an error that is no refusal", err)
	}
	b.breaks.Store(0)
	if err := live.Refresh(t.Context()); err != nil || live.Status().Problem != "" || live.Status().Snapshot == "" {
		t.Errorf("then Refresh = %v, status %+v", err, live.Status())
	}
}

func TestFullDiskIsAnErrorAndLeavesNothing(t *testing.T) {
	b := Folder(t.TempDir())
	publish(t, b, folder(t, 1, 10), About{})
	temp := t.TempDir()
	if err := os.WriteFile(filepath.Join(temp, "file"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	live := NewLive(Source[string]{Bucket: b, Dir: filepath.Join(temp, "file", "no folder"), Open: open}, "built in")
	if err := live.Refresh(t.Context()); err == nil || live.Status().Failed != 1 {
		t.Errorf("Refresh = %v, status %+v", err, live.Status())
	}
}

// While snapshots are swapped under a load of requests, none sees one that is closed, and in the end only the last is left.
func TestSwapDropsNoRequest(t *testing.T) {
	b := Folder(t.TempDir())
	temp := t.TempDir()
	var mu sync.Mutex
	var closed []string
	live := NewLive(Source[string]{Bucket: b, Dir: temp, Open: open, Close: func(dir string) error {
		mu.Lock()
		defer mu.Unlock()
		closed = append(closed, dir)
		return nil
	}}, "built in")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	var served atomic.Int64
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				dir, release := live.Use()
				if dir != "built in" {
					if _, err := os.Stat(filepath.Join(dir, "file0.bin")); err != nil {
						t.Error(err)
					}
				}
				mu.Lock()
				if slices.Contains(closed, dir) {
					t.Errorf("%s is closed and still used", dir)
				}
				mu.Unlock()
				served.Add(1)
				release()
			}
		})
	}
	for i := range 10 {
		publish(t, b, folder(t, uint64(100+i), 1000), About{Articles: i})
		before := served.Load()
		if err := live.Refresh(t.Context()); err != nil {
			t.Error(err)
		}
		for served.Load() < before+20 {
			time.Sleep(time.Millisecond)
		}
	}
	close(stop)
	wg.Wait()
	// Which of two that are still in use is closed first is up to their users.
	slices.Sort(closed)
	if len(slices.Compact(closed)) != 10 || !slices.Contains(closed, "built in") || slices.Contains(closed, filepath.Join(temp, live.Status().Snapshot)) {
		t.Errorf("closed %v, want what was built in and nine snapshots, each once, and not the one that serves", closed)
	}
	if left, _ := os.ReadDir(temp); len(left) != 1 || left[0].Name() != live.Status().Snapshot {
		t.Errorf("left behind: %v, want the one that serves", left)
	}
}

func TestLookWaitsForItsTimeAndForNobody(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	gate := make(chan struct{})
	b := &counting{gate: gate}
	live := NewLive(Source[string]{Bucket: b, Dir: t.TempDir(), Open: open, Now: func() time.Time { return now }}, "built in")
	look := func(wait bool) {
		live.Look()
		live.Look() // one at a time
		if wait {
			gate <- struct{}{}
			for live.looks() {
				time.Sleep(time.Millisecond)
			}
		}
	}
	look(true)
	look(false) // too early
	now = now.Add(retryAfter)
	look(true) // the first failed
	now = now.Add(retryAfter)
	look(false) // the second failed too: the wait doubles
	now = now.Add(retryAfter)
	look(true)
	now = now.Add(-time.Hour)
	look(true) // the clock was set back
	if got := b.n.Load(); got != 4 {
		t.Errorf("looked %d times, want 4", got)
	}
	if live.Status().Failed != 4 {
		t.Errorf("status = %+v", live.Status())
	}
}

func (l *Live[T]) looks() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.looking
}

// counting is a bucket that is gone.
type counting struct {
	Bucket
	gate chan struct{}
	n    atomic.Int32
}

func (c *counting) Pointer(context.Context, string) ([]byte, string, error) {
	c.n.Add(1)
	<-c.gate
	return nil, "", errors.New("no network")
}

func TestWhatAnEarlierProcessLeftIsRemovedOrUsed(t *testing.T) {
	b := Folder(t.TempDir())
	temp := t.TempDir()
	old := publish(t, b, folder(t, 1, 10), About{})
	if err := NewLive(Source[string]{Bucket: b, Dir: temp, Open: open}, "").Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(temp, "0123456789abcdef.part-7"), 0o777); err != nil {
		t.Fatal(err)
	}
	os.RemoveAll(filepath.Join(string(b), old.Snapshot, "file0.bin")) // so that it cannot be fetched again
	second := NewLive(Source[string]{Bucket: b, Dir: temp, Open: open}, "")
	if err := second.Refresh(t.Context()); err != nil || second.Status().Snapshot != old.Snapshot {
		t.Errorf("the snapshot that was there: %v, %+v", err, second.Status())
	}
	p := publish(t, b, folder(t, 2, 10), About{})
	third := NewLive(Source[string]{Bucket: b, Dir: temp, Open: open}, "")
	if err := third.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(temp); len(left) != 1 || left[0].Name() != p.Snapshot {
		t.Errorf("left %v, want %s", left, p.Snapshot)
	}
}

func TestCleanRemovesWhatIsOursAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"0123456789abcdef", "0123456789abcdee", "0123456789abcdee.part-1", "other", "0123"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := Clean(dir, "0123456789abcdef"); err != nil {
		t.Fatal(err)
	}
	var left []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if want := []string{"0123", "0123456789abcdef", "other"}; !slices.Equal(left, want) {
		t.Errorf("left %v, want %v", left, want)
	}
	if err := Clean(filepath.Join(dir, "missing")); err != nil {
		t.Error(err)
	}
}

func FuzzPointerAndListing(f *testing.F) {
	f.Add([]byte(`{"format":1,"snapshot":"0123456789abcdef","listing":"x"}`), []byte(`{"format":1,"files":[{"name":"x","size":1,"parts":[""]}]}`))
	f.Fuzz(func(t *testing.T, pointer, listing []byte) {
		root := t.TempDir()
		b := Folder(filepath.Join(root, "bucket"))
		os.MkdirAll(filepath.Join(string(b), hash(listing)[:16]), 0o777)
		os.WriteFile(filepath.Join(string(b), pointerName), pointer, 0o666)
		os.WriteFile(filepath.Join(string(b), hash(listing)[:16], listingName), listing, 0o666)
		live := NewLive(Source[string]{Bucket: b, Dir: filepath.Join(root, "tmp"), Open: open}, "built in")
		live.Refresh(context.Background())
		data, _ := json.Marshal(Pointer{1, hash(listing)[:16], hash(listing)})
		os.WriteFile(filepath.Join(string(b), pointerName), data, 0o666)
		live.Refresh(context.Background())
		entries, _ := os.ReadDir(root)
		for _, e := range entries {
			if e.Name() != "bucket" && e.Name() != "tmp" {
				t.Errorf("%s was written beside the folder", e.Name())
			}
		}
	})
}
