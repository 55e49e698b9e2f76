package ticket

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "embed"
)

// requestTracker speaks with Request Tracker 5 by its REST2 interface, and hears of it by a scrip: RT has no webhooks of its own.
var requestTracker = Kind{
	Name: "rt",
	Traits: Traits{
		Title: "Request Tracker 5", Signature: "HMAC-SHA256 of the body, X-Hub-Signature-256; the time is not signed", Strong: true,
		Answer: "POST /REST/2.0/ticket/ID/comment or correspond", Files: true, Private: true, Readable: true,
		Proof: "Request Tracker 5.0.3 itself, end to end",
	},
	open: func(a Account) (Provider, error) {
		if len(a.User) == 0 && a.Login != "" {
			a.User = []string{a.Login}
		}
		return &rt{a}, nil
	},
}

type rt struct{ Account }

// An rtDelivery is what the scrip sends.
type rtDelivery struct {
	Event    string `json:"event"` // create, correspond, comment
	Delivery string `json:"delivery"`
	Ticket   struct {
		ID         string   `json:"id"`
		Subject    string   `json:"subject"`
		Status     string   `json:"status"`
		Queue      string   `json:"queue"`
		Requestors []string `json:"requestors"`
	} `json:"ticket"`
	Message struct {
		ID          string `json:"id"`
		Author      string `json:"author"`
		Email       string `json:"author_email"`
		Created     string `json:"created"`
		Private     bool   `json:"private"`
		Auto        bool   `json:"auto"`
		Text        string `json:"text"`
		Attachments []struct {
			Name string `json:"name"`
			Type string `json:"type"`
			Size int64  `json:"size"`
		} `json:"attachments"`
	} `json:"message"`
}

// Verify implements Provider.
func (p *rt) Verify(d *Delivery) ([]Event, error) {
	if err := VerifyHex(d, "X-Hub-Signature-256", "sha256=", sha256.New); err != nil {
		return nil, err
	}
	if stamp := d.Header.Get("X-Fixdesk-Timestamp"); stamp != "" {
		seconds, err := strconv.ParseInt(stamp, 10, 64)
		if err != nil {
			return nil, &Refused{http.StatusBadRequest, "X-Fixdesk-Timestamp must be a number of seconds since 1970."}
		}
		if err := CheckAge(d, time.Unix(seconds, 0)); err != nil {
			return nil, err
		}
	}
	var in rtDelivery
	if err := DecodeJSON(d, &in); err != nil {
		return nil, err
	}
	what, ok := map[string]What{"create": Opened, "correspond": Said, "comment": Said}[in.Event]
	switch {
	case !ok:
		return nil, nil
	case in.Ticket.ID == "":
		return nil, Missing("ticket.id")
	case in.Message.ID == "":
		return nil, Missing("message.id")
	}
	t := p.content(&in)
	if t.Messages[0].Role == Own {
		return nil, nil
	}
	return []Event{{Account: p.Name, ID: "rt-" + in.Message.ID, What: what, Ticket: in.Ticket.ID, Message: in.Message.ID, Content: t}}, nil
}

// content returns what a delivery says of its ticket.
func (p *rt) content(in *rtDelivery) *Ticket {
	t := &Ticket{ID: in.Ticket.ID, Subject: in.Ticket.Subject, Status: in.Ticket.Status, Closed: rtClosed(in.Ticket.Status), Queue: in.Ticket.Queue}
	for _, r := range in.Ticket.Requestors {
		t.Requesters = append(t.Requesters, Person{ID: r})
	}
	m := Message{ID: in.Message.ID, By: Person{ID: in.Message.Author}, Text: in.Message.Text, Private: in.Message.Private, Automatic: in.Message.Auto}
	m.At, _ = time.Parse("2006-01-02 15:04:05Z07:00", in.Message.Created) // the zero time where it has another form
	m.Role = role(p.Account, t, m.By, Agent)
	if (Person{ID: in.Message.Email}).Is(p.User...) {
		m.Role = Own
	} else if slices.ContainsFunc(t.Requesters, func(r Person) bool { return r.Is(in.Message.Email) }) {
		m.Role = Requester
	}
	for _, a := range in.Message.Attachments {
		m.Attachments = append(m.Attachments, Attachment{Name: a.Name, Type: a.Type, Size: a.Size})
	}
	t.Messages = []Message{m}
	return t
}

