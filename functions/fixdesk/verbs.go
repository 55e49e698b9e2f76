package main

// verbs returns everything that the program does, in the order of its help.
func verbs() []verb {
	return []verb{
		&serveVerb{},
		&askVerb{},
		&diagnoseVerb{},
		&showVerb{},
		&newVerb{},
		&checkVerb{},
		&scriptsVerb{},
		&verifyVerb{},
		&indexVerb{},
		&searchVerb{},
		&publishVerb{},
		&ticketsVerb{},
		&feedbackVerb{},
	}
}
