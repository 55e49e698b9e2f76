package facts

import (
	"strconv"
	"strings"
)

// levels are the service packs in their order.
var levels = []string{"rtm", "sp1", "sp2", "sp3", "sp4"}

// Level returns the service pack that a component version of SMS 2.0 belongs to: "rtm", "sp1" … "sp4". It is false for the
// version lines that say nothing of it (Ccmcore's 92.x, WBEM's 698 and 1085, Cliunins' 91.x).
//
// Q266130 has the table and Q213410 the reading of the last group: its first digit is the service pack, in the short form of
// the logs (Q264630) its only one. Q213410 also prints 2.00.1239.2000, which never shipped; the build decides there.
func Level(version string) (string, bool) {
	parts := strings.Split(version, ".")
	if len(parts) < 3 || parts[0] != "2" || strings.Trim(parts[1], "0") != "" {
		return "", false
	}
	switch parts[2] {
	case "1239":
		return "rtm", true
	case "1380":
		return "sp1", true
	case "1493":
		return "sp" + lastGroup(parts), true
	}
	return "", false
}

// lastGroup returns the service pack digit of a version of build 1493, which began with service pack 2.
func lastGroup(parts []string) string {
	if len(parts) < 4 || parts[3] == "" {
		return "2"
	}
	group, err := strconv.Atoi(parts[3])
	switch {
	case err != nil:
		return "2"
	case group < 10:
		return strconv.Itoa(min(max(group, 2), 4))
	case group < 1000:
		return "2"
	}
	return strconv.Itoa(min(max(group/1000, 2), 4))
}

// lowerVersion returns the lower of two versions, number by number: 2.00.1239.0000 is lower than 2.0.1380.1000.
func lowerVersion(a, b string) string {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, errM := strconv.Atoi(x[i])
		n, errN := strconv.Atoi(y[i])
		switch {
		case errM != nil || errN != nil:
			return a
		case m < n:
			return a
		case n < m:
			return b
		}
	}
	return a
}
