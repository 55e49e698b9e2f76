package words

import (
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
)

// A language is the code of a catalog.
type language string

const (
	english language = "en"
	german  language = "de"
)

// catalogs hold, by name, every sentence and label that is said around what the content says itself. What stands in braces is filled in. A
// label stands over a part of an answer, or before a colon; it has no full stop.
var catalogs = map[language]map[string]string{
	english: {
		// where things stand
		"diagnosed":         "One cause is found.",
		"diagnosed-n":       "{n} causes are found.",
		"diagnosed-n-more":  "One plan takes care of all of them, in the right order.",
		"ask":               "Nothing is certain yet.",
		"undecided":         "No cause is certain.",
		"undecided-more":    "No question is left that could decide it.",
		"no-tree":           "This fits none of the problems that are known here.",
		"no-tree-more":      "The articles below share words with the report; none of them is a diagnosis.",
		"no-tree-alone":     "No article shares enough words with the report, either.",
		"label-diagnosed":   "Diagnosis",
		"label-undecided":   "Undecided",
		"label-no-tree":     "Something else",
		"conflicts":         "These answers do not go together",
		"conflict-settle":   "No script changes anything until this is settled.",
		"runs":              "What the scripts reported",
		"run":               "Script {script}: {says}",
		"run-on":            "Script {script} on {computer}: {says}",
		"understood":        "What was understood",
		"said":              "What you said",
		"left-out":          "More is left out here.",
		"language-of-texts": "",

		// a diagnosis
		"confirmed-high":   "Confirmed",
		"confirmed-medium": "Likely",
		"confirmed-low":    "Doubtful",
		"possible":         "Possible",
		"ruled-out":        "Ruled out",
		"causes":           "The causes",
		"found-so-far":     "Found so far",
		"still-possible":   "Still possible",
		"labelled":         "{label}: {says}",
		"why":              "Why",
		"because":          "{value}; {source}",
		"told":             "you said so",
		"log":              "the log says so",
		"log-words":        "the log says “{words}”",
		"text":             "read from what you wrote",
		"text-words":       "you wrote “{words}”",
		"derived":          "it follows from your answers",
		"derived-from":     "it follows from: {fact}",
		"depends-on":       "It depends on",
		"source":           "Source",
		"article-says":     "What the article says",
		"in-our-words":     "in our words",
		"citation":         "{article}, {section}, paragraph {n}",
		"citation-top":     "{article}, paragraph {n} before the first heading",
		"no-proof":         "No article states it; it is general knowledge.",
		"left-open":        "What the articles leave open",
		"see":              "See also",

		// a question
		"question":          "Question",
		"question-stands":   "The diagnosis stands. Your answer makes it more certain, or the plan more exact.",
		"question-further":  "What was found so far stands. Your answer may show another cause.",
		"several":           "Several answers are possible.",
		"free":              "Answer in your own words.",
		"unknown-allowed":   "“Don't know” is an answer, too.",
		"value-unknown":     "I don't know",
		"value-none":        "None",
		"confirm":           desk.ConfirmText,
		"confirm-why":       desk.ConfirmWhy,
		"further":           "There may be other causes as well.",
		"further-exhausted": "Nothing is left to ask about other causes.",

		// a plan
		"plan":            "What to do",
		"risk":            "Risk: {risk}.",
		"risk-none":       "none",
		"risk-low":        "low",
		"risk-medium":     "medium",
		"risk-high":       "high",
		"restart":         "The computer is restarted on the way.",
		"no-restart":      "No restart is needed.",
		"blocked":         "No script changes anything until this is answered",
		"blocked-confirm": "No script changes anything until you have said whether your words were understood correctly.",
		"before":          "Before you begin",
		"alternatives":    "Another way to do it",
		"stage":           "Stage {n}",
		"by-script":       "the script does it",
		"by-person":       "you do it",
		"reads":           "only looks",
		"changes":         "changes something",
		"ext":             "public material outside the archive",
		"gk":              "general knowledge",

		// scripts
		"script":       "The script",
		"scripts":      "The scripts",
		"shows":        "Without an argument a script only shows what it would do.",
		"only-looks":   "Until the plan is settled, there are only scripts that look and change nothing.",
		"runbook":      "The whole plan on paper",
		"script-at":    "{file}: {about}, {href}",
		"script-file":  "{file}: {about}",
		"kind-cmd":     "Command script for Windows NT 4.0 and 2000",
		"kind-bat9x":   "Batch file for Windows 95, 98 and Me",
		"kind-vbs":     "Script for Windows Script Host",
		"kind-ps1":     "PowerShell for an administrator's workstation and many computers",
		"kind-reg":     "Registry file with nothing but the edits",
		"kind-md":      "Runbook to read and print",
		"use-switches": "/apply does it, /verify checks whether the cause is gone, and /undo puts back what it changed.",
		"use-vbs":      "Run it with cscript.",
		"use-ps1":      "Name the computers with -ComputerName; -Apply, -Verify and -Undo are its switches.",
		"use-reg":      "Read its comments: they list all other steps, for a person to do, with the backup first.",
		"use-md":       "Every step in words, for a person to follow.",

		"related": "Articles worth reading",
		"linked":  "named in this answer",
	},
	german: {
		"diagnosed":         "Eine Ursache ist gefunden.",
		"diagnosed-n":       "{n} Ursachen sind gefunden.",
		"diagnosed-n-more":  "Ein Plan behebt sie alle, in der richtigen Reihenfolge.",
		"ask":               "Noch steht nichts fest.",
		"undecided":         "Keine Ursache steht fest.",
		"undecided-more":    "Es bleibt keine Frage, die es entscheiden könnte.",
		"no-tree":           "Das passt zu keinem der Probleme, die hier bekannt sind.",
		"no-tree-more":      "Die Artikel unten haben Wörter mit der Meldung gemeinsam; keiner von ihnen ist eine Diagnose.",
		"no-tree-alone":     "Auch kein Artikel hat genug Wörter mit der Meldung gemeinsam.",
		"label-diagnosed":   "Diagnose",
		"label-undecided":   "Unentschieden",
		"label-no-tree":     "Etwas anderes",
		"conflicts":         "Diese Antworten passen nicht zusammen",
		"conflict-settle":   "Kein Skript ändert etwas, bevor das geklärt ist.",
		"runs":              "Was die Skripte gemeldet haben",
		"run":               "Skript {script}: {says}",
		"run-on":            "Skript {script} auf {computer}: {says}",
		"understood":        "Was verstanden wurde",
		"said":              "Was Sie gesagt haben",
		"left-out":          "Hier ist nicht alles wiedergegeben.",
		"language-of-texts": "Was aus den Artikeln kommt, steht auf Englisch da.",

		"confirmed-high":   "Bestätigt",
		"confirmed-medium": "Wahrscheinlich",
		"confirmed-low":    "Zweifelhaft",
		"possible":         "Möglich",
		"ruled-out":        "Ausgeschlossen",
		"causes":           "Die Ursachen",
		"found-so-far":     "Bisher gefunden",
		"still-possible":   "Noch möglich",
		"labelled":         "{label}: {says}",
		"why":              "Warum",
		"because":          "{value}; {source}",
		"told":             "das haben Sie gesagt",
		"log":              "das steht im Protokoll",
		"log-words":        "im Protokoll steht „{words}“",
		"text":             "das stand in Ihrem Text",
		"text-words":       "Sie haben geschrieben: „{words}“",
		"derived":          "das folgt aus Ihren Antworten",
		"derived-from":     "das folgt aus: {fact}",
		"depends-on":       "Es hängt ab von",
		"source":           "Quelle",
		"article-says":     "Was der Artikel sagt",
		"in-our-words":     "in unseren Worten",
		"citation":         "{article}, {section}, Absatz {n}",
		"citation-top":     "{article}, Absatz {n} vor der ersten Überschrift",
		"no-proof":         "Kein Artikel sagt es; es ist Allgemeinwissen.",
		"left-open":        "Was die Artikel offenlassen",
		"see":              "Siehe auch",

		"question":          "Frage",
		"question-stands":   "Die Diagnose steht. Ihre Antwort macht sie sicherer oder den Plan genauer.",
		"question-further":  "Was bisher gefunden ist, bleibt. Ihre Antwort kann eine weitere Ursache zeigen.",
		"several":           "Mehrere Antworten sind möglich.",
		"free":              "Antworten Sie in eigenen Worten.",
		"unknown-allowed":   "„Weiß nicht“ ist auch eine Antwort.",
		"value-unknown":     "Ich weiß es nicht",
		"value-none":        "Keine",
		"confirm":           "Das habe ich Ihrem Text entnommen. Stimmt es?",
		"confirm-why":       "Ein Skript, das etwas ändert, entsteht nur aus dem, was Sie gesagt haben, was ein Protokoll sagt und was Sie bestätigen.",
		"further":           "Es kann noch andere Ursachen geben.",
		"further-exhausted": "Zu anderen Ursachen bleibt nichts zu fragen.",

		"plan":            "Was zu tun ist",
		"risk":            "Risiko: {risk}.",
		"risk-none":       "keines",
		"risk-low":        "gering",
		"risk-medium":     "mittel",
		"risk-high":       "hoch",
		"restart":         "Der Computer wird dabei neu gestartet.",
		"no-restart":      "Ein Neustart ist nicht nötig.",
		"blocked":         "Kein Skript ändert etwas, bevor das beantwortet ist",
		"blocked-confirm": "Kein Skript ändert etwas, bevor Sie gesagt haben, ob Ihr Text richtig verstanden wurde.",
		"before":          "Bevor Sie anfangen",
		"alternatives":    "Ein anderer Weg",
		"stage":           "Abschnitt {n}",
		"by-script":       "das Skript macht es",
		"by-person":       "Sie machen es",
		"reads":           "sieht nur nach",
		"changes":         "ändert etwas",
		"ext":             "öffentliches Material außerhalb des Archivs",
		"gk":              "Allgemeinwissen",

		"script":       "Das Skript",
		"scripts":      "Die Skripte",
		"shows":        "Ohne Argument zeigt ein Skript nur, was es tun würde.",
		"only-looks":   "Bis der Plan geklärt ist, gibt es nur Skripte, die nachsehen und nichts ändern.",
		"runbook":      "Der ganze Plan auf Papier",
		"script-at":    "{file}: {about}, {href}",
		"script-file":  "{file}: {about}",
		"kind-cmd":     "Befehlsskript für Windows NT 4.0 und 2000",
		"kind-bat9x":   "Stapeldatei für Windows 95, 98 und Me",
		"kind-vbs":     "Skript für Windows Script Host",
		"kind-ps1":     "PowerShell für den Arbeitsplatz eines Administrators und viele Computer",
		"kind-reg":     "Registrierungsdatei, die nur die Änderungen enthält",
		"kind-md":      "Anleitung zum Lesen und Drucken",
		"use-switches": "/apply führt es aus, /verify prüft, ob die Ursache behoben ist, und /undo stellt wieder her, was es geändert hat.",
		"use-vbs":      "Starten Sie es mit cscript.",
		"use-ps1":      "Nennen Sie die Computer mit -ComputerName; -Apply, -Verify und -Undo sind seine Schalter.",
		"use-reg":      "Lesen Sie die Kommentare: sie nennen alle anderen Schritte, die eine Person ausführt, zuerst die Sicherung.",
		"use-md":       "Jeder Schritt in Worten, für eine Person.",

		"related": "Artikel zum Lesen",
		"linked":  "in dieser Antwort genannt",
	},
}

// say returns a sentence with its gaps filled: pairs of a name and a text. It panics on a sentence that does not exist, which only a mistake
// in the program can cause.
func (l language) say(name string, pairs ...string) string {
	text, ok := catalogs[l][name]
	if !ok {
		panic("no sentence is called " + name)
	}
	gaps := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		gaps = append(gaps, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(gaps...).Replace(text)
}
