package script

import "github.com/fixdesk/fixdesk/kb/plan"

type ps1 struct{ md }

func (ps1) extension() string { return ".ps1" }
func (d ps1) render(j *job) (string, error) {
	p := &page{job: j}
	return "", p.unsupported(j.steps[0], "not written")
}

var _ = plan.NT
