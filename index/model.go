package index

import (
	_ "embed"
	"encoding/binary"
	"math"
	"sync"
)

// A model turns the features of a candidate into its score: a linear part whose weights depend on the query (the gates: how
// well the best article matches, how long and how short the query is), plus a small network of tanh units. Program learn, in the folder of that name,
// learns it from queries that it makes itself out of the archive, and says there how; it wrote model.bin. On the queries that it holds
// back, the mean reciprocal ranks are .252 for query words, .959 for symptoms, .905 for cited titles, .871 for error messages, .264 for
// related articles, .896 for names and .609 for a few words of a title.
type model struct {
	mean, scale [features + gates]float32
	linear      [1 + gates][features]float32
	hidden      [units][features + gates]float32
	bias        [units]float32
	out         [units]float32
}

const units = 32

//go:embed model.bin
var modelBytes []byte

// modelSize is the length in bytes of a stored model: its numbers in the order of the struct, as little-endian float32.
const modelSize = 4 * (2*(features+gates) + (1+gates)*features + units*(features+gates) + 2*units)

// theModel is nil where the stored one is of other features.
var theModel = sync.OnceValue(func() *model {
	if len(modelBytes) != modelSize {
		return nil
	}
	return readModel(modelBytes)
})

func readModel(data []byte) *model {
	m := new(model)
	take := func(to []float32) {
		for i := range to {
			to[i] = math.Float32frombits(binary.LittleEndian.Uint32(data))
			data = data[4:]
		}
	}
	take(m.mean[:])
	take(m.scale[:])
	for i := range m.linear {
		take(m.linear[i][:])
	}
	for i := range m.hidden {
		take(m.hidden[i][:])
	}
	take(m.bias[:])
	take(m.out[:])
	return m
}

// ready computes the linear weights for one query.
func (m *model) ready(r *ranker) {
	for i := range features {
		r.linear[i] = m.linear[0][i]
		for g, by := range r.gates {
			r.linear[i] += by * m.linear[1+g][i]
		}
	}
}

// score returns the score of the candidate in r.x.
func (m *model) score(r *ranker) float32 {
	in := &r.input
	var sum float32
	for i := range features {
		v := (r.x[i] - m.mean[i]) * m.scale[i]
		in[i] = v
		sum += v * r.linear[i]
	}
	for g := range gates {
		in[features+g] = (r.gates[g] - m.mean[features+g]) * m.scale[features+g]
	}
	for u := 0; u < units; u += 4 { // four at once, so that each input is fetched once for them
		h0, h1, h2, h3 := &m.hidden[u], &m.hidden[u+1], &m.hidden[u+2], &m.hidden[u+3]
		a, b, c, d := m.bias[u], m.bias[u+1], m.bias[u+2], m.bias[u+3]
		for i, v := range in {
			a += v * h0[i]
			b += v * h1[i]
			c += v * h2[i]
			d += v * h3[i]
		}
		sum += m.out[u]*tanh(a) + m.out[u+1]*tanh(b) + m.out[u+2]*tanh(c) + m.out[u+3]*tanh(d)
	}
	return sum
}

// tanh is a rational approximation, exact to 0.0003 where it matters.
func tanh(x float32) float32 {
	if x > 4.97 {
		return 1
	}
	if x < -4.97 {
		return -1
	}
	y := x * x
	return x * (135135 + y*(17325+y*(378+y))) / (135135 + y*(62370+y*(3150+y*28)))
}
