package script

import (
	"os"
	"strings"
	"testing"
)

func TestDumpCmd(t *testing.T) {
	dir := os.Getenv("CMD_DUMP")
	for name := range fixesOf(t) {
		p := planFor(t, name)
		for _, s := range p.Stages {
			sc, err := Render(p, "cmd", s.Number)
			if err != nil {
				t.Logf("%s %d: %v", name, s.Number, err)
				continue
			}
			n := strings.Count(sc.Text, "\n")
			t.Logf("%s %d: %d lines", name, s.Number, n)
			linted(t, sc)
			if dir != "" {
				_ = os.WriteFile(dir+"/"+strings.ReplaceAll(name, " ", "-")+"-"+string(rune('0'+s.Number))+".cmd", []byte(sc.Text), 0o644)
			}
		}
	}
}
