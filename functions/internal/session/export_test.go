package session

// MaxLog is how many characters of logs a conversation remembers.
const MaxLog = maxLog
