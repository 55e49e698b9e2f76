package script

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkRender renders the scripts that people read most, and reports the lines of each of their parts.
func BenchmarkRender(b *testing.B) {
	for _, name := range []string{"forget-site", "collect"} {
		p := planFor(b, "Q238865 "+name)
		for _, dialect := range Dialects() {
			if _, err := Render(p, dialect, 1); err != nil {
				continue
			}
			b.Run(name+"/"+dialect, func(b *testing.B) {
				var s Script
				for b.Loop() {
					s, _ = Render(p, dialect, 1)
				}
				for i, part := range parts(s.Text) {
					b.ReportMetric(float64(part), []string{"head-lines", "plan-lines", "engine-lines"}[i])
				}
				b.ReportMetric(float64(strings.Count(s.Text, "\n")), "lines")
			})
		}
	}
}

// BenchmarkSource reports how many lines the packages have that plan and print repairs, without tests, library files included.
func BenchmarkSource(b *testing.B) {
	total := 0
	for b.Loop() {
		total = 0
		for _, pattern := range []string{"*.go", "lib/*", "../plan/*.go", "../program/*.go"} {
			files, _ := filepath.Glob(pattern)
			for _, f := range files {
				if data, err := os.ReadFile(f); err == nil && !strings.HasSuffix(f, "_test.go") {
					total += bytes.Count(data, []byte("\n"))
				}
			}
		}
	}
	b.ReportMetric(float64(total), "source-lines")
}

// parts returns how many lines the three parts of a script have: what it is, the plan, the engine.
func parts(text string) []int {
	at := []int{0, strings.Index(text, "THE PLAN"), strings.Index(text, "THE ENGINE"), len(text)}
	for i := 2; i > 0; i-- {
		if at[i] < 0 {
			at[i] = at[i+1]
		}
	}
	lines := make([]int, 3)
	for i := range lines {
		lines[i] = strings.Count(text[at[i]:at[i+1]], "\n")
	}
	return lines
}
