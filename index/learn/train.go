package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/index"
)

const (
	inputs = index.Features + index.Gates
	linear = (1 + index.Gates) * index.Features
	hidden = index.Units * inputs
	total  = linear + hidden + 2*index.Units
)

// A trainer learns by gradient descent (Adam) on a listwise loss: the softmax of the scores of one query's candidates should be
// what they are worth. One list in ten is kept back to look at.
type trainer struct {
	r           *rand.Rand
	mean, scale [inputs]float64
	learn, keep []list
	w           [total]float64 // linear weights, hidden weights, hidden biases, output weights
	grad, m, v  [total]float64
	step        int
	weight      [kinds]float64 // so that all kinds count the same
	act         [][]float64
	scores      []float64
	x           [][inputs]float64
}

func newTrainer(lists []list, r *rand.Rand) *trainer {
	t := &trainer{r: r}
	r.Shuffle(len(lists), func(i, j int) { lists[i], lists[j] = lists[j], lists[i] })
	t.keep, t.learn = lists[:len(lists)/10], lists[len(lists)/10:]
	t.standardise()
	var count [kinds]float64
	for _, l := range t.learn {
		count[l.kind]++
	}
	for k := range count {
		t.weight[k] = float64(len(t.learn)) / float64(kinds) / max(count[k], 1)
	}
	fmt.Println("lists to learn from:", count)
	for i := linear; i < linear+hidden; i++ {
		t.w[i] = r.NormFloat64() / math.Sqrt(inputs)
	}
	for i := total - index.Units; i < total; i++ {
		t.w[i] = r.NormFloat64() * .1
	}
	return t
}

func (t *trainer) standardise() {
	var n float64
	var sum, square [inputs]float64
	for _, l := range t.learn {
		for _, f := range l.features {
			n++
			for i, x := range f {
				sum[i] += float64(x)
				square[i] += float64(x) * float64(x)
			}
		}
	}
	for i := range inputs {
		t.mean[i] = sum[i] / n
		t.scale[i] = 1 / max(math.Sqrt(square[i]/n-t.mean[i]*t.mean[i]), 1e-3)
	}
}

// score computes the scores of a list and keeps what the gradient needs.
func (t *trainer) score(l list) []float64 {
	for len(t.x) < len(l.features) {
		t.x = append(t.x, [inputs]float64{})
		t.act = append(t.act, make([]float64, index.Units))
	}
	t.scores = t.scores[:0]
	for c, f := range l.features {
		x := &t.x[c]
		for i, v := range f {
			x[i] = (float64(v) - t.mean[i]) * t.scale[i]
		}
		var s float64
		for g := range 1 + index.Gates {
			w, by := t.w[g*index.Features:], gate(f, g)
			for i := range index.Features {
				s += w[i] * x[i] * by
			}
		}
		for u := range index.Units {
			w := t.w[linear+u*inputs:][:inputs]
			a := t.w[linear+hidden+u]
			for i := range w {
				a += w[i] * x[i]
			}
			t.act[c][u] = math.Tanh(a)
			s += t.w[linear+hidden+index.Units+u] * t.act[c][u]
		}
		t.scores = append(t.scores, s)
	}
	return t.scores
}

// gate is what the g-th set of linear weights is multiplied by: 1, or one of the query's own features.
func gate(f []float32, g int) float64 {
	if g == 0 {
		return 1
	}
	return float64(f[index.Features+g-1])
}

// epoch looks at every list once and returns the mean loss.
func (t *trainer) epoch(progress float64) float64 {
	const batch = 32
	rate := 2e-3 * (1 - .95*progress)
	t.r.Shuffle(len(t.learn), func(i, j int) { t.learn[i], t.learn[j] = t.learn[j], t.learn[i] })
	var loss float64
	for i, l := range t.learn {
		loss += t.add(l)
		if i%batch == batch-1 {
			t.descend(rate, batch)
		}
	}
	return loss / float64(len(t.learn))
}

// add adds the gradient of one list and returns its loss.
func (t *trainer) add(l list) float64 {
	s := t.score(l)
	top := slices.Max(s)
	var sum, worth, loss float64
	for c := range s {
		s[c] = math.Exp(s[c] - top)
		sum += s[c]
		worth += float64(l.worth[c])
	}
	weight := t.weight[l.kind]
	for c := range s {
		p, want := s[c]/sum, float64(l.worth[c])/worth
		if want > 0 {
			loss -= weight * want * math.Log(max(p, 1e-12))
		}
		t.back(l.features[c], c, weight*(p-want))
	}
	return loss
}

// back adds the gradient of one candidate whose score should change by -d.
func (t *trainer) back(f []float32, c int, d float64) {
	if math.Abs(d) < 1e-6 {
		return
	}
	x := &t.x[c]
	for g := range 1 + index.Gates {
		w, by := t.grad[g*index.Features:], d*gate(f, g)
		for i := range index.Features {
			w[i] += by * x[i]
		}
	}
	for u := range index.Units {
		a := t.act[c][u]
		t.grad[linear+hidden+index.Units+u] += d * a
		du := d * t.w[linear+hidden+index.Units+u] * (1 - a*a)
		t.grad[linear+hidden+u] += du
		w := t.grad[linear+u*inputs:][:inputs]
		for i := range w {
			w[i] += du * x[i]
		}
	}
}

// descend takes one step of Adam.
func (t *trainer) descend(rate float64, batch int) {
	const b1, b2, decay = .9, .999, 2e-5
	t.step++
	c1, c2 := 1-math.Pow(b1, float64(t.step)), 1-math.Pow(b2, float64(t.step))
	for i := range t.w {
		g := t.grad[i]/float64(batch) + decay*t.w[i]
		t.m[i] = b1*t.m[i] + (1-b1)*g
		t.v[i] = b2*t.v[i] + (1-b2)*g*g
		t.w[i] -= rate * (t.m[i] / c1) / (math.Sqrt(t.v[i]/c2) + 1e-8)
		t.grad[i] = 0
	}
}

// check returns the mean reciprocal rank of each kind on the lists kept back. Lists without an answer are not among them, so it is
// above what a search reaches.
func (t *trainer) check() string {
	var sum, n [kinds]float64
	for _, l := range t.keep {
		s := t.score(l)
		order := make([]int, len(s))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			if s[a] > s[b] {
				return -1
			}
			return 1
		})
		n[l.kind]++
		for rank, c := range order[:min(10, len(order))] {
			if l.worth[c] > 0 {
				sum[l.kind] += 1 / float64(rank+1)
				break
			}
		}
	}
	var all []string
	var mean float64
	for k := range sum {
		mean += sum[k] / max(n[k], 1) / float64(kinds)
		all = append(all, fmt.Sprintf("%.4f", sum[k]/max(n[k], 1)))
	}
	return fmt.Sprintf("%s, mean %.4f", strings.Join(all, " "), mean)
}

// bytes is the model as package index reads it.
func (t *trainer) bytes() []byte {
	var data []byte
	put := func(all []float64) {
		for _, v := range all {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
		}
	}
	put(t.mean[:])
	put(t.scale[:])
	put(t.w[:])
	return data
}
