// Package crossorigin lets the pages of one web site call the service from a browser, by the same rules as CorsConfiguration of
// template.yaml. In the cloud API Gateway carries them out before the function; here they stand before the handler of fixdesk serve and of
// the local gateway. It lets no page send cookies, and allows no wildcard.
package crossorigin

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"

	"github.com/rs/cors"
)

// The rules, in the words of template.yaml. A test holds both to each other.
var (
	Methods        = []string{http.MethodGet, http.MethodPost, http.MethodDelete}
	Headers        = []string{"content-type", "authorization", "x-api-key", "idempotency-key"}
	ExposedHeaders = []string{"etag", "retry-after", "x-request-id", "ratelimit", "ratelimit-policy", "idempotent-replayed"}
)

// MaxAge is how long a browser may remember what is allowed, in seconds.
const MaxAge = 86400

// Pattern is the form of an origin, as template.yaml has it for the parameter Origin.
const Pattern = `^(https?://[A-Za-z0-9.-]+(:[0-9]+)?)?$`

var form = regexp.MustCompile(Pattern)

// Handler answers preflight requests of pages of an origin, such as https://help.example.com, and lets them read the answers of next. It
// returns next where origin is empty, and an error for what is not an origin.
func Handler(origin string, next http.Handler) (http.Handler, error) {
	if origin == "" {
		return next, nil
	}
	if u, err := url.Parse(origin); err != nil || !form.MatchString(origin) || u.Host == "" {
		return nil, errors.New("expected the origin of a web site, such as https://help.example.com, without a / or a path behind it")
	}
	return cors.New(cors.Options{
		AllowedOrigins: []string{origin},
		AllowedMethods: Methods,
		AllowedHeaders: Headers,
		ExposedHeaders: ExposedHeaders,
		MaxAge:         MaxAge,
	}).Handler(next), nil
}
