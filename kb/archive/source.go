package archive

import (
	"archive/tar"
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// What one archive may hold. The public one has 60,335 articles with 150 MB of text.
const (
	maxFiles = 2_000_000
	maxBytes = 4 << 30
)

// An ArticleError says why one article could not be read. The others are not touched by it.
type ArticleError struct {
	Path   string // within the archive
	Reason string
}

func (e *ArticleError) Error() string { return e.Path + ": " + e.Reason }

// A File is one article as it lies in an archive.
type File struct {
	Path string // within the archive, with slashes
	ID   string // the article number that the path names
	Data []byte // at most MaxArticle bytes

	Broken *ArticleError // why there is no Data; nil for every file that a Source yields
}

// A Source is an archive that can be read more than once.
type Source struct {
	// files yields the wanted articles one after another. An *ArticleError does not end the sequence, any other error does.
	files func(want func(id string) bool) iter.Seq2[File, error]
	close func() error
}

// Open opens an archive: a folder, a .tar.gz, a .zip, or a single article file.
func Open(path string) (*Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	switch name := strings.ToLower(path); {
	case info.IsDir():
		return openDir(path)
	case strings.HasSuffix(name, ".tar.gz"), strings.HasSuffix(name, ".tgz"):
		return openTar(path)
	case strings.HasSuffix(name, ".zip"):
		return openZip(path)
	case articlePath(path) != "":
		return openFile(path), nil
	}
	return nil, fmt.Errorf("archive: %s: want a folder, a .tar.gz, a .zip or an article file", path)
}

// Close releases what Open took.
func (s *Source) Close() error { return s.close() }

// Files yields all articles unread, in the order of the archive. An *ArticleError does not end the sequence, any other error does.
func (s *Source) Files() iter.Seq2[File, error] {
	return s.files(func(string) bool { return true })
}

// Articles yields all articles in the order of the archive. An *ArticleError does not end the sequence, any other error does.
func (s *Source) Articles() iter.Seq2[*Article, error] { return parsed(s.Files()) }

// Find returns the articles of the given numbers, in one pass. What is missing in the archive is missing in the map.
func (s *Source) Find(ids ...string) (map[string]*Article, error) {
	found := make(map[string]*Article, len(ids))
	wanted := func(id string) bool { return slices.Contains(ids, id) && found[id] == nil }
	var broken []error
	for a, err := range parsed(s.files(wanted)) {
		if err != nil {
			broken = append(broken, err)
			continue
		}
		found[a.ID] = a
		if len(found) == len(ids) {
			break
		}
	}
	return found, errors.Join(broken...)
}

// Articles yields the articles of a file system in the order of their paths. An *ArticleError does not end the sequence, any
// other error does.
func Articles(fsys fs.FS) iter.Seq2[*Article, error] {
	return parsed(walk(fsys, func(string) bool { return true }))
}

func parsed(files iter.Seq2[File, error]) iter.Seq2[*Article, error] {
	return func(yield func(*Article, error) bool) {
		for f, err := range files {
			if err == nil {
				var a *Article
				if a, err = f.Article(); err == nil {
					if !yield(a, nil) {
						return
					}
					continue
				}
			}
			if !yield(nil, err) {
				return
			}
		}
	}
}

// Article parses the file. Its errors are *ArticleError.
func (f File) Article() (*Article, error) {
	if f.Broken != nil {
		return nil, f.Broken
	}
	a, err := Parse(f.Data)
	if err != nil {
		return nil, &ArticleError{f.Path, err.Error()}
	}
	if a.ID != f.ID {
		return nil, &ArticleError{f.Path, "holds article " + a.ID}
	}
	return a, nil
}

var (
	inFolder = regexp.MustCompile(`(?:^|/)(Q\d{4,7})/(?:README|index)\.(?:md|txt)$`)
	byName   = regexp.MustCompile(`(?:^|/)(Q\d{4,7})(?:-[a-z]+)?\.(?:md|txt)$`)
)

// articlePath returns the article number in the path of an article, "" for a path that is none.
func articlePath(p string) string {
	if m := inFolder.FindStringSubmatch(p); m != nil {
		return m[1]
	}
	if m := byName.FindStringSubmatch(p); m != nil {
		return m[1]
	}
	return ""
}

// checkPath refuses names that lead out of the archive.
func checkPath(name string) error {
	if strings.ContainsAny(name, "\\\x00") || !fs.ValidPath(path.Clean(name)) || slices.Contains(strings.Split(name, "/"), "..") {
		return &ArticleError{fmt.Sprintf("%.80q", name), "the path leads out of the archive"}
	}
	return nil
}

func readArticle(name, id string, r io.Reader) (File, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxArticle+1))
	if err != nil {
		return File{}, err
	}
	if len(data) > MaxArticle {
		return File{}, &ArticleError{name, fmt.Sprintf("larger than %d bytes", MaxArticle)}
	}
	return File{Path: name, ID: id, Data: data}, nil
}

