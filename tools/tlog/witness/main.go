// A witness of C2SP tlog-witness for one log, in memory, by the reference implementation.
//
//	witness LOG_KEY NAME
//
// prints its address and its key as `http://… KEY` and serves POST /add-checkpoint until its input ends.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	fnote "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/witness/persistence/inmemory"
	"github.com/transparency-dev/witness/witness"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: witness LOG_KEY NAME"))
	}
	ctx := context.Background()
	log, err := note.NewVerifier(os.Args[1])
	fail(err)
	secret, plain, err := note.GenerateKey(rand.Reader, os.Args[2])
	fail(err)
	public, err := fnote.VKeyToCosignatureV1(plain)
	fail(err)
	signer, err := fnote.NewSignerForCosignatureV1(secret)
	fail(err)
	known := func(_ context.Context, origin string) (note.Verifier, bool, error) {
		return log, origin == log.Name(), nil
	}
	w, err := witness.New(ctx, witness.Opts{
		Persistence:    inmemory.New(),
		Signers:        []note.Signer{signer},
		VerifierForLog: known,
	})
	fail(err)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", witness.NewHTTPHandler(w).AddCheckpoint)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	fail(err)
	fmt.Printf("http://%s %s\n", listener.Addr(), public)
	go func() { fail(http.Serve(listener, mux)) }()
	_, err = io.Copy(io.Discard, os.Stdin)
	fail(err)
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
