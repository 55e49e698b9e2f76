package schemas

import (
	"encoding/json"
	"testing"
)

func TestAMapKeepsItsOrderThroughJSON(t *testing.T) {
	const text = `{"z":1,"a":2,"m":3}`
	var m Map[int]
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(m)
	if err != nil || string(got) != text {
		t.Errorf("Marshal = %s, %v, want %s", got, err, text)
	}
	var keys string
	sum := 0
	for k, v := range m.All() {
		keys += k
		sum += v
	}
	if keys != "zam" || sum != 6 || m.Len() != 3 {
		t.Errorf("All yields %s summing to %d of %d, want zam, 6 of 3", keys, sum, m.Len())
	}
	if v, ok := m.Get("m"); v != 3 || !ok {
		t.Errorf("Get(m) = %d, %v, want 3, true", v, ok)
	}
	if _, ok := m.Get("q"); ok {
		t.Error("Get(q) finds something")
	}
}

func TestTheZeroMapIsEmptyAndReady(t *testing.T) {
	var m Map[string]
	if got, err := json.Marshal(m); err != nil || string(got) != "{}" {
		t.Errorf("Marshal = %s, %v, want {}", got, err)
	}
	m.Set("a", "1")
	m.Set("b", "2")
	m.Set("a", "3")
	if got, _ := json.Marshal(m); string(got) != `{"a":"3","b":"2"}` {
		t.Errorf("Marshal = %s, want a before b", got)
	}
}

func TestAMapIsReadFromAnObjectOnly(t *testing.T) {
	var m Map[string]
	if err := json.Unmarshal([]byte(`["a"]`), &m); err == nil {
		t.Error("a list was read as a map")
	}
	if err := json.Unmarshal([]byte(`{"a":1}`), &m); err == nil {
		t.Error("a number was read as a string")
	}
	if err := json.Unmarshal([]byte(`null`), &m); err != nil || m.Len() != 0 {
		t.Errorf("null = %v with %d members, want an empty map", err, m.Len())
	}
}

func TestMapsInMapsKeepTheirOrder(t *testing.T) {
	const text = `{"q":{"yes":"a","no":"b","then":null},"p":{}}`
	var m Map[Map[*string]]
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(m); string(got) != text {
		t.Errorf("Marshal = %s, want %s", got, text)
	}
}
