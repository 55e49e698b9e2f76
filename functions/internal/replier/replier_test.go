package replier

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
	"github.com/fixdesk/fixdesk/functions/internal/ticket"
)

// A system is a ticket system in memory that works: what is written into it can be read again.
type system struct {
	mu      sync.Mutex
	tickets map[string]*ticket.Ticket
	changes []ticket.Change
	number  int
	now     func() time.Time

	refuse          func(ticket.Change) error // before a change
	broken          func(ticket.Change) error // after a change
	merged          map[string]string         // into which other one a ticket was merged
	data            map[string][]byte         // attachments by ID
	ticket.Provider                           // nil: what is not here is not called
}

func (s *system) Read(_ context.Context, _ *ticket.API, id string, _ func(string) bool) (*ticket.Ticket, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if into := s.merged[id]; into != "" {
		id = into
	}
	t, ok := s.tickets[id]
	if !ok {
		return nil, errors.New("no such ticket")
	}
	c := *t
	c.Messages = slices.Clone(t.Messages)
	return &c, nil
}

func (s *system) File(_ context.Context, _ *ticket.API, a ticket.Attachment, max int) ([]byte, error) {
	return s.data[a.ID], nil
}

func (s *system) Write(_ context.Context, _ *ticket.API, t *ticket.Ticket, c ticket.Change) (ticket.Posted, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		if err := s.refuse(c); err != nil {
			return ticket.Posted{}, err
		}
	}
	s.changes = append(s.changes, c)
	var posted ticket.Posted
	if c.Note != nil {
		posted = ticket.Posted{ID: s.add(t.ID, ticket.Own, "fixdesk", c.Note.Plain(0)), Posted: true}
	}
	if c.Status != "" {
		s.tickets[t.ID].Status, s.tickets[t.ID].Closed = c.Status, true
	}
	if s.broken != nil {
		return posted, s.broken(c)
	}
	return posted, nil
}

func (s *system) add(id string, role ticket.Role, by, text string, files ...ticket.Attachment) string {
	s.number++
	m := ticket.Message{ID: strconv.Itoa(s.number), By: ticket.Person{ID: by, Name: strings.ToUpper(by[:1]) + by[1:]}, Role: role, Text: text, At: s.now(), Private: role == ticket.Own, Attachments: files}
	t := s.tickets[id]
	t.Messages = append(t.Messages, m)
	return m.ID
}

// A helpdesk is a system with a worker.
type helpdesk struct {
	t      *testing.T
	system *system
	worker *Worker
	config *ticket.Config
	log    *bytes.Buffer
	sent   []queue.Message
	at     time.Time
}

func (h *helpdesk) Send(_ context.Context, m queue.Message) error {
	h.sent = append(h.sent, m)
	return nil
}

