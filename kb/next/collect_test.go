package script

import (
	"reflect"
	"strings"
	"testing"
)

func TestTheOutputOfACollectorBecomesFactsAndLogLines(t *testing.T) {
	text := "C:\\>collect\r\nFIXDESK-FACTS v=1\r\nclient_os=nt4\r\nclient_sites=LON\r\nclient_sites=bri\r\nclient_sites=LON\r\n" +
		"---------- CCIM32.LOG\r\nThe site BRI does not exist any longer.\r\nFIXDESK-END\r\nFIXDESK-RESULT v=1\r\n"
	got, ok := ParseCollected(text)
	want := map[string]any{"client_os": "nt4", "client_sites": []any{"LON", "BRI"}}
	if !ok || !reflect.DeepEqual(got.Facts, want) {
		t.Errorf("ParseCollected gave the facts %v, %v, want %v", got.Facts, ok, want)
	}
	if want := "The site BRI does not exist any longer.\n"; got.Log != want {
		t.Errorf("the log is %q, want %q", got.Log, want)
	}
	if strings.Contains(got.Rest, "BRI") || !strings.Contains(got.Rest, "FIXDESK-RESULT") {
		t.Errorf("the rest is %q", got.Rest)
	}
}

func TestAnExportThatWasTypedOutTellsTheSites(t *testing.T) {
	text := "FIXDESK-FACTS v=1\r\nREGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS\\Client\\InstalledSites]\r\n\"x\"=\"secret\"\r\n" +
		"[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS\\Client\\InstalledSites\\LON]\r\nFIXDESK-END\r\n"
	got, _ := ParseCollected(text)
	if want := (map[string]any{"client_sites": []any{"LON"}}); !reflect.DeepEqual(got.Facts, want) {
		t.Errorf("ParseCollected gave %v, want %v", got.Facts, want)
	}
	if strings.Contains(got.Log, "secret") {
		t.Errorf("a value of the registry went into the log: %q", got.Log)
	}
}

func TestWhatIsNoFactStaysALine(t *testing.T) {
	got, ok := ParseCollected("FIXDESK-FACTS v=1\nclient_os=nt4 & format c:\nproduct=sms20\nnonexistent_sites=LON\n")
	if !ok || len(got.Facts) != 0 {
		t.Errorf("ParseCollected took %v", got.Facts)
	}
}

func TestATextWithoutACollectorIsNone(t *testing.T) {
	if _, ok := ParseCollected("client_os=nt4\nsmsmon32 hangs"); ok {
		t.Error("a plain report was read as the output of a collector")
	}
}
