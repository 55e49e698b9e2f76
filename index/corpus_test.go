package index

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// The corpus of the tests: articles on household things, in the archive's own format, so that nothing of the archive is needed.

type device struct{ name, short, version, file, part string }

type fault struct{ title, symptom, cause, cure, words string }

var devices = []device{
	{"Garden Pump", "PMP", "2.0", "pumpctl.exe", "impeller"},
	{"Coffee Maker", "COF", "1.5", "brewd32.dll", "boiler"},
	{"Bread Oven", "OVN", "3.1", "heatmon.exe", "thermostat"},
	{"Night Lamp", "LMP", "4.0", "glow95.sys", "dimmer"},
	{"Door Bell", "BEL", "2.5", "chime.drv", "striker"},
	{"Rain Gauge", "RGA", "1.0", "raincnt.exe", "funnel"},
	{"Lawn Robot", "LRB", "5.5", "mowsrv32.exe", "blade"},
	{"Piano Tuner", "PNO", "6.0", "pitch16.dll", "string"},
	{"Wall Clock", "CLK", "3.5", "ticker.ocx", "pendulum"},
	{"Fish Tank", "FSH", "2.1", "bubbles.vxd", "filter"},
}

var faults = []fault{
	{"%s Stops After a Power Failure", "After the mains come back, the %s stays dark and does not start until somebody presses the red button.", "The fuse next to the %s melts when the current surges.", "Replace the fuse, then press the red button for ten seconds.", "blackout outage dead"},
	{"%s Makes a Grinding Noise", "A loud grinding noise comes out of the %s while it warms up, and the cover trembles.", "Sand has got into the %s.", "Take off the cover and blow the sand out with dry air.", "loud rattle scrape"},
	{"Error Message When %s Is Updated", "While the new program is copied, the %s shows the message \"Cannot verify the checksum of page %%d\" and goes back to the old program.", "The cable to the %s is longer than three metres.", "Use a cable of two metres or less.", "upgrade flash firmware"},
	{"%s Loses Its Settings Overnight", "Every morning the %s has forgotten the hour, the language and the favourite programs.", "The battery behind the %s is empty.", "Put a new battery in and set the hour again.", "forget memory reset"},
	{"How to Clean the %s", "This article describes how to take the %s apart, rinse it and put it together again.", "Dust settles on the %s within a year.", "Rinse with cold water. Never use soap.", "maintenance wash"},
	{"%s Does Not Connect to the Wireless Network", "The %s looks for the network for a minute and then blinks twice, although the telephone beside it is connected.", "The %s knows channels one to eleven only.", "Set the router to channel six.", "wifi wlan router offline"},
	{"%s Becomes Too Hot", "The housing of the %s becomes so hot that it smells, and a burn mark appears on the table.", "The vent above the %s is covered.", "Move it a hand's width from the wall.", "overheat temperature smell"},
	{"Display of %s Shows Strange Characters", "Instead of numbers the display of the %s shows squares and question marks.", "A moist film on the contacts of the %s confuses the display.", "Dry the contacts with a cloth.", "garbled unreadable screen"},
}

// corpus returns the texts of the articles by number.
func corpus() map[string]string {
	all := make(map[string]string)
	for d, dev := range devices {
		for f, flt := range faults {
			n := 900000 + 100*d + f
			all[fmt.Sprint("Q", n)] = articleText(n, dev, flt, d, f)
		}
	}
	all["Q909001"] = strings.ReplaceAll(all["Q900000"], "Q900000", "Q909001") // a near-duplicate
	return all
}

func articleText(n int, dev device, flt fault, d, f int) string {
	symptom := strings.ReplaceAll(fmt.Sprintf(flt.symptom, dev.name), "%d", fmt.Sprint(10*d+f))
	return fmt.Sprintf(`---
title: "Q%[1]d: %[2]s: %[3]s"
---

{%% raw %%}

	Article: Q%[1]d
	Product(s): %[4]s
	Version(s): HOME:%[5]s
	Keyword(s): kbhome kb%[2]s
	Last Modified: 01-MAR-2001

	NOTE: Pull the plug before you open the housing. We are not liable for wet floors.

	SYMPTOMS
	========

	%[6]s

	The log of %[7]s has the code 0x%08[8]X.

	CAUSE
	=====

	%[9]s

	RESOLUTION
	==========

	%[10]s

	For another cause, see the following article:

	  Q%[11]d %[4]s and its neighbours

	Additional query words: %[12]s

	======================================================================
	Keywords          : kbhome
	Issue type        : %[13]s

{%% endraw %%}
`, n, dev.short, fmt.Sprintf(flt.title, dev.name), dev.name, dev.version, symptom, dev.file, 0x80070000+16*d+f,
		fmt.Sprintf(flt.cause, dev.part), flt.cure, 900000+100*((d+1)%len(devices))+f, flt.words, []string{"kbprb", "kbbug", "kbhowto"}[f%3])
}

// A shelf is an archive in memory, in the order of numbers, with broken files behind them.
type shelf struct {
	texts  map[string]string
	broken int
}

func (s shelf) Files() iter.Seq2[archive.File, error] {
	return func(yield func(archive.File, error) bool) {
		for _, id := range sortedKeys(s.texts) {
			if !yield(archive.File{Path: "kb/" + id + "/README.md", ID: id, Data: []byte(s.texts[id])}, nil) {
				return
			}
		}
		for i := range s.broken {
			path := fmt.Sprintf("kb/Q99000%d/README.md", i)
			if !yield(archive.File{}, &archive.ArticleError{Path: path, Reason: "larger than 1 bytes"}) {
				return
			}
		}
	}
}

// memory indexes the corpus in memory.
func memory(t testing.TB) *Index {
	t.Helper()
	x, err := New(articles(t))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func articles(t testing.TB) []*archive.Article {
	t.Helper()
	texts := corpus()
	var all []*archive.Article
	for _, id := range sortedKeys(texts) {
		a, err := archive.Parse([]byte(texts[id]))
		if err != nil {
			t.Fatal(id, err)
		}
		all = append(all, a)
	}
	return all
}

// built indexes the corpus in a folder.
func built(t testing.TB) string {
	t.Helper()
	dir := t.TempDir() + "/index"
	if _, err := Build(t.Context(), dir, shelf{texts: corpus()}, Options{Source: "the shelf"}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func search1(t testing.TB, x *Index, q Query) Results {
	t.Helper()
	r, err := x.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("Search(%q): %v", q.Text, err)
	}
	return r
}

func ids(r Results) []string {
	var all []string
	for _, h := range r.Hits {
		all = append(all, h.ID)
	}
	return all
}
