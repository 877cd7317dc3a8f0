package main

import (
	"context"
	"fmt"
	"math/rand"
	"net/http"
	"os"
	"sync"
	"time"
)

var bounds = []float64{1, 2, 4, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000}

// record counts answers by status and by time taken, as Prometheus reads them.
type record struct {
	lock     sync.Mutex
	statuses map[int]int
	buckets  []int
	count    int
	sum      float64
}

func (r *record) add(status int, milliseconds float64) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.statuses[status]++
	r.count++
	r.sum += milliseconds
	for index, bound := range bounds {
		if milliseconds <= bound {
			r.buckets[index]++
		}
	}
}

func (r *record) write(out http.ResponseWriter) {
	r.lock.Lock()
	defer r.lock.Unlock()
	fmt.Fprint(out, "# HELP shop_requests_total Requests by status.\n# TYPE shop_requests_total counter\n")
	for _, status := range []int{200, 500} {
		fmt.Fprintf(out, "shop_requests_total{status=\"%d\"} %d\n", status, r.statuses[status])
	}
	const name = "shop_request_duration_milliseconds"
	fmt.Fprintf(out, "# HELP %s Time to answer.\n# TYPE %s histogram\n", name, name)
	for index, bound := range bounds {
		fmt.Fprintf(out, "%s_bucket{le=\"%g\"} %d\n", name, bound, r.buckets[index])
	}
	fmt.Fprintf(out, "%s_bucket{le=\"+Inf\"} %d\n%s_sum %g\n%s_count %d\n", name, r.count, name, r.sum, name, r.count)
}

// serve answers on PORT (8080) as VERSION. READY_AFTER seconds it is not ready; answers take BASE_MS and up to
// SPREAD_MS more, and SLOW_MS more for the share SLOW_SHARE of them; the share ERROR_SHARE is answered with 500;
// CRASH_AFTER seconds it exits with 3; it serves on for DRAIN seconds (0.5) after it was asked to end.
func serve() {
	begun := time.Now()
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	version := os.Getenv("VERSION")
	host, _ := os.Hostname()
	record := &record{statuses: map[int]int{}, buckets: make([]int, len(bounds))}
	mux := http.NewServeMux()
	mux.HandleFunc("/health", func(out http.ResponseWriter, _ *http.Request) {
		if time.Since(begun).Seconds() < setting("READY_AFTER") {
			http.Error(out, "not yet ready", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/metrics", func(out http.ResponseWriter, _ *http.Request) { record.write(out) })
	mux.HandleFunc("/", func(out http.ResponseWriter, _ *http.Request) {
		arrived := time.Now()
		work := setting("BASE_MS") + rand.Float64()*setting("SPREAD_MS")
		if rand.Float64() < setting("SLOW_SHARE") {
			work += setting("SLOW_MS")
		}
		time.Sleep(time.Duration(work * float64(time.Millisecond)))
		status := http.StatusOK
		if rand.Float64() < setting("ERROR_SHARE") {
			status = http.StatusInternalServerError
		}
		record.add(status, float64(time.Since(arrived))/float64(time.Millisecond))
		out.Header().Set("X-Version", version)
		out.WriteHeader(status)
		fmt.Fprintf(out, "%s %s\n", version, host)
	})
	server := &http.Server{Addr: ":" + port, Handler: mux}
	if after := setting("CRASH_AFTER"); after > 0 {
		time.AfterFunc(time.Duration(after*float64(time.Second)), func() {
			fmt.Println("crashing as asked")
			os.Exit(3)
		})
	}
	go func() {
		fmt.Printf("version %s listens on %s\n", version, port)
		if err := server.ListenAndServe(); err != http.ErrServerClosed {
			fail(err)
		}
	}()
	<-asked()
	fmt.Println("ending")
	drain := 0.5
	if os.Getenv("DRAIN") != "" {
		drain = setting("DRAIN")
	}
	time.Sleep(time.Duration(drain * float64(time.Second)))
	patience, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = server.Shutdown(patience)
}
