// Checks an answer of the log with the libraries of the reference implementation: its checkpoint with
// golang.org/x/mod/sumdb/note, its proofs with github.com/transparency-dev/merkle. It shares nothing with us.
//
//	tlog inclusion KEY < answer of GET /v1/audit/entries/:index
//	tlog consistency KEY < answer of GET /v1/audit/proofs/consistency
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
)

type inclusion struct {
	Index      uint64   `json:"index"`
	Entry      string   `json:"entry"`
	Proof      [][]byte `json:"proof"`
	Checkpoint string   `json:"checkpoint"`
}

type consistency struct {
	Proof [][]byte `json:"proof"`
	Older string   `json:"older"`
	Newer string   `json:"newer"`
}

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: tlog inclusion|consistency KEY"))
	}
	verifier, err := note.NewVerifier(os.Args[2])
	fail(err)
	open := func(text string) *log.Checkpoint {
		checkpoint, rest, signed, err := log.ParseCheckpoint([]byte(text), verifier.Name(), verifier)
		fail(err)
		if len(rest) > 0 || len(signed.Sigs) != 1 {
			fail(fmt.Errorf("more in the checkpoint than one signature of this log"))
		}
		return checkpoint
	}
	decoder := json.NewDecoder(os.Stdin)
	switch os.Args[1] {
	case "inclusion":
		var answer inclusion
		fail(decoder.Decode(&answer))
		head := open(answer.Checkpoint)
		leaf := rfc6962.DefaultHasher.HashLeaf([]byte(answer.Entry))
		fail(proof.VerifyInclusion(rfc6962.DefaultHasher, answer.Index, head.Size, leaf, answer.Proof, head.Hash))
	case "consistency":
		var answer consistency
		fail(decoder.Decode(&answer))
		older, newer := open(answer.Older), open(answer.Newer)
		fail(proof.VerifyConsistency(rfc6962.DefaultHasher, older.Size, newer.Size, answer.Proof, older.Hash, newer.Hash))
	default:
		fail(fmt.Errorf("no such check: %s", os.Args[1]))
	}
	fmt.Println("OK")
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
