package replier

import (
	"bytes"
	"context"
	"encoding/binary"
	"path"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/fixdesk/fixdesk/functions/internal/ticket"
)

const (
	maxFiles    = 10      // attachments of one message that are read
	maxFileSize = 2 << 20 // bytes of one of them; of a larger one the end is read
	maxLogChars = 150_000 // characters of all of them, the newest
)

// logNames are the endings of files that are read as logs: SMS renames a full log to .lo_.
var logNames = []string{".log", ".txt", ".lo_"}

// files returns what the logs of a message say, and the names of the files that are not read.
func (t *turn) files(ctx context.Context, m ticket.Message) (log string, unread []string, err error) {
	var parts []string
	for i, a := range m.Attachments {
		if i >= maxFiles || !slices.Contains(logNames, strings.ToLower(path.Ext(a.Name))) {
			unread = append(unread, a.Name)
			continue
		}
		data := []byte(a.Text)
		if a.Text == "" && a.ID != "" {
			if data, err = t.provider.File(ctx, t.api, a, maxFileSize); err != nil {
				return "", nil, err
			}
		}
		text, ok := decode(data)
		if !ok || text == "" {
			unread = append(unread, a.Name)
			continue
		}
		parts = append(parts, text)
	}
	log = strings.Join(parts, "\n")
	if over := utf8.RuneCountInString(log) - maxLogChars; over > 0 {
		log = string([]rune(log)[over:])
		_, log, _ = strings.Cut(log, "\n")
	}
	return log, unread, nil
}

// decode returns the text of a file in UTF-8, in UTF-16 with or without a byte order mark, or in the code page of Western Windows. What holds
// zero bytes otherwise is not a text.
func decode(data []byte) (text string, ok bool) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		data, order = data[2:], binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		data, order = data[2:], binary.BigEndian
	case zeros(data, 1) > len(data)/4:
		order = binary.LittleEndian
	case zeros(data, 0) > len(data)/4:
		order = binary.BigEndian
	case bytes.IndexByte(data, 0) >= 0:
		return "", false
	case utf8.Valid(data):
		return strings.TrimPrefix(string(data), "\ufeff"), true
	default:
		out, err := charmap.Windows1252.NewDecoder().Bytes(data)
		return string(out), err == nil
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return strings.ReplaceAll(string(utf16.Decode(units)), "\x00", ""), true
}

// zeros counts the zero bytes at even or odd indexes.
func zeros(data []byte, odd int) (n int) {
	for i := odd; i < len(data); i += 2 {
		if data[i] == 0 {
			n++
		}
	}
	return n
}
