package winetest

import (
	"fmt"
	"testing"
)

// OnMachines does jobs on two machines, each taking the next one that is left, and on one machine where they are few. It returns when
// all are done.
func OnMachines[J any](t *testing.T, jobs []J, do func(t *testing.T, m *Machine, j J)) {
	queue := make(chan J, len(jobs))
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	t.Run("machines", func(t *testing.T) {
		for n := range min(2, 1+len(jobs)/4) {
			t.Run(fmt.Sprint(n+1), func(t *testing.T) {
				t.Parallel()
				m := New(t)
				for j := range queue {
					do(t, m, j)
				}
			})
		}
	})
}
