package schemas

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

func TestABundleNeedsNoOtherFile(t *testing.T) {
	for _, name := range Names() {
		data := Bundle(name)
		if left := regexp.MustCompile(`"(x-[a-z]+|\$id|\$schema)":|"\$ref":"[^#]`).Find(data); left != nil {
			t.Errorf("%s: holds %s", name, left)
		}
		if _, err := jsonschema.CompileString("bundle.json", string(data)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestABundleAcceptsWhatItsSchemaAccepts(t *testing.T) {
	s := jsonschema.MustCompileString("bundle.json", string(Bundle(Report)))
	for text, want := range map[string]bool{
		`{"symptom": "hangs", "facts": {"client_os": "nt4", "client_sites": ["ABC"]}}`: true,
		`{"symptom": 1}`:                  false,
		`{"facts": {"Client OS": "nt4"}}`: false,
		`{"facts": {"client_os": {}}}`:    false,
		`{"other": ""}`:                   false,
	} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); (err == nil) != want {
			t.Errorf("%s: %v, want accepted %v", text, err, want)
		}
	}
}
