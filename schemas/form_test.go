package schemas

import (
	"errors"
	"strings"
	"testing"
)

func TestFormReturnsTheNormalForm(t *testing.T) {
	tests := []struct{ form, answer, want string }{
		{"site-code", "LON", "LON"},
		{"site-code", " lon\r\n", "LON"},
		{"site-code", "s01", "S01"},
		{"site-code", "123", "123"},
		{"computer-name", "wks-042", "WKS-042"},
		{"version", "2.00.1380.1000", "2.00.1380.1000"},
		{"version", "2.0.1493.2005", "2.00.1493.2005"},
		{"version", "2.00.1380.1", "2.00.1380.1"},
		{"version", " 2.00.1239 ", "2.00.1239"},
		{"number", "0", "0"},
		{"number", "015", "15"},
		{"number", "1000000", "1000000"},
		{"article-id", "q238865", "Q238865"},
		{"article-id", "Q40003", "Q40003"},
		{"registry-key", `HKLM\SOFTWARE\Microsoft\SMS\Client`, `HKLM\SOFTWARE\Microsoft\SMS\Client`},
		{"registry-key", `HKLM\SOFTWARE\{1-2}\Client Components`, `HKLM\SOFTWARE\{1-2}\Client Components`},
		{"registry-value", "Site Config Last Checked", "Site Config Last Checked"},
		{"registry-data", "1999/01/01 00:00.00", "1999/01/01 00:00.00"},
		{"file-path", `C:\SMS\Smsls.bat`, `C:\SMS\Smsls.bat`},
		{"file-path", `\\PDC1\ADMIN$\Smsls.bat`, `\\PDC1\ADMIN$\Smsls.bat`},
		{"service-name", "SMS Remote Control Agent", "SMS Remote Control Agent"},
		{"process-name", "smsmon32.exe", "smsmon32.exe"},
		{"diagnosis-name", "nonexistent-site", "nonexistent-site"},
	}
	for _, tt := range tests {
		got, err := Form(tt.form, tt.answer)
		if err != nil || got != tt.want {
			t.Errorf("Form(%s, %q) = %q, %v, want %q", tt.form, tt.answer, got, err, tt.want)
		}
	}
}

func TestFormRefusesAndNeverRepeats(t *testing.T) {
	tests := []struct{ form, answer string }{
		{"site-code", ""},
		{"site-code", "LO"},
		{"site-code", "LONDON"},
		{"site-code", "NUL"},
		{"site-code", "con"},
		{"site-code", "AB*"},
		{"site-code", "MÜN"},
		{"site-code", "ＡＢＣ"}, // full-width letters, which NFKC would make ABC
		{"site-code", "АВС"}, // Cyrillic
		{"site-code", "ıab"}, // the dotless i, which ToUpper would make I
		{"site-code", "ſab"}, // the long s, which ToUpper would make S
		{"site-code", "A\u0300B"},
		{"site-code", "ABC\x00"},
		{"site-code", "\u00a0ABC"},
		{"site-code", "ABC\nDEF"},
		{"site-code", "ABC & format c: /q"},
		{"site-code", "X]\n[-HKEY_LOCAL_MACHINE\\SOFTWARE"},
		{"site-code", strings.Repeat("A", 1<<20)},
		{"computer-name", `\\WKS042`},
		{"computer-name", "-WKS"},
		{"computer-name", "A23456789012345X"},
		{"computer-name", "wks042.example.com"},
		{"version", "2"},
		{"version", "2.00.1380.10000"},
		{"version", "2.00.1380.1000 & del"},
		{"number", "-1"},
		{"number", "1000001"},
		{"number", "1e3"},
		{"number", "15 min"},
		{"article-id", "KB238865"},
		{"article-id", "Q2388651"},
		{"registry-key", `HKEY_LOCAL_MACHINE\SOFTWARE`},
		{"registry-key", `HKLM`},
		{"registry-key", `HKLM\`},
		{"registry-key", `HKLM\SOFTWARE\`},
		{"registry-key", `HKLM\SOFT]WARE`},
		{"registry-key", `HKLM\SOFT"WARE`},
		{"registry-key", `HKLM\%OS%`},
		{"registry-key", "HKLM\\SOFTWARE\n[-HKLM]"},
		{"registry-value", `a"b`},
		{"registry-value", ` a`},
		{"registry-data", "a\r\nb"},
		{"registry-data", `a"b`},
		{"file-path", `C:\..\x`},
		{"file-path", `C:\a\..\x`},
		{"file-path", `C:\a\*.log`},
		{"file-path", `C:\a\nul`},
		{"file-path", `C:\a\CON.txt`},
		{"file-path", `C:\a\x.`},
		{"file-path", `%TEMP%\x`},
		{"file-path", `\x`},
		{"file-path", `C:x`},
		{"file-name", `..`},
		{"file-name", `a\b`},
		{"file-name", `prn`},
		{"service-name", `SMS & del`},
		{"service-name", `"SMS"`},
		{"process-name", `smsmon32`},
		{"process-name", `a b.exe`},
		{"diagnosis-name", "Nonexistent"},
		{"fact-name", "client-os"},
	}
	for _, tt := range tests {
		got, err := Form(tt.form, tt.answer)
		var refused *FormError
		if !errors.As(err, &refused) || got != "" {
			t.Errorf("Form(%s, %.40q) = %q, %v, want a *FormError", tt.form, tt.answer, got, err)
			continue
		}
		if answer := strings.TrimSpace(tt.answer); len(answer) > 4 && strings.Contains(err.Error(), answer) {
			t.Errorf("Form(%s, %.40q) repeats the answer: %v", tt.form, tt.answer, err)
		}
		if refused.Expected == "" || refused.Hint == "" {
			t.Errorf("Form(%s, %.40q) says expected %q, hint %q, want both", tt.form, tt.answer, refused.Expected, refused.Hint)
		}
	}
}

