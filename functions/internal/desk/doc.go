/*
Package desk is the one use case: a symptom report goes in, an answer comes out. It refuses to know how either travels; whoever
speaks HTTP, Lambda events, tickets or a terminal calls [Desk.Answer] and shows what comes back.

This is also the tour of the program, bottom up. Read the packages in this order and each needs only those before it.

# schemas

Everything that comes from outside, and everything that we write ourselves in YAML, is held against a JSON Schema before anybody
looks at it: one strict reader (sizes, depths, duplicate keys, bad UTF-8), one list of all problems with pointer and line.
schemas.Form is the first of three walls before a value reaches a script: a site code is three characters or it is refused, and a
refused value is never repeated.

# kb/archive

An article is sections of paragraphs. Both the public archive's format and our own article.md become the same archive.Article, so
that a proof, which is a place (article, section, paragraph), can be looked up in either. The archive is not ours to copy; its
words are named by their hash.

# kb/message

What a person wrote, parted from what surrounds it in a mail or a ticket: quotes, heads, greetings, signatures, disclaimers. Only
what is written states a fact.

# kb/facts

What is known about one computer, and how it came to be known: told, else a log line, else words of the report, else derived from
other facts. Vocabulary.Read is a pure function of report, facts.yaml and language.yaml. A text becomes tokens, tagged with the
classes of words that begin there, and clauses; triggers give parts of it a mood (denied, doubted, asked, planned, over, of somebody
else's computer), and a sign counts where it is said plainly, with the words that must stand beside it. Plain words of the subject
count beside one of its anchors only, and two answers to one question are no answer. A derived fact that its inputs do not settle
keeps the set of values that it may still become, because the walk needs exactly that; and a derived fact is as sure as its inputs.

# kb/tree

Tree.Walk goes through every branch that is still open. For each question it asks three things: what is concluded if nothing more
becomes known, what do all possible answers conclude, and what could any answer conclude. The first confirms, the second makes sure
of it, the third keeps possible, the rest is ruled out, each with its reason. There are no weights. A finding names
what it rests on that was only read from prose: a script that changes something wants a yes to all of it. Link proves that a walk ends,
that everything is reached, that no answer silently takes back what "don't know" concluded, and that nothing is changed before the
report is a case of the article: by a line of a log, or by its trouble and its event. The tests hold the walk against brute force.

# kb/plan, kb/program and kb/script

A fix is typed steps, each a verb with a file of its own; there is none for "run this text". Plan.Bind is the second wall: values fill
typed fields. Combine makes one plan of several fixes: one backup, one stop, all edits, one start. Plan.Sketch is Bind for people: what
was only read is marked, and no script is made of it. Plan.Program compiles a stage into a program.Program, the repair protocol as a
closed set of operations: look, save, note, change, look again; rollback and undo are derived from the notes. program.Execution carries a
program out on a model of a computer, where it is killed before every change: that is the proof of the protocol. script.Render prints the
program in a dialect, whole or not at all, and its quoting is the third wall. Same plan, same bytes, so that a hash names a script.

# kb

Load puts a knowledge base together; Check proves it sound with imagined people, with the cases that stand beside each tree, and
with the archive where it is at hand. Content that has a problem is not served.

# index

Everything about search, and the only package that knows bleve. The built-in articles are searched in memory; an archive becomes a
snapshot folder that is opened read-only, in place.

# desk

[Desk.Answer] is the one function in which reading, walking, planning, rendering and searching meet, in sight of each other:

	facts and log    facts.Vocabulary.Read      refused answers end here, as a Refusal with the question to ask again
	     │
	the walk         tree.Tree.Walk             findings, and the one question that comes next
	     │
	the plan         plan.Combine, Plan.Bind    a sketch to read where it rests on what was only read from prose and wants a yes,
	     │                                      or on answers that contradict each other
	the scripts      script.Render              every dialect that can express the plan; the text of one of them; of a sketch
	     │                                      the runbook alone, and the scripts that only look
	     │
	related          index.Search               linked articles marked as linked

A result line of a script that the conversation was given (script.ParseResults) becomes a Run of the answer: how it ended, and what next.

The desk has no memory: the same report gets the same answer, and callers that send all facts each time need no session.

# Around the desk

A report comes in by one door: [Read] holds JSON to the rules, [Report.Check] a report that was made in Go, and [Explain] completes what
they refuse with the question to ask again. An answer goes out in one voice: package words says it in sentences, in English or German, whole
or short, for a terminal, a chat, a ticket or a model.

	desk/words    an answer as text, Markdown or HTML, within a limit of characters
	session       what is remembered, in memory, in a file, in DynamoDB, with one conformance test; conversations join reports
	signing       scripts are signed, their addresses sealed, and the keys to check them with published
	catalog       the articles, trees and facts that answers point at, and the links between them
	api           the API for programs, its description in OpenAPI, and scripts by their address
	page          the page for people, from a symptom to a script
	route         what api and page have in common; errors become responses there, in one switch
	feedback      what people say of an answer
	ticket        webhooks of ticket systems, tickets read, notes written: a file for each system
	dialogue      a conversation in which people answer later and elsewhere: whether a message answers the question, and who said what
	replier       works on queued events of tickets: reads, asks the desk, writes one note
	queue         work in order for each ticket, in a file or on SQS, with one conformance test
	outgoing      events for others, signed, to public addresses alone
	prose         paragraphs as plain text, Markdown, HTML or for a terminal, within a limit
	mcp           the same API as tools, resources and a prompt for a model
	edge          what stands around all handlers, once: id, headers, deadline, panic, compression, log line, metrics, one form of a problem
	auth          who may call: API keys and tokens, with scopes and rates
	idempotency   a POST that is sent twice is answered once
	telemetry     log lines and metrics
	secret        secrets that are kept for a while and may change meanwhile
	snapshot      an index on its way from where it is built to where it serves
	publish       the gate before it
	app           the program as a whole, the same in the cloud and on a laptop
	cloud         the only importer of the AWS SDK
	lambdahttp    events of API Gateway and Function URLs to and from http.Handler, the settings of a function, and its start

A request passes edge, which asks auth who calls and idempotency whether it was answered before; then the routes of api, page, mcp or signing, which app mounts side by side;
then the desk, by way of session where the report names a conversation. edge holds the answer back until it is whole.

Below functions/internal/testing stand the parts of tests: runtimeapi runs the built bootstrap as the platform does, testbed finds and
starts real servers, localaws is the deployed shape on one machine, faultinjection breaks it, examples runs the scripts of the worked
cases, stacktest holds template.yaml to what it promises, sessiontest every store, and importtest says who may import whom.

The mains under functions/ are thin: api, chat, ticket, reply and reindex are deployed, fixdesk is everything in one program.

# Words

	article       a numbered document of the knowledge base: Q238865
	tree          the decision tree of an article: questions, diagnoses, fixes
	fact          one answer about one computer, with the source that it is known from
	sign          words of a report from which a fact is read; a guard keeps one from being read
	finding       a diagnosis with its state after a walk: confirmed, possible, ruled out
	confirmation  a person's yes to what was read from prose
	fix, plan     steps that repair one cause; what is done for all causes together, in stages
	script        a stage of a plan in a dialect; the runbook is the whole plan for a person
	proof         the citation of what an article says: article, section, paragraph
	report        what a person says; an answer is what the desk says to it
	session       a conversation that is remembered
	snapshot      a published index, immutable and named by its hash
*/
package desk
