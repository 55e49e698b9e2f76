package route

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/schemas"
)

// WriteScript answers with a script as a file.
func WriteScript(w http.ResponseWriter, r *http.Request, script desk.Script) error {
	w.Header().Set("Content-Disposition", `attachment; filename="`+safeName(script.File)+`"`)
	if sum, err := hex.DecodeString(script.SHA256); err == nil {
		w.Header().Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum)+":") // RFC 9530
	}
	media := "application/octet-stream"
	if script.Dialect == "md" {
		media = MarkdownType
	}
	return Write(w, r, http.StatusOK, media, Revalidate, []byte(script.Text))
}

// WriteSignature answers with the file that fixdesk verify looks for beside a script.
func WriteSignature(w http.ResponseWriter, r *http.Request, script desk.Script) error {
	if script.Signature == "" {
		return ErrNotFound
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+safeName(script.File)+`.sig"`)
	return Write(w, r, http.StatusOK, TextType, Revalidate, []byte(script.Signature+"\n"))
}

// safeName returns a file name if it can stand in a header: names come from the content, and are checked all the same.
func safeName(name string) string {
	if safe, err := schemas.Form("file-name", name); err == nil {
		return safe
	}
	return "fixdesk.txt"
}
