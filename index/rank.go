package index

type ranker struct{}