func openFile(name string) *Source {
	files := func(want func(string) bool) iter.Seq2[File, error] {
		return func(yield func(File, error) bool) {
			id := articlePath(name)
			if !want(id) {
				return
			}
			f, err := os.Open(name)
			if err != nil {
				yield(File{}, err)
				return
			}
			defer f.Close()
			yield(readArticle(name, id, f))
		}
	}
	return &Source{files, func() error { return nil }}
}

// openDir reads below dir only: a symbolic link that leads out of it is an error of that article.
func openDir(dir string) (*Source, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	files := func(want func(string) bool) iter.Seq2[File, error] { return walk(root.FS(), want) }
	return &Source{files, root.Close}, nil
}

var errEnough = errors.New("the caller has enough")

func walk(fsys fs.FS, want func(string) bool) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		n := 0
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			id := articlePath(name)
			if d.IsDir() || id == "" || !want(id) {
				return nil
			}
			if n++; n > maxFiles {
				return fmt.Errorf("archive: more than %d files", maxFiles)
			}
			f, err := readFile(fsys, name, id)
			if !yield(f, err) {
				return errEnough
			}
			return nil
		})
		if err != nil && err != errEnough {
			yield(File{}, err)
		}
	}
}

func readFile(fsys fs.FS, name, id string) (File, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return File{}, &ArticleError{name, "cannot be opened: " + reason(err)}
	}
	defer f.Close()
	file, err := readArticle(name, id, f)
	if err != nil {
		if _, ok := err.(*ArticleError); !ok {
			err = &ArticleError{name, "cannot be read: " + reason(err)}
		}
	}
	return file, err
}

// reason is an error without the path in front, which the caller names.
func reason(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

func openTar(name string) (*Source, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	files := func(want func(string) bool) iter.Seq2[File, error] {
		return func(yield func(File, error) bool) {
			r := io.NewSectionReader(f, 0, 1<<62)
			if err := untar(r, want, yield); err != nil {
				yield(File{}, fmt.Errorf("archive: %s: %w", path.Base(name), explained(err)))
			}
		}
	}
	return &Source{files, f.Close}, nil
}

// explained says what to do about an error of gzip or tar where that can be known.
func explained(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("ends too early: fetch it again (%w)", err)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, tar.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, new(flate.CorruptInputError)):
		return fmt.Errorf("is damaged, or no .tar.gz: fetch it again (%w)", err)
	}
	return err
}

// untar yields the articles of a gzipped tar. Links, devices and other files in it are passed over.
func untar(r io.Reader, want func(string) bool, yield func(File, error) bool) error {
	zr, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	limited := &io.LimitedReader{R: zr, N: maxBytes}
	tr := tar.NewReader(limited)
	for n := 0; ; n++ {
		h, err := tr.Next()
		if err == io.EOF {
			_, err = io.Copy(io.Discard, limited) // gzip's checksum stands behind the end of the tar
			return err
		}
		if limited.N <= 0 {
			return fmt.Errorf("unpacks to more than %d bytes", int64(maxBytes))
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err
		}
		if n > maxFiles {
			return fmt.Errorf("more than %d files", maxFiles)
		}
		file, ok, err := entry(h.Name, h.Typeflag == tar.TypeReg, h.Size, want, func() (io.ReadCloser, error) { return io.NopCloser(tr), nil })
		if broken := new(ArticleError); err != nil && !errors.As(err, &broken) {
			return err
		}
		if (ok || err != nil) && !yield(file, err) {
			return nil
		}
	}
}

// entry reads one file of a packed archive; ok is false for one that is no wanted article.
func entry(name string, regular bool, size int64, want func(string) bool, open func() (io.ReadCloser, error)) (f File, ok bool, err error) {
	if err := checkPath(name); err != nil {
		return File{}, false, err
	}
	id := articlePath(name)
	if !regular || id == "" || !want(id) {
		return File{}, false, nil
	}
	if size > MaxArticle {
		return File{}, false, &ArticleError{name, fmt.Sprintf("larger than %d bytes", MaxArticle)}
	}
	r, err := open()
	if err != nil {
		return File{}, false, &ArticleError{name, err.Error()}
	}
	defer r.Close()
	f, err = readArticle(name, id, r)
	return f, err == nil, err
}

func openZip(name string) (*Source, error) {
	zr, err := zip.OpenReader(name)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("archive: %s: %w", path.Base(name), err)
	}
	if len(zr.File) > maxFiles {
		zr.Close()
		return nil, fmt.Errorf("archive: %s: more than %d files", path.Base(name), maxFiles)
	}
	files := func(want func(string) bool) iter.Seq2[File, error] {
		return func(yield func(File, error) bool) {
			for _, zf := range zr.File {
				size := int64(min(zf.UncompressedSize64, MaxArticle+1))
				file, ok, err := entry(zf.Name, zf.Mode().IsRegular(), size, want, zf.Open)
				if broken := new(ArticleError); err != nil && !errors.As(err, &broken) {
					err = &ArticleError{zf.Name, err.Error()} // one damaged entry does not end a zip
				}
				if (ok || err != nil) && !yield(file, err) {
					return
				}
			}
		}
	}
	return &Source{files, zr.Close}, nil
}
