package script

import "github.com/fixdesk/fixdesk/kb/plan"

type vbs struct{ md }

func (vbs) extension() string { return ".vbs" }
func (d vbs) render(j *job) (string, error) {
	p := &page{job: j}
	return "", p.unsupported(j.steps[0], "not written")
}

var _ = plan.NT
