package app

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
)

func TestThePackedIndexIsThatOfTheArticles(t *testing.T) {
	want, err := Pack()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(packed, want) {
		t.Error("builtin.pack is not the index of the built-in articles, so programs start slowly: go generate ./kb ./functions/internal/app")
	}
}

func TestThePackedIndexFindsWhatANewOneFinds(t *testing.T) {
	base, err := kb.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	data, err := Pack()
	if err != nil {
		t.Fatal(err)
	}
	got, err := builtin(base, data)
	if err != nil {
		t.Fatal(err)
	}
	want, err := index.New(base.Articles())
	if err != nil {
		t.Fatal(err)
	}
	queries := []string{"smsmon32", "Q238865", "procesor at 100 percent", "logon script", "zzz"}
	for _, a := range base.Articles() {
		queries = append(queries, a.Title)
	}
	for _, q := range queries {
		x, errX := got.Search(t.Context(), index.Query{Text: q})
		y, errY := want.Search(t.Context(), index.Query{Text: q})
		if errX != nil || errY != nil || !reflect.DeepEqual(x, y) {
			t.Errorf("%s: %+v, %v, want %+v, %v", q, x, errX, y, errY)
		}
	}
}

func TestAPackOfOtherArticlesOrABrokenOneIsNotUsed(t *testing.T) {
	base, err := kb.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	data, err := Pack()
	if err != nil {
		t.Fatal(err)
	}
	other := bytes.Clone(data)
	other[0] ^= 1
	for name, packed := range map[string][]byte{"none": nil, "of other articles": other, "cut off": data[:len(data)/2], "only a sum": data[:len(base.Sum())]} {
		x, err := builtin(base, packed)
		if err != nil || x.Len() != len(base.Articles()) {
			t.Errorf("%s: %v, want the index of %d articles", name, err, len(base.Articles()))
		}
	}
}

func TestAFolderOfContentIsIndexedAnew(t *testing.T) {
	base, err := kb.Load(kb.Content())
	if err != nil {
		t.Fatal(err)
	}
	if base.Sum() != "" {
		t.Errorf("the sum of a loaded base is %q, want none: nothing was made of it before", base.Sum())
	}
	if x, err := Builtin(base); err != nil || x.Len() != len(base.Articles()) {
		t.Errorf("Builtin = %v, want the index of %d articles", err, len(base.Articles()))
	}
}
