package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/cloud"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

func TestKeysCloseTheAPIAndLeaveThePageOpen(t *testing.T) {
	const key = "a-key-of-the-help-desk-0123456789"
	sum := sha256.Sum256([]byte(key))
	file := filepath.Join(t.TempDir(), "keys")
	keys := fmt.Sprintf(`{"keys":[{"name":"helpdesk","sha256":%q,"scopes":["read"],"per_minute":60}]}`, hex.EncodeToString(sum[:]))
	if err := os.WriteFile(file, []byte(keys), 0o600); err != nil {
		t.Fatal(err)
	}
	var log syncBuffer
	f, url := start(t, &log, "FIXDESK_AUTH=keys", "FIXDESK_KEYS=file:"+file)
	for path, want := range map[string]int{"/": 200, "/healthz": 200, "/search?q=sms": 200, "/v1/search?q=sms": 401} {
		if status, _, body := ask(t, "GET", url+path, ""); status != want {
			t.Errorf("%s without a key: %d %.200s, want %d", path, status, body, want)
		}
	}
	for path, want := range map[string]int{"/v1/search?q=sms": 200, "/v1/reports": 403} {
		method := map[int]string{200: "GET", 403: "POST"}[want]
		r, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(report))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Api-Key", key)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want || want == 200 && resp.Header.Get("RateLimit") == "" {
			t.Errorf("%s with a key: %d %v, want %d", path, resp.StatusCode, resp.Header, want)
		}
	}
	f.Close()
	if strings.Contains(log.String(), key) {
		t.Error("the log holds the key")
	}
}

func TestTokenIsNeededThatTheHTTPAPIHasChecked(t *testing.T) {
	f, url := start(t, nil, "FIXDESK_AUTH=jwt")
	if status, _, _ := ask(t, "GET", url+"/v1/search?q=sms", ""); status != 401 {
		t.Errorf("without a token: %d, want 401", status)
	}
	for _, open := range []string{"/", "/healthz", "/v1/keys"} {
		if status, _, _ := ask(t, "GET", url+open, ""); status != 200 {
			t.Errorf("%s: %d, want 200", open, status)
		}
	}
	event, err := os.ReadFile("../internal/lambdahttp/testdata/httpapi-jwt.json")
	if err != nil {
		t.Fatal(err)
	}
	data, err := f.Invoke(t.Context(), event)
	if err != nil || !strings.Contains(string(data), `"statusCode":200`) {
		t.Errorf("with a token that was checked: %.200s, %v", data, err)
	}
	nobody, err := f.Invoke(t.Context(), bytes.Replace(event, []byte(`"iss"`), []byte(`"jti"`), 1))
	if err != nil || !strings.Contains(string(nobody), `"statusCode":401`) {
		t.Errorf("with a token without an issuer: %.200s, %v", nobody, err)
	}
}

// What one process is told, another one knows.
func TestProcessesShareWhatIsRemembered(t *testing.T) {
	moto := testbed.Moto(t)
	c, err := cloud.InFunction()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Table("fixdesk").Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	env := []string{"AWS_ACCESS_KEY_ID=" + testbed.AccessKey, "AWS_SECRET_ACCESS_KEY=" + testbed.SecretKey, "AWS_ENDPOINT_URL_DYNAMODB=" + moto.URL, "FIXDESK_TABLE=fixdesk"}
	_, one := start(t, nil, env...)
	_, two := start(t, nil, env...)

	var first, second struct {
		Session   string
		Status    string
		Diagnoses []struct{ Name, State string }
	}
	_, _, body := ask(t, "POST", one+"/v1/reports", `{"session":"new","facts":{"process":"smsmon32","client_os":"nt4","recent_upgrade":"sp1","client_sites":["LON","ALT"]}}`)
	if err := json.Unmarshal([]byte(body), &first); err != nil || first.Session == "" {
		t.Fatalf("%s: %v", body, err)
	}
	_, _, body = ask(t, "POST", two+"/v1/reports", fmt.Sprintf(`{"session":%q,"facts":{"nonexistent_sites":["ALT"],"ads_outstanding":"unknown"}}`, first.Session))
	if err := json.Unmarshal([]byte(body), &second); err != nil || second.Session != first.Session || second.Status != "diagnosed" {
		t.Errorf("the second turn at another process: %.300s, %v", body, err)
	}

	send := func(url, key, body string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), "POST", url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode, resp.Header.Get("Idempotent-Replayed")
	}
	feedback := `{"article":"Q238865","tree":"0a1b2c3d","helped":true}`
	for i, c := range []struct {
		url, body, replayed string
		status              int
	}{{one, feedback, "", 204}, {two, feedback, "true", 204}, {two, strings.Replace(feedback, "true", "false", 1), "", 422}} {
		if status, replayed := send(c.url+"/v1/feedback", "a-key-of-our-own-1", c.body); status != c.status || replayed != c.replayed {
			t.Errorf("request %d: %d, replayed %q; want %d, %q", i, status, replayed, c.status, c.replayed)
		}
	}
}

// A process that is asked to end finishes what it is at. The platform asks so only where an extension is there, and only between
// invocations; other runtimes of the same program may be less patient.
func TestAProcessThatIsAskedToEndFinishesItsAnswer(t *testing.T) {
	reached, asked := make(chan struct{}), make(chan struct{})
	var once sync.Once
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(reached) })
		<-asked
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		fmt.Fprint(w, "{}")
	}))
	defer table.Close()
	f, url := start(t, nil, "AWS_ACCESS_KEY_ID="+testbed.AccessKey, "AWS_SECRET_ACCESS_KEY="+testbed.SecretKey, "AWS_ENDPOINT_URL_DYNAMODB="+table.URL, "FIXDESK_TABLE=fixdesk")
	answered := make(chan int, 1)
	go func() {
		resp, err := http.Post(url+"/v1/reports", "application/json", strings.NewReader(`{"session":"new","facts":{"client_os":"nt4"}}`))
		if err != nil {
			answered <- 0
			return
		}
		resp.Body.Close()
		answered <- resp.StatusCode
	}()
	<-reached
	if err := syscall.Kill(f.PID(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	close(asked)
	if status := <-answered; status != 200 {
		t.Errorf("answered with %d, want 200", status)
	}
	<-f.Done()
}
