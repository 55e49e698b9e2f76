package script

import (
	"os"
	"testing"
)

func TestDump(t *testing.T) {
	for name := range fixesOf(t) {
		p := planFor(t, name)
		for _, st := range p.Stages {
			s, err := Render(p, "bat9x", st.Number)
			if err != nil {
				t.Log(name, st.Number, err)
				continue
			}
			linted(t, s)
			os.WriteFile("/tmp/bat/"+s.File, []byte(s.Text), 0o644)
		}
	}
}