// rtClosed reports whether a status of RT's default life cycle is an end. One of an administrator's own counts as open.
func rtClosed(status string) bool {
	return slices.Contains([]string{"resolved", "rejected", "deleted"}, strings.ToLower(status))
}

// ---- reading

// number reads an ID that RT gives as a number here and as a text there.
type number string

func (n *number) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*n = number(s)
		return nil
	}
	var i json.Number
	err := json.Unmarshal(data, &i)
	*n = number(i)
	return err
}

type rtRef struct {
	ID   number `json:"id"`
	Name string `json:"Name"`
}

type rtTransaction struct {
	ID      number `json:"id"`
	Type    string `json:"Type"`
	Creator rtRef  `json:"Creator"`
	Created string `json:"Created"`
	Data    string `json:"Data"`
}

type rtAttachment struct {
	ID          number `json:"id"`
	Filename    string `json:"Filename"`
	ContentType string `json:"ContentType"`
	Transaction any    `json:"TransactionId"` // a text or an object with an ID
	Content     string `json:"Content"`
	Headers     string `json:"Headers"`
}

const (
	rtPage   = 100 // entries of one page
	rtPages  = 20  // of one ticket
	rtMost   = 50  // messages that are read at once
	rtPeople = 20  // whose rights are looked up at once
)

// Read implements Provider.
func (p *rt) Read(ctx context.Context, api *API, id string, seen func(string) bool) (*Ticket, error) {
	var in struct {
		ID        number  `json:"id"`
		Subject   string  `json:"Subject"`
		Status    string  `json:"Status"`
		Queue     rtRef   `json:"Queue"`
		Requestor []rtRef `json:"Requestor"`
	}
	if _, err := p.call(ctx, api, http.MethodGet, "/ticket/"+url.PathEscape(id)+"?fields[Queue]=Name", nil, &in); err != nil {
		return nil, err
	}
	t := &Ticket{ID: string(in.ID), Subject: in.Subject, Status: in.Status, Closed: rtClosed(in.Status), Queue: in.Queue.Name}
	for _, r := range in.Requestor {
		t.Requesters = append(t.Requesters, Person{ID: string(r.ID)})
	}
	said, err := p.history(ctx, api, t.ID)
	if err != nil {
		return nil, err
	}
	files, err := pages[rtAttachment](ctx, p, api, "/ticket/"+url.PathEscape(t.ID)+"/attachments?fields=Filename,ContentType,TransactionId")
	if err != nil {
		return nil, err
	}
	r := &rtReader{p, api, t, files, map[string]Role{}}
	for i, x := range said {
		m := Message{ID: string(x.ID), By: Person{ID: string(x.Creator.ID)}, Private: x.Type == "Comment", Subject: strings.TrimSpace(x.Data)}
		m.At, _ = time.Parse(time.RFC3339, x.Created)
		if !seen(m.ID) && len(said)-i <= rtMost {
			if err := r.read(ctx, &m); err != nil {
				return nil, err
			}
		}
		t.Messages = append(t.Messages, m)
	}
	return t, nil
}

// history returns what was written, the oldest first.
func (p *rt) history(ctx context.Context, api *API, id string) ([]rtTransaction, error) {
	all, err := pages[rtTransaction](ctx, p, api, "/ticket/"+url.PathEscape(id)+"/history?fields=Type,Creator,Created,Data")
	return slices.DeleteFunc(all, func(x rtTransaction) bool { return x.Type != "Create" && x.Type != "Correspond" && x.Type != "Comment" }), err
}

