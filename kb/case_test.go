package kb

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// families are the facts that people tell together. Each fact that can be told is in one of them, or is a line of a log.
var families = [][]string{
	{"product", "sms_named"},
	{"process", "symptom", "other_cause"},
	{"recent_upgrade", "site_sp", "asks_pack"},
	{"stage", "asks_pack"},
	{"planned_pack", "asks_pack"},
	{"client_os", "service_talk"},
	{"client_sites", "nonexistent_sites", "reachable_sites"},
	{"client_sites", "nonexistent_sites", "access_denied_sites"},
	{"client_sites", "nonexistent_sites", "site_count", "cap_site"},
	{"multi_site_domain", "sites_upgraded", "own_site_upgraded"},
	{"base_version", "cap_version", "version_mismatch", "cap_levelled"},
	{"ads_outstanding"},
	{"situation", "client_sites", "nonexistent_sites"},
	{"situation", "base_version", "cap_version"},
	{"situation", "ads_outstanding", "multi_site_domain", "sites_upgraded"},
	{"restarted", "better_after_restart", "minutes_before_restart"},
	{"previous_fix"},
	{"admin_rights", "remote", "ras"},
	{"scope", "logon_script", "component"},
}

// lines are the facts of log lines, which make a case by themselves.
var lines = []string{"out_of_sync", "dead_site_line", "access_denied_line", "capicon_line", "deinstall_line", "other_line", "mixed_line", "sms_log", "unreachable_line", "unassigned_line", "timestamp_line", "upgrading_line"}

// values returns what can be told of a fact: every answer that is listed, and some of a free form.
func values(def facts.Definition) []any {
	var all []any
	free := map[string][]any{
		"version": {"2.00.1239.0000", "2.00.1380.1000", "2.00.1493.2009", "2.00.1493.4009"},
		"number":  {"1", "2", "5", "30"}, "site-code": {"HQ1", "OLD"},
	}
	for _, id := range def.Answers.Keys() {
		all = append(all, id)
	}
	all = append(all, free[def.Form]...)
	if def.Several {
		list := append([]any{}, all...)
		all = []any{list, []any{}}
		for _, one := range list {
			all = append(all, []any{one})
		}
	}
	return all
}

// told yields every combination of what can be told of some facts: each value of each, "unknown", and nothing.
func (b *Base) told(names []string, told map[string]any, yield func(told map[string]any)) {
	if len(names) == 0 {
		yield(told)
		return
	}
	b.told(names[1:], told, yield)
	def, _ := b.Vocabulary.Definition(names[0])
	for _, value := range append(values(def), "unknown") {
		told[names[0]] = value
		b.told(names[1:], told, yield)
	}
	delete(told, names[0])
}

// changing returns the confirmed diagnoses whose fix, or another one that may be chosen, changes something.
func (b *Base) changing(t *tree.Tree, f facts.Facts, contradictions []facts.Contradiction) []string {
	var all []string
	for _, found := range t.Walk(f, contradictions).Findings {
		if found.State != tree.Confirmed {
			continue
		}
		for _, name := range slices.Concat(found.Fix.For(f), found.Or.For(f)) {
			fix, _ := b.Fix(found.Tree.Article, name)
			if slices.ContainsFunc(fix.Steps, func(s plan.Step) bool { return s.By() == plan.Script && s.Effect() != plan.Reads }) {
				all = append(all, found.Name+" "+name)
			}
		}
	}
	return all
}

func TestNoFamilyOfFactsAloneLeadsToAChange(t *testing.T) {
	if testing.Short() {
		t.Skip("walks thousands of reports")
	}
	base := load(t)
	tried := 0
	for _, family := range families {
		base.told(family, map[string]any{}, func(told map[string]any) {
			for _, others := range []bool{false, true} { // left out, or not known
				all := maps.Clone(told)
				for _, name := range base.Vocabulary.Names() {
					if _, ok := all[name]; others && !ok && base.Vocabulary.Askable(name) && !slices.Contains(family, name) {
						all[name] = "unknown"
					}
				}
				f, contradictions, err := base.Vocabulary.Read(facts.Input{Told: all})
				if err != nil {
					t.Fatalf("%v: %v", all, err)
				}
				tried++
				for _, tr := range base.Trees() {
					for _, found := range base.changing(tr, f, contradictions) {
						t.Errorf("%s: with nothing but %v it concludes %s", tr.Article, told, found)
					}
				}
			}
		})
	}
	t.Logf("%d reports in %d trees", tried, len(base.Trees()))
}

