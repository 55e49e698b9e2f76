package index

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	mmap "github.com/blevesearch/mmap-go"
)

// The files of a snapshot.
const (
	termsFile    = "terms.zap"
	tableFile    = "table"
	articlesFile = "articles"
	manifestFile = "manifest.json"
)

// Format is the version of the snapshot format that this program writes, and the one that it reads: what is measured of an article at
// its making is compared with what a query asks for.
const Format = 2

// A Manifest says what a snapshot holds. It has no date of its making: the same archive gives the same manifest.
type Manifest struct {
	Format   int               `json:"format"`
	Source   string            `json:"source"`   // what the archive was called
	Articles int               `json:"articles"` // how many are in it
	Broken   int               `json:"broken"`   // how many could not be read
	Files    map[string]Digest `json:"files"`
}

// A Digest is the size and the sha256 of a file.
type Digest struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// A SnapshotError says why a folder is no snapshot that can be opened.
type SnapshotError struct{ Dir, Reason string }

func (e *SnapshotError) Error() string { return "snapshot " + e.Dir + ": " + e.Reason }

func writeManifest(dir, source string, s *Summary) error {
	m := Manifest{Format: Format, Source: source, Articles: s.Articles, Broken: len(s.Broken), Files: make(map[string]Digest)}
	for _, name := range []string{termsFile, tableFile, articlesFile} {
		d, err := digest(filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		if err := os.Chmod(filepath.Join(dir, name), 0o644); err != nil {
			return fmt.Errorf("index: %w", err)
		}
		m.Files[name] = d
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, manifestFile), append(data, '\n'), 0o644)
}

func digest(path string) (Digest, error) {
	f, err := os.Open(path)
	if err != nil {
		return Digest{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return Digest{n, hex.EncodeToString(h.Sum(nil))}, err
}

// ReadManifest reads the manifest of a snapshot and refuses one of another format.
func ReadManifest(dir string) (*Manifest, error) {
	data, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if _, missing := os.Stat(dir); errors.Is(missing, os.ErrNotExist) {
		return nil, &SnapshotError{dir, "does not exist: build one with fixdesk index"}
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil, &SnapshotError{dir, "has no " + manifestFile + ": build one with fixdesk index"}
	}
	if err != nil {
		return nil, fmt.Errorf("snapshot %s: %w", dir, err)
	}
	m := new(Manifest)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, &SnapshotError{dir, manifestFile + " is damaged: build the index again"}
	}
	if m.Format > Format {
		return nil, &SnapshotError{dir, fmt.Sprintf("is of format %d, and this program reads %d: use a newer program", m.Format, Format)}
	}
	if m.Format < Format {
		return nil, &SnapshotError{dir, fmt.Sprintf("is of format %d, and this program reads %d: build the index again", m.Format, Format)}
	}
	for _, name := range []string{termsFile, tableFile, articlesFile} {
		want, ok := m.Files[name]
		if !ok {
			return nil, &SnapshotError{dir, manifestFile + " does not name " + name + ": build the index again"}
		}
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			return nil, &SnapshotError{dir, name + " is missing: build the index again"}
		}
		if info.Size() != want.Size {
			return nil, &SnapshotError{dir, fmt.Sprintf("%s has %d bytes instead of %d: build the index again", name, info.Size(), want.Size)}
		}
	}
	return m, nil
}

// Verify reads a whole snapshot and compares it with its manifest: half a second for the public archive. Open looks at sizes and
// headers only.
func Verify(dir string) error {
	m, err := ReadManifest(dir)
	if err != nil {
		return err
	}
	for name, want := range m.Files {
		got, err := digest(filepath.Join(dir, filepath.Base(name)))
		if err != nil {
			return fmt.Errorf("snapshot %s: %w", dir, err)
		}
		if got != want {
			return &SnapshotError{dir, name + " is not as it was written: build the index again"}
		}
	}
	return nil
}

// mapFile maps a file into memory, read-only.
func mapFile(path string) (mmap.MMap, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return mmap.Map(f, mmap.RDONLY, 0)
}
