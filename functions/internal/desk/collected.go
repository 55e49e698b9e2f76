package desk

// collected takes the output of a collector script out of the log: its lines answer questions as a person does, and what a
// report tells beside them stands.
func (d *Desk) collected(r *Report) (log string, told map[string]any) { return r.Log, r.Facts }