func TestEveryFormAcceptsItsExamplesAsTheyAre(t *testing.T) {
	for _, name := range FormNames() {
		f, ok := FormOf(name)
		if !ok || f.Title == "" || f.Expected == "" || f.Hint == "" || f.MaxLength == 0 {
			t.Errorf("FormOf(%s) = %+v, %v, want all of its words", name, f, ok)
		}
		if got, err := Form(name, f.Example); err != nil || got != f.Example {
			t.Errorf("Form(%s, %q) = %q, %v, want the example itself", name, f.Example, got, err)
		}
	}
}

func TestAFormThatThereIsNoneOfIsNotARefusal(t *testing.T) {
	_, err := Form("shoe-size", "44")
	var refused *FormError
	if err == nil || errors.As(err, &refused) {
		t.Errorf("Form(shoe-size) = %v, want an error that is no refusal", err)
	}
}

// forms.json describes forms files, and is one.
func TestTheFormsFileKeepsItsOwnRules(t *testing.T) {
	if err := Check(Forms, JSON(Forms)); err != nil {
		t.Error(err)
	}
}

// Compiling an expression takes some hundred allocations.
func TestFormCompilesNothingWhenCalled(t *testing.T) {
	got := testing.AllocsPerRun(100, func() {
		if _, err := Form("site-code", "lon"); err != nil {
			t.Fatal(err)
		}
	})
	if got > 40 {
		t.Errorf("Form(site-code) allocates %v times, want at most 40", got)
	}
}

func FuzzForm(f *testing.F) {
	for _, name := range FormNames() {
		for _, answer := range []string{"LON", " lon ", "NUL", "2.0.1493.2005", `HKLM\SOFTWARE\x`, `C:\a\b`, "a&b", "ABC\n[-x]"} {
			f.Add(name, answer)
		}
	}
	f.Fuzz(func(t *testing.T, name, answer string) {
		normal, err := Form(name, answer)
		if err != nil {
			if normal != "" {
				t.Fatalf("Form(%q, %q) = %q beside an error", name, answer, normal)
			}
			return
		}
		if again, err := Form(name, normal); err != nil || again != normal {
			t.Errorf("Form(%s, %q) = %q, %v, want the normal form again", name, normal, again, err)
		}
		for _, c := range normal {
			if c < ' ' || c > '~' || strings.ContainsRune("\"%]['`<>|&^*?", c) {
				t.Errorf("Form(%s, %q) lets %q through", name, answer, c)
			}
		}
		if name != "site-code" {
			return
		}
		if len(normal) != 3 || strings.Trim(normal, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			t.Errorf("Form(site-code, %q) = %q, want three letters or digits", answer, normal)
		}
		if !strings.EqualFold(strings.TrimSpace(answer), normal) {
			t.Errorf("Form(site-code, %q) = %q, want the answer itself", answer, normal)
		}
	})
}

func BenchmarkForm(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Form("site-code", "lon"); err != nil {
			b.Fatal(err)
		}
	}
}
