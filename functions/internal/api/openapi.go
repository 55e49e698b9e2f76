package api

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"

	"github.com/fixdesk/fixdesk/schemas"
)

// openAPISkeleton is the description of the API without its schemas.
//
//go:embed openapi.json
var openAPISkeleton []byte

// openAPIDocument returns the description of the API. Its component schemas are the published schemas themselves, so that the
// two cannot drift apart.
var openAPIDocument = sync.OnceValue(func() []byte {
	var doc map[string]any
	if err := json.Unmarshal(openAPISkeleton, &doc); err != nil {
		panic("openapi.json: " + err.Error()) // embedded: a test has read it
	}
	doc["components"].(map[string]any)["schemas"] = used(doc, components())
	return mustJSON(doc)
})

// used returns those components that a document refers to, by way of each other too.
func used(doc any, all map[string]any) map[string]any {
	found := map[string]any{}
	var visit func(v any)
	visit = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			ref, _ := v["$ref"].(string)
			name, _, _ := strings.Cut(strings.TrimPrefix(ref, schemaRoot), "/")
			if strings.HasPrefix(ref, schemaRoot) && found[name] == nil {
				found[name] = all[name]
				visit(all[name])
			}
			for _, child := range v {
				visit(child)
			}
		case []any:
			for _, child := range v {
				visit(child)
			}
		}
	}
	visit(doc)
	return found
}

// schemaRoot is where component schemas stand.
const schemaRoot = "#/components/schemas/"

// components returns every published schema, each definition as a component of its own:
// "#/$defs/site-code" of forms.json becomes "#/components/schemas/FormsSiteCode".
func components() map[string]any {
	all := map[string]any{}
	for _, name := range schemas.Names() {
		var schema map[string]any
		if err := json.Unmarshal(schemas.JSON(name), &schema); err != nil {
			panic(string(name) + ".json: " + err.Error())
		}
		file := string(name) + ".json"
		if defs, ok := schema["$defs"].(map[string]any); ok {
			for def, d := range defs {
				all[component(file, def)] = moved(file, d)
			}
		}
		for _, keyword := range []string{"$defs", "$schema", "$id"} {
			delete(schema, keyword)
		}
		all[component(file, "")] = moved(file, schema)
	}
	return all
}

// component names a schema file or one of its definitions: "answer.json", "fact-name" is AnswerFactName.
func component(file, def string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(strings.TrimSuffix(file, ".json")+"-"+def, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// moved returns a part of a schema file with its references pointing at components.
func moved(file string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, value := range v {
			switch ref, isRef := value.(string); {
			case key == "$ref" && isRef:
				m[key] = reference(file, ref)
			case key == "$anchor":
			default:
				m[key] = moved(file, value)
			}
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = moved(file, item)
		}
		return list
	}
	return v
}

// reference returns where a $ref of a schema file leads among the components.
func reference(file, ref string) string {
	other, path, _ := strings.Cut(ref, "#")
	if other != "" {
		file = other
	}
	rest, isDef := strings.CutPrefix(path, "/$defs/")
	if !isDef {
		return schemaRoot + component(file, "") + path
	}
	def, deeper, found := strings.Cut(rest, "/")
	if found {
		deeper = "/" + deeper
	}
	return schemaRoot + component(file, def) + deeper
}
