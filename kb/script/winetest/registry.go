package winetest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// roots are the keys that a state may hold. They are deleted before each trial.
var roots = []string{`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS`, `HKEY_LOCAL_MACHINE\Microsoft`, `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32`}

// withLists writes the short form of lists as the bytes that a REGEDIT4 file has.
func withLists(text string) string {
	return regexp.MustCompile(`list:([A-Z0-9a-z,]*)`).ReplaceAllStringFunc(text, func(list string) string {
		var b strings.Builder
		for _, item := range strings.Split(strings.TrimPrefix(list, "list:"), ",") {
			if item == "" {
				continue
			}
			for _, c := range []byte(item) {
				fmt.Fprintf(&b, "%02x,", c)
			}
			b.WriteString("00,")
		}
		return "hex(7):" + b.String() + "00"
	})
}

// decode returns the text of an export, which Wine writes in UTF-16.
func decode(data string) string {
	b := []byte(data)
	if len(b) < 2 || b[0] != 0xff || b[1] != 0xfe {
		return data
	}
	units := make([]uint16, (len(b)-2)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2+2*i:])
	}
	return string(utf16.Decode(units))
}

// Entries returns the entries of a registration file or of an export, one line each. Lists are written as their elements.
func Entries(text string) []string {
	seen := map[string]bool{}
	key := ""
	text = decode(text)
	wide := strings.HasPrefix(text, "Windows Registry Editor")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r", ""), "\\\n  ", "")
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if k, ok := strings.CutPrefix(line, "["); ok {
			key = strings.TrimSuffix(k, "]")
			if strings.Contains(key, `CurrentControlSet\Services`) {
				continue // a service that is registered has a key with values of Wine's
			}
			for parent := key; strings.Contains(parent, `\`); parent = parent[:strings.LastIndexByte(parent, '\\')] {
				if slices.ContainsFunc(roots, func(r string) bool { return strings.HasPrefix(parent, r) }) {
					seen["["+parent+"]"] = true
				}
			}
			continue
		}
		if line == "" || key == "" || strings.HasPrefix(line, "REGEDIT4") || strings.HasPrefix(line, "Windows Registry") {
			continue
		}
		name, data, _ := strings.Cut(line, "=")
		if strings.Contains(key, `CurrentControlSet\Services`) && name != `"Leftover"` {
			continue
		}
		if bytes, ok := strings.CutPrefix(data, "hex(7):"); ok {
			data = "list:" + elements(bytes, wide)
		}
		seen[key+" "+name+"="+data] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// elements returns the elements of a list, joined by commas.
func elements(hex string, wide bool) string {
	var text bytes.Buffer
	for i, b := range strings.Split(hex, ",") {
		var c byte
		_, _ = fmt.Sscanf(strings.TrimSpace(b), "%02x", &c)
		if !wide || i%2 == 0 {
			text.WriteByte(c)
		}
	}
	var items []string
	for _, item := range strings.Split(text.String(), "\x00") {
		if item != "" {
			items = append(items, item)
		}
	}
	return strings.Join(items, ",")
}
