package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// numbered returns pump under another number.
func numbered(n int) string { return strings.ReplaceAll(pump, "Q900001", fmt.Sprint("Q", n)) }

var packed = []struct{ path, text string }{
	{"arc-master/README.md", "not an article"},
	{"arc-master/kb/900/Q900001/README.md", numbered(900001)},
	{"arc-master/kb/900/Q900005/README.md", pump[:300]},
	{"arc-master/kb/900/Q900006/README.md", numbered(900007)},
	{"arc-master/kb/900/Q900008/README.md", numbered(900008)},
}

// sources packs the same files as a folder, a .tar.gz and a .zip, with entries that lead out of the packed ones.
func sources(t *testing.T) map[string]string {
	dir := t.TempDir()
	folder := filepath.Join(dir, "folder")
	var tarball, zipball bytes.Buffer
	gw := gzip.NewWriter(&tarball)
	tw, zw := tar.NewWriter(gw), zip.NewWriter(&zipball)
	for _, f := range packed {
		must(t, os.MkdirAll(filepath.Join(folder, filepath.Dir(f.path)), 0o755))
		must(t, os.WriteFile(filepath.Join(folder, f.path), []byte(f.text), 0o644))
		pack(t, tw, zw, f.path, f.text)
	}
	for _, bad := range []string{"../Q900009/README.md", "/kb/Q900009/README.md", `kb\Q900009\README.md`, "kb/../../Q900009/README.md"} {
		pack(t, tw, zw, bad, numbered(900009))
	}
	must(t, tw.WriteHeader(&tar.Header{Name: "kb/Q900010/README.md", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}))
	must(t, errors.Join(tw.Close(), gw.Close(), zw.Close()))
	must(t, os.WriteFile(filepath.Join(dir, "arc.tar.gz"), tarball.Bytes(), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, "arc.zip"), zipball.Bytes(), 0o644))
	return map[string]string{"folder": folder, "tar.gz": filepath.Join(dir, "arc.tar.gz"), "zip": filepath.Join(dir, "arc.zip")}
}

func pack(t *testing.T, tw *tar.Writer, zw *zip.Writer, name, text string) {
	must(t, tw.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}))
	_, err := tw.Write([]byte(text))
	must(t, err)
	w, err := zw.Create(name)
	must(t, err)
	_, err = w.Write([]byte(text))
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestABadArticleIsAnErrorInTheStreamAndNotItsEnd(t *testing.T) {
	for kind, path := range sources(t) {
		s, err := Open(path)
		must(t, err)
		defer s.Close()
		var ids, broken []string
		for a, err := range s.Articles() {
			var bad *ArticleError
			switch {
			case err == nil:
				ids = append(ids, a.ID)
			case errors.As(err, &bad):
				broken = append(broken, bad.Path)
			default:
				t.Fatalf("%s: %v", kind, err)
			}
		}
		if want := []string{"Q900001", "Q900008"}; !slices.Equal(ids, want) {
			t.Errorf("%s: read %v, want %v", kind, ids, want)
		}
		want := 2 // one cut off, one under a wrong number
		if kind != "folder" {
			want += 4 // paths that lead out
		}
		if len(broken) != want {
			t.Errorf("%s: broken %v, want %d", kind, broken, want)
		}
	}
}

