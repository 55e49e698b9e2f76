package examples

import (
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/kb/script/winetest"
)

const (
	client     = `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client`
	properties = client + `\Configuration\Client Properties`
	bin        = "windows/MS/SMS/Core/Bin/"
	smsls      = "@echo off\r\nif \"%1\"==\"\" goto END\r\ncall other\r\n:END\r\n"
	line       = "The site ZZZ does not exist any longer.\r\n"
)

// cleaner stands for 20CLICLN.BAT: it takes the client away, and leaves what that is known to leave.
const cleaner = "@echo off\r\nnet stop \"SMS Client Service\" >nul 2>nul\r\nnet stop Wuser32 >nul 2>nul\r\nsc delete \"SMS Client Service\" >nul\r\nsc delete Wuser32 >nul\r\n" +
	"if exist C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvcl.exe del C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvcl.exe\r\n" +
	"if exist C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvc95.exe del C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvc95.exe\r\n" +
	"regedit /s LEFTOVER.REG\r\n"

const leftover = `[` + properties + "]\n\"SMS Client Deinstall\"=\"TRUE\"\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Wuser32]\n\"Leftover\"=\"1\"\n"

// A computer is what a report says of one, and what the stages of a plan make of it: this is what a person reads in the articles, and
// not what the scripts do.
type computer struct {
	old       bool     // Windows 95, 98 or Me
	sites     []string // those that it is to report to
	known     []string // those of which it keeps settings: they stay when a site goes
	dead      []string // sites that no longer exist
	aged      bool     // the dates of the dead sites are old
	removed   bool     // nothing but leftovers is left of the client
	leftovers bool
	installed bool // by the program that installs, which registers no service here
	edited    bool // the logon script ends at its first line
}

// reported returns the computer of a report. A client has one more site where the report names none that lives, unless it says that
// there is no other.
func reported(r *desk.Report, a *desk.Answer) computer {
	c := computer{leftovers: true}
	known := func(name string) []string {
		for _, as := range a.Assumed {
			if as.Fact == name {
				return list(as.Value)
			}
		}
		return list(r.Facts[name])
	}
	for _, os := range known("client_os") {
		c.old = slices.Contains([]string{"win95", "win98", "winme"}, os)
	}
	c.dead = known("nonexistent_sites")
	c.sites = slices.Concat(known("client_sites"), c.dead)
	alone := len(known("client_sites")) > 0 && !slices.ContainsFunc(known("client_sites"), func(s string) bool { return !slices.Contains(c.dead, s) })
	if !alone {
		c.sites = append(c.sites, "LIV")
	}
	slices.Sort(c.sites)
	c.sites = slices.Compact(c.sites)
	c.known = c.sites
	return c
}

// list returns the texts of an answer, none where it is not known.
func list(v any) []string {
	var all []string
	switch v := v.(type) {
	case string:
		all = []string{v}
	case []string:
		all = v
	case []any:
		for _, item := range v {
			all = append(all, item.(string))
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "unknown" })
}