func TestEveryFactThatCanBeToldIsInAFamily(t *testing.T) {
	base := load(t)
	all := slices.Concat(append(families, lines)...)
	for _, name := range base.Vocabulary.Names() {
		def, _ := base.Vocabulary.Definition(name)
		if (def.Derive == "" || def.Told) && !slices.Contains(all, name) {
			t.Errorf("%s is in no family: put it into one", name)
		}
	}
}

// Who plans an upgrade and says which pack is given a script for the logon script, and nothing that removes a client.
func TestAPlanNeverRemovesAClient(t *testing.T) {
	if testing.Short() {
		t.Skip("makes every plan")
	}
	base := load(t)
	given := map[string]bool{}
	family := []string{"stage", "planned_pack", "site_sp", "client_os", "product"}
	base.told(family, map[string]any{}, func(told map[string]any) {
		f, contradictions, err := base.Vocabulary.Read(facts.Input{Told: told})
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range base.Trees() {
			for _, found := range base.changing(tr, f, contradictions) {
				if given[found] = true; told["stage"] != "planning" || told["planned_pack"] == nil || told["planned_pack"] == "unknown" {
					t.Errorf("%s: with %v it concludes %s", tr.Article, told, found)
				}
			}
		}
	})
	if got, want := strings.Join(slices.Sorted(maps.Keys(given)), ", "), "prepare-service-pack edit-smsls, prevention edit-smsls"; got != want {
		t.Errorf("a plan leads to %s, want %s", got, want)
	}
}

// A platform is no cause: not beside a line of a log, not beside an upgrade, not beside a trouble.
func TestWindows98IsACauseOnlyWithTroubleAndUpgrade(t *testing.T) {
	base := load(t)
	tr, _ := base.Tree("Q238865")
	found := 0
	names := []string{"out_of_sync", "dead_site_line", "recent_upgrade", "process", "symptom"}
	base.told(names, map[string]any{"client_os": "win98"}, func(told map[string]any) {
		f, contradictions, err := base.Vocabulary.Read(facts.Input{Told: told})
		if err != nil {
			t.Fatal(err)
		}
		confirmed := slices.ContainsFunc(tr.Walk(f, contradictions).Findings, func(f tree.Finding) bool {
			return f.Name == "windows-9x-client" && f.State == tree.Confirmed
		})
		trouble := f.Has("process", "smsmon32", "clisvc95", "clisvcl") || f.Has("symptom", "components_missing", "fault_9x", "cpu", "hang", "crash")
		if confirmed && !(trouble && f.Has("recent_upgrade", "sp1")) {
			t.Errorf("with %v it concludes windows-9x-client", told)
		}
		if confirmed {
			found++
		}
	})
	if found == 0 {
		t.Error("nothing concludes windows-9x-client at all")
	}
}

// The level that a site is at says that it is SMS 2.0, and nothing of an upgrade.
func TestALevelIsNoUpgrade(t *testing.T) {
	base := load(t)
	for _, level := range []string{"rtm", "sp1", "sp2", "sp3", "sp4"} {
		told := map[string]any{"site_sp": level, "process": "smsmon32", "symptom": "cpu", "client_os": "win98", "client_sites": []any{"HQ1", "OLD"}, "nonexistent_sites": []any{"OLD"},
			"ads_outstanding": "yes", "version_mismatch": "yes", "cap_levelled": "yes", "multi_site_domain": "yes", "sites_upgraded": "some", "own_site_upgraded": "no"}
		f, contradictions, err := base.Vocabulary.Read(facts.Input{Told: told})
		if err != nil || len(contradictions) > 0 {
			t.Fatal(err, contradictions)
		}
		if f.Known("recent_upgrade") || !f.Has("product", "sms20") {
			t.Errorf("site_sp %s: recent_upgrade is %v and product %v, want it open and sms20", level, f.Values("recent_upgrade"), f.Values("product"))
		}
		for _, tr := range base.Trees() {
			for _, found := range base.changing(tr, f, contradictions) {
				t.Errorf("%s: with site_sp %s and no upgrade it concludes %s", tr.Article, level, found)
			}
		}
	}
}

