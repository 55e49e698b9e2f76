package index

import (
	"slices"
	"strings"
	"testing"
)

func TestTermsAreWhatPeopleLookFor(t *testing.T) {
	for text, want := range map[string]string{
		"The pumps are pumping.":               "pump pump",
		"Smsmon32.exe":                         "smsmon32 exe smsmon32.exe",
		"REG_DWORD":                            "reg dword reg_dword",
		"STOP 0x0000000A":                      "stop 0xa",
		"error 80070005":                       "error 0x80070005",
		"versions 1.00, 1.0, 3.10 and 2.0.133": "version 1.0 1.0 3.1 2.0.133",
		"Q238865 KB238865 238865":              "238865 238865 238865",
		"SP1 doesn't; it won't. The site's":    "sp1 site",
		"C++ and C":                            "c++ c",
		"Größe ÄÖ":                             "größe äö",
		"wi-fi/wlan":                           "wi fi wifi wlan",
		"Run-Time error, runtime":              "run time runtim error runtim",
		"peer-to-peer -x a -b 32-bit end- of":  "peer peer x b 32 bit end",
		"...'_'":                               "",
	} {
		var got []string
		newScanner().scan(text, func(t term) { got = append(got, t.text) })
		if strings.Join(got, " ") != want {
			t.Errorf("terms of %q: %q, want %q", text, strings.Join(got, " "), want)
		}
	}
}

func TestTermsStandWhereTheySay(t *testing.T) {
	text := "Start Setup.exe (version 2.10) – Größe"
	var got []string
	newScanner().scan(text, func(t term) { got = append(got, text[t.begin:t.end]) })
	if want := []string{"Start", "Setup", "exe", "Setup.exe", "version", "2.10", "Größe"}; !slices.Equal(got, want) {
		t.Errorf("terms stand at %q, want %q", got, want)
	}
}

func TestKeywordsAreSpeltOut(t *testing.T) {
	for in, want := range map[string]string{
		"kbsms200": "sms 2.0", "kbWinNT351": "Win NT 3.51", "kbprb": "prb", "kbWinNT400sp5fix": "Win NT 4.0 sp5 fix",
	} {
		if got := keywordText(in); got != want {
			t.Errorf("keywordText(%s) = %q, want %q", in, got, want)
		}
	}
}

func FuzzTermsLieInTheirText(f *testing.F) {
	f.Add("Setup.exe doesn't find 0x0A in C++ 1.0 Q12345 _._ 'x'")
	f.Fuzz(func(t *testing.T, text string) {
		newScanner().scan(text, func(x term) {
			if x.begin < 0 || x.begin > x.end || x.end > len(text) || x.text == "" {
				t.Errorf("%q: term %+v", text, x)
			}
		})
	})
}

func TestKeywordsAreOfOneFamilyWhateverTheirVersion(t *testing.T) {
	got := families([]string{"kbSMS200", "kbsms120bug", "kbsms200sp2fix", "kbbug", "kbprb", "kbWinNT400sp5fix", "smsinv", "123"})
	if want := []string{"kbbug", "kbprb", "kbsms", "kbwinnt", "smsinv"}; !slices.Equal(got, want) {
		t.Errorf("families %q, want %q", got, want)
	}
}
