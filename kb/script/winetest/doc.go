// Package winetest runs the scripts that package script writes, in Wine: a real cmd, a real registry, a real service manager, a real
// scripting host, though not those of Windows. It has no code of its own outside of its tests, and is no part of any program.
//
// What it proves and what it does not: cmd, vbs and reg scripts are run as they are. bat9x scripts are run by the same cmd with the
// variable OS empty, which proves their text and not COMMAND.COM. ps1 runs nowhere here.
package winetest
