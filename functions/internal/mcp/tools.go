package mcp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
)

// A tool is something that a model may call.
type tool struct {
	name, title, about string
	in                 string // the schema of its arguments
	keeps              bool   // it leaves something behind
	call               func(api client, arguments json.RawMessage) (*mcp.CallToolResult, error)
}

// The schemas of the arguments. They are short, because a model reads all of them before it does anything; the API judges what comes.
const (
	diagnoseArguments = `{"type": "object", "additionalProperties": false, "properties": {
"symptom": {"type": "string", "maxLength": 20000, "description": "the person's own words"},
"facts": {"type": "object", "description": "answers by fact: a value, a list, or unknown. All of them, each time; describe_facts lists them"},
"log": {"type": "string", "maxLength": 200000, "description": "lines of logs, or what the collector script or a fix script printed"},
"confirm": {"type": "array", "maxItems": 32, "description": "what the person said yes to, out of what was to be confirmed", "items": {"type": "object", "required": ["fact", "value"], "properties": {"fact": {"type": "string"}, "value": {}}}},
"fix": {"type": "string", "description": "one of plan.alternatives, if the person wants that"},
"article": {"type": "string", "description": "the article to begin at, such as Q238865"},
"further": {"type": "boolean", "description": "look for further causes"},
"session": {"type": "string", "description": "new begins a conversation; its session goes on with it, and then only what is new must be sent"}}}`

	searchArguments = `{"type": "object", "additionalProperties": false, "required": ["q"], "properties": {
"q": {"type": "string", "minLength": 1, "maxLength": 1000, "description": "the words to look for"},
"product": {"type": "string", "maxLength": 200, "description": "articles of this product come first"},
"version": {"type": "string", "maxLength": 200, "description": "articles of this version come first"},
"size": {"type": "integer", "minimum": 1, "maximum": 50, "description": "how many hits, 10 where left out"},
"from": {"type": "integer", "minimum": 0, "maximum": 499, "description": "how many hits to pass over"}}}`

	articleArguments = `{"type": "object", "additionalProperties": false, "required": ["id"], "properties": {
"id": {"type": "string", "pattern": "^[Qq][0-9]{5,6}$", "description": "the number of the article, such as Q238865"}}}`

	scriptArguments = `{"type": "object", "additionalProperties": false, "required": ["href"], "properties": {
"href": {"type": "string", "pattern": "^/v1/scripts/[A-Za-z0-9_-]+$", "description": "the href of a script of a diagnosis"}}}`

	factsArguments = `{"type": "object", "additionalProperties": false, "properties": {
"names": {"type": "array", "items": {"type": "string"}, "description": "only these; without it, the names of all"}}}`

	feedbackArguments = `{"type": "object", "additionalProperties": false, "required": ["article", "tree", "helped"], "properties": {
"article": {"type": "string", "description": "tree.article of the diagnosis"},
"tree": {"type": "string", "description": "tree.version of the diagnosis"},
"diagnosis": {"type": "string", "description": "the name of the cause"},
"script": {"type": "string", "description": "the sha256 of the script that was run"},
"helped": {"type": "boolean"},
"comment": {"type": "string", "maxLength": 2000}}}`
)

func (c Config) tools() []tool {
	all := []tool{
		{
			name: "diagnose", title: "Diagnose a symptom", in: diagnoseArguments,
			about: "Name the cause of a computer's trouble with the article that says so, the next question, and the scripts that fix it on that computer.",
			call:  c.diagnose,
		},
		{
			name: "describe_facts", title: "What a report may answer", in: factsArguments,
			about: "List the facts that a diagnosis rests on, with their question and their values.",
			call:  c.describeFacts,
		},
		{
			name: "search", title: "Search the knowledge base", in: searchArguments,
			about: "Find articles by symptoms, error messages, codes, file names or article numbers, with the passage that matters.",
			call:  found,
		},
		{
			name: "read_article", title: "Read an article", in: articleArguments,
			about: "Read an article by its number: its sections, and the articles that it links to and that link to it.",
			call:  article,
		},
		{
			name: "feedback", title: "Say whether an answer helped", in: feedbackArguments, keeps: true,
			about: "Keep what the person says of a diagnosis, for those who write the trees.",
			call:  feedback,
		},
	}
	if c.Links {
		all = append(all, tool{
			name: "get_script", title: "Get a script", in: scriptArguments,
			about: "Get the text of one script of a diagnosis, to show it to the person.",
			call:  getScript,
		})
	}
	return all
}

// described returns the tool as it is listed.
func (t tool) described() *mcp.Tool {
	no := false
	return &mcp.Tool{
		Name: t.name, Title: t.title, Description: t.about, InputSchema: json.RawMessage(t.in),
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: !t.keeps, IdempotentHint: !t.keeps, DestructiveHint: &no, OpenWorldHint: &no},
	}
}

// decode reads arguments and refuses those that are not known.
func decode(arguments json.RawMessage, v any, expected string) error {
	if len(arguments) == 0 {
		arguments = json.RawMessage("{}")
	}
	d := json.NewDecoder(bytes.NewReader(arguments))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return errors.New("expected " + expected + ", and nothing else")
	}
	return nil
}

