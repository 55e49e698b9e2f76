package program

import (
	"fmt"
	"regexp"
	"strings"
)

// words are the sentences that a person sees, shared by all dialects: each is written once. A name in braces stands for what the
// script finds out, or for what the plan fills in. Sentences are ASCII without quotes, percent signs, ampersands and round brackets,
// so that every shell prints them as they are.
var words = map[string]string{
	// how a run ends
	"nothing-was-changed": "Nothing was changed. Run this file with {apply} to do it.",
	"rolled-back":         "What was changed was put back.",
	"not-rolled-back":     "What was changed could not all be put back. Run this file with {undo}, or import the exports in the folder of the run.",
	"started":             "The program was started and ended with code {code}. Run this file with {verify} later to see whether it has worked.",
	"host-error":          "The script met an error of its host: {error} If anything was changed, run this file with {undo}.",
	"undone":              "What the last run changed is as it was before.",
	"whatif":              "Only shown, as -WhatIf asks.",

	// before anything else
	"not-nt":         "This is not Windows NT 4.0, 2000 or later. Nothing was done.",
	"not-9x":         "This is not Windows 95, 98 or Me. Nothing was done.",
	"no-environment": "There is no room for the variables of this script. Add SHELL=C:\\COMMAND.COM /E:2048 /P to CONFIG.SYS and restart. Nothing was done.",
	"no-temp":        "The folder for temporary files cannot be written to. Set TEMP to one that can. Nothing was changed.",
	"no-cscript":     "Run this file with cscript //nologo, which shows more than one line at a time.",
	"no-folder":      "Name the folder that holds {files} after {mode}. Nothing was changed.",
	"odd-folder":     "The name of the folder has a percent sign. Rename it, or copy the files to another folder. Nothing was changed.",
	"short-folder":   "Name the folder with its full path, from the letter of the drive on. Nothing was changed.",
	"missing-file":   "The folder does not hold {file}. Nothing was changed.",
	"wrong-drive":    "Go to the drive of the folder first, by its letter and a colon. Nothing was changed.",
	"other-view":     "This PowerShell reaches one view of the registry, and the key is in the other one. Use the other PowerShell of Windows, or a newer one. Nothing was changed.",
	"unreadable":     "The registry could not be read, so nothing can be said about this computer. Nothing was changed.",
	"no-look":        "{what} could not be looked at. Nothing was changed.",
	"locked":         "Another Fixdesk script is at work on this computer. Wait until it has ended. Nothing was changed.",
	"lock-file":      "The file {file} says that another Fixdesk script is at work, or was cut off. Make sure that none is at work, delete the file, and run this again. Nothing was changed.",
	"no-hold":        "This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed.",
	"no-rights":      "This user may not change {what}. Run this as an administrator. Nothing was changed.",
	"broken":         "An earlier run of this script did not come to its end. Run it with {undo} first. Nothing was changed.",
	"no-run":         "No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.",
	"run":            "  backup and log: {folder}",

	// what is found
	"found":   "  {name} is a {form} of {key}.",
	"is":      "  {name} is {data}.",
	"missing": "  {name} is not there.",
	"key-at":  "  The key is {key}.",
	"trace":   "  {name} is there.",

	// what stops a run
	"not-there":    "The key is there without {names}. There is nothing to do.",
	"done-already": "It is so already. There is nothing to do.",
	"odd":          "{name} is there in a form that this script does not change: as part of a text, or as data of another type. Nothing was changed.",
	"several":      "{name} is there in more than one form, and this script changes exactly one. Nothing was changed.",
	"alone":        "No other entry would be left under the key, and the last one is never taken away. Nothing was changed.",
	"alone-key":    "No other key of its kind would be left, and the last one is never touched. Nothing was changed.",
	"taken":        "{name} is there already, and is not overwritten. Nothing was changed.",
	"no-source":    "A file that is needed is not there. Nothing was changed.",
	"user":         "This changes settings of the user who runs it. Run it as the user who has the trouble.",
	"no-key":       "The key {key} is not there, and this script does not make it. Nothing was changed.",
	"no-client":    "It is not installed on this computer. There is nothing to do.",
	"still-there":  "It is not removed yet. Restart the computer, or go back to the stage before. Nothing was changed.",
	"come-back":    "This script has run here already, and it is installed. There is nothing to do.",
	"not-gone-yet": "It is still there. The computer may have to be restarted first.",
	"not-come-yet": "It is not there yet.",
	"no-label":     "The file could not be read, or it has no such label to jump to. Nothing was changed.",
	"no-line":      "The file does not hold that line exactly once. Nothing was changed.",
	"not-saved":    "The backup of {what} is missing or not whole, and the drive may be full. Nothing was changed.",
	"changed-now":  "{name} has changed while this script looked at it. Run it again. Nothing was changed.",
	"not-noted":    "A note could not be written to the folder of the run, and the drive may be full. Nothing was changed.",

	// services and programs
	"stuck":         "The service {service} goes on running, or this user may not stop it. Nothing was changed, and what was stopped is started again.",
	"stopped":       "  The service {service} was stopped.",
	"still":         "  The service {service} was asked to stop, and has not stopped. Should it stop later, start it in Control Panel, Services.",
	"down":          "  The service {service} could not be started again. Start it in Control Panel, Services.",
	"ended":         "  {image} was ended.",
	"no-tool":       "  No tool to end {image} is at hand. End it in Task Manager.",
	"not-running":   "  {image} does not run.",
	"exit":          "  {program} ended with code {code}.",
	"no-start":      "{program} could not be started.",
	"command-fails": "{program} ended with code {code}, which is an error.",

	// after a change
	"declined":     "The change of {what} was declined.",
	"not-removed":  "{name} could not be deleted, or is there again.",
	"not-set":      "{name} is not as it was set.",
	"not-alone":    "Another entry of the key is not as it was.",
	"nothing-seen": "Nothing of it can be looked at by a script.",
	"as-wanted":    "  {name}: as it must be.",

	// undo
	"cannot-undo":  "Nothing of it can be undone by a script.",
	"no-last-run":  "No run of this script is left to undo. There is nothing to do.",
	"changed-by":   "Somebody else has changed {name} since. It is left as it is, and nothing was put back.",
	"not-restored": "{name} could not be put back. Its export is in the folder of the run.",
	"not-closed":   "All is put back, but that could not be noted in the folder of the run: a later undo looks at it again.",
	"restored":     "  {name} is as it was.",
	"undo-stuck":   "The service {service} goes on running, and what was stopped is started again. Nothing was put back.",
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// Words returns the sentence of that name with its placeholders filled: pairs of a name and a text. It panics on a sentence that is
// not there and on a placeholder that is not filled, which only a mistake in the program can cause.
func Words(name string, pairs ...string) string {
	text, ok := words[name]
	if !ok {
		panic("no sentence is called " + name)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	if open := placeholder.FindString(text); open != "" {
		panic(fmt.Sprintf("the sentence %s needs %s", name, open))
	}
	return text
}
