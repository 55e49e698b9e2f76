package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Folder keeps objects as files below a folder, for a program on one machine.
type Folder string

type section struct {
	io.Reader
	io.Closer
}

func (f Folder) path(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

func missing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return ErrMissing
	}
	return err
}

func (f Folder) Get(_ context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	file, err := os.Open(f.path(name))
	if err != nil {
		return nil, missing(err)
	}
	return section{io.NewSectionReader(file, offset, length), file}, nil
}

func (f Folder) Put(_ context.Context, name string, body io.ReadSeeker, _ int64) error {
	path := f.path(name)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".put-")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	if _, err := io.Copy(temp, body); err != nil {
		temp.Close()
		return err
	}
	if err := errors.Join(temp.Chmod(0o644), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

func (f Folder) Pointer(_ context.Context, name string) ([]byte, string, error) {
	data, err := os.ReadFile(f.path(name))
	if err != nil {
		return nil, "", missing(err)
	}
	return data, hash(data), nil
}

func (f Folder) MovePointer(ctx context.Context, name string, data []byte, tag string) error {
	unlock, err := f.lock(name)
	if err != nil {
		return err
	}
	defer unlock()
	_, now, err := f.Pointer(ctx, name)
	if err != nil && !errors.Is(err, ErrMissing) {
		return err
	}
	if now != tag {
		return ErrConflict
	}
	temp := f.path(name) + ".new"
	if err := os.WriteFile(temp, data, 0o644); err != nil {
		return err
	}
	return os.Rename(temp, f.path(name))
}

func (f Folder) Objects(context.Context) ([]Object, error) {
	var all []Object
	err := fs.WalkDir(os.DirFS(string(f)), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			all = append(all, Object{name, info.ModTime()})
		}
		return err
	})
	return all, err
}

// Delete removes a file, and its folder where nothing else is in it.
func (f Folder) Delete(_ context.Context, name string) error {
	path := f.path(name)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	os.Remove(filepath.Dir(path)) // which fails while there is something in it
	return nil
}

// lock keeps other processes from moving a pointer meanwhile.
func (f Folder) lock(name string) (unlock func(), err error) {
	path := f.path(name) + ".lock"
	if err := os.MkdirAll(string(f), 0o777); err != nil {
		return nil, err
	}
	for range 100 {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o644)
		if err == nil {
			return func() { file.Close(); os.Remove(path) }, nil
		}
		if !errors.Is(err, os.ErrExist) {
			return nil, err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil, fmt.Errorf("%s: a publisher that ended early left it behind: remove it", path)
}