// asked makes a request of arguments and returns what the API says to it.
func asked(api client, arguments json.RawMessage, request func(json.RawMessage) (*http.Request, error)) (body []byte, problem *mcp.CallToolResult, err error) {
	r, err := request(arguments)
	if err != nil {
		return nil, nil, err
	}
	body, problem = api.do(r)
	return body, problem, nil
}

// found gives what a search finds: its articles as text, and all of it as a structure.
func found(api client, arguments json.RawMessage) (*mcp.CallToolResult, error) {
	body, problem, err := asked(api, arguments, search)
	if err != nil || problem != nil {
		return problem, err
	}
	var results struct {
		DidYouMean string `json:"did_you_mean"`
		Hits       []struct{ ID, Title string }
	}
	if err := json.Unmarshal(body, &results); err != nil {
		return nil, err
	}
	var b strings.Builder
	if len(results.Hits) == 0 {
		b.WriteString("Nothing is found.\n")
	}
	if results.DidYouMean != "" {
		fmt.Fprintf(&b, "Did you mean: %s\n", results.DidYouMean)
	}
	for _, h := range results.Hits {
		fmt.Fprintf(&b, "%s: %s\n", h.ID, h.Title)
	}
	result := textual([]byte(strings.TrimSpace(b.String())))
	result.StructuredContent = json.RawMessage(body)
	return result, nil
}

// article gives an article as the API does.
func article(api client, arguments json.RawMessage) (*mcp.CallToolResult, error) {
	body, problem, err := asked(api, arguments, readArticle)
	if err != nil || problem != nil {
		return problem, err
	}
	return textual(body), nil
}

// search writes arguments as the parameters of the API, which judges them.
func search(arguments json.RawMessage) (*http.Request, error) {
	var given map[string]any
	if err := decode(arguments, &given, "an object with q, the words to look for"); err != nil {
		return nil, err
	}
	params := url.Values{}
	for name, value := range given {
		switch value := value.(type) {
		case string:
			params.Set(name, value)
		case json.Number:
			params.Set(name, value.String())
		default:
			return nil, fmt.Errorf("expected text or a number at each argument")
		}
	}
	return http.NewRequest(http.MethodGet, "/v1/search?"+params.Encode(), nil)
}

func readArticle(arguments json.RawMessage) (*http.Request, error) {
	var given struct {
		ID string `json:"id"`
	}
	if err := decode(arguments, &given, "an object with id, the number of an article such as Q238865"); err != nil {
		return nil, err
	}
	return http.NewRequest(http.MethodGet, "/v1/articles/"+url.PathEscape(strings.ToUpper(given.ID)), nil)
}

func getScript(api client, arguments json.RawMessage) (*mcp.CallToolResult, error) {
	const expected = "an object with href, the address of a script of a diagnosis"
	var given struct {
		Href string `json:"href"`
	}
	if err := decode(arguments, &given, expected); err != nil {
		return nil, err
	}
	token, ours := strings.CutPrefix(given.Href, desk.ScriptPath)
	if !ours || token == "" || strings.Trim(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != "" {
		return nil, errors.New("expected " + expected)
	}
	r, err := http.NewRequest(http.MethodGet, given.Href, nil)
	if err != nil {
		return nil, err
	}
	body, problem := api.do(r)
	if problem != nil {
		return problem, nil
	}
	return textual(body), nil
}

func feedback(api client, arguments json.RawMessage) (*mcp.CallToolResult, error) {
	r, err := http.NewRequest(http.MethodPost, "/v1/feedback", bytes.NewReader(arguments))
	if err != nil {
		return nil, err
	}
	if _, problem := api.do(r); problem != nil {
		return problem, nil
	}
	return textual([]byte("It is kept.")), nil
}

// describeFacts lists the names of all facts, or describes those that are named.
func (c Config) describeFacts(_ client, arguments json.RawMessage) (*mcp.CallToolResult, error) {
	var given struct {
		Names []string `json:"names"`
	}
	if err := decode(arguments, &given, "an object with names, a list of facts, or none"); err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, q := range c.Facts {
		switch {
		case len(given.Names) == 0:
			fmt.Fprintf(&b, "%s: %s\n", q.Fact, q.Text)
		case slices.Contains(given.Names, q.Fact):
			fmt.Fprintf(&b, "%s: %s %s%s\n", q.Fact, q.Text, q.Help, values(q))
		}
	}
	if b.Len() == 0 {
		return nil, errors.New("no fact has one of these names: call describe_facts without names to see them all")
	}
	return textual([]byte(b.String())), nil
}

// values says what answers a question takes.
func values(q desk.Ask) string {
	text := " Values:"
	for _, a := range q.Answers {
		text += fmt.Sprintf(" %s (%s),", a.Value, a.Label)
	}
	if len(q.Answers) == 0 {
		text = " It takes a " + strings.ReplaceAll(strings.TrimSpace(q.Form+" "), "-", " ") + ","
	}
	if q.Several {
		return text + " or unknown; a list of several."
	}
	return text + " or unknown."
}