func newHelpdesk(t *testing.T) *helpdesk {
	t.Helper()
	h := &helpdesk{t: t, log: &bytes.Buffer{}, at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	now := func() time.Time { return h.at }
	h.system = &system{tickets: map[string]*ticket.Ticket{}, now: now, data: map[string][]byte{}}
	h.config = &ticket.Config{Origin: "https://help.example.com", Outgoing: []ticket.Outgoing{{URL: "https://hooks.example.com/x", Secrets: []string{"whsec_"}}},
		Accounts: []ticket.Account{{Name: "rt", Kind: "rt", PerHour: 5, Keep: 90, Queues: map[string]ticket.Queue{
			"*":      {Solved: "resolved", Escalate: ticket.Escalate{Assign: "second-level"}},
			"public": {Public: true}, "ignored": {Ignore: true}}}}}
	c, x := servicetest.BuiltIn(t)
	d := &desk.Desk{KB: c.Base, Index: x}
	h.worker = &Worker{
		Config: func(context.Context) (*ticket.Config, error) { return h.config, nil }, Desk: d, Evidence: d.Evidence, State: d.Stated,
		Store: session.On(&session.Memory{Now: now}, now), Queue: h, Log: slog.New(slog.NewJSONHandler(h.log, nil)), Now: now,
		Connect: func(ticket.Account) (ticket.Provider, *ticket.API, error) { return h.system, nil, nil },
	}
	return h
}

// open opens a ticket and lets the worker work on it.
func (h *helpdesk) open(id, queue, subject, text string, files ...ticket.Attachment) {
	h.t.Helper()
	h.system.tickets[id] = &ticket.Ticket{ID: id, Subject: subject, Status: "open", Queue: queue, Requesters: []ticket.Person{{ID: "ann"}}}
	h.event(ticket.Opened, id, h.system.add(id, ticket.Requester, "ann", text, files...))
}

// reply lets somebody write into a ticket, and the worker work on it.
func (h *helpdesk) reply(id string, role ticket.Role, by, text string) {
	h.t.Helper()
	h.at = h.at.Add(20 * time.Minute)
	h.event(ticket.Said, id, h.system.add(id, role, by, text))
}

func (h *helpdesk) event(what ticket.What, id, message string) {
	h.t.Helper()
	if again := h.work(what, id, message, 1); again != queue.Done {
		h.t.Fatalf("the event comes again after %s: %s", again, h.log)
	}
}

func (h *helpdesk) work(what ticket.What, id, message string, attempt int) time.Duration {
	h.t.Helper()
	body := fmt.Sprintf(`{"account":"rt","id":"e%s-%s","what":%q,"ticket":%q,"message":%q}`, id, message, what, id, message)
	return h.worker.Work(h.t.Context(), &queue.Message{Group: "g", ID: message, Body: body, Attempt: attempt})
}

// notes returns our notes in a ticket.
func (h *helpdesk) notes(id string) (all []string) {
	for _, m := range h.system.tickets[id].Messages {
		if m.Role == ticket.Own {
			all = append(all, m.Text)
		}
	}
	return all
}

func (h *helpdesk) last(id string) string {
	h.t.Helper()
	all := h.notes(id)
	if len(all) == 0 {
		h.t.Fatal("there is no note")
	}
	return all[len(all)-1]
}

func (h *helpdesk) expect(id string, count int, says ...string) {
	h.t.Helper()
	if got := len(h.notes(id)); got != count {
		h.t.Fatalf("%d notes, want %d:\n%s", got, count, strings.Join(h.notes(id), "\n----\n"))
	}
	for _, s := range says {
		if !strings.Contains(h.last(id), s) {
			h.t.Errorf("the last note lacks %q:\n%s", s, h.last(id))
		}
	}
}

const complaint = "Since we upgraded the site to SMS 2.0 Service Pack 1, smsmon32.exe takes all of the processor on my NT 4.0 workstation."

// toTheCause answers until a script that changes something is given, as an agent who knows everything.
func (h *helpdesk) toTheCause(id string) {
	h.t.Helper()
	for range 10 {
		text := h.last(id)
		if strings.Contains(text, "SHA-256") {
			return
		}
		question, _, _ := strings.Cut(text[max(0, strings.Index(text, "Question: ")):], "\n")
		answer := "don't know"
		switch {
		case strings.Contains(text, "Reply with yes where all of it is right"):
			answer = "yes"
		case strings.Contains(question, "Which of these is true here?"):
			answer = "1"
		case strings.Contains(question, "no longer exist"):
			answer = "ALT"
		case strings.Contains(question, "Which sites") || strings.Contains(question, "sites does"):
			answer = "LON, ALT"
		}
		h.reply(id, ticket.Agent, "bob", answer)
	}
	h.t.Fatalf("no script is given:\n%s", h.last(id))
}

func TestATicketIsAnsweredFromTheComplaintToTheScript(t *testing.T) {
	h := newHelpdesk(t)
	h.open("17", "desk", "Slow PC", complaint)
	h.expect("17", 1, "Fixdesk note 1, tree Q238865", "Question", "Answer by a reply")
	if c := h.system.changes[0]; c.Public {
		t.Error("the first note is public")
	}
	h.toTheCause("17")
	h.expect("17", len(h.notes("17")), "ALT", "Bob", "SHA-256", "Fixdesk note")
	files := h.system.changes[len(h.system.changes)-1].Files
	if !slices.ContainsFunc(files, func(f ticket.File) bool { return strings.HasSuffix(f.Name, ".cmd") }) {
		t.Errorf("the files are %v:\n%s", files, h.last("17"))
	}
	for _, m := range h.sent {
		if strings.Contains(m.Body, "smsmon32.exe") || strings.Contains(m.Body, "ALT") {
			t.Errorf("an announcement holds what a person wrote: %s", m.Body)
		}
	}
	if !strings.Contains(fmt.Sprint(h.sent), "diagnosis.completed") || !strings.Contains(fmt.Sprint(h.sent), "question.asked") {
		t.Errorf("announced: %v", h.sent)
	}
}

func TestAnEventThatIsDeliveredTwiceIsAnsweredOnce(t *testing.T) {
	h := newHelpdesk(t)
	h.open("17", "desk", "Slow PC", complaint)
	for range 3 {
		h.event(ticket.Opened, "17", "1")
		h.event(ticket.Edited, "17", "1")
	}
	h.expect("17", 1)
}

func TestAProcessThatEndsAfterTheNoteWasWrittenWritesNoOther(t *testing.T) {
	h := newHelpdesk(t)
	h.system.broken = func(ticket.Change) error { return &ticket.CallError{What: "POST", Status: 502} } // the note is there, the answer is lost
	h.system.tickets["17"] = &ticket.Ticket{ID: "17", Subject: "Slow PC", Requesters: []ticket.Person{{ID: "ann"}}}
	message := h.system.add("17", ticket.Requester, "ann", complaint)
	lost := &losing{Store: h.worker.Store}
	h.worker.Store = lost
	lost.after = 1 // the pending note is stored, what became of it is not
	if again := h.work(ticket.Opened, "17", message, 1); again == queue.Done {
		t.Fatal("the event is done although nothing is remembered")
	}
	first := h.last("17")
	h.system.broken, lost.after = nil, -1
	h.event(ticket.Opened, "17", message)
	h.expect("17", 1)
	if h.last("17") != first {
		t.Errorf("another note:\n%s\nbefore:\n%s", h.last("17"), first)
	}
	h.reply("17", ticket.Requester, "ann", "yes")
	h.expect("17", 2, "Fixdesk note 2")
}

// losing is a store that fails to put from the given time on; -1 for never.
type losing struct {
	session.Store
	after int
}

func (l *losing) Put(ctx context.Context, s *session.Session) error {
	if l.after == 0 {
		return session.ErrUnavailable
	}
	if l.after > 0 {
		l.after--
	}
	return l.Store.Put(ctx, s)
}

func TestProgramsAndOurselvesAreNotAnswered(t *testing.T) {
	h := newHelpdesk(t)
	h.open("17", "desk", "Slow PC", complaint)
	own := h.system.add("17", ticket.Own, "fixdesk", "yes")
	h.event(ticket.Said, "17", own)
	h.reply("17", ticket.Bot, "monitor", "yes")
	h.reply("17", ticket.Other, "someone", "yes")
	h.system.tickets["17"].Messages[len(h.system.tickets["17"].Messages)-1].Automatic = true
	id := h.system.add("17", ticket.Requester, "ann", "yes")
	h.system.tickets["17"].Messages[len(h.system.tickets["17"].Messages)-1].Subject = "Automatic reply: Slow PC"
	h.event(ticket.Said, "17", id)
	if got := len(h.notes("17")); got != 2 { // the first, and the one that was put in above
		t.Errorf("%d notes:\n%s", got, strings.Join(h.notes("17"), "\n---\n"))
	}
}

func TestOnlyWhatStandsAboveTheQuoteIsAnAnswer(t *testing.T) {
	h := newHelpdesk(t)
	h.open("17", "desk", "Slow PC", complaint)
	question := h.last("17")
	var quoted strings.Builder
	for l := range strings.Lines(question) {
		quoted.WriteString("> " + l)
	}
	h.reply("17", ticket.Requester, "ann", "1\n\nOn Monday, Fixdesk wrote:\n"+quoted.String()+"> 5\n")
	h.expect("17", 2, "Fixdesk note 2", "Ann", "no longer exist")
}

func TestNotesAreHeldBackWhereThereWouldBeTooMany(t *testing.T) {
	h := newHelpdesk(t)
	h.open("17", "desk", "Slow PC", complaint)
	for i := range 12 {
		id := h.system.add("17", ticket.Requester, "ann", fmt.Sprintf("It also says error number %d when I start the program.", i))
		h.event(ticket.Said, "17", id)
	}
	h.expect("17", 5)
	if got := strings.Count(h.log.String(), "as many notes in an hour"); got != 1 {
		t.Errorf("it is logged %d times:\n%s", got, h.log)
	}
}

func TestAPublicReplyIsNeverWrittenIntoAClosedTicket(t *testing.T) {
	for _, closed := range []bool{false, true} {
		h := newHelpdesk(t)
		h.system.tickets["17"] = &ticket.Ticket{ID: "17", Subject: "Slow PC", Queue: "public", Closed: closed, Requesters: []ticket.Person{{ID: "ann"}}}
		h.event(ticket.Opened, "17", h.system.add("17", ticket.Requester, "ann", complaint))
		if got := h.system.changes[0].Public; got == closed {
			t.Errorf("closed %v: the note is public: %v", closed, got)
		}
	}
	h := newHelpdesk(t)
	h.open("18", "ignored", "Slow PC", complaint)
	h.expect("18", 0)
}

func TestAPersonTakesOverWhoIsAskedFor(t *testing.T) {
	h := newHelpdesk(t)
	h.open("17", "desk", "Slow PC", complaint)
	h.reply("17", ticket.Requester, "ann", "I want to talk to a person, please.")
	h.expect("17", 2, "A person is to take over")
	if c := h.system.changes[1]; c.Assign != "second-level" || c.Public {
		t.Errorf("the change is %+v", c)
	}
	h.reply("17", ticket.Requester, "ann", "yes")
	h.expect("17", 2)
	if !strings.Contains(fmt.Sprint(h.sent), "escalated") {
		t.Error("nothing was announced")
	}
}

func TestAResultLineClosesTheLoop(t *testing.T) {
	h := newHelpdesk(t)
	h.open("17", "desk", "Slow PC", complaint)
	h.toTheCause("17")
	var script string
	for _, f := range h.system.changes[len(h.system.changes)-1].Files {
		if strings.HasSuffix(f.Name, ".cmd") {
			script = string(f.Data)
		}
	}
	_, rest, _ := strings.Cut(script, "script=")
	id := rest[:8]
	h.reply("17", ticket.Agent, "bob", "FIXDESK-RESULT v=1 fix=forget-site script="+id+" mode=verify status=ok step=3")
	h.expect("17", len(h.notes("17")), "Is the trouble over?")
	h.reply("17", ticket.Requester, "ann", "Yes, thank you.")
	h.expect("17", len(h.notes("17")), "The trouble is over.")
	if got := h.system.tickets["17"].Status; got != "resolved" {
		t.Errorf("the status is %q", got)
	}
	var said []session.Feedback
	for f, err := range h.worker.Store.Feedback(t.Context(), time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, f)
	}
	if len(said) != 1 || !said[0].Helped || said[0].Diagnosis != "nonexistent-site" {
		t.Errorf("feedback: %+v", said)
	}
}

