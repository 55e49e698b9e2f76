package index

// The words of the archive are kept as a Bloom filter: sixteen bits a word, where a dictionary would need ten bytes. A word that is
// in it by chance finds no article and is dropped there.
const (
	bitsPerWord = 16
	probes      = 6
	minSpelling = 3 // a word stands in this many articles, or it may be a typing error itself
)

// spellable reports whether a word is one that can be misspelt: letters, and enough of them.
func spellable(w string) bool { return 4 <= len(w) && len(w) <= 20 && isLetters(w) }

// spellingFilter returns the filter of the words that stand in enough articles.
func spellingFilter(words map[string]uint8) []byte {
	n := 0
	for _, c := range words {
		if c >= minSpelling {
			n++
		}
	}
	f := make(filter, align(n*bitsPerWord/8+8))
	for w, c := range words {
		if c >= minSpelling {
			f.add(hash64(w))
		}
	}
	return f
}

// A filter is a Bloom filter.
type filter []byte

func (f filter) add(h uint64) {
	for i := range uint64(probes) {
		bit := f.bit(h, i)
		f[bit>>3] |= 1 << (bit & 7)
	}
}

func (f filter) has(h uint64) bool {
	for i := range uint64(probes) {
		bit := f.bit(h, i)
		if f[bit>>3]&(1<<(bit&7)) == 0 {
			return false
		}
	}
	return true
}

func (f filter) bit(h, i uint64) uint64 {
	return (h + i*(h>>32|1)) % uint64(len(f)*8)
}

// corrections calls try for each word of the filter that is one typing error away from word.
func (f filter) corrections(word string, try func(string)) {
	mistypings(word, func(b []byte) {
		if f.has(hash64(b)) && string(b) != word {
			try(string(b))
		}
	})
}

// nearStopWord returns the stop word of which word is a misspelling, "" for none. Short words are near too many.
func nearStopWord(word string) string {
	if len(word) < 5 {
		return ""
	}
	found := ""
	mistypings(word, func(b []byte) {
		if stopWords[string(b)] {
			found = string(b)
		}
	})
	return found
}

// mistypings calls try for everything that is one typing error away from word: a letter too few, too many, wrong, or two in the wrong
// order. The bytes are valid during the call.
func mistypings(word string, try func([]byte)) {
	buf := make([]byte, 0, len(word)+1)
	for i := range len(word) {
		try(append(append(buf[:0], word[:i]...), word[i+1:]...))
		if i+1 < len(word) && word[i] != word[i+1] {
			try(append(append(append(buf[:0], word[:i]...), word[i+1], word[i]), word[i+2:]...))
		}
	}
	for i := 0; i <= len(word); i++ {
		for c := byte('a'); c <= 'z'; c++ {
			try(append(append(append(buf[:0], word[:i]...), c), word[i:]...))
			if i < len(word) && c != word[i] {
				try(append(append(append(buf[:0], word[:i]...), c), word[i+1:]...))
			}
		}
	}
}
