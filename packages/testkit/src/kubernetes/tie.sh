#!/bin/sh
# tie.sh PIDFILE PROGRAM…: runs the program and kills it when standard input ends, so that it never outlives the
# process that holds the other end, however that ends.
pidfile=$1
shift
exec 3<&0
"$@" 3<&- </dev/null &
pid=$!
echo "$pid" >"$pidfile"
(
  cat <&3 >/dev/null
  kill -KILL "$pid" 2>/dev/null
) &
exec 3<&-
wait "$pid"
