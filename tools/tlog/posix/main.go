// Fills a log of Tessera's POSIX driver, as its defaults are, for a comparison.
//
//	posix FOLDER ENTRIES BYTES CALLERS
//
// CALLERS add ENTRIES of BYTES random bytes, each as soon as its last is durably in the tree; then the checkpoint that covers all is
// awaited. Prints {"seconds", "p50", "p99", "checkpoint"}: of adding, of one entry until it is in the tree (ms), and of all of it with the checkpoint.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strconv"
	"sync"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	if len(os.Args) != 5 {
		fail(fmt.Errorf("usage: posix FOLDER ENTRIES BYTES CALLERS"))
	}
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		fail(err)
		return n
	}
	entries, size, callers := number(os.Args[2]), number(os.Args[3]), number(os.Args[4])
	ctx := context.Background()
	secret, _, err := note.GenerateKey(rand.Reader, "bench")
	fail(err)
	signer, err := note.NewSigner(secret)
	fail(err)
	driver, err := posix.New(ctx, posix.Config{Path: os.Args[1]})
	fail(err)
	appender, shutdown, reader, err := tessera.NewAppender(ctx, driver, tessera.NewAppendOptions().WithCheckpointSigner(signer))
	fail(err)
	awaiter := tessera.NewPublicationAwaiter(ctx, reader.ReadCheckpoint, 50*time.Millisecond)

	latencies := make([]time.Duration, entries)
	var last tessera.IndexFuture
	var mutex sync.Mutex
	var group sync.WaitGroup
	begun := time.Now()
	for caller := 0; caller < callers; caller++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := caller; i < entries; i += callers {
				data := make([]byte, size)
				_, err := rand.Read(data)
				fail(err)
				at := time.Now()
				future := appender.Add(ctx, tessera.NewEntry(data))
				for _, err = future(); errors.Is(err, tessera.ErrPushback); _, err = future() {
					time.Sleep(time.Millisecond)
					future = appender.Add(ctx, tessera.NewEntry(data))
				}
				fail(err)
				latencies[i] = time.Since(at)
				mutex.Lock()
				last = future
				mutex.Unlock()
			}
		}()
	}
	group.Wait()
	added := time.Since(begun)
	_, _, err = awaiter.Await(ctx, last)
	fail(err)
	published := time.Since(begun)
	fail(shutdown(ctx))
	sort.Slice(latencies, func(a, b int) bool { return latencies[a] < latencies[b] })
	ms := func(q float64) float64 { return latencies[int(q*float64(entries-1))].Seconds() * 1000 }
	fail(json.NewEncoder(os.Stdout).Encode(map[string]float64{
		"seconds": added.Seconds(), "p50": ms(0.5), "p99": ms(0.99), "checkpoint": published.Seconds(),
	}))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
