package winetest

import (
	"context"
	"strings"
	"testing"
)

var background = context.Background()

// TestScriptsDoWhatTheyPromise tells every scenario in every dialect that can express it.
func TestScriptsDoWhatTheyPromise(t *testing.T) {
	m := newMachine(t)
	for _, sc := range scenarios() {
		for _, d := range strings.Fields(sc.dialects) {
			t.Run(d+"/"+sc.fix+"/"+sc.name, func(t *testing.T) {
				if err := m.tell(t, sc, d, nil); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
