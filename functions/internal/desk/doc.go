// Package desk is the one use case: a symptom report goes in, an answer comes out.
package desk
