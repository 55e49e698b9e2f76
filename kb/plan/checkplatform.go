package plan

import "encoding/json"

// CheckPlatform stops on a computer of another family, before anything else.
type CheckPlatform struct {
	Cited
	reading
	Platform Platform
}

var _ = verb("check-platform", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	p := Platform(r.line(at, arg))
	if p != NT && p != Win9x {
		r.report(at, "expected nt or 9x")
	}
	return CheckPlatform{Cited: c, Platform: p}
})

func (CheckPlatform) Verb() string { return "check-platform" }
func (CheckPlatform) rank() int    { return rankCheck }

func (s CheckPlatform) Does() string {
	if s.Platform == Win9x {
		return "Stop unless this is Windows 95, 98 or Me."
	}
	return "Stop unless this is Windows NT 4.0, 2000 or later."
}

func (s CheckPlatform) check(c *checker) { c.platform = s.Platform == c.fix.Platform }

func (CheckPlatform) compile(*compiler) {} // every run of a program begins with it