func TestACaseIsChecked(t *testing.T) {
	const change = `{goal: Do it., risk: low, platform: nt, proof: gk, steps: [{check-platform: nt}, {check-rights: administrator}, {backup-key: {key: 'HKLM\A\B'}}, {run-tool: 20clicln}, {restart: '1'}]}`
	tests := []struct{ name, body, want string }{
		{"no case", "start: hot\nquestions:\n  hot: {'yes': heated, then: end}\n", "Q100001/tree.yaml:6: /questions/hot: concludes heated, whose fix cool changes something, before the report is a case of the article: after hot=yes"},
		{"a trouble alone", "start: hot\ncase: {trouble: {hot: 'yes'}, event: {wet: 'yes'}}\nquestions:\n  hot: {'yes': heated, then: end}\n", "before the report is a case of the article: after hot=yes"},
		{"an event that is not known", "start: wet\ncase: {trouble: {hot: 'yes'}, event: {wet: 'yes'}}\nquestions:\n  wet: {then: hot}\n  hot: {'yes': probably heated, then: end}\n", "after wet=no, hot=yes"},
		{"a line, and an answer that is not the line", "start: hot\ncase: {line: {hot: 'yes'}}\nquestions:\n  hot: {then: heated}\n", "after hot=no"},
		{"a plan that removes a client", "start: hot\ncase: {planned: {heated: {hot: 'yes'}}}\nquestions:\n  hot: {'yes': heated, then: end}\n", "/diagnoses/heated: is about what is yet to come, and its fix cool removes or installs a client"},
		{"an unknown fact", "start: hot\ncase: {line: {cold: 'yes'}}\nquestions:\n  hot: {'yes': heated, then: end}\n", `/case/line: there is no fact "cold" in facts.yaml`},
		{"nothing known at all", "start: hot\ncase: {line: {hot: 'yes'}}\nundecided: {fix: cool}\nquestions:\n  hot: {'yes': heated, then: end}\n", "/undecided/fix: cool changes something, and nothing is known"},
		{"a trouble and its event", "start: wet\ncase: {trouble: {hot: 'yes'}, event: {wet: 'yes'}}\nquestions:\n  wet: {'yes': hot, then: end}\n  hot: {'yes': heated, then: end}\n", ""},
		{"a line", "start: hot\ncase: {line: {hot: 'yes'}}\nquestions:\n  hot: {'yes': heated, then: end}\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := small()
			fsys["facts.yaml"].Data = []byte("facts:\n  hot: {ask: 'Is it hot?', answers: {'yes': '', 'no': ''}}\n  wet: {ask: 'Is it wet?', answers: {'yes': '', 'no': ''}}\n")
			fsys["services.yaml"] = &fstest.MapFile{Data: []byte("tools:\n  20clicln: {file: 20CLICLN.BAT, does: Remove the client., removes: true}\n")}
			fsys["Q100001/tree.yaml"].Data = fmt.Appendf(nil, "article: Q100001\nabout: The kettle is hot.\nentry: true\n%sdiagnoses:\n  heated: {says: It was heated., proof: gk, fix: cool}\nfixes:\n  cool: %s\n", tt.body, change)
			problems, _, err := Check(fsys, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprint(problems)
			if tt.want == "" && len(problems) > 0 || !strings.Contains(got, tt.want) {
				t.Errorf("problems %s, want %q", got, tt.want)
			}
		})
	}
}
