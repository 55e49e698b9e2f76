package desk

import (
	"maps"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/script"
)

// collected returns a report with the output of a collector script taken out of its log, or out of its words where somebody
// pasted it there: its lines answer questions as a person does, what the report tells itself stands, and what is left of the two
// texts is read as ever. A line that is no answer counts for nothing: a program printed it, so there is nobody to ask again.
func (d *Desk) collected(r *Report) *Report {
	inLog, okLog := script.ParseCollected(r.Log)
	inWords, okWords := script.ParseCollected(r.Symptom)
	if !okLog && !okWords {
		return r
	}
	with := *r
	with.Facts = map[string]any{}
	if okWords {
		with.Symptom = inWords.Rest
		with.Log += "\n" + inWords.Log
		maps.Copy(with.Facts, d.taken(inWords.Facts))
	}
	if okLog {
		with.Log = inLog.Rest + "\n" + inLog.Log + "\n" + inWords.Log
		maps.Copy(with.Facts, d.taken(inLog.Facts))
	}
	maps.Copy(with.Facts, r.Facts)
	return &with
}

// taken returns the facts that are answers.
func (d *Desk) taken(told map[string]any) map[string]any {
	_, _, err := d.KB.Vocabulary.Read(facts.Input{Told: told})
	for _, refused := range facts.Refusals(err) {
		delete(told, refused.Fact)
	}
	return told
}