// pages reads a collection page by page. RT shows fewer entries than it counts where we may not see some, so only an empty page is the end.
func pages[T any](ctx context.Context, p *rt, api *API, path string) ([]T, error) {
	var all []T
	for n := 1; n <= rtPages; n++ {
		var page struct {
			Items []T `json:"items"`
		}
		if _, err := p.call(ctx, api, http.MethodGet, fmt.Sprintf("%s&per_page=%d&page=%d", path, rtPage, n), nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if len(page.Items) < rtPage/2 {
			break
		}
	}
	return all, nil
}

// An rtReader reads messages of one ticket.
type rtReader struct {
	p     *rt
	api   *API
	t     *Ticket
	files []rtAttachment
	roles map[string]Role
}

// read fills in what a message says and who says it.
func (r *rtReader) read(ctx context.Context, m *Message) error {
	var err error
	if m.Role, err = r.role(ctx, m.By); err != nil {
		return err
	}
	var text *rtAttachment
	for i, f := range r.files {
		switch {
		case r.transaction(f) != m.ID:
		case f.Filename != "":
			m.Attachments = append(m.Attachments, Attachment{ID: string(f.ID), Name: f.Filename, Type: f.ContentType})
		case strings.HasPrefix(f.ContentType, "text/plain") && (text == nil || !strings.HasPrefix(text.ContentType, "text/plain")),
			strings.HasPrefix(f.ContentType, "text/html") && text == nil:
			text = &r.files[i]
		}
	}
	if text != nil {
		whole, err := r.p.attachment(ctx, r.api, string(text.ID))
		if err != nil {
			return err
		}
		data, err := decoded(whole.Content)
		if err != nil {
			return &CallError{What: "GET /REST/2.0/attachment", cause: errors.New("its content is not base64")}
		}
		m.Text = strings.ToValidUTF8(string(data), "\uFFFD")
		if strings.HasPrefix(text.ContentType, "text/html") {
			m.Text = PlainText(m.Text)
		}
		m.Automatic = automatic(whole.Headers)
	}
	return r.outer(ctx, m, text)
}

// outer looks at the head of a mail of several parts, which stands in the first one.
func (r *rtReader) outer(ctx context.Context, m *Message, text *rtAttachment) error {
	i := slices.IndexFunc(r.files, func(f rtAttachment) bool { return r.transaction(f) == m.ID })
	if m.Automatic || i < 0 || text != nil && r.files[i].ID == text.ID {
		return nil
	}
	whole, err := r.p.attachment(ctx, r.api, string(r.files[i].ID))
	if err == nil {
		m.Automatic = automatic(whole.Headers)
	}
	return err
}

func (r *rtReader) transaction(f rtAttachment) string {
	switch v := f.Transaction.(type) {
	case string:
		return v
	case map[string]any:
		id, _ := v["id"].(string)
		return id
	}
	return ""
}

// role returns what somebody is to the ticket: of those who are not its requesters, privileged users are agents.
func (r *rtReader) role(ctx context.Context, by Person) (Role, error) {
	if known := role(r.p.Account, r.t, by, ""); known != "" {
		return known, nil
	}
	if by.ID == "RT_System" || by.ID == "Nobody" {
		return Bot, nil
	}
	if known, ok := r.roles[by.ID]; ok || len(r.roles) >= rtPeople {
		return known, nil
	}
	var user struct {
		Privileged any `json:"Privileged"`
	}
	_, err := r.p.call(ctx, r.api, http.MethodGet, "/user/"+url.PathEscape(by.ID), nil, &user)
	var refused *CallError
	if errors.As(err, &refused) && !refused.Passing() { // who may not be looked at
		err = nil
	}
	found := Other
	if s := fmt.Sprint(user.Privileged); s == "1" || s == "true" {
		found = Agent
	}
	r.roles[by.ID] = found
	return found, err
}

func (p *rt) attachment(ctx context.Context, api *API, id string) (*rtAttachment, error) {
	var a rtAttachment
	_, err := p.call(ctx, api, http.MethodGet, "/attachment/"+url.PathEscape(id), nil, &a)
	return &a, err
}

// automatic reports whether the head of a mail says that no person wrote it.
func automatic(head string) bool {
	for l := range strings.Lines(head) {
		name, value, ok := strings.Cut(l, ":")
		value = strings.ToLower(strings.TrimSpace(value))
		if !ok {
			continue
		}
		switch textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)) {
		case "Auto-Submitted":
			if value != "" && value != "no" {
				return true
			}
		case "Precedence":
			if value == "bulk" || value == "junk" || value == "auto_reply" {
				return true
			}
		case "X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "Rt-Detectedautogenerated":
			if value != "" {
				return true
			}
		}
	}
	return false
}

