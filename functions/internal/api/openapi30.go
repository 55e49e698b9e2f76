package api

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
)

// openAPI30Document returns the description of the API in OpenAPI 3.0.3, for generators of clients that do not read 3.1. It is made
// from openAPIDocument. Rules that 3.0 cannot express (if/then, contains, propertyNames) are left out, so that it describes more
// reports than the service accepts, and never fewer answers than it gives.
var openAPI30Document = sync.OnceValue(func() []byte {
	var doc map[string]any
	if err := json.Unmarshal(openAPIDocument(), &doc); err != nil {
		panic("openapi.json: " + err.Error()) // we have written it
	}
	doc["openapi"] = "3.0.3"
	delete(doc, "jsonSchemaDialect")
	info := doc["info"].(map[string]any)
	delete(info, "summary")
	delete(info["license"].(map[string]any), "identifier")
	all := doc["components"].(map[string]any)["schemas"].(map[string]any)
	everySchema(doc, func(s map[string]any) map[string]any { return schema30(s, all) })
	return mustJSON(doc)
})

// everySchema replaces each schema of a description, and of a schema, by what f returns for it.
func everySchema(v any, f func(map[string]any) map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		for key, child := range v {
			switch c, isMap := child.(map[string]any); {
			case key == "example" || key == "examples" || key == "value": // what stands in them is no schema
			case key == "schema" && isMap:
				v[key] = f(c)
			case key == "schemas" && isMap:
				for name, s := range c {
					c[name] = f(s.(map[string]any))
				}
			default:
				everySchema(child, f)
			}
		}
	case []any:
		for _, child := range v {
			everySchema(child, f)
		}
	}
}

// beyond30 are the keywords of JSON Schema that a schema of OpenAPI 3.0 does not have.
var beyond30 = []string{"if", "then", "else", "contains", "propertyNames", "dependentRequired", "$comment"}

// schema30 returns a schema as OpenAPI 3.0 writes it. A reference into a component (the property of another schema) is replaced by
// what it refers to, since generators follow references to whole components only.
func schema30(s, all map[string]any) map[string]any {
	s = maps.Clone(s)
	for target := inner(s, all); target != nil; target = inner(s, all) {
		delete(s, "$ref")
		maps.Copy(target, s)
		s = target
	}
	for _, keyword := range beyond30 {
		delete(s, keyword)
	}
	if ref, ok := s["$ref"]; ok {
		if len(s) == 1 {
			return s
		}
		delete(s, "$ref") // 3.0 ignores what stands beside a reference
		all, _ := s["allOf"].([]any)
		s["allOf"] = append([]any{map[string]any{"$ref": ref}}, all...)
	}
	if value, ok := s["const"]; ok {
		delete(s, "const")
		s["enum"] = []any{value}
	}
	if enum, ok := s["enum"].([]any); ok && s["type"] == nil && allStrings(enum) {
		s["type"] = "string"
	}
	if examples, ok := s["examples"].([]any); ok {
		delete(s, "examples")
		s["example"] = examples[0]
	}
	for _, keyword := range []string{"items", "additionalProperties", "not"} {
		if child, ok := s[keyword].(map[string]any); ok {
			s[keyword] = schema30(child, all)
		}
	}
	if properties, ok := s["properties"].(map[string]any); ok {
		s["properties"] = properties30(properties, all)
	}
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		if list, ok := s[keyword].([]any); ok {
			choices30(s, all, keyword, list)
		}
	}
	return s
}

// inner returns a copy of what a schema refers to inside another component, nil where it refers to a whole one or to nothing.
func inner(s, all map[string]any) map[string]any {
	ref, _ := s["$ref"].(string)
	path := strings.Split(strings.TrimPrefix(ref, schemaRoot), "/")
	if len(path) < 2 {
		return nil
	}
	at := all
	for _, key := range path {
		at = at[key].(map[string]any) // a test reads the whole description
	}
	return maps.Clone(at)
}

func properties30(properties, all map[string]any) map[string]any {
	written := make(map[string]any, len(properties))
	for name, p := range properties {
		child, ok := p.(map[string]any)
		if !ok {
			child = map[string]any{} // true
		}
		written[name] = schema30(child, all)
	}
	return written
}

// choices30 writes the members of allOf, anyOf or oneOf, without those that only held what 3.0 does not have, and without members
// that only say which of the properties are required: a generator would make an empty type of each. A member null becomes nullable.
func choices30(s, all map[string]any, keyword string, list []any) {
	var kept []any
	for _, item := range list {
		child := schema30(item.(map[string]any), all)
		if child["type"] == "null" {
			s["nullable"] = true
			continue
		}
		if len(child) == 0 || onlyRequires(child) {
			continue
		}
		kept = append(kept, child)
	}
	if len(kept) == 0 {
		delete(s, keyword)
		return
	}
	s[keyword] = kept
}

func onlyRequires(s map[string]any) bool {
	_, requires := s["required"]
	return requires && len(s) == 1
}

func allStrings(list []any) bool {
	return !slices.ContainsFunc(list, func(v any) bool { _, ok := v.(string); return !ok })
}
