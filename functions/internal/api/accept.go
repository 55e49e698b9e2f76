package api

import (
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
)

// Media types that only the API has.
const (
	problemType   = "application/problem+json"
	schemaType    = "application/schema+json"
	mermaidType   = "text/vnd.mermaid"
	searchXMLType = "application/opensearchdescription+xml"
)

// negotiate returns which of the types a request likes best: of two that it likes alike, the one that stands first. A request
// that likes none gives a problem of status 406. The answer depends on Accept from now on, and says so.
func negotiate(w http.ResponseWriter, r *http.Request, have ...string) (string, error) {
	w.Header().Add("Vary", "Accept")
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return have[0], nil
	}
	ranges := parseAccept(accept)
	best, liked := "", 0.0
	for _, t := range have {
		if q := quality(ranges, t); q > liked {
			best, liked = t, q
		}
	}
	if best == "" {
		return "", acceptProblem(have)
	}
	return best, nil
}

// A mediaRange is one entry of an Accept header.
type mediaRange struct {
	major, minor string
	q            float64
}

// parseAccept reads what it can of an Accept header, of at most 50 entries; what it cannot read is no entry.
func parseAccept(header string) []mediaRange {
	var ranges []mediaRange
	for entry := range strings.SplitSeq(header, ",") {
		t, params, err := mime.ParseMediaType(strings.TrimSpace(entry))
		major, minor, ok := strings.Cut(t, "/")
		if strings.TrimSpace(entry) == "*" { // as some old clients write
			major, minor, ok, err = "*", "*", true, nil
		}
		if err != nil || !ok {
			continue
		}
		q := 1.0
		if s, given := params["q"]; given {
			if f, err := strconv.ParseFloat(s, 64); err == nil && f >= 0 && f <= 1 {
				q = f
			}
		}
		if ranges = append(ranges, mediaRange{major, minor, q}); len(ranges) == 50 {
			break
		}
	}
	return ranges
}

// quality returns how much a type is liked: the most exact entry that it falls under decides.
func quality(ranges []mediaRange, t string) float64 {
	major, minor, _ := strings.Cut(t, "/")
	best, exact := 0.0, 0
	for _, m := range ranges {
		fits := 0
		switch {
		case m.major == major && m.minor == minor:
			fits = 3
		case m.major == major && m.minor == "*":
			fits = 2
		case m.major == "*" && m.minor == "*":
			fits = 1
		}
		if fits > exact {
			best, exact = m.q, fits
		}
	}
	return best
}

// acceptProblem refuses a request that accepts none of the types that there are.
func acceptProblem(have []string) *edge.Problem {
	return &edge.Problem{Type: edge.Request, Title: "The accepted types do not fit", Status: http.StatusNotAcceptable,
		Detail: "This address answers in " + strings.Join(have, ", ") + ": name one of them in Accept."}
}