// File implements Provider.
func (p *rt) File(ctx context.Context, api *API, a Attachment, max int) ([]byte, error) {
	whole, err := p.attachment(ctx, api, a.ID)
	if err != nil {
		return nil, err
	}
	data, err := decoded(whole.Content)
	return tail(data, max), err
}

// ---- writing

const rtLimit = 200_000 // characters of a note; RT itself has no limit

// Write implements Provider.
func (p *rt) Write(ctx context.Context, api *API, t *Ticket, c Change) (Posted, error) {
	var posted Posted
	if c.Note != nil {
		id, err := p.post(ctx, api, t, c)
		if err != nil {
			return posted, err
		}
		posted = Posted{ID: id, Posted: true}
	}
	fields := map[string]any{}
	if c.Status != "" {
		fields["Status"] = c.Status
	}
	if c.Assign != "" {
		fields["Owner"] = c.Assign
	}
	if len(fields) == 0 {
		return posted, nil
	}
	_, err := p.call(ctx, api, http.MethodPut, "/ticket/"+url.PathEscape(t.ID), fields, nil)
	return posted, err
}

// post writes the note and returns the number of its transaction, as which it comes back.
func (p *rt) post(ctx context.Context, api *API, t *Ticket, c Change) (string, error) {
	type file struct {
		Name    string `json:"FileName"`
		Type    string `json:"FileType"`
		Content []byte `json:"FileContent"` // as base64
	}
	in := struct {
		Content     string `json:"Content"`
		ContentType string `json:"ContentType"`
		Attachments []file `json:"Attachments,omitempty"`
	}{c.Note.Plain(rtLimit), "text/plain", nil}
	for _, f := range c.Files {
		in.Attachments = append(in.Attachments, file{f.Name, f.Type, f.Data})
	}
	how := "comment"
	if c.Public {
		how = "correspond"
	}
	answer, err := p.call(ctx, api, http.MethodPost, "/ticket/"+url.PathEscape(t.ID)+"/"+how, in, nil)
	if err != nil {
		return "", err
	}
	location := answer.Header.Get("Location")
	return location[strings.LastIndexByte(location, '/')+1:], nil
}

// Who implements Provider.
func (p *rt) Who(ctx context.Context, api *API) (Person, error) {
	name := p.Login
	if name == "" && len(p.User) > 0 {
		name = p.User[0]
	}
	if name == "" {
		return Person{}, errors.New("with a token, user must name our own user in RT")
	}
	var user struct{ Name, RealName string }
	_, err := p.call(ctx, api, http.MethodGet, "/user/"+url.PathEscape(name), nil, &user)
	return Person{ID: user.Name, Name: user.RealName}, err
}

func (p *rt) call(ctx context.Context, api *API, method, path string, in, out any) (*Answer, error) {
	return api.Call(ctx, method, "/REST/2.0"+path, in, out)
}

// Credentials implements credentialed: RT calls a token by a name of its own.
func (p *rt) Credentials(r *http.Request) {
	if p.Login != "" {
		r.SetBasicAuth(p.Login, p.Token)
		return
	}
	r.Header.Set("Authorization", "token "+p.Token)
}

//go:embed setup/rt.initialdata
var rtScrip string

// Setup implements Provider.
func (p *rt) Setup(s Setup) string {
	scrip := strings.NewReplacer("@HOOK@", s.Hook, "@SECRET@", s.Secret).Replace(rtScrip)
	return `1. Save the lines below as fixdesk.initialdata on the machine of Request Tracker and load them once:

     rt-setup-database --action insert --datafile fixdesk.initialdata --skip-create

   They make the user fixdesk, its rights in all queues, and one scrip for each of: a new ticket, a reply, a comment.
2. Give the user fixdesk a password, or make an authentication token for it, and put it into the configuration as token (with a password,
   login too).
3. RT waits for our answer while a person waits for RT, and sends an event once only. What it could not deliver is looked at with
   fixdesk tickets again ` + p.Name + ` NUMBER.

` + scrip
}
