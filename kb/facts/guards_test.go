package facts_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// What a sign spares is as much a part of it as what it catches. Each text is read wrongly without one of the guards in facts.yaml
// and language.yaml. A fact may have any value but the one that is named; an empty value stands for any value at all.
func TestSignsSpareWhatOnlyLooksLikeThem(t *testing.T) {
	v := shared(t)
	for _, tt := range []struct{ fact, not, symptom string }{
		// a pack of another product says nothing of a site
		{"sites_upgraded", "some", "SMS clients hang. Our sites share one domain and two of them have not got SP1 of Exchange"},
		// one site that has the pack is not the only site
		{"multi_site_domain", "no", "SMS 2.0. There is only one site with SP1"},
		{"multi_site_domain", "no", "SP1 for SMS came only to the site in Linz"},
		{"multi_site_domain", "yes", "SMS: 4 sites, each with a domain of its own"},
		// what is installed at a client is not what all sites have
		{"sites_upgraded", "all", "SMS client and CAP both at SP1 level"},
		{"sites_upgraded", "all", "Please apply Service Pack 1 to all SMS sites"},
		{"sites_upgraded", "some", "None of our six SMS sites has received the pack so far"},
		// a level is no event
		{"own_site_upgraded", "yes", "Our site is at SMS 2.0 SP2, clisvcl hangs"},
		{"own_site_upgraded", "no", "smsmon32 hangs. We have not rebooted. The other sites got SP1"},
		{"own_site_upgraded", "no", "The CAP of our own SMS site isn't still at build 1239"},
		// what others have, what is wanted and what was is no level of ours
		{"site_sp", "sp1", "Two of five SMS sites are at SP1, ours is not"},
		{"site_sp", "sp3", "Can anybody send the link for SMS service pack 3?"},
		{"site_sp", "rtm", "SMS: until May we were on RTM. Then SP1 came"},
		// a plan that was dropped, and a pack that is on
		{"planned_pack", "sp2", "We had planned to go to SMS SP2; dropped"},
		{"planned_pack", "sp1", "We want to put SMS SP4 on next week, from SP1 to SP4"},
		{"stage", "planning", "SMS SP1 has been installed, all quiet, checklist done"},
		// who asks what there is, or knows already, asks for no pack
		{"asks_pack", "yes", "Is it SP1 or SP2 of SMS that we run here?"},
		{"asks_pack", "yes", "Where to get the SMS service pack I know already"},
		{"asks_pack", "yes", "Do I have to expire the SMS adverts before SP1?"},
		// an unfinished list makes the dead site the only one
		{"client_sites", "", "smsmon32 hangs on our NT 4.0 machines. Site QQ2 was shut down last year, clients still list it"},
		{"client_sites", "", "SMS: sites BLN and MUC were upgraded, the pc knows it"},
		{"client_sites", "", "After SMS SP1 the retired sites AA1, AA2 and AA3 are still listed on the clients"},
		// a site that is in use again is not gone
		{"nonexistent_sites", "", "SMS client lists MUC and HAM. HAM was shut down last year, it is up again"},
		{"nonexistent_sites", "", "SMS client lists LON and HUD. The old HUD site server was replaced by a new one with the same code"},
		// packages of another kind, and none that is open
		{"ads_outstanding", "yes", "smsmon32 hangs. The accountants send out packages that are still open, box by box"},
		{"ads_outstanding", "yes", "smsmon32 hangs. Repair Pending stands beside software distribution"},
		{"ads_outstanding", "yes", "smsmon32 hangs. There are no advertisements left, everything had expired"},
		// restarts of something else, and those that are talked of
		{"restarted", "several", "The DHCP server was rebooted twice today. The PC is slow"},
		{"restarted", "once", "Would a restart have helped?"},
		{"better_after_restart", "yes", "Not rebooted yet. It is fine again"},
		{"admin_rights", "yes", "My colleague has admin rights, I don't."},
		// a repair that nobody has tried
		{"previous_fix", "version-mismatch", "Reinstalling the SMS client is what we could try, not done yet"},
		{"previous_fix", "outstanding-advertisements", "We expired all SMS adverts before SP1 went on. It didn't hang then"},
		{"previous_fix", "nonexistent-site", "We took down site KLM last summer, smsmon32 hangs since SMS SP1. It is back to 100 percent"},
		{"previous_fix", "nonexistent-site", "Der Parkplatz ist wieder voll. We removed site KLM last summer, smsmon32 hangs since SMS SP1"},
		// the same evening is not the same version, and an older client waits for its upgrade
		{"version_mismatch", "no", "SMS: the site got SP1 the same evening, version and all, clients are slow"},
		{"version_mismatch", "yes", "smsmon32 hangs. The client base is older than the CAP"},
		{"version_mismatch", "yes", "I doubt that client and CAP differ. clisvcl hangs"},
		// an order is asked for and nothing was put on; what was taken back is no pack
		{"recent_upgrade", "sp1", "In which order do the SMS service packs go on, installed on primary and secondary sites?"},
		{"recent_upgrade", "none", "smsmon32 hangs since SMS SP2 was rolled out"},
		{"recent_upgrade", "sp1", "SMS status: smsmon32 100 %, SP1 done; green"},
		// nothing hangs, and nothing runs
		{"symptom", "hang", "SMS SP2 is on since yesterday and nothing hangs"},
		{"symptom", "components_missing", "SMS: no component is missing any more, Repair Pending has disappeared"},
		{"process", "smsmon32", "smsmon32 is not running at all on this pc, yet the pc is slow"},
		// the pack of a Windows is asked for, and no client is said to run it
		{"client_os", "nt4", "Where do I get SP6 for NT?"},
		// what bears on all signs of a fact, or is denied, planned or another one's
		{"sites_upgraded", "all", "SMS clients are slow. All our sites have got SP3 of Exchange by now"},
		{"sites_upgraded", "none", "SMS clients are slow. None of our sites has received SP4 for NT"},
		{"sites_upgraded", "one", "SMS clients are slow. Only our site has got the SP4 for NT"},
		{"own_site_upgraded", "no", "SMS clients hang. Our site has not got SP1 of Exchange yet"},
		{"own_site_upgraded", "yes", "SMS clients hang. The others have not, but our site got SP1 of Exchange"},
		{"site_sp", "sp2", "We are not on SMS SP2"},
		{"site_sp", "sp2", "The SMS sites are not on SP2 now"},
		{"recent_upgrade", "sp1", "At the time of the SMS SP1 rollout we want to watch the clients"},
		{"recent_upgrade", "sp1", "Sites will all be done with SMS SP1, SP1 done by June we hope"},
		{"sites_upgraded", "all", "SMS SP1 was installed at all sites except ours"},
		{"sites_upgraded", "one", "SMS SP1: only two of the five sites were upgraded"},
		{"site_sp", "sp2", "The other SMS sites are on SP2"},
		{"recent_upgrade", "sp2", "The other SMS sites: SP2 done"},
		{"site_sp", "sp3", "We need an SMS SP3 site CD"},
		{"restarted", "several", "The router was restarted twice, smsmon32 hangs"},
		{"restarted", "several", "smsmon32 hangs. The server was rebooted three times"},
		{"restarted", "several", "smsmon32 hangs. The SMS Executive was restarted twice"},
		{"restarted", "once", "smsmon32 hangs. The SMS Executive was restarted once"},
		{"restarted", "once", "smsmon32 hangs. One restart of the SMS Executive"},
		{"restarted", "once", "smsmon32 hangs. Restarting the service helped nothing"},
		{"better_after_restart", "no", "smsmon32 hangs. The SMS Executive was restarted. No change"},
		{"better_after_restart", "yes", "The SMS Executive was restarted. It is fine again"},
		{"multi_site_domain", "no", "The SMS client belongs to a site only"},
		{"version_mismatch", "no", "smsmon32 hangs. Client and CAP got the new version the same evening"},
		{"site_sp", "sp1", "SMS: SP1 has not been applied at all our sites"},
		{"asks_pack", "yes", "smsmon32 hangs. Do I have to stop the packages before SP1?"},
		{"multi_site_domain", "no", "The SMS client belongs to LON, one single site code"},
		{"sites_upgraded", "one", "SMS SP1: our site has it already, two of the four others not yet"},
		{"client_os", "nt4", "smsmon32 hangs. Which NT service pack is right for the Y2K problem?"},
		{"asks_pack", "yes", "smsmon32 hängt. Ich frage nicht, welches Service Pack das neueste ist"},
		{"nonexistent_sites", "", "SMS client lists MUC and HAM. HAM was closed last year, it is there again"},
		{"symptom", "hang", "The SMS client hung yesterday"},
		{"own_site_upgraded", "no", "smsmon32 hangs. Our own site is not still on RTM."},
	} {
		f, _, err := v.Read(facts.Input{Symptom: tt.symptom})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Values(tt.fact); tt.not == "" && len(got) > 0 || slices.Contains(got, tt.not) {
			fact, _ := f.Get(tt.fact)
			t.Errorf("Read(%q): %s = %v by %q, want anything else", tt.symptom, tt.fact, got, fact.Words)
		}
	}
}