func TestALogIsReadAndOtherFilesAreNamed(t *testing.T) {
	h := newHelpdesk(t)
	h.system.data["1"] = []byte("\xff\xfeS\x00i\x00t\x00e\x00\r\x00\n\x00")
	h.open("17", "desk", "Slow PC", complaint, ticket.Attachment{ID: "1", Name: "ccim32.log"}, ticket.Attachment{ID: "2", Name: "screen.png"}, ticket.Attachment{ID: "3", Name: "core.LOG"})
	h.expect("17", 1, "These files were not read: screen.png, core.LOG.")
}

func TestWhatASystemRefusesIsWrittenShorter(t *testing.T) {
	h := newHelpdesk(t)
	refused := 0
	h.system.refuse = func(c ticket.Change) error {
		if len(c.Note.Plain(0)) > 1500 || len(c.Files) > 0 {
			refused++
			return &ticket.CallError{What: "POST", Status: 413}
		}
		return nil
	}
	h.open("17", "desk", "Slow PC", complaint)
	h.expect("17", 1, "Fixdesk note 1")
	if refused == 0 || !strings.Contains(h.last("17"), "Question: ") {
		t.Errorf("%d notes were refused before this one:\n%s", refused, h.last("17"))
	}
}

func TestASystemThatIsDownIsTriedAgainWhenItSays(t *testing.T) {
	h := newHelpdesk(t)
	h.system.refuse = func(ticket.Change) error {
		return &ticket.CallError{What: "POST", Status: 429, After: 42 * time.Second}
	}
	h.system.tickets["17"] = &ticket.Ticket{ID: "17", Requesters: []ticket.Person{{ID: "ann"}}}
	id := h.system.add("17", ticket.Requester, "ann", complaint)
	if again := h.work(ticket.Opened, "17", id, 1); again != 42*time.Second {
		t.Errorf("it comes again after %s", again)
	}
	h.system.refuse = nil
	h.event(ticket.Opened, "17", id)
	h.expect("17", 1)
}

func TestATicketIsForgotten(t *testing.T) {
	h := newHelpdesk(t)
	h.open("17", "desk", "Slow PC", complaint)
	h.event(ticket.Forget, "17", "")
	s, err := h.worker.Store.Get(t.Context(), key("rt", "17"))
	if err != nil || s.Stored() {
		t.Errorf("it is still remembered: %v", err)
	}
	h.event(ticket.Forget, "17", "")
}

func TestTheLogHoldsNothingThatAPersonWrote(t *testing.T) {
	h := newHelpdesk(t)
	h.system.broken = func(ticket.Change) error { return errors.New("broken") }
	h.system.tickets["17"] = &ticket.Ticket{ID: "17", Subject: "secret subject", Requesters: []ticket.Person{{ID: "ann@example.com"}}}
	id := h.system.add("17", ticket.Requester, "ann@example.com", "a confidential complaint about smsmon32")
	h.work(ticket.Opened, "17", id, 1)
	for _, word := range []string{"confidential", "secret", "ann@", "smsmon32"} {
		if strings.Contains(h.log.String(), word) {
			t.Errorf("the log holds %q:\n%s", word, h.log)
		}
	}
}
