package facts

import (
	"fmt"
	"strings"
	"testing"
)

// Every code of a text begins a list, so a list that went on for the whole text would be read as often as it has codes.
func TestAListOfCodesIsReadNoFurtherThanAFactTakes(t *testing.T) {
	var long strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&long, "%c%c%c, ", 'B'+i/676, 'A'+i/26%26, 'A'+i%26)
	}
	taken := &text{prose: &prose{text: long.String()}, lang: &language{}}
	taken.tokens = tokenize(taken.text)
	for _, at := range []int{0, 2 * 1500} {
		to, ok := taken.codes(at)
		if n := (to - at + 1) / 2; !ok || n != maxValues {
			t.Errorf("%d codes are read from token %d on, want %d", n, at, maxValues)
		}
		if back := (at - taken.listStart(at)) / 2; back >= maxValues {
			t.Errorf("the list is followed %d codes back from token %d, want less than %d", back, at, maxValues)
		}
	}
}