// A sign may want a word in the sentence beside its own, as long as nobody asks or supposes it there.
func TestASignMayWantAWordInTheSentenceBesideIt(t *testing.T) {
	const content = `facts:
  done: {answers: {'yes': '', 'no': ''}, anyway: true, signs: {'yes': [{say: painted, around: colour}]}}
`
	const language = `classes: {colour: [red|blue]}
triggers:
  whether: {is: doubted, says: [whether], catches: ['whether {red}'], spares: ['{red} whether']}
  not: {is: denied, says: [not], catches: ['not {red}'], spares: ['{red} not']}
`
	v := decode(t, []byte(content), []byte(language))
	for text, want := range map[string]string{
		"It is red. We painted it.":                      "yes",
		"We painted it. It is red.":                      "yes",
		"We painted it red.":                             "yes",
		"We painted it. It is not red.":                  "yes",
		"We painted it. Nobody knows whether red is it.": "",
		"We painted it. It is new. It is red.":           "",
		"We painted it.":                                 "",
	} {
		if f, _, err := v.Read(facts.Input{Symptom: text}); err != nil || f.Value("done") != want {
			t.Errorf("Read(%q): %q, error %v, want %q", text, f.Value("done"), err, want)
		}
	}
}

// What is asked, planned or supposed counts for a sign that is open to it; what is denied does not.
func TestAnOpenSignCountsWhatIsNotYetSo(t *testing.T) {
	const content = `facts:
  wanted: {answers: {'yes': ''}, anyway: true, signs: {'yes': [{say: paint, mood: open}]}}
  stated: {answers: {'yes': ''}, anyway: true, signs: {'yes': [paint]}}
`
	const language = `triggers:
  whether: {is: doubted, says: [whether], catches: ['whether {red}'], spares: ['{red} whether']}
  will: {is: planned, says: [will], catches: ['will {red}'], spares: ['{red} will']}
  not: {is: denied, says: [not], catches: ['not {red}'], spares: ['{red} not']}
`
	v := decode(t, []byte(content), []byte(language))
	for text, want := range map[string][2]string{
		"We paint it":          {"yes", "yes"},
		"We will paint it":     {"yes", ""},
		"Ask whether we paint": {"yes", ""},
		"We do not paint it":   {"", ""},
	} {
		f, _, err := v.Read(facts.Input{Symptom: text})
		if err != nil || f.Value("wanted") != want[0] || f.Value("stated") != want[1] {
			t.Errorf("Read(%q): wanted %q, stated %q, error %v, want %q", text, f.Value("wanted"), f.Value("stated"), err, want)
		}
	}
}

