package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/script"
)

// signatureEnding stands behind the name of a script in the name of its signature.
const signatureEnding = ".sig"

// verifyVerb checks scripts before they are run.
type verifyVerb struct{ key string }

func (*verifyVerb) usage() usage {
	return usage{
		name:     "verify",
		args:     "FILE…",
		synopsis: "check that scripts are as they were handed out",
		about: `Each script names an id that follows from its own bytes: a script that was changed by accident no longer fits it. Against those
who change it on purpose a signature helps: with --key, the file of the script's name and .sig must hold one of that key.`,
		example: "fixdesk verify forget-site-1.cmd\nfixdesk verify --key public.pem scripts/*.cmd",
		least:   1, most: -1,
	}
}

func (v *verifyVerb) flags(f *flag.FlagSet) {
	f.StringVar(&v.key, "key", "", "check signatures with the public Ed25519 key in `FILE` (PEM)")
}

func (v *verifyVerb) run(_ context.Context, c console, args []string) int {
	var key ed25519.PublicKey
	if v.key != "" {
		data, err := readKey(v.key)
		if err != nil {
			return refuse(c, v, err.Error())
		}
		if key, err = script.PublicKey(data); err != nil {
			return refuse(c, v, v.key+" holds no public Ed25519 key: openssl pkey -in key.pem -pubout writes one")
		}
	}
	code := exitOK
	for _, name := range args {
		if script, ok := strings.CutSuffix(name, signatureEnding); ok && slices.Contains(args, script) {
			continue // it is looked at with its script
		}
		says, err := inspect(name, key)
		if err != nil {
			c.say("%s: %s", name, reason(err))
			code = exitFound
			continue
		}
		fmt.Fprintf(c.out, "%s: %s\n", name, says)
	}
	return code
}

// maxScript bounds what is read as a script, or as a signature or key, in bytes.
const maxScript = 1 << 20

// inspect says that a script is as it was handed out, or what is wrong with it.
func inspect(name string, key ed25519.PublicKey) (string, error) {
	data, err := readSome(name, maxScript)
	if err != nil {
		return "", err
	}
	id, ok := script.ID(string(data))
	switch {
	case id == "":
		return "", errors.New("names no id: it is no script of Fixdesk, or its head is gone")
	case !ok:
		return "", errors.New("was changed since it was written: its bytes do not fit the id that it names; do not run it")
	case key == nil:
		return fmt.Sprintf("id %s fits", id), nil
	}
	signature, err := readSome(name+signatureEnding, maxScript)
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("there is no signature beside it: %s%s is missing", name, signatureEnding)
	}
	if err != nil {
		return "", err
	}
	if err := script.Verify(key, string(data), string(signature)); err != nil {
		return "", errors.New("the signature is not of this key and these bytes: do not run it")
	}
	return fmt.Sprintf("id %s fits, and so does the signature", id), nil
}

// readKey reads a file of a key.
func readKey(name string) ([]byte, error) {
	data, err := readSome(name, maxScript)
	if err != nil {
		return nil, errors.New(reason(err))
	}
	return data, nil
}

// readSome reads a file of at most so many bytes.
func readSome(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("is larger than %d bytes, as no script is", most)
	}
	return data, err
}
