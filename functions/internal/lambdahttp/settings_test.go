package lambdahttp

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

func TestSettingsAreRead(t *testing.T) {
	got, err := ParseSettings([]string{
		"PATH=/bin", "FIXDESK_TABLE=t", "FIXDESK_INDEX=s3://b/index", "FIXDESK_QUEUE=https://sqs.eu-central-1.amazonaws.com/1/q",
		"FIXDESK_AUTH=keys", "FIXDESK_PAGE=auth", "FIXDESK_RATE=30", "FIXDESK_KEYS=ssm:/fixdesk/keys", "FIXDESK_SIGN=ssm:/fixdesk/signing-key", "FIXDESK_LINKS=ssm:/fixdesk/link-keys", "FIXDESK_SECRETS=secretsmanager:x", "FIXDESK_ORIGIN=https://help.example.com", "FIXDESK_LOG=warn", "FIXDESK_LOOK=30s",
	})
	want := Settings{"t", "s3://b/index", "https://sqs.eu-central-1.amazonaws.com/1/q", KeyAuth, ClosedPage, 30, "ssm:/fixdesk/keys", "ssm:/fixdesk/signing-key", "ssm:/fixdesk/link-keys", "secretsmanager:x", "https://help.example.com", 30 * time.Second, slog.LevelWarn}
	if err != nil || got != want {
		t.Errorf("Read = %+v, %v; want %+v", got, err, want)
	}
	if got, err := ParseSettings([]string{"FIXDESK_TABLE=", "FIXDESK_KEYS="}); err != nil || got != (Settings{Auth: OpenAuth, Page: OpenPage, Rate: 120}) {
		t.Errorf("of nothing: %+v, %v", got, err)
	}
}

func TestWrongSettingsStopTheStartWithASentence(t *testing.T) {
	for setting, want := range map[string]string{
		"FIXDESK_TABEL=t":                                 "FIXDESK_TABEL is no setting; there are FIXDESK_AUTH,",
		"FIXDESK_AUTH=yes":                                "FIXDESK_AUTH must be one of none, keys, jwt",
		"FIXDESK_AUTH=keys":                               "FIXDESK_AUTH=keys needs FIXDESK_KEYS",
		"FIXDESK_PAGE=closed":                             "FIXDESK_PAGE must be one of open, auth, no",
		"FIXDESK_PAGE=auth":                               "FIXDESK_PAGE=auth needs FIXDESK_AUTH",
		"FIXDESK_RATE=0":                                  "FIXDESK_RATE must be a number of requests a minute",
		"FIXDESK_KEYS=ssm:/k":                             "FIXDESK_KEYS names API keys, but FIXDESK_AUTH=none asks for none",
		"FIXDESK_KEYS=hunter2 hunter2":                    "FIXDESK_KEYS must be ssm:/name",
		"FIXDESK_SIGN=hunter2":                            "FIXDESK_SIGN must be ssm:/name, secretsmanager:name or file:/path",
		"FIXDESK_INDEX=/tmp/x":                            "FIXDESK_INDEX must be s3://bucket/prefix or file:///folder",
		"FIXDESK_INDEX=file://":                           "FIXDESK_INDEX must be",
		"FIXDESK_LOOK=1ms":                                "FIXDESK_LOOK must be a time",
		"FIXDESK_LOG=loud":                                "FIXDESK_LOG must be one of debug, info, warn, error",
		"FIXDESK_QUEUE=tickets":                           "FIXDESK_QUEUE must be an address",
		"FIXDESK_ORIGIN=ftp://x":                          "FIXDESK_ORIGIN must be an address",
		"FIXDESK_AUTH=yes|FIXDESK_LOG=loud|FIXDESK_NEW=1": "FIXDESK_AUTH must be one of none, keys, jwt\nFIXDESK_LOG must be one of debug, info, warn, error\nFIXDESK_NEW is no setting",
	} {
		_, err := ParseSettings(strings.Split(setting, "|"))
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Read(%s) = %v, want %s", setting, err, want)
		}
	}
}

// Every setting that template.yaml makes is one that a function knows.
func TestTemplateMakesOnlySettingsThatThereAre(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(testbed.Root(), "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`FIXDESK_[A-Z_]+`).FindAllString(string(data), -1)
	if len(names) < 5 {
		t.Fatalf("template.yaml makes %v", names)
	}
	for _, name := range names {
		if _, err := ParseSettings([]string{name + "=x"}); err != nil && strings.Contains(err.Error(), "is no setting") {
			t.Errorf("template.yaml makes %s, which is no setting", name)
		}
	}
}
