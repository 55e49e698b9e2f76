package facts

import (
	"maps"
	"slices"
	"strconv"
)

// A derivation makes a fact out of its inputs. derive returns every value that the open inputs still allow, and the value that
// stands as long as they stay open (empty: unknown); one possible value that is also the standing one settles the fact. next
// returns the input to ask for, empty where asking settles nothing.
type derivation struct {
	derive func(in inputs) (possible []string, standing string)
	next   func(in inputs) string
}

// derivations is the closed set of what facts.yaml may name under `derive`.
var derivations = map[string]derivation{
	"anchored":       {anchored, nextMention},
	"fate-of-sites":  {fateOfSites, nextSites},
	"service-pack":   {servicePack, firstOpen},
	"compare-levels": {compareLevels, firstOpen},
	"below-15":       {below15, firstOpen},
}

// Derivations returns the names that facts.yaml may use, sorted.
func Derivations() []string { return slices.Sorted(maps.Keys(derivations)) }

// inputs is what a derivation may look at: its fact's own inputs and nothing else.
type inputs struct {
	v     *Vocabulary
	facts *Facts
	def   *definition
}

func (in inputs) known(name string) bool      { return in.uses(name) && in.facts.Known(name) }
func (in inputs) values(name string) []string { return in.facts.Values(name) }

// has reports whether an input is known to be one of the values.
func (in inputs) has(name string, values ...string) bool {
	return in.uses(name) && in.facts.Has(name, values...)
}

func (in inputs) uses(name string) bool { return slices.Contains(in.def.From, name) }

// askable reports whether a person can still settle the input.
func (in inputs) askable(name string) bool {
	return in.uses(name) && !in.known(name) && !in.facts.ToldUnknown(name) && in.v.Askable(name)
}

// firstOpen asks for the inputs one after the other, and stops asking at the first that the person does not know.
func firstOpen(in inputs) string {
	for _, name := range in.def.From {
		if in.facts.ToldUnknown(name) && !in.known(name) {
			return ""
		}
		if in.askable(name) {
			return name
		}
	}
	return ""
}

// anchored says whether a report is about its subject. Where it says only that a computer is slow, or nothing at all, that
// stays open.
func anchored(in inputs) ([]string, string) {
	if in.facts.anchored {
		return one("yes")
	}
	if in.facts.spoken && !in.facts.vague {
		return one("no")
	}
	return []string{"yes", "no"}, ""
}

// nextMention asks for what shows soonest whether a vague complaint belongs to the subject.
func nextMention(in inputs) string {
	for _, name := range []string{"process", "product", "recent_upgrade"} {
		if in.askable(name) {
			return name
		}
	}
	return ""
}

// situation is the fact by which a person chooses among several causes at once.
const situation = "situation"

// fateOfSites says how many of the client's sites are gone: "some" (a dead one and a live one), "all", "none", or "named" (a
// dead one, and the client's list is not known). A sole site whose CAP was read is a live one. The log line of Q265358 shows
// that a live site told the client of the dead one.
// Who says that a site of the client is gone says no more than that.
func fateOfSites(in inputs) ([]string, string) {
	const list, gone = "client_sites", "nonexistent_sites"
	sites, dead := in.values(list), in.values(gone)
	switch {
	case in.known(gone) && len(dead) == 0:
		return one("none")
	case in.known(gone) && in.known(list):
		if subset(sites, dead) {
			return one("all")
		}
		return one("some")
	case in.known(gone):
		if in.known("dead_site_line") || len(live(in)) > 0 {
			return []string{"some", "all"}, "some"
		}
		return []string{"some", "all", "named"}, "named"
	case in.known(list) && subset(sites, live(in)):
		return one("none")
	case in.has(situation, "none"):
		return one("none")
	case in.has(situation, "site_gone") && len(sites) == 1:
		return one("all")
	case in.has(situation, "site_gone") && in.known(list):
		return []string{"some", "all"}, "some"
	case in.has(situation, "site_gone"):
		return []string{"some", "named", "all"}, "named"
	case in.known(list) && len(sites) == 1:
		return []string{"all", "none"}, ""
	case in.known(list):
		return []string{"some", "all", "none"}, ""
	}
	return []string{"some", "named", "all", "none"}, ""
}