// The number of what the subject has stands between a pack and its owner: "SP1 to 6 sites".
func TestAPackMayGoToANumberOfSites(t *testing.T) {
	v := shared(t)
	for symptom, want := range map[string]string{
		"We plan to apply SMS 2.0 SP1 to 6 sites next Friday":            "sp1",
		"smsmon32: we plan to apply SP1 to 6 Foobar servers next Friday": "",
	} {
		if f, _, err := v.Read(facts.Input{Symptom: symptom}); err != nil || f.Value("planned_pack") != want {
			t.Errorf("Read(%q): planned_pack = %q, error %v, want %q", symptom, f.Value("planned_pack"), err, want)
		}
	}
}

// What was taken out of the list is one of its entries: to read it as the whole list would make a dead site the only one.
func TestACodeThatWasTakenOutIsNotTheList(t *testing.T) {
	v := shared(t)
	for _, text := range []string{
		"I deleted %s from the InstalledSites key of the client. It came back",
		"We removed %s from the list of the SMS client on the PC",
		"%s was cleared out of InstalledSites on this machine, and is back",
		"Ich habe %s am Rechner aus InstalledSites entfernt, es ist wieder da",
		"%s wurde beim Client aus der Liste geloescht",
		"On the workstation I took %s out of the assigned sites, smsmon32 is busy again",
	} {
		for _, code := range []string{"XKL", "QQ2", "HAM"} {
			symptom := "smsmon32 is at 100 % since SMS SP1. " + strings.ReplaceAll(text, "%s", code)
			f, _, err := v.Read(facts.Input{Symptom: symptom})
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Values("client_sites"); len(got) > 0 {
				t.Errorf("%q: the client lists %v", symptom, got)
			}
		}
	}
}
