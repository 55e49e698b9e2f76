package script

import (
	"os"
	"testing"
)

func TestDumpCmd(t *testing.T) {
	dir := os.Getenv("CMD_DUMP")
	for _, s := range renderedScripts(t) {
		if s.Dialect != "cmd" {
			continue
		}
		t.Log(s.File, parts(s.Text))
		for _, b := range brokenPromises(s) {
			t.Errorf("%s: %s", s.File, b)
		}
		if dir != "" {
			_ = os.WriteFile(dir+"/"+s.plan.Fixes[0].Article+"-"+s.File, []byte(s.Text), 0o644)
		}
	}
}
