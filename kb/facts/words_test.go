package facts_test

import (
	"slices"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// People have many words for one thing. Each text is read by a phrase that no other text of the corpora needs. An empty value
// stands for an empty list.
func TestOtherWordsSayTheSame(t *testing.T) {
	v := shared(t)
	for _, tt := range []struct{ fact, want, symptom string }{
		{"nonexistent_sites", "", "smsmon32 hängt. Der Client zeigt LON und HUD. Beide sind noch in Betrieb."},
		{"nonexistent_sites", "HUD", "SMS client lists LON and HUD. Site HUD was disbanded in May"},
		{"nonexistent_sites", "HUD", "SMS-Client zeigt LON und HUD. Standort HUD wurde im Mai zugesperrt"},
		{"nonexistent_sites", "GVA", "The SMS client lists BRN and GVA. Site BRN was closed, as was GVA"},
		{"nonexistent_sites", "", "smsmon32 hangs. The client lists only LON, LON is alive and well"},
		{"nonexistent_sites", "OSL", "The SMS client lists OSL and CPH. Site OSL went away in the merger"},
		{"nonexistent_sites", "STN", "The SMS client lists STN and BAS. Site STN was divested"},
		{"nonexistent_sites", "", "smsmon32 hängt. Der Client zeigt HAM und HB1. Beide gibts noch"},
		{"better_after_restart", "no", "We rebooted this pc. The trouble came straight back"},
		{"better_after_restart", "no", "Rebooted the pc. Nothing changed at all"},
		{"better_after_restart", "no", "Rechner neu gestartet. Nichts geändert"},
		{"better_after_restart", "yes", "Rebooted the pc. It got better"},
		{"better_after_restart", "yes", "Rechner neu gestartet. Das hat geholfen"},
		{"better_after_restart", "yes", "Rebooted the pc. Helped"},
		{"better_after_restart", "yes", "Rechner neu gestartet. Half"},
		{"better_after_restart", "yes", "Rebooted the pc. Better!"},
		{"better_after_restart", "yes", "Rebooted the pc. smsmon32 is back to normal"},
		{"better_after_restart", "yes", "Rebooted. CPU back at 1 percent"},
		{"better_after_restart", "no", "Rebooted the pc. It is as before"},
		{"better_after_restart", "no", "Rechner neu gestartet. Wie vorher"},
		{"better_after_restart", "no", "Rebooted the pc. To no avail"},
		{"better_after_restart", "yes", "Rebooted the pc. Quick again"},
		{"client_os", "win98", "smsmon32 hangs on our 98 desktops"},
		{"client_os", "win2000", "smsmon32 hangs on the 2000s"},
		{"client_os", "win95", "smsmon32 hangs on the 95s"},
		{"client_os", "win98", "smsmon32 hangs on the 98s"},
		{"client_os", "win2000", "smsmon32 hangs on 2000."},
		{"client_os", "win2000", "smsmon32 hangs on our 2000 desktops"},
		{"client_os", "win95", "smsmon32 hangs on our 95 desktops"},
		{"client_os", "win95", "smsmon32 hängt. Rechner 95"},
		{"asks_pack", "yes", "smsmon32 hangs. SP4: is that the most recent?"},
		{"planned_pack", "sp2", "We plan the upcoming SMS upgrade: the forthcoming SP2 in May"},
		{"planned_pack", "sp2", "We are planning for the announced SP2, our SMS site is quiet"},
		{"planned_pack", "sp2", "smsmon32 hangs. We plan to see whether SP2 should go on in May"},
		{"planned_pack", "sp2", "Wir überlegen, ob SP2 hilft. smsmon32 hängt"},
		{"ads_outstanding", "yes", "smsmon32 hängt. Die Zwangszuweisungen waren noch aktiv"},
		{"ads_outstanding", "no", "smsmon32 hängt. Keine Zwangszuweisungen"},
		{"ads_outstanding", "yes", "smsmon32 hangs. The distribution queue was not empty"},
		{"restarted", "no", "smsmon32 hangs. No one ever rebooted"},
		{"restarted", "several", "smsmon32 hangs. Twice we rebooted"},
		{"restarted", "several", "smsmon32 hangs. Repeatedly restarted"},
		{"restarted", "no", "smsmon32 hangs. Reboot not tried"},
		{"restarted", "no", "smsmon32 hängt. Neustart nicht versucht"},
		{"version_mismatch", "yes", "smsmon32 hangs. Client and CAP differ"},
		{"version_mismatch", "yes", "smsmon32 hangs. What the client has and what the CAP offers is not identical"},
		{"version_mismatch", "no", "smsmon32 hangs. There is no mismatch"},
		{"recent_upgrade", "sp1", "SMS SP1 rollout completed, smsmon32 hangs"},
		{"recent_upgrade", "none", "smsmon32 hangs. Nothing was applied to SMS2"},
		{"recent_upgrade", "none", "smsmon32 hangs. We did not get any SMS pack"},
		{"recent_upgrade", "sp1", "smsmon32 hangs. At the time of the SP1 installation it began"},
		{"recent_upgrade", "sp1", "smsmon32 hängt. Bei der Verteilung von SP1 lief etwas schief. Seitdem ist es so"},
		{"recent_upgrade", "sp2", "smsmon32 hangs. Pack: SP2, installed by Joe"},
		{"recent_upgrade", "sp1", "smsmon32 hängt. Wir haben das SP1 seit Montag"},
		{"client_sites", "HUD", "smsmon32 hängt. Am Reiter verzeichnet sind LON und HUD"},
		{"site_sp", "sp2", "smsmon32 hangs. SMS v2, SP2"},
		{"site_sp", "sp2", "smsmon32 hangs. SMS 2 and SP2"},
		{"site_sp", "sp2", "smsmon32 hangs. SMS2 with SP2"},
		{"site_sp", "sp2", "smsmon32 hangs. SMSv2 SP2"},
		{"site_sp", "rtm", "smsmon32 hangs. SMS2, no service packs"},
		{"site_sp", "rtm", "smsmon32 hangs. SMS 2.0, shipping version"},
		{"site_sp", "rtm", "smsmon32 hängt. Alles noch im Originalzustand"},
		{"site_sp", "rtm", "smsmon32 hängt. Hier ist bisher kein Service Pack drauf"},
		{"site_sp", "sp3", "smsmon32 hangs. Site version per console: SP3"},
		{"site_sp", "sp4", "smsmon32 hangs. SMS release in the console is SP4"},
		{"site_sp", "rtm", "smsmon32 hangs. Systems Management Server, no service packs"},
		{"sites_upgraded", "all", "SMS sites share one domain. All on SP1 by now"},
		{"sites_upgraded", "some", "SMS SP1: three of our five sites do not have it yet"},
		{"cap_version", "2.00.1239.0000", "smsmon32 hangs. CAP (compver.ini) 2.00.1239.0000"},
		{"admin_rights", "no", "The helpdesk has admin rights on this pc, we don't. smsmon32 hangs"},
		{"admin_rights", "no", "Adminrechte hat die EDV, ich nicht. smsmon32 hängt"},
		{"admin_rights", "no", "smsmon32 hangs. I work without rights on this pc"},
		{"admin_rights", "no", "smsmon32 hängt. Die Administratorrechte wurden uns entzogen"},
		{"previous_fix", "outstanding-advertisements", "smsmon32 hängt. Die Ankündigungen sind abgelaufen, wie empfohlen"},
		{"previous_fix", "outstanding-advertisements", "smsmon32 hangs. Disabling the adverts changed nothing"},
		{"previous_fix", "version-mismatch", "smsmon32 hängt. Client deinstalliert, frisch aufgesetzt, hängt noch"},
		{"symptom", "cpu", "smsmon32 maxes out"},
		{"symptom", "cpu", "Vollast durch smsmon32"},
		{"symptom", "cpu", "Task manager shows smsmon32.exe 97"},
		{"symptom", "cpu", "smsmon32 is at ninety nine"},
		{"symptom", "hang", "smsmon32, and the hourglass never goes away"},
		{"symptom", "hang", "smsmon32, und die Maus geht nimmer"},
		{"symptom", "components_missing", "Since SMS SP1 our machines lose their components"},
		{"symptom", "hang", "smsmon32 still hangs after SP1 was installed yesterday"},
		{"own_site_upgraded", "no", "smsmon32 hangs. They upgraded to SP1, we did not."},
		{"own_site_upgraded", "yes", "smsmon32 hangs. Four sites are at SP1; mine is among the four"},
		{"own_site_upgraded", "no", "smsmon32 hangs. Our site is still RTM"},
	} {
		f, _, err := v.Read(facts.Input{Symptom: tt.symptom})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Values(tt.fact); !f.Known(tt.fact) || tt.want == "" && len(got) > 0 || tt.want != "" && !slices.Contains(got, tt.want) {
			t.Errorf("Read(%q): %s = %v, want %q", tt.symptom, tt.fact, got, tt.want)
		}
	}
}
