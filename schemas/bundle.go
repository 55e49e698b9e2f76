package schemas

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Bundle returns a schema that needs no other file, for those who pass schemas on by value: what it takes from others stands
// among its own definitions. It has no name of its own, and none of the words that only Decode understands.
func Bundle(name Name) json.RawMessage {
	b := bundle{defs: map[string]any{}}
	root, _ := documents()[string(name)+".json"].(map[string]any)
	out := b.copied(root, string(name)+".json").(map[string]any)
	delete(out, "examples")
	if len(b.defs) > 0 {
		out["$defs"] = b.defs
	}
	data, err := json.Marshal(out)
	if err != nil {
		panic(fmt.Sprintf("schemas/%s.json: %v", name, err)) // it was read from JSON
	}
	return data
}

// A bundle gathers the definitions that a schema leads to.
type bundle struct{ defs map[string]any }

// copied returns a part of a file with its references led to the gathered definitions.
func (b *bundle) copied(part any, file string) any {
	switch part := part.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, value := range part {
			switch {
			case key == "$defs", key == "$schema", key == "$id", strings.HasPrefix(key, "x-"):
			case key == "$ref":
				out[key] = b.led(value.(string), file)
			default:
				out[key] = b.copied(value, file)
			}
		}
		return out
	case []any:
		out := make([]any, len(part))
		for i, value := range part {
			out[i] = b.copied(value, file)
		}
		return out
	}
	return part
}

// led takes in what a reference means, and returns the reference to it.
func (b *bundle) led(ref, file string) string {
	other, pointer, _ := strings.Cut(ref, "#")
	if other == "" {
		other = file
	}
	key := strings.TrimSuffix(other, ".json") + strings.ReplaceAll(strings.TrimPrefix(pointer, "/$defs"), "/", "-")
	if _, ok := b.defs[key]; !ok {
		b.defs[key] = nil // it may lead to itself
		b.defs[key] = b.copied(pointed(documents()[other], pointer), other)
	}
	return "#/$defs/" + key
}

// pointed returns the part of a document at a JSON pointer, of which our references need nothing escaped.
func pointed(doc any, pointer string) any {
	for _, name := range strings.Split(pointer, "/")[1:] {
		doc = doc.(map[string]any)[name]
	}
	return doc
}
