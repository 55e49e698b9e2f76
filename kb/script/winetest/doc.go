// Package winetest runs the scripts that package script writes, in Wine: a real cmd, a real registry, a real service manager, a real
// scripting host, though not those of Windows. It is for tests and no part of any program.
//
// A [Machine] is made what a [State] says, plays a [Trial] of runs of one script, and is compared after each with what must be. The
// trials themselves stand in tests, here and wherever scripts are made.
//
// What it proves and what it does not: cmd, vbs and reg scripts are run as they are. Scripts for Windows 95, 98 and Me are run with the
// variable OS empty: bat9x by cmd, which proves their text and not COMMAND.COM. ps1 runs nowhere here.
package winetest
