package script

// evidence are the lines of the client's logs that decide something: the name of the log, and words that the line has.
var evidence = []struct{ file, text string }{
	{"Ccim32.log", "out of sync with offer file version"},
	{"Ccim32.log", "The CAP base release"},
	{"Ccim32.log", "could not find a site CAP with uplevel"},
	{"Ccim32.log", "does not exist any longer"},
	{"Ccim32.log", "Unable to check assignment for site"},
	{"Ccim32.log", "could not read files from site"},
	{"Ccim32.log", "Client core file version"},
	{"Clicore.log", "Base client files are version"},
	{"Clicore.log", "Current clibase version is"},
	{"Smsapm32.log", "Unable to connect to CAP to test"},
	{"Smsmon32.log", "IPC_CS_MESSG_REQUEST_PROGRAM_CAPICON"},
	{"Wn_logon.log", "Site Key #"},
	{"Wn_logon.log", "Site Value #"},
	{"Wn_logon.log", "No COMPVER.INI found for site"},
	{"Wn_logon.log", "Client deinstall flag set"},
	{"Wnmanual.log", "Client deinstall flag set"},
}