func TestFindReadsOnlyWhatIsAskedFor(t *testing.T) {
	for kind, path := range sources(t) {
		s, err := Open(path)
		must(t, err)
		defer s.Close()
		got, err := s.Find("Q900008", "Q900099")
		if len(got) != 1 || got["Q900008"] == nil {
			t.Errorf("%s: found %v", kind, got)
		}
		if bad := new(ArticleError); err != nil && !errors.As(err, &bad) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestOpenTakesASingleArticle(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Q900001-seed.txt")
	must(t, os.WriteFile(file, []byte(pump), 0o644))
	s, err := Open(file)
	must(t, err)
	got, err := s.Find("Q900001")
	must(t, err)
	if got["Q900001"] == nil {
		t.Error("the article is not found in its own file")
	}
}

func TestOpenSaysWhatItWants(t *testing.T) {
	file := filepath.Join(t.TempDir(), "archive.rar")
	must(t, os.WriteFile(file, nil, 0o644))
	if _, err := Open(file); err == nil || !strings.Contains(err.Error(), "want a folder, a .tar.gz, a .zip") {
		t.Errorf("error %v", err)
	}
}

func TestAFolderIsNotLeftThroughALink(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "README.md")
	must(t, os.WriteFile(outside, []byte(pump), 0o644))
	must(t, os.Mkdir(filepath.Join(dir, "Q900001"), 0o755))
	must(t, os.Symlink(outside, filepath.Join(dir, "Q900001", "README.md")))
	s, err := Open(dir)
	must(t, err)
	defer s.Close()
	for a, err := range s.Articles() {
		if bad := new(ArticleError); a != nil || !errors.As(err, &bad) {
			t.Errorf("read %v, %v", a, err)
		}
	}
}

func TestABombIsRefusedWithoutBeingUnpacked(t *testing.T) {
	var buf bytes.Buffer
	gw := gzip.NewWriter(&buf)
	tw := tar.NewWriter(gw)
	must(t, tw.WriteHeader(&tar.Header{Name: "kb/Q900001/README.md", Mode: 0o644, Size: 64 << 20}))
	zeros := make([]byte, 1<<20)
	for range 64 {
		_, err := tw.Write(zeros)
		must(t, err)
	}
	pack(t, tw, zip.NewWriter(new(bytes.Buffer)), "kb/Q900008/README.md", numbered(900008))
	must(t, errors.Join(tw.Close(), gw.Close()))
	var ids []string
	var last error
	err := untar(&buf, func(string) bool { return true }, func(f File, err error) bool {
		ids, last = append(ids, f.ID), errors.Join(last, err)
		return true
	})
	must(t, err)
	if !slices.Equal(ids, []string{"", "Q900008"}) || last == nil || !strings.Contains(last.Error(), "larger than") {
		t.Errorf("read %v, %v", ids, last)
	}
}

// A zip says itself how large an entry is, and may lie.
func TestAZipThatLiesAboutASizeIsNotUnpackedWhole(t *testing.T) {
	var plain, buf bytes.Buffer
	fw, err := flate.NewWriter(&plain, flate.BestCompression)
	must(t, err)
	zeros := make([]byte, 1<<20)
	for range 64 {
		_, err := fw.Write(zeros)
		must(t, err)
	}
	must(t, fw.Close())
	zw := zip.NewWriter(&buf)
	w, err := zw.CreateRaw(&zip.FileHeader{Name: "kb/Q900001/README.md", Method: zip.Deflate, CompressedSize64: uint64(plain.Len()), UncompressedSize64: 100})
	must(t, err)
	_, err = w.Write(plain.Bytes())
	must(t, err)
	pack(t, tar.NewWriter(io.Discard), zw, "kb/Q900008/README.md", numbered(900008))
	link := &zip.FileHeader{Name: "kb/Q900010/README.md"}
	link.SetMode(0o777 | os.ModeSymlink)
	w, err = zw.CreateHeader(link)
	must(t, err)
	_, err = w.Write([]byte("/etc/passwd"))
	must(t, errors.Join(err, zw.Close()))
	path := filepath.Join(t.TempDir(), "arc.zip")
	must(t, os.WriteFile(path, buf.Bytes(), 0o644))

	s, err := Open(path)
	must(t, err)
	defer s.Close()
	var ids, broken []string
	for a, err := range s.Articles() {
		if err != nil {
			broken = append(broken, err.Error())
			continue
		}
		ids = append(ids, a.ID)
	}
	if !slices.Equal(ids, []string{"Q900008"}) || len(broken) != 1 || !strings.HasPrefix(broken[0], "kb/Q900001/README.md: ") {
		t.Errorf("read %v, broken %v", ids, broken)
	}
}

func TestADamagedArchiveSaysWhatToDo(t *testing.T) {
	whole, err := os.ReadFile(sources(t)["tar.gz"])
	must(t, err)
	damaged := slices.Clone(whole)
	damaged[len(damaged)/2] ^= 0xff
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"cut off":     {whole[:len(whole)/2], "ends too early: fetch it again"},
		"damaged":     {damaged, "fetch it again"},
		"other":       {[]byte("Once upon a time"), "is damaged, or no .tar.gz"},
		"without end": {whole[:len(whole)-4], "ends too early"},
	} {
		path := filepath.Join(t.TempDir(), "arc.tar.gz")
		must(t, os.WriteFile(path, c.data, 0o644))
		s, err := Open(path)
		must(t, err)
		defer s.Close()
		var last error
		for _, err := range s.Articles() {
			if err != nil {
				last = err
			}
		}
		if last == nil || !strings.Contains(last.Error(), "archive: arc.tar.gz: ") || !strings.Contains(last.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, last, c.want)
		}
	}
}

func TestArticlesWalksAnyFileSystem(t *testing.T) {
	fsys := fstest.MapFS{"kb/Q900008/README.md": {Data: []byte(numbered(900008))}, "kb/Q900001/index.md": {Data: []byte(pump)}}
	var ids []string
	for a, err := range Articles(fsys) {
		must(t, err)
		ids = append(ids, a.ID)
	}
	if !slices.Equal(ids, []string{"Q900001", "Q900008"}) {
		t.Errorf("read %v", ids)
	}
}

func TestTheWholeArchiveIsRead(t *testing.T) {
	if os.Getenv("KB_ARCHIVE") == "" {
		t.Skip("takes ten seconds: set KB_ARCHIVE to the public archive to run this")
	}
	s, err := Open(archivePath(t))
	must(t, err)
	defer s.Close()
	n, sections, links := 0, 0, 0
	for a, err := range s.Articles() {
		if err != nil {
			t.Error(err)
			continue
		}
		n, sections, links = n+1, sections+len(a.Sections), links+len(a.Links)
	}
	if n < 60_000 || sections < 3*n/2 || links < n/2 {
		t.Errorf("read %d articles, %d sections, %d links", n, sections, links)
	}
	t.Logf("%d articles, %d sections, %d links", n, sections, links)
}
