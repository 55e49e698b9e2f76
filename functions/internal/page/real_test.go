package page

import (
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
)

func BenchmarkDiagnosisPage(b *testing.B) {
	h := newRealHandler(b)
	servicetest.Do(b, h, "GET", tour["diagnosed"], "")
	b.ReportAllocs()
	for b.Loop() {
		if w := servicetest.Do(b, h, "GET", tour["diagnosed"], ""); w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}
