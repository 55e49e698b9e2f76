package facts

// A classSet is a set of classes, a bit for each.
type classSet []uint64

// classSets returns n empty sets for so many classes, in one block of memory.
func classSets(n, classes int) []classSet {
	width := (classes + 63) / 64
	block, all := make([]uint64, n*width), make([]classSet, n)
	for i := range all {
		all[i], block = block[:width:width], block[width:]
	}
	return all
}

// newClassSet returns the set of some of so many classes.
func newClassSet(classes int, of ...int) classSet {
	s := classSets(1, classes)[0]
	for _, class := range of {
		s.add(class)
	}
	return s
}

func (s classSet) add(class int) { s[class/64] |= 1 << (class % 64) }

func (s classSet) has(class int) bool { return s[class/64]&(1<<(class%64)) != 0 }

func (s classSet) addAll(other classSet) {
	for i, bits := range other {
		s[i] |= bits
	}
}

// within reports whether each class of the set is in one of the others.
func (s classSet) within(others ...classSet) bool {
	for i, bits := range s {
		for _, other := range others {
			bits &^= other[i]
		}
		if bits != 0 {
			return false
		}
	}
	return true
}

// meets reports whether two sets have a class in common.
func (s classSet) meets(other classSet) bool {
	for i, bits := range s {
		if bits&other[i] != 0 {
			return true
		}
	}
	return false
}
