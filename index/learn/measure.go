package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/fixdesk/fixdesk/index"
)

// The means are mean reciprocal ranks: of each kind of query, and of all kinds, which count the same.
type means struct{ sum, n [kinds]float64 }

// add adds one query whose first answer has that rank, 0 for none. Ranks behind the tenth count nothing.
func (m *means) add(k kind, rank int) {
	m.n[k]++
	if 1 <= rank && rank <= 10 {
		m.sum[k] += 1 / float64(rank)
	}
}

func (m *means) String() string {
	var sb strings.Builder
	var all float64
	for k := range kinds {
		mean := m.sum[k] / max(m.n[k], 1)
		all += mean / float64(kinds)
		fmt.Fprintf(&sb, "%8.4f", mean)
	}
	fmt.Fprintf(&sb, "%8.4f", all)
	return sb.String()
}

// kindNames stands above means.
func kindNames() string {
	var sb strings.Builder
	for k := range kinds {
		fmt.Fprintf(&sb, "%8s", k)
	}
	return sb.String() + "    mean"
}

// search puts the queries that are held back to an index and adds where their answers stand.
func (m *means) search(ctx context.Context, x *index.Index, queries []query) error {
	ranks := make([]int, len(queries))
	errs := make([]error, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for g := range errs {
		wg.Go(func() {
			for i := g; i < len(queries) && errs[g] == nil; i += len(errs) {
				if queries[i].held {
					ranks[i], errs[g] = queries[i].rank(ctx, x)
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	for i, q := range queries {
		if q.held {
			m.add(q.kind, ranks[i])
		}
	}
	return nil
}

// rank returns the rank of the first answer of a query, counted from 1, 0 for none.
func (q query) rank(ctx context.Context, x *index.Index) (int, error) {
	found, err := x.Search(ctx, index.Query{Text: q.text, Size: 60, Bare: true})
	if err != nil {
		return 0, err
	}
	rank := 0
	for _, h := range found.Hits {
		if q.exclude[h.ID] {
			continue
		}
		rank++
		if q.worth[h.ID] > 0 {
			return rank, nil
		}
	}
	return 0, nil
}
