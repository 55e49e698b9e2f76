package main

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/fixdesk/fixdesk/index"
)

const (
	inputs = index.Features + index.Gates
	linear = (1 + index.Gates) * index.Features
	hidden = index.Units * inputs
	total  = linear + hidden + 2*index.Units
)

// A trainer learns by gradient descent (Adam) on a listwise loss: the softmax of the scores of one query's candidates should be
// what they are worth. It measures with the lists that are held back.
type trainer struct {
	r           *rand.Rand
	mean, scale [inputs]float64
	learn, keep []list
	w           [total]float64 // linear weights, hidden weights, hidden biases, output weights
	m, v        [total]float64
	step        int
	weight      [kinds]float64 // so that kinds count the same, however many queries they have
	shards      [shards]shard
}

// shortWeight is what a short query counts: many articles answer it, of which only one is known to, so much cannot be learned of it.
const shortWeight = .4

// Each batch is worked on in so many parts at once. It is a constant, so that sums of floating-point numbers are added up in the
// same order on every machine.
const shards = 4

// A shard is the memory of one part of a batch.
type shard struct {
	t      *trainer
	grad   [total]float64
	loss   float64
	act    [][]float64
	scores []float64
	x      [][inputs]float64
}

func newTrainer(lists []list, r *rand.Rand) *trainer {
	t := &trainer{r: r}
	for i := range t.shards {
		t.shards[i].t = t
	}
	var count [kinds]float64
	for _, l := range lists {
		if l.held {
			t.keep = append(t.keep, l)
		} else {
			t.learn = append(t.learn, l)
			count[l.kind]++
		}
	}
	t.standardise()
	for k := range count {
		t.weight[k] = float64(len(t.learn)) / float64(kinds) / max(count[k], 1)
	}
	t.weight[kindShort] *= shortWeight
	fmt.Println("lists to learn from:", count, "held back:", len(t.keep))
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
func (p *shard) score(l list) []float64 {
	t := p.t
	for len(p.x) < len(l.features) {
		p.x = append(p.x, [inputs]float64{})
		p.act = append(p.act, make([]float64, index.Units))
	}
	p.scores = p.scores[:0]
	for c, f := range l.features {
		x := &p.x[c]
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
			p.act[c][u] = math.Tanh(a)
			s += t.w[linear+hidden+index.Units+u] * p.act[c][u]
		}
		p.scores = append(p.scores, s)
	}
	return p.scores
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
	for lists := range slices.Chunk(t.learn, batch) {
		t.parts(func(i int, p *shard) {
			for k := i; k < len(lists); k += shards {
				p.loss += p.add(lists[k])
			}
		})
		t.descend(rate, len(lists))
	}
	var loss float64
	for i := range t.shards {
		loss += t.shards[i].loss
		t.shards[i].loss = 0
	}
	return loss / float64(len(t.learn))
}

// parts works on all parts at once.
func (t *trainer) parts(work func(i int, p *shard)) {
	var wg sync.WaitGroup
	for i := range t.shards {
		wg.Go(func() { work(i, &t.shards[i]) })
	}
	wg.Wait()
}

// add adds the gradient of one list and returns its loss.
func (p *shard) add(l list) float64 {
	s := p.score(l)
	top := slices.Max(s)
	var sum, worth, loss float64
	for c := range s {
		s[c] = math.Exp(s[c] - top)
		sum += s[c]
		worth += float64(l.worth[c])
	}
	weight := p.t.weight[l.kind]
	for c := range s {
		is, want := s[c]/sum, float64(l.worth[c])/worth
		if want > 0 {
			loss -= weight * want * math.Log(max(is, 1e-12))
		}
		p.back(l.features[c], c, weight*(is-want))
	}
	return loss
}

// back adds the gradient of one candidate whose score should change by -d.
func (p *shard) back(f []float32, c int, d float64) {
	if math.Abs(d) < 1e-6 {
		return
	}
	x := &p.x[c]
	for g := range 1 + index.Gates {
		w, by := p.grad[g*index.Features:], d*gate(f, g)
		for i := range index.Features {
			w[i] += by * x[i]
		}
	}
	for u := range index.Units {
		a := p.act[c][u]
		p.grad[linear+hidden+index.Units+u] += d * a
		du := d * p.t.w[linear+hidden+index.Units+u] * (1 - a*a)
		p.grad[linear+hidden+u] += du
		w := p.grad[linear+u*inputs:][:inputs]
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
		var sum float64
		for p := range t.shards {
			sum += t.shards[p].grad[i]
			t.shards[p].grad[i] = 0
		}
		g := sum/float64(batch) + decay*t.w[i]
		t.m[i] = b1*t.m[i] + (1-b1)*g
		t.v[i] = b2*t.v[i] + (1-b2)*g*g
		t.w[i] -= rate * (t.m[i] / c1) / (math.Sqrt(t.v[i]/c2) + 1e-8)
	}
}

// check measures with the lists that are held back. It cannot see answers that are not among the candidates: they count as not found.
func (t *trainer) check() *means {
	ranks := make([]int, len(t.keep))
	t.parts(func(i int, p *shard) {
		for k := i; k < len(t.keep); k += shards {
			ranks[k] = rankOf(p.score(t.keep[k]), t.keep[k].worth)
		}
	})
	m := new(means)
	for k, rank := range ranks {
		m.add(t.keep[k].kind, rank)
	}
	return m
}

// rankOf returns the rank of the first candidate that is worth something, counted from 1, 0 for none.
func rankOf(scores []float64, worth []float32) int {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	return 1 + slices.IndexFunc(order, func(c int) bool { return worth[c] > 0 })
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
