package ticket

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxAge is how far the time of a delivery may be from ours, before and after.
const MaxAge = 5 * time.Minute

// unsigned refuses a delivery whose signature is not right. It does not say which part of it is wrong.
func unsigned(header string) error {
	return &Refused{http.StatusUnauthorized, "The signature in " + header + " is missing or not that of this body. Check that both sides have the same secret, and that nothing on the way changes the body."}
}

// mac returns the HMAC of parts, one behind the other.
func mac(h func() hash.Hash, key []byte, parts ...[]byte) []byte {
	m := hmac.New(h, key)
	for _, p := range parts {
		m.Write(p)
	}
	return m.Sum(nil)
}

// VerifyHex checks the header of a delivery that holds prefix and the HMAC of the body in hexadecimal digits. A header may hold several
// values, separated by commas; one of them must be right. The body is never parsed before.
func VerifyHex(d *Delivery, header, prefix string, h func() hash.Hash) error {
	for value := range strings.SplitSeq(strings.Join(d.Header.Values(header), ","), ",") {
		digits, ok := strings.CutPrefix(strings.TrimSpace(value), prefix)
		sum, err := hex.DecodeString(digits)
		if !ok || err != nil {
			continue
		}
		for _, secret := range d.Secrets {
			if hmac.Equal(sum, mac(h, []byte(secret), d.Body)) {
				return nil
			}
		}
	}
	return unsigned(header)
}

// VerifyBase64 checks the header of a delivery that holds the HMAC-SHA256 of the given parts in base64.
func VerifyBase64(d *Delivery, header string, parts ...[]byte) error {
	sum, err := base64.StdEncoding.DecodeString(d.Header.Get(header))
	if err != nil {
		return unsigned(header)
	}
	for _, secret := range d.Secrets {
		if hmac.Equal(sum, mac(sha256.New, []byte(secret), parts...)) {
			return nil
		}
	}
	return unsigned(header)
}

// VerifyToken checks a secret that is sent as it is, in a header of its own or as a bearer token. It proves nothing about the body.
func VerifyToken(d *Delivery, header string) error {
	given := d.Header.Get(header)
	if strings.EqualFold(header, "Authorization") {
		scheme, rest, _ := strings.Cut(given, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			given = ""
		} else {
			given = strings.TrimSpace(rest)
		}
	}
	sum := sha256.Sum256([]byte(given))
	for _, secret := range d.Secrets {
		if want := sha256.Sum256([]byte(secret)); given != "" && subtle.ConstantTimeCompare(sum[:], want[:]) == 1 {
			return nil
		}
	}
	return &Refused{http.StatusUnauthorized, "The token in " + header + " is missing or not the one that is configured."}
}

// VerifyStandard checks a delivery by the rules of Standard Webhooks: webhook-id, webhook-timestamp and a v1 signature.
func VerifyStandard(d *Delivery) error {
	id, stamp := d.Header.Get("webhook-id"), d.Header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || id == "" || len(id) > 256 {
		return unsigned("webhook-signature, webhook-id or webhook-timestamp")
	}
	for value := range strings.FieldsSeq(d.Header.Get("webhook-signature")) {
		encoded, ok := strings.CutPrefix(value, "v1,")
		sum, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || err != nil {
			continue
		}
		for _, secret := range d.Secrets {
			if hmac.Equal(sum, mac(sha256.New, StandardKey(secret), []byte(id+"."+stamp+"."), d.Body)) {
				return CheckAge(d, time.Unix(seconds, 0))
			}
		}
	}
	return unsigned("webhook-signature")
}

// StandardKey returns the bytes of a secret of Standard Webhooks: base64 behind whsec_; a secret in another form is taken as it is.
func StandardKey(secret string) []byte {
	if encoded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		if key, err := base64.StdEncoding.DecodeString(encoded); err == nil {
			return key
		}
	}
	return []byte(secret)
}

// CheckAge refuses a delivery that was made too long ago or is from the future: it may be a copy.
func CheckAge(d *Delivery, at time.Time) error {
	if d.Now.Sub(at).Abs() > MaxAge {
		return &Refused{http.StatusUnauthorized, fmt.Sprintf("The time of the delivery is more than %d minutes from ours. Check the clock of the ticket system; an old delivery is not taken twice.", MaxAge/time.Minute)}
	}
	return nil
}

// DecodeJSON reads the body of a delivery. What is no JSON is refused with the byte at which it ends to be: most often a template has put a
// text with a line break or a quote into it as it was.
func DecodeJSON(d *Delivery, v any) error {
	err := json.Unmarshal(d.Body, v)
	var syntax *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return &Refused{http.StatusBadRequest, fmt.Sprintf("The body is not JSON from byte %d on. A template must write texts as JSON strings, with line breaks and quotes escaped.", syntax.Offset)}
	case errors.As(err, &mistyped):
		return &Refused{http.StatusBadRequest, fmt.Sprintf("The field %s of the body, at byte %d, is not of the expected type %s.", fieldOf(mistyped.Field), mistyped.Offset, mistyped.Type)}
	}
	return &Refused{http.StatusBadRequest, "The body is not the JSON that was expected."}
}

// fieldOf returns the name of a field of ours; it is not what was sent.
func fieldOf(field string) string {
	if field == "" {
		return "(the whole)"
	}
	return field
}

// Missing refuses a delivery without a field that every delivery has.
func Missing(field string) error {
	return &Refused{http.StatusUnprocessableEntity, "The body has no " + field + ". Use the webhook or the template that fixdesk tickets connect prints."}
}

// role returns what somebody is to a ticket, as far as the configuration and the ticket say. Otherwise is for everybody else.
func role(a Account, t *Ticket, by Person, otherwise Role) Role {
	switch {
	case by.Is(a.User...):
		return Own
	case slices.ContainsFunc(t.Requesters, func(p Person) bool { return p.Is(by.ID) }):
		return Requester
	}
	return otherwise
}
