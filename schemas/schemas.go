// Package schemas holds the only rules by which a document is accepted: JSON Schemas, and the reading that applies them. It
// knows shapes, sizes and forms. It refuses to know what a document means: whether a fact has a name that the vocabulary
// knows, or a tree an end, is judged by the packages that use them.
package schemas

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// A Name names a schema: the file of that name, without its extension.
type Name string

// The documents that have a schema. The folder may hold further files, which these refer to.
const (
	Report   Name = "report"   // what somebody says is wrong
	Answer   Name = "answer"   // what the desk says to it
	Refusal  Name = "problem"  // why a request was not answered
	Article  Name = "article"  // an article of the knowledge base
	Results  Name = "results"  // what a search found
	Feedback Name = "feedback" // what a person says of an answer
	Tree     Name = "tree"     // the questions, diagnoses and fixes of one article
	Facts    Name = "facts"    // the vocabulary that trees share
	Services Name = "services" // the services and tools of a subject
	Language Name = "language" // how sentences are read, whatever they speak of
	Cases    Name = "cases"    // worked reports of a tree, and what must come out
	Forms    Name = "forms"    // the forms of free answers
	Tickets  Name = "tickets"  // the ticket systems that are answered in
)

//go:embed *.json
var files embed.FS

// base is the folder of the published schemas: each $id is base, its name and ".json", so that a relative $ref between them
// works wherever the folder is put.
const base = "https://github.com/fixdesk/fixdesk/raw/main/schemas/"

// Names returns the names of all published schemas, sorted.
func Names() []Name {
	entries, _ := fs.ReadDir(files, ".") // an embedded folder can be read
	names := make([]Name, 0, len(entries))
	for _, e := range entries {
		names = append(names, Name(strings.TrimSuffix(e.Name(), ".json")))
	}
	slices.Sort(names)
	return names
}

// JSON returns the text of a schema as it is published, nil for a name that there is none of. The caller does not change it.
func JSON(name Name) []byte {
	data, err := files.ReadFile(string(name) + ".json")
	if err != nil {
		return nil
	}
	return data
}

// documents are the schemas as values, by their file's name: where a problem looks up what was expected.
var documents = sync.OnceValue(func() map[string]any {
	docs := map[string]any{}
	for _, name := range Names() {
		var doc any
		if err := json.Unmarshal(JSON(name), &doc); err != nil {
			panic(fmt.Sprintf("schemas/%s.json: %v", name, err)) // embedded: a test has read it
		}
		docs[string(name)+".json"] = doc
	}
	return docs
})

// compiled are the schemas by name, each compiled when it is first needed.
var compiled = func() map[Name]func() *jsonschema.Schema {
	m := map[Name]func() *jsonschema.Schema{}
	for _, name := range Names() {
		m[name] = sync.OnceValue(func() *jsonschema.Schema { return newCompiler().MustCompile(base + string(name) + ".json") })
	}
	return m
}()

// newCompiler returns a compiler that finds our own files and nothing else.
func newCompiler() *jsonschema.Compiler {
	c := jsonschema.NewCompiler()
	c.LoadURL = func(url string) (io.ReadCloser, error) {
		name, ok := strings.CutPrefix(url, base)
		if !ok {
			return nil, fmt.Errorf("%s is outside of the schemas folder", url)
		}
		return files.Open(name)
	}
	return c
}
