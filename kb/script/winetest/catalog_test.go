package winetest

import (
	"os"
	"testing"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/schemas"
)

func serviceCatalog(t testing.TB) *plan.Catalog {
	t.Helper()
	data, err := os.ReadFile("../../content/services.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c plan.Catalog
	if err := schemas.Decode(schemas.Services, data, &c); err != nil {
		t.Fatal(err)
	}
	return &c
}
