package schemas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
)

// A Map is an object whose members keep the order in which they were written. The zero Map is empty and ready to use. It is
// filled by Decode; Set is for tests and for code that writes content.
type Map[V any] struct {
	keys   []string
	values map[string]V
}

// Len returns the number of members.
func (m Map[V]) Len() int { return len(m.keys) }

// Keys returns the names of the members in their order. The caller may change the slice.
func (m Map[V]) Keys() []string { return append([]string(nil), m.keys...) }

// Get returns the value of a member, and whether there is one.
func (m Map[V]) Get(key string) (V, bool) {
	v, ok := m.values[key]
	return v, ok
}

// All yields the members in their order.
func (m Map[V]) All() iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, k := range m.keys {
			if !yield(k, m.values[k]) {
				return
			}
		}
	}
}

// Set stores a value; a new member goes to the end.
func (m *Map[V]) Set(key string, v V) {
	if m.values == nil {
		m.values = map[string]V{}
	}
	if _, ok := m.values[key]; !ok {
		m.keys = append(m.keys, key)
	}
	m.values[key] = v
}

// UnmarshalJSON reads an object. Of a name that stands twice the first place and the last value are kept; Decode refuses it.
func (m *Map[V]) UnmarshalJSON(data []byte) error {
	*m = Map[V]{}
	if string(bytes.TrimSpace(data)) == "null" {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("an ordered map is read from an object")
	}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		var v V
		if err := dec.Decode(&v); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		m.Set(key, v)
	}
	return nil
}

// MarshalJSON writes the members in their order.
func (m Map[V]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, k := range m.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		appendString(&b, k)
		b.WriteByte(':')
		v, err := json.Marshal(m.values[k])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
