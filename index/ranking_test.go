package index

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// What people would ask, and the article that answers it.
var asked = []struct{ query, want string }{
	{"garden pump dark after the power came back", "Q900000"},
	{"my coffee maker is dead since the blackout", "Q900100"},
	{"oven stays off until I press the red button", "Q900200"},
	{"lamp outage fuse", "Q900300"},
	{"door bell grinding noise", "Q900401"},
	{"rain gauge rattles loudly when warming up", "Q900501"},
	{"lawn robot cover trembles scrape", "Q900601"},
	{"sand in the string of the piano tuner", "Q900701"},
	{"Cannot verify the checksum of page 2", "Q900002"},
	{"cannot verify the checksum of page 42", "Q900402"},
	{"wall clock firmware upgrade goes back to old program", "Q900802"},
	{"fish tank flash cable too long", "Q900902"},
	{"pump forgot the hour and the language", "Q900003"},
	{"coffee maker loses favourite programs every morning", "Q900103"},
	{"heatmon.exe forgets settings battery", "Q900203"},
	{"how do I clean the night lamp", "Q900304"},
	{"rinse the striker of my bell", "Q900404"},
	{"rain gauge maintenance wash", "Q900504"},
	{"robot wifi blinks twice", "Q900605"},
	{"piano tuner offline channel eleven", "Q900705"},
	{"wall clock does not find the wlan router", "Q900805"},
	{"fish tank smells and is too hot", "Q900906"},
	{"burn mark on the table from the pump", "Q900006"},
	{"coffee maker overheat vent covered", "Q900106"},
	{"oven display squares question marks", "Q900207"},
	{"strange characters on lamp screen", "Q900307"},
	{"bell 2.5 garbled display", "Q900407"},
	{"0x80070051", "Q900501"},
	{"code 80070063 mowsrv32", "Q900603"},
	{"0x80070074 pitch16.dll", "Q900704"},
	{"raincnt grinding", "Q900501"},
	{"mowsrv32.exe overheat", "Q900606"},
	{"Q900805", "Q900805"},
	{"KB900906", "Q900906"},
	{"900007", "Q900007"},
	{"coffe maker grindnig noise", "Q900101"},
	{"pendulum dispaly unreadable", "Q900807"},
	{"filter bubbels forget memory", "Q900903"},
	{"bread oven 3.1 wireless network minute", "Q900205"},
}

func TestRankingIsAsReviewed(t *testing.T) {
	x := memory(t)
	var sb strings.Builder
	var at1, at5, mrr float64
	for _, a := range asked {
		rank := slices.Index(ids(search1(t, x, Query{Text: a.query, Bare: true, Size: 50})), a.want) + 1
		if rank > 0 {
			mrr += 1 / float64(rank)
		}
		if rank == 1 {
			at1++
		}
		if 1 <= rank && rank <= 5 {
			at5++
		}
		fmt.Fprintf(&sb, "%2d  %s  %s\n", rank, a.want, a.query)
	}
	n := float64(len(asked))
	fmt.Fprintf(&sb, "\nrecall@1 %.3f  recall@5 %.3f  MRR %.3f\n", at1/n, at5/n, mrr/n)
	golden(t, "testdata/ranking.txt", sb.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed: look at the difference, and run go test -update if it is wanted\n%s", name, got)
	}
}
