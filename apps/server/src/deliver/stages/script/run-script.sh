#!/bin/sh
# Runs one script and outlives whoever started it.
#   run-script.sh DIRECTORY OUTPUT_BYTES COMMAND [ARGUMENT…]
# DIRECTORY/claimed   made first; a run that is claimed already is not started a second time
# DIRECTORY/launcher  this process's id
# DIRECTORY/pid       the command's process id; it leads its own session and process group
# DIRECTORY/output    what it wrote, at most OUTPUT_BYTES; the rest is read and thrown away
# DIRECTORY/exit      its exit status as the shell gives it (128 + signal number)
# Everything comes in as arguments and environment: nothing is ever put together as shell text.
set -u
dir=$1 bytes=$2
shift 2
umask 077
mkdir "$dir/claimed" || exit 125
record() { printf '%s\n' "$2" >"$dir/$1.new" && mv "$dir/$1.new" "$dir/$1"; }
record launcher "$$"
mkfifo "$dir/pipe" || exit 125
(
  trap '' HUP INT TERM
  head -c "$bytes" >"$dir/output"
  exec cat >/dev/null
) <"$dir/pipe" &
writer=$!
cd "$dir/work" || exit 125
setsid -- "$@" >"$dir/pipe" 2>&1 </dev/null &
child=$!
record pid "$child"
wait "$child"
status=$?
# What it left running in its group goes with it; what fled elsewhere does not keep the record from being written.
kill -KILL -- "-$child" 2>/dev/null
rounds=0
while kill -0 "$writer" 2>/dev/null && [ "$rounds" -lt 20 ]; do
  rounds=$((rounds + 1))
  sleep 0.1
done
kill -KILL "$writer" 2>/dev/null
record exit "$status"
