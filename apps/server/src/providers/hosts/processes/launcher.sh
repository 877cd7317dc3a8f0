#!/bin/sh
# Runs one attempt of an instance and outlives whoever started it.
#   launcher.sh RUN_DIR LOG_DIR LOG_BYTES LOG_FILES COMMAND [ARGUMENT…]
# RUN_DIR/claimed  made first; an attempt that is claimed already is not started a second time
# RUN_DIR/pid      the command's process id; it leads its own session and process group
# RUN_DIR/exit     the command's exit status as the shell gives it (128 + signal number)
# LOG_DIR/NNNNNN.log  output, the highest number is the newest; older files than LOG_FILES are removed
# Everything comes in as arguments and environment: nothing is ever put together as shell text.
set -u
run=$1 log=$2 bytes=$3 keep=$4
shift 4
mkdir "$run/claimed" || exit 125
umask 022

number=1
for file in "$log"/[0-9]*.log; do
  [ -f "$file" ] || continue
  name=${file##*/} name=${name%.log}
  number=$(expr "$name" + 0) || number=1
done

# dd writes each read at once and counts reads, so fewer reads than asked for mean the end of the output.
blocks=$((bytes / 16384))
[ "$blocks" -gt 0 ] || blocks=1
write_log() {
  while :; do
    file=$log/$(printf '%06d' "$number").log
    if counts=$(LC_ALL=C dd bs=4096 count="$blocks" 2>&1 >>"$file"); then
      counts=${counts%% *}
      [ $((${counts%+*} + ${counts#*+})) -ge "$blocks" ] || return 0
    else
      # No room, or the directory is gone: the command must never block on its output.
      [ -d "$log" ] || exec cat >/dev/null
      sleep 1
    fi
    if [ "$(wc -c <"$file")" -ge "$bytes" ]; then
      number=$((number + 1))
      : >"$log/$(printf '%06d' "$number").log"
      [ "$number" -le "$keep" ] || rm -f "$log/$(printf '%06d' $((number - keep))).log"
    fi
  done
}

mkfifo "$run/output" || exit 125
(trap '' HUP INT TERM; write_log) <"$run/output" >/dev/null 2>&1 &
writer=$!
setsid -- "$@" >"$run/output" 2>&1 </dev/null &
child=$!
printf '%s\n' "$child" >"$run/pid.new" && mv "$run/pid.new" "$run/pid"
wait "$child"
status=$?
printf '%s\n' "$status" >"$run/exit.new" && mv "$run/exit.new" "$run/exit"
wait "$writer"
