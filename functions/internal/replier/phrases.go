package replier

import "strings"

// phrases are the sentences of a note that are not about an answer, by language and name. What stands in braces is filled in.
var phrases = map[string]map[string]string{
	"en": {
		"mark":       "Fixdesk note {n}{tree}.",
		"tree":       ", tree {article} version {version}",
		"reply":      "Answer by a reply with one of these, or with its number. What you write beside it is read as well.",
		"reply-free": "Answer by a reply that begins with it.",
		"reply-yes":  "Reply with yes where all of it is right, or with the numbers of what is right.",
		"solved":     "Is the trouble over? Reply with yes or no.",
		"unclear":    "Your last reply could not be read as an answer, so the question is asked again.",
		"wrong":      "This could not be taken: {what}",
		"unread":     "These files were not read: {files}. Logs are read as .log, .txt or .lo_, up to 2 MB.",
		"understood": "What was understood:",
		"given":      "What was said, and by whom:",
		"by":         "{fact}: {who}",
		"hash":       "Check what you download: {file} has the SHA-256 {sum}.",
		"over":       "The trouble is over. Nothing more is written here.",
		"person":     "A person is to take over: {why}. Nothing more is written here.",
		"why-person": "somebody asked for one", "why-not-solved": "the trouble is not over", "why-unknown": "too much is not known",
		"why-conflict": "answers that do not go together were given again", "why-merged": "tickets were merged, and what was said in them may be about several computers",
		"tried":     "Scripts that were given:",
		"tried-one": "{fix}, stage {stage}: script={id}",
		"runbook":   "The runbook:",
		"left-out":  "More is left out here.",
	},
	"de": {
		"mark":       "Fixdesk-Notiz {n}{tree}.",
		"tree":       ", Baum {article} Version {version}",
		"reply":      "Antworten Sie mit einer davon oder mit ihrer Nummer. Was Sie daneben schreiben, wird auch gelesen.",
		"reply-free": "Beginnen Sie Ihre Antwort damit.",
		"reply-yes":  "Antworten Sie mit ja, wenn alles stimmt, oder mit den Nummern dessen, was stimmt.",
		"solved":     "Ist die Störung behoben? Antworten Sie mit ja oder nein.",
		"unclear":    "Ihre letzte Antwort ließ sich nicht als solche lesen, darum kommt die Frage noch einmal.",
		"wrong":      "Das ließ sich nicht verwenden: {what}",
		"unread":     "Diese Dateien wurden nicht gelesen: {files}. Protokolle werden als .log, .txt oder .lo_ gelesen, bis 2 MB.",
		"understood": "Was verstanden wurde:",
		"given":      "Was gesagt wurde, und von wem:",
		"by":         "{fact}: {who}",
		"hash":       "Prüfen Sie, was Sie herunterladen: {file} hat die SHA-256 {sum}.",
		"over":       "Die Störung ist behoben. Hier wird nichts mehr geschrieben.",
		"person":     "Eine Person soll übernehmen: {why}. Hier wird nichts mehr geschrieben.",
		"why-person": "jemand hat darum gebeten", "why-not-solved": "die Störung ist nicht behoben", "why-unknown": "zu viel ist nicht bekannt",
		"why-conflict": "Antworten, die nicht zusammenpassen, wurden noch einmal gegeben", "why-merged": "Tickets wurden zusammengelegt, und was darin steht, kann mehrere Computer betreffen",
		"tried":     "Skripte, die ausgegeben wurden:",
		"tried-one": "{fix}, Stufe {stage}: script={id}",
		"runbook":   "Die Anleitung:",
		"left-out":  "Hier ist nicht alles wiedergegeben.",
	},
}

// say returns a sentence in a language, with its gaps filled: pairs of a name and a text.
func say(language, name string, pairs ...string) string {
	catalog, ok := phrases[language]
	if !ok {
		catalog = phrases["en"]
	}
	gaps := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		gaps = append(gaps, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(gaps...).Replace(catalog[name])
}