// state returns the computer as the registry, services and files that it has.
func (c computer) state() winetest.State {
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, "") + "\n") }
	line("[", client, "]")
	line(`"Keep"="yes"`)
	line("[", properties, "]")
	line(`"Reserved1"="x"`)
	for _, site := range c.sites {
		line("[", client, `\InstalledSites\`, site, "]")
		line(`"Name"="The site \"`, site, `\" & more"`)
	}
	for _, site := range c.known {
		line("[", client, `\Sites\Shared\`, site, "]")
		date := "2000/06/13 06:28.53"
		if c.aged && slices.Contains(c.dead, site) {
			date = "1990/01/01 00:00.00"
		}
		line(`"Site Config Last Checked"="`, date, `"`)
	}
	s := winetest.State{Files: map[string]string{}}
	there := map[bool]string{true: "x", false: ""}
	s.Files[bin+"Clisvcl.exe"] = there[!c.removed && !c.old]
	s.Files[bin+"Clisvc95.exe"] = there[!c.removed && c.old]
	if c.removed && c.leftovers {
		b.WriteString(leftover)
	}
	if !c.removed && !c.old {
		s.Services = []winetest.Service{{Key: "SMS Client Service", Display: "SMS Client Service"}, {Key: "Wuser32", Display: "SMS Remote Control Agent"}}
	}
	s.Files["logon/SMSLS.BAT"] = smsls
	if c.edited {
		s.Files["logon/SMSLS.BAT"] = "GOTO END\r\n" + smsls
	}
	s.Registry = b.String()
	return s
}

// after returns what a stage of a plan makes of the computer, by the verbs of its steps.
func (c computer) after(p *desk.Plan, stage int) computer {
	for _, s := range p.Steps {
		if s.Stage != stage {
			continue
		}
		switch {
		case s.Verb == "delete-key" || s.Verb == "delete-value":
			c.leftovers = false
		case s.Verb == "delete-entry":
			c.sites = slices.DeleteFunc(slices.Clone(c.sites), func(site string) bool { return slices.Contains(c.dead, site) })
		case s.Verb == "set-value":
			c.aged = true
		case s.Verb == "edit-file":
			c.edited = true
		case s.Verb == "run-tool" && strings.Contains(s.Does, "20CLICLN"):
			c.removed = true
		case s.Verb == "run-tool":
			c.installed = true
		}
	}
	return c
}

// tools are what a person puts into the folder that a script is given.
var tools = map[string]string{
	"tools/20CLICLN.BAT": cleaner, "tools/HAMMER.EXE": "x", "tools/KILL.EXE": "x", "tools/SETEVNT.EXE": "x",
	"tools/LEFTOVER.REG": "REGEDIT4\r\n\r\n" + strings.ReplaceAll(leftover, "\n", "\r\n") + "\r\n",
}

// trial returns what every script must do on its computer: show, say what is not done yet, do it, say so, find nothing more to do, and
// take back what can be taken back.
func (h handed) trial() winetest.Trial {
	c := h.before
	// A script for COMMAND.COM runs where that is, and a logon script lies on a server, whatever the client is.
	c.old = h.script.Dialect == "bat9x" || c.old && !h.has("edit-file")
	for stage := 1; stage < h.script.Stage; stage++ {
		c = c.after(h.plan, stage)
	}
	start, done := c.state(), c.after(h.plan, h.script.Stage)
	for name, text := range tools {
		start.Files[name] = text
	}
	after := done.state()
	trial := winetest.Trial{Start: start, Old: c.old, Deletes: h.has("run-tool")}
	if h.script.Dialect == "reg" {
		after.Services = start.Services
		trial.Steps = []winetest.Step{{After: &after}}
		return trial
	}
	undone := c
	undone.removed, undone.installed = done.removed, done.installed
	back := undone.state()
	undo := winetest.Step{Mode: "/undo", Folder: h.folder(), Status: "ok", After: &back}
	if !slices.ContainsFunc([]string{"delete-entry", "delete-key", "delete-value", "set-value", "edit-file"}, h.has) {
		undo.Status, undo.After = "refused", &after
	}
	trial.Steps = []winetest.Step{
		{Status: "ok"},
		{Mode: "/verify", Folder: h.folder(), Status: h.verified("failed")},
		{Mode: "/apply", Folder: h.folder(), Status: h.applied(), After: &after, Before: installer},
		{Mode: "/verify", Folder: h.folder(), Status: h.verified("ok"), After: &after},
		{Mode: "/apply", Folder: h.folder(), Status: h.again(), After: &after},
		undo,
	}
	if !winetest.EveryScenario() {
		trial.Steps = slices.Delete(trial.Steps, 3, 5)
		trial.Steps = slices.Delete(trial.Steps, 1, 2)
	}
	return trial
}

// installer puts the program there that stands for SMSMAN.
func installer(t testing.TB, m *winetest.Machine) { m.Installer(t, "tools/SMSMAN.EXE") }

// has reports whether the stage of the script has a step of that verb.
func (h handed) has(verb string) bool {
	return slices.ContainsFunc(h.plan.Steps, func(s desk.Step) bool { return s.Stage == h.script.Stage && s.Verb == verb })
}

func (h handed) folder() string {
	switch {
	case h.has("edit-file"):
		return `C:\logon`
	case h.has("run-tool"):
		return `C:\tools`
	}
	return ""
}

// verified returns the status of /verify, where there is something to look at.
func (h handed) verified(status string) string {
	for _, verb := range []string{"verify-gone", "verify-value", "verify-file", "verify-removed", "verify-installed"} {
		if h.has(verb) {
			return status
		}
	}
	return "nothing-to-do"
}

// applied returns the status of /apply: what a started program has done, only a later look can say.
func (h handed) applied() string {
	if h.has("run-tool") {
		return "started"
	}
	return "ok"
}

// again returns the status of a second /apply. What looks for nothing is simply done again.
func (h handed) again() string {
	if h.has("expect-entry") || h.has("expect-key") || h.has("expect-client") || h.has("edit-file") || h.has("expect-gone") && h.has("run-tool") {
		return "nothing-to-do"
	}
	return h.applied()
}
