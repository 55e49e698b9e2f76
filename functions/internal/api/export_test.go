package api

// NewContract is what the tests of the whole service share with those of the handlers.
var NewContract = newContract
