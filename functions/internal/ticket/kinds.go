package ticket

// kinds is the table of ticket systems.
var kinds = []Kind{
	requestTracker,
	generic,
}