func one(value string) ([]string, string) { return []string{value}, value }

// live returns the sites that are known to be there.
func live(in inputs) []string {
	sites := slices.Concat(in.values("reachable_sites"), readSites(in.facts))
	return slices.DeleteFunc(sites, func(s string) bool { return slices.Contains(in.values("nonexistent_sites"), s) })
}

// readSites returns the sites whose CAP was read: the one that a log line names, and the client's only one where the version on
// its CAP is known.
func readSites(f *Facts) []string {
	sites := slices.Clone(f.Values("cap_site"))
	if list := f.Values("client_sites"); len(list) == 1 && f.Known("cap_version") {
		sites = append(sites, list...)
	}
	return sites
}

// subset reports whether a has elements and all of them are in b.
func subset(a, b []string) bool {
	return len(a) > 0 && !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
}

// nextSites asks for the client's list first: who does not know it cannot say which of its sites are gone, unless they said that one is.
func nextSites(in inputs) string {
	const list, gone = "client_sites", "nonexistent_sites"
	switch {
	case in.askable(list):
		return list
	case (in.known(list) || in.has(situation, "site_gone")) && in.askable(gone):
		return gone
	}
	return ""
}

func servicePack(in inputs) ([]string, string) {
	name := in.def.From[0]
	if !in.known(name) {
		return levels, ""
	}
	if level, ok := Level(in.facts.Value(name)); ok {
		return one(level)
	}
	return nil, ""
}

// compareLevels compares the service pack of the client's base components with that of the CAP: "yes" is a mismatch, "no" the
// same level, "pending" a client that is older than its CAP and will be upgraded.
func compareLevels(in inputs) ([]string, string) {
	base, baseKnown := position(in, "base_version")
	offer, offerKnown := position(in, "cap_version")
	switch {
	case baseKnown && offerKnown:
		return one(relation(base, offer))
	case in.has("out_of_sync", "yes"):
		return []string{"yes"}, "yes"
	case baseKnown:
		return said(in, relations(func(cap int) string { return relation(base, cap) }))
	case offerKnown:
		return said(in, relations(func(base int) string { return relation(base, offer) }))
	}
	return said(in, []string{"yes", "no", "pending"})
}

// said narrows what two versions can still be by what a person says of them: that the client is newer, or that it is not.
func said(in inputs, can []string) ([]string, string) {
	newer := func(r string) bool { return r == "yes" }
	switch {
	case in.has(situation, "client_newer") && slices.ContainsFunc(can, newer):
		return one("yes")
	case in.has(situation, "none"):
		return slices.DeleteFunc(can, newer), "no"
	}
	return can, ""
}

func position(in inputs, name string) (int, bool) {
	if !in.known(name) {
		return 0, false
	}
	level, ok := Level(in.facts.Value(name))
	return slices.Index(levels, level), ok
}

func relation(base, offer int) string {
	switch {
	case base > offer:
		return "yes"
	case base < offer:
		return "pending"
	}
	return "no"
}

// relations returns what the comparison with any level can give, in a fixed order.
func relations(with func(level int) string) []string {
	var can []string
	for i := range levels {
		if r := with(i); !slices.Contains(can, r) {
			can = append(can, r)
		}
	}
	slices.Sort(can)
	return can
}

// below15 says whether a Windows 95 or 98 client was restarted too early: within 15 minutes of the upgrade (Q237543).
func below15(in inputs) ([]string, string) {
	minutes, err := strconv.Atoi(in.facts.Value(in.def.From[0]))
	switch {
	case err != nil:
		return []string{"yes", "no"}, ""
	case minutes < 15:
		return one("yes")
	}
	return one("no")
}
