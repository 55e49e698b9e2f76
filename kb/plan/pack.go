package plan

import (
	"encoding/json"

	"github.com/fixdesk/fixdesk/schemas"
)

// Pack writes a draft, or reads one that was written.
func (d *Draft) Pack(p *schemas.Packer) {
	p.String(&d.Goal)
	p.Strings((*[]string)(&d.Doubt))
	p.String(&d.Risk)
	p.String(&d.Proof)
	p.Strings(&d.Covers)
	p.Strings(&d.Before)
	p.String((*string)(&d.Platform))
	p.String(&d.View)
	p.String(&d.Phase)
	schemas.PackList(p, &d.Steps, func(p *schemas.Packer, step *schemas.Map[json.RawMessage]) {
		schemas.PackMap(p, step, packJSON)
	})
}

func packJSON(p *schemas.Packer, raw *json.RawMessage) {
	text := string(*raw)
	p.String(&text)
	if !p.Writing() {
		*raw = json.RawMessage(text)
	}
}
