package main

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/testing/runtimeapi"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
	"github.com/fixdesk/fixdesk/kb/script"
)

// putParameter keeps a secret in the Parameter Store of a local server.
func putParameter(t *testing.T, server, name, value string) {
	t.Helper()
	client := ssm.New(ssm.Options{
		Region: "eu-central-1", BaseEndpoint: &server,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: testbed.AccessKey, SecretAccessKey: testbed.SecretKey}, nil
		}),
	})
	if _, err := client.PutParameter(t.Context(), &ssm.PutParameterInput{Name: &name, Value: &value, Type: types.ParameterTypeSecureString}); err != nil {
		t.Fatal(err)
	}
}

// newKey returns a key, and as openssl writes it.
func newKey(t *testing.T) (ed25519.PrivateKey, string) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// signing starts the function with a key in the Parameter Store.
func signing(t *testing.T, log *syncBuffer, key string) (*runtimeapi.Function, string) {
	t.Helper()
	moto := testbed.Moto(t)
	putParameter(t, moto.URL, "/fixdesk/signing-key", key)
	return start(t, log, "AWS_ACCESS_KEY_ID="+testbed.AccessKey, "AWS_SECRET_ACCESS_KEY="+testbed.SecretKey, "AWS_ENDPOINT_URL_SSM="+moto.URL, "FIXDESK_SIGN=ssm:/fixdesk/signing-key")
}

// What the deployed function signs is what the tool of a person accepts.
func TestScriptsAreSignedAsVerifyWantsThem(t *testing.T) {
	_, key := newKey(t)
	var log syncBuffer
	f, url := signing(t, &log, key)
	_, _, body := ask(t, "POST", url+"/v1/reports", report)
	var answer desk.Answer
	if err := json.Unmarshal([]byte(body), &answer); err != nil || len(answer.Scripts) == 0 || answer.Scripts[0].Text == "" {
		t.Fatalf("%s: %v", body, err)
	}
	if _, _, again := ask(t, "POST", url+"/v1/reports", report); again != body {
		t.Error("the same report gets another answer")
	}
	status, _, public := ask(t, "GET", url+"/v1/keys/"+answer.Scripts[0].SignedBy, "")
	if status != 200 {
		t.Fatalf("the key: %d %s", status, public)
	}
	f.Close()
	for _, line := range strings.Split(key, "\n")[1:2] {
		if strings.Contains(log.String(), line) || strings.Contains(body+public, line) {
			t.Error("the key is shown")
		}
	}

	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	tool, err := runtimeapi.Build(dir, "../fixdesk")
	if err != nil {
		t.Fatal(err)
	}
	taken := answer.Scripts[0]
	pemFile, file := write("public.pem", public), write(taken.File, taken.Text)
	write(taken.File+".sig", taken.Signature+"\n")
	if out, err := exec.Command(tool, "verify", "--key", pemFile, file).CombinedOutput(); err != nil || !strings.Contains(string(out), "so does the signature") {
		t.Errorf("verify: %v %s", err, out)
	}
	write(taken.File, strings.Replace(taken.Text, "ALT", "LON", 1))
	if out, err := exec.Command(tool, "verify", "--key", pemFile, file).CombinedOutput(); err == nil || !strings.Contains(string(out), "do not run it") {
		t.Errorf("verify of what was changed: %v %s", err, out)
	}
}

func TestWithoutItsKeyNoScriptGoesOut(t *testing.T) {
	var log syncBuffer
	f, url := signing(t, &log, "hunter2")
	status, header, body := ask(t, "POST", url+"/v1/reports", report)
	if status != 503 || header.Get("Retry-After") == "" || strings.Contains(body, "text\":") {
		t.Errorf("%d %v %s, want 503", status, header, body)
	}
	if status, _, _ := ask(t, "POST", url+"/v1/reports", `{"symptom":"the printer is on fire"}`); status != 200 {
		t.Errorf("an answer without scripts: %d, want 200", status)
	}
	f.Close()
	if !strings.Contains(log.String(), "ssm:/fixdesk/signing-key") || strings.Contains(log.String(), "hunter2") {
		t.Errorf("the log does not say which secret, or shows it: %s", log.String())
	}
}

func TestThePageOffersTheSignatureBesideTheScript(t *testing.T) {
	private, key := newKey(t)
	_, url := signing(t, &syncBuffer{}, key)
	const state = "f.recent_upgrade=sp1&f.client_os=nt4&f.client_sites=LON&f.client_sites=ALT&f.nonexistent_sites=ALT&f.ads_outstanding=unknown"
	_, _, page := ask(t, "GET", url+"/diagnosis?"+state, "")
	if !strings.Contains(page, "signature=1") || !strings.Contains(page, `href="/v1/keys/`) {
		t.Errorf("the page offers no signature: %s", page)
	}
	const take = "/script?" + state + "&dialect=cmd&stage=1"
	_, _, text := ask(t, "GET", url+take, "")
	status, header, signature := ask(t, "GET", url+take+"&signature=1", "")
	if status != 200 || !strings.Contains(header.Get("Content-Disposition"), `.cmd.sig"`) {
		t.Errorf("the signature: %d %v", status, header)
	}
	if err := script.Verify(private.Public().(ed25519.PublicKey), text, signature); err != nil {
		t.Error(err)
	}
	_, unsigned := start(t, nil)
	if status, _, _ := ask(t, "GET", unsigned+take+"&signature=1", ""); status != 404 {
		t.Errorf("where nothing is signed: %d, want 404", status)
	}
	if _, _, page := ask(t, "GET", unsigned+"/diagnosis?"+state, ""); strings.Contains(page, "signature") {
		t.Error("the page offers a signature where nothing is signed")
	}
}
