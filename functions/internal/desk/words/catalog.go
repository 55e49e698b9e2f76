package words

import "strings"

// A language is the code of a catalog.
type language string

const (
	english language = "en"
	german  language = "de"
)

// catalogs hold every sentence that is said around what the content says itself, by name. What stands in braces is filled in.
var catalogs = map[language]map[string]string{
	english: {
		"diagnosed":   "One cause is found.",
		"diagnosed-n": "{n} causes are found.",
		"ask":         "Nothing is certain yet.",
		"undecided":   "Nothing is certain, and nothing is left to ask.",
		"no-tree":     "This fits none of the problems that are known here.",
		"no-tree-ok":  "This fits none of the problems that are known here. The articles below may help.",

		"high":   "certain",
		"medium": "likely",
		"low":    "in doubt, because answers contradict each other",

		"cause":      "{says} ({class})",
		"because":    "{value}: {source}",
		"words":      "{value}: {source}, “{words}”",
		"told":       "you said so",
		"log":        "the log says so",
		"text":       "read from what you wrote",
		"derived":    "it follows from your answers",
		"proof":      "Source: {article}, {section}, paragraph {n}.",
		"proof-top":  "Source: {article}, paragraph {n} before the first heading.",
		"no-proof":   "Source: none of the articles; it is general knowledge.",
		"doubt":      "Doubt: {says}",
		"conflict":   "These answers do not go together: {says}.",
		"possible":   "Possible too:",
		"ruled-out":  "Ruled out:",
		"question":   "Question: {text}",
		"list":       "Several answers are possible.",
		"free":       "Answer in your own words.",
		"unknown":    "“Don't know” is an answer, too.",
		"confirm":    "Say which of these is right, before a script changes anything:",
		"further":    "There may be other causes as well.",
		"plan":       "Plan: {goal}",
		"risk":       "Risk: {risk}.",
		"none":       "none",
		"low-risk":   "low",
		"mid-risk":   "medium",
		"high-risk":  "high",
		"restart":    "The computer is restarted on the way.",
		"blocked":    "No script changes anything until this is answered: {facts}.",
		"or":         "Instead of it: {fixes}.",
		"person":     "a person",
		"reads":      "the script, which only looks",
		"changes":    "the script, which changes something",
		"step":       "{does} ({who})",
		"step-of":    "{does} ({who}; {article})",
		"scripts":    "Scripts, which without an argument only show what they would do:",
		"script":     "{file}: {effect}",
		"script-at":  "{file}: {effect}, {href}",
		"looks":      "only looks",
		"acts":       "changes something",
		"run":        "Script {script}: {says}",
		"run-on":     "Script {script} on {computer}: {says}",
		"related":    "To read:",
		"left-out":   "More is left out here.",
		"in-english": "",
	},
	german: {
		"diagnosed":   "Eine Ursache ist gefunden.",
		"diagnosed-n": "{n} Ursachen sind gefunden.",
		"ask":         "Noch steht nichts fest.",
		"undecided":   "Nichts steht fest, und es bleibt nichts zu fragen.",
		"no-tree":     "Das passt zu keinem der Probleme, die hier bekannt sind.",
		"no-tree-ok":  "Das passt zu keinem der Probleme, die hier bekannt sind. Die Artikel unten können helfen.",

		"high":   "sicher",
		"medium": "wahrscheinlich",
		"low":    "zweifelhaft, weil Antworten einander widersprechen",

		"cause":      "{says} ({class})",
		"because":    "{value}: {source}",
		"words":      "{value}: {source}, „{words}“",
		"told":       "das haben Sie gesagt",
		"log":        "das steht im Protokoll",
		"text":       "das stand in Ihrem Text",
		"derived":    "das folgt aus Ihren Antworten",
		"proof":      "Quelle: {article}, {section}, Absatz {n}.",
		"proof-top":  "Quelle: {article}, Absatz {n} vor der ersten Überschrift.",
		"no-proof":   "Quelle: keiner der Artikel; es ist Allgemeinwissen.",
		"doubt":      "Zweifel: {says}",
		"conflict":   "Diese Antworten passen nicht zusammen: {says}.",
		"possible":   "Auch möglich:",
		"ruled-out":  "Ausgeschlossen:",
		"question":   "Frage: {text}",
		"list":       "Mehrere Antworten sind möglich.",
		"free":       "Antworten Sie in eigenen Worten.",
		"unknown":    "„Weiß nicht“ ist auch eine Antwort.",
		"confirm":    "Sagen Sie, was davon stimmt, bevor ein Skript etwas ändert:",
		"further":    "Es kann noch andere Ursachen geben.",
		"plan":       "Plan: {goal}",
		"risk":       "Risiko: {risk}.",
		"none":       "keines",
		"low-risk":   "gering",
		"mid-risk":   "mittel",
		"high-risk":  "hoch",
		"restart":    "Der Computer wird dabei neu gestartet.",
		"blocked":    "Kein Skript ändert etwas, bevor das beantwortet ist: {facts}.",
		"or":         "Stattdessen geht auch: {fixes}.",
		"person":     "eine Person",
		"reads":      "das Skript, das hier nur nachsieht",
		"changes":    "das Skript, das hier etwas ändert",
		"step":       "{does} ({who})",
		"step-of":    "{does} ({who}; {article})",
		"scripts":    "Skripte, die ohne Argument nur zeigen, was sie tun würden:",
		"script":     "{file}: {effect}",
		"script-at":  "{file}: {effect}, {href}",
		"looks":      "sieht nur nach",
		"acts":       "ändert etwas",
		"run":        "Skript {script}: {says}",
		"run-on":     "Skript {script} auf {computer}: {says}",
		"related":    "Zum Lesen:",
		"left-out":   "Hier ist nicht alles wiedergegeben.",
		"in-english": "Was aus den Artikeln kommt, steht auf Englisch da.",
	},
}

// say returns a sentence with its gaps filled: pairs of a name and a text. It panics on a sentence that is not there, which only a mistake
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
