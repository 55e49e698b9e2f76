package index

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// A packer compresses articles one by one, so that each can be read alone.
type packer struct {
	buf bytes.Buffer
	w   *flate.Writer
}

func (p *packer) pack(a *archive.Article) ([]byte, error) {
	data, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	p.buf.Reset()
	if p.w == nil {
		if p.w, err = flate.NewWriter(&p.buf, 4); err != nil {
			return nil, err
		}
	} else {
		p.w.Reset(&p.buf)
	}
	if _, err := p.w.Write(data); err != nil {
		return nil, err
	}
	if err := p.w.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(p.buf.Bytes()), nil
}

// unpack reads a packed article.
func unpack(data []byte) (*archive.Article, error) {
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), 4*archive.MaxArticle))
	if err != nil {
		return nil, fmt.Errorf("articles: %w", err)
	}
	a := new(archive.Article)
	if err := json.Unmarshal(plain, a); err != nil {
		return nil, fmt.Errorf("articles: %w", err)
	}
	return a, nil
}
