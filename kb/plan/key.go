package plan

import (
	"fmt"
	"strings"
)

// A Key is the path of a registry key, in the short spelling: HKLM\SOFTWARE\Microsoft. A part of it may be one ${fact} until
// Bind has filled it. Keys come from ParseKey.
type Key string

// roots are the hives that a fix may touch: the short spelling and the long one.
var roots = [][2]string{{"HKLM", "HKEY_LOCAL_MACHINE"}, {"HKCU", "HKEY_CURRENT_USER"}, {"HKCR", "HKEY_CLASSES_ROOT"}, {"HKU", "HKEY_USERS"}}

// ParseKey reads a path in either spelling. It refuses what no key of a fix needs: other hives, the hive itself, empty parts,
// wildcards, brackets, quotes, percent signs and everything that is not printable ASCII.
func ParseKey(text string) (Key, error) {
	root, rest, _ := strings.Cut(text, `\`)
	for _, r := range roots {
		if root == r[0] || root == r[1] {
			root = r[0]
			if root == "HKU" && !strings.HasPrefix(strings.ToUpper(rest), `.DEFAULT\`) {
				return "", fmt.Errorf(`registry key: of HKU only .DEFAULT is known by name`)
			}
			for _, part := range strings.Split(rest, `\`) {
				if err := plainName(part); err != nil {
					return "", fmt.Errorf("registry key: %w", err)
				}
			}
			return Key(root + `\` + rest), nil
		}
	}
	return "", fmt.Errorf(`registry key: begin with HKLM\, HKCU\, HKCR\ or HKU\.DEFAULT\`)
}

// Long returns the path with the hive spelled out, as regedit has it: HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft.
func (k Key) Long() string {
	root, rest, _ := strings.Cut(string(k), `\`)
	for _, r := range roots {
		if root == r[0] {
			return r[1] + `\` + rest
		}
	}
	return string(k)
}

// Path returns the path below the hive: SOFTWARE\Microsoft.
func (k Key) Path() string {
	_, rest, _ := strings.Cut(string(k), `\`)
	return rest
}

// depth returns how many names the path below the hive has.
func (k Key) depth() int { return strings.Count(string(k), `\`) }

// Sub returns the key of that name below k.
func (k Key) Sub(name Name) Key { return k + `\` + Key(name) }

// Holds reports whether other is k or lies below it. Names of keys are compared without regard to case.
func (k Key) Holds(other Key) bool {
	a, b := strings.ToLower(string(k)), strings.ToLower(string(other))
	return a == b || strings.HasPrefix(b, a+`\`)
}

// A Name is the name of an entry of a key: of a subkey or of a value. It may be one ${fact} until Bind has filled it.
type Name string

// plainName refuses a name that one of the shells or the registry would read as more than a name. A placeholder is a name.
func plainName(name string) error {
	if _, ok := placeholder(name); ok {
		return nil
	}
	if name == "" || len(name) > 255 {
		return fmt.Errorf("a name has 1 to 255 characters")
	}
	if strings.Trim(name, " ") != name {
		return fmt.Errorf("a name has no space at its ends")
	}
	for _, c := range name {
		if c < ' ' || c > '~' || strings.ContainsRune(`\/[]"'%!^&|<>*?=;,`+"`$", c) {
			return fmt.Errorf("a name is of letters, digits, spaces and simple signs")
		}
	}
	return nil
}
