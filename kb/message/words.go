package message

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFold is how much of a line is looked at to tell what it is.
const maxFold = 400

// fold returns the beginning of a text in small letters without accents, umlauts spelled in two letters, one blank for many. Mails of the time
// may be Latin-1 inside: a byte that is no UTF-8 is taken for one.
func fold(s string) string {
	var b strings.Builder
	b.Grow(min(len(s), maxFold) + 8)
	gap := false
	for i, c := range s {
		if i >= maxFold {
			break
		}
		if c == utf8.RuneError {
			c = rune(s[i])
		}
		if unicode.IsSpace(c) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		if c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c |= 0x20
			}
			b.WriteByte(byte(c))
			continue
		}
		c = unicode.ToLower(c)
		if plain, ok := accents[c]; ok {
			b.WriteString(plain)
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

var accents = map[rune]string{
	'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss", 'à': "a", 'á': "a", 'â': "a", 'è': "e", 'é': "e", 'ê': "e", 'í': "i", 'ó': "o", 'ú': "u", 'ñ': "n",
	'ł': "l", '’': "'", '‘': "'", '–': "-", '—': "-", '‑': "-",
}

// set returns phrases that are written between bars.
func set(words string) map[string]bool {
	all := map[string]bool{}
	for w := range strings.SplitSeq(words, "|") {
		all[strings.TrimSpace(w)] = true
	}
	return all
}

// firsts returns the first words of phrases.
func firsts(phrases map[string]bool) map[string]bool {
	all := map[string]bool{}
	for p := range phrases {
		first, _, _ := strings.Cut(p, " ")
		all[first] = true
	}
	return all
}

// list is like set for beginnings of lines, where an underscore at the end is a blank.
func list(words string) []string {
	all := strings.Split(words, "|")
	for i := range all {
		all[i] = strings.TrimSpace(all[i]) + strings.Repeat(" ", strings.Count(all[i], "_"))
		all[i] = strings.ReplaceAll(all[i], "_", "")
	}
	return all
}

// Mails below mails.
var (
	originals = list(`original message | original-nachricht | originalnachricht | original appointment | originaltermin | message d'origine | message original |
		mensaje original | messaggio originale | oorspronkelijk bericht`)
	forwards = list(`forwarded message | forwarded by | forwarded mail | weitergeleitete nachricht | weitergeleitete mail | weitergeleitet von | weitergeleitet durch |
		message transfere | doorgestuurd bericht`)
	ons      = list(`on_ | am_ | le_ | el_ | il_ | op_ | den_ | em_`)
	wrotes   = set(`wrote | writes | schrieb | ecrit | scritto | escribio | schreef | skrev | escreveu | napisal`)
	pronouns = set(`i | ich | we | wir | it | he | she | they | you | er | es`)
	articles = set(`the | an | our | my | this | der | die | das | dem | unser | unsere | ein | eine`)

	forwardMarks = set(`fw | fwd | wg | tr`)
	replyMarks   = set(`fw | fwd | wg | tr | re | aw | sv | rif`)
)

var fieldKeys = map[string]keys{
	"from": keyFrom, "von": keyFrom, "de": keyFrom,
	"sent": keyDate, "gesendet": keyDate, "date": keyDate, "datum": keyDate, "envoye": keyDate, "sent on": keyDate, "gesendet am": keyDate, "sent at": keyDate,
	"to": keyTo, "an": keyTo, "a": keyTo,
	"subject": keySubject, "betreff": keySubject, "objet": keySubject,
	"cc": keyOther, "bcc": keyOther, "kopie": keyOther, "reply-to": keyOther, "antwort an": keyOther, "importance": keyOther, "wichtigkeit": keyOther,
	"priority": keyOther, "prioritaet": keyOther, "attachments": keyOther, "anlagen": keyOther, "sender": keyOther, "message-id": keyOther,
	"organization": keyOther, "organisation": keyOther, "x-mailer": keyOther, "mime-version": keyOther, "content-type": keyOther, "in-reply-to": keyOther,
}

// Heads of tickets.
var (
	subjects   = set(`subject | betreff | objet | short description | kurzbeschreibung`)
	strongKeys = set(`ticket | ticket id | ticket no | ticket no. | ticket number | ticket-nr | ticket-nr. | ticketnummer | incident | incident number | case number |
		case id | caller | anrufer | melder | requestor | requestors | requester | requested by | queue | transaction | assigned to | assignment group | zugewiesen an |
		bearbeiter | category | subcategory | kategorie | unterkategorie | opened by | reported by | gemeldet von | erfasst von | kundennummer | sla`)
	scaleKeys = set(`priority | prioritaet | prio | urgency | dringlichkeit | severity | impact | status | state | auswirkung`)
	scale     = set(`high | medium | low | critical | urgent | normal | none | moderate | planning | minor | major | hoch | mittel | niedrig | kritisch | dringend | gering |
		new | open | closed | resolved | pending | progress | in | stalled | on | hold | neu | offen | geschlossen | bearbeitung | wartend | geloest | | very | sehr`)
	weakKeys = set(`owner | opened | created | created on | erstellt | erstellt am | eroeffnet | due | due date | faellig | customer | kunde | department | abteilung | phone |
		telefon | tel | e-mail | email | contact | kontakt | location | standort | channel | kanal | ticket <url`)
	labelKeys = set(`description | beschreibung | details | long description`)
	tickets   = set(`ticket | incident | case | request | call | vorgang | anfrage | stoerung | problem`)
	idWords   = set(`no | nr | number | nummer | id`)
)

// Closings and what stands below them.
var (
	closings = set(`regards | best regards | kind regards | kindest regards | warm regards | warmest regards | with kind regards | with best regards | rgds | br | kr | brgds |
		best | best wishes | all the best | cheers | thanks | many thanks | thanks in advance | many thanks in advance | thanks a lot | thank you | thank you in advance |
		thank you very much | thanks very much | thx | tia | sincerely | sincerely yours | yours sincerely | yours faithfully | yours truly | yours |
		mit freundlichen gruessen | mit freundlichen grussen | mit freundlichem gruss | mit freundlichen gruss | mit besten gruessen | mit bestem gruss | mit herzlichen gruessen |
		mit vielen gruessen | freundliche gruesse | freundlichen gruss | freundliche grusse | viele gruesse | beste gruesse | besten gruss | schoene gruesse | schoenen gruss |
		herzliche gruesse | liebe gruesse | lieben gruss | gruss | gruesse | grusse | viele grusse | mfg | m.f.g | vg | lg | bg | hg | hochachtungsvoll |
		danke | vielen dank | besten dank | herzlichen dank | danke im voraus | vielen dank im voraus | danke vorab | vielen dank vorab | besten dank im voraus | danke schoen |
		cordialement | bien cordialement | saludos | met vriendelijke groet | met vriendelijke groeten | med venlig hilsen`)
	closingFirsts = firsts(closings)

	thanks  = list(`thank | thanks | thx | danke | vielen | besten | herzlichen | many | tia`)
	short   = set(`best | br | kr | yours | cheers | danke | thx`)
	joiners = set(`& | and | und | / | - | , | + | |`)
	between = set(`of | and | und | der | die | das | fuer | for | the | in | von | van | de | du | zu | zur | im | i | v | a | i.a | i.v | ppa | at | bei | & | e | a. | dr | am | an | on`)
	devices = list(`sent from my_ | sent from mail for_ | sent from outlook | sent from yahoo | get outlook for | von meinem iphone | von meinem ipad | von meinem handy |
		von meinem mobil | gesendet von | gesendet mit der | envoye de mon | diese nachricht wurde von meinem`)
	labels = list(`tel. | tel: | tel_ | tel.: | phone | telefon | fon | fax | telefax | mobil | mobile | cell | handy | durchwahl | ext. | ext_ | extension | direct: | office: |
		e-mail: | email: | mail: | web: | internet: | url: | http | t: | f: | m: | e: | p: | geschaeftsfuehr | amtsgericht | sitz der_ | ust-id | ust.-id | vat_ |
		handelsregister | registergericht | hrb_ | registered office | registered in | vorstand | vorsitzende | aufsichtsrat | a: `)
	legal       = list(`geschaeftsfuehr | amtsgericht | sitz der_ | ust | handelsregister | registergericht | registered | vorstand | vorsitzende | aufsichtsrat`)
	shorts      = list(`co. | ltd. | inc. | corp. | llc. | e.v. | str. | a.g. | st. | gmbh. | dept. | jr. | sr.`)
	streets     = set(`street | st | road | rd | avenue | ave | lane | drive | way | square | floor | room | suite | building | box | postfach | platz | weg | allee | gasse | ring | raum | gebaeude | etage | og | str | haus | house | zimmer | stock | halle | hall`)
	postscripts = list(`p.s. | ps: | ps. | ps_ | p.p.s | pps: | n.b. | nb: | nachtrag`)
)

// Disclaimers: how a paragraph begins, and what else it must say.
var (
	disclaiming = list(`disclaimer | confidential | legal notice | haftungsausschluss | vertraulich | this e-mail | this email | this mail | this message | this communication |
		this transmission | the information | the content | the contents | information in this | diese e-mail | diese email | diese mail | diese nachricht | der inhalt | die in dieser |
		die information | if you are not | if you have | if you received | wenn sie | falls sie | sollten sie | please consider | please think | think before | bitte denken | bitte pruefen | no virus | checked by |
		virus-free | virenfrei | viren-frei | scanned by | caution | achtung | warning: this | external | any views | dieses dokument | internet e-mails`)
	headings    = set(`disclaimer | confidentiality notice | confidential | confidentiality | legal notice | haftungsausschluss | vertraulichkeitshinweis | vertraulich`)
	disclaimers = disclaimerRules()
	legalWords  = list(`recipient | confidential | privileged | unauthori | disclos | disseminat | prohibited | copying | vertraulich | empfaenger | adressat | absender | unbefugt |
		vernichten | loeschen sie | virus | viren | liab | haftung | e-mail | email | nicht gestattet | notify the sender | in error | irrtuemlich | weitergabe`)
)

func disclaimerRules() [][]string {
	var rules [][]string
	add := func(first, rest string) {
		for _, f := range list(first) {
			for _, alternative := range list(rest) {
				rules = append(rules, append([]string{f}, strings.Split(alternative, "+")...))
			}
		}
	}
	add(`this e-mail | this email | this mail | this message | this communication | this transmission | the information | the content | information in this`,
		`confidential | privileged | intended recipient | intended only | intended solely | solely for the use | intended for the+named | scanned+virus | checked+virus | swept+virus`)
	add(`diese e-mail | diese email | diese mail | diese nachricht | der inhalt dieser | die in dieser | die information | dieses dokument`,
		`vertraulich | rechtlich geschuetzt | bestimmt+adressat | bestimmt+empfaenger | geprueft+viren | geprueft+avast | frei+viren | adressat+ausschliesslich`)
	add(`if you are not | if you have | if you received`, `intended recipient | intended addressee | received this+in error | this e-mail+in error | this message+in error`)
	add(`wenn sie | falls sie | sollten sie`, `nicht der richtige | irrtuemlich erhalten | nicht der beabsichtigte | nicht der vorgesehene`)
	add(`please consider | please think | think before`, `environment | print`)
	add(`bitte denken | bitte pruefen`, `umwelt`)
	add(`no virus`, `found in this`)
	add(`checked by`, `avg | avast | antivirus`)
	add(`virus-free | virenfrei | viren-frei`, `avast | avg | www`)
	add(`scanned by`, `mailscanner | virus | avast`)
	add(`caution | warning: this | external`, `originated+outside | external sender | from outside`)
	add(`achtung`, `stammt+ausserhalb | externen absender`)
	add(`any views`, `author+not necessarily | sender+not necessarily`)
	add(`disclaimer | confidential | legal notice`, `: +recipient | :+confidential | :+e-mail | :+privileged`)
	add(`haftungsausschluss | vertraulich`, `:+e-mail | :+empfaenger`)
	add(`internet e-mails`, `secure`)
	return rules
}

// Greetings. The longer ones come first.
var (
	greetings = list(`good morning | good afternoon | good evening | good day | guten morgen | guten tag | guten abend | gruess gott | grüß gott | sehr geehrte | sehr geehrter |
		sehr geehrtes | liebe | lieber | liebes | hallo | hello | hey | hi | dear | morning | moin moin | moin | servus | grüezi | bonjour | hola | greetings | to whom it may concern`)
	addressed = set(`all | team | everyone | everybody | there | folks | support | guys | helpdesk | together | colleagues | kollegen | kolleginnen | zusammen | damen | herren | herr | frau |
		und | and | or | oder | sir | madam | mr | mr. | mrs | mrs. | ms | ms. | liebe | lieber | kollege | kollegin | again | nochmal | & | / | dr. | an | alle | the | service | desk | it | it-support`)
	notNames = set(`i | we | my | our | the | this | that | it | is | in | on | at | a | an | to | can | could | please | when | since | after | if | what | how | why | ich | wir | mein |
		meine | unser | unsere | das | die | der | es | ist | bitte | kann | wenn | seit | nach | wie | was | not | no | world`)
)

// pointing are the words of which whoever says nothing more points at what is quoted below.
var pointing = set(`see | below | above | attached | please | pls | plz | the | a | an | this | that | these | mail | mails | e-mail | email | emails | message | messages | thread | from | by | user |
	users | customer | customers | client's | colleague | fyi | fya | fyr | for | your | info | information | infos | attention | action | reference | can | you | could | would | will | somebody |
	someone | anybody | anyone | help | assist | advise | advice | comment | comments | have | take | look | into | at | it | with | me | us | on | in | any | idea | ideas | thoughts | thought | what | do | think | of |
	and | or | to | thanks | thank | many | regards | request | ticket | issue | problem | question | report | one | i | forward | forwarded | forwarding | forwards | here | is | are | inline | answers | my | reply |
	trail | chain | kindly | handle | check | read | about | know | let | asap | urgently | hi | hello | hallo | further | details | mentioned | following | over | original |
	same | here | problem | me | too | auch | hier | dasselbe | gleiches |
	siehe | s | s.u | su | unten | unten- | oben | untenstehend | untenstehende | unten stehende | stehende | zur | z.k | zk | zu | kenntnis | kenntnisnahme | bitte | um | hilfe | koennt | koennen | kann | ihr | sie |
	du | jemand | helfen | weiterhelfen | weiter | mir | uns | dabei | hierzu | dazu | mal | anschauen | schauen | ansehen | ansehst | anbei | folgende | folgenden | nachricht | anfrage | kunde | kunden | kundin |
	anwender | anwenders | benutzer | die | der | das | den | dem | diese | dieser | diesem | mit | und | oder | von | vom | danke | vorab | dank | vielen | besten | wg | ideen | idee | eine | einer | was | meint | dir | euch | ich | weiterleiten |
	weitergeleitet | leite | hiermit | dies | bearbeitung | pruefung | rueckmeldung | stellungnahme | info: | fuer | hab | habt | haben`)
