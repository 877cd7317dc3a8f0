// The content of all images that Pods of tests run: a web server that says which version and Pod answered, "pause",
// and a few commands to run in a container.
package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	args := os.Args[1:]
	if len(args) == 0 {
		args = []string{"serve"}
	}
	switch rest := args[1:]; args[0] {
	case "pause":
		<-asked()
	case "serve":
		serve()
	case "say":
		// say TEXT [COUNT [MILLISECONDS]]: numbered lines, every tenth to standard error
		say(at(rest, 0, "line"), int(number(at(rest, 1, "1"))), number(at(rest, 2, "0")))
	case "wait":
		time.Sleep(time.Duration(number(at(rest, 0, "3600")) * float64(time.Second)))
	case "exit":
		// exit CODE [TEXT…]: the text goes to standard error first
		if len(rest) > 1 {
			fmt.Fprintln(os.Stderr, strings.Join(rest[1:], " "))
		}
		os.Exit(int(number(at(rest, 0, "0"))))
	case "cat":
		if _, err := io.Copy(os.Stdout, os.Stdin); err != nil {
			fail(err)
		}
	case "args":
		fmt.Println(strings.Join(rest, "|"))
	case "env":
		fmt.Println(strings.Join(os.Environ(), "\n"))
	case "terminal":
		terminal()
	case "eat":
		eat(int(number(at(rest, 0, "64"))))
	default:
		fmt.Fprintln(os.Stderr, "there is no command", args[0])
		os.Exit(64)
	}
}

// asked is closed when the container is asked to end.
func asked() <-chan os.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	return signals
}

func at(list []string, index int, otherwise string) string {
	if index < len(list) {
		return list[index]
	}
	return otherwise
}

// number reads a number; anything else counts as 0.
func number(text string) float64 {
	value, _ := strconv.ParseFloat(text, 64)
	return value
}

func setting(name string) float64 { return number(os.Getenv(name)) }

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func say(text string, count int, pause float64) {
	for line := 1; line <= count; line++ {
		out := os.Stdout
		if line%10 == 0 {
			out = os.Stderr
		}
		fmt.Fprintf(out, "%s %d\n", text, line)
		time.Sleep(time.Duration(pause * float64(time.Millisecond)))
	}
}

// terminal says whether standard output is one, and how large.
func terminal() {
	size, err := terminalSize(os.Stdout)
	if err != nil {
		fmt.Println("no terminal")
		return
	}
	// The size is told a moment after the start.
	for waited := 0; size.columns == 0 && waited < 50; waited++ {
		time.Sleep(100 * time.Millisecond)
		size, _ = terminalSize(os.Stdout)
	}
	fmt.Printf("%d columns, %d rows\n", size.columns, size.rows)
}

// eat takes so many megabytes, all of them written to, and keeps them.
func eat(megabytes int) {
	held := make([][]byte, 0, megabytes)
	for range megabytes {
		part := make([]byte, 1<<20)
		for index := 0; index < len(part); index += 4096 {
			part[index] = 1
		}
		held = append(held, part)
		time.Sleep(time.Millisecond)
	}
	fmt.Println("holding", len(held), "MB")
	<-asked()
}
