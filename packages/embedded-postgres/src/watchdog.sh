# Stops the database when the process that looks after it is gone.
#
# Arguments: CLUSTER GUARD TOKEN GRACE
#   CLUSTER  PostgreSQL's data directory
#   GUARD    directory with one file, named by the token of the watchdog in charge
#   TOKEN    the name of this watchdog
#   GRACE    tenths of a second in which another process may adopt the database
#
# Standard input is a pipe whose other end only the parent holds: the line "server PID" names the database's process,
# "done" dismisses the watchdog; the end of input without it means that the parent died. Renaming the guard file decides, atomically, between a watchdog that
# wants to stop the database and a new parent that wants to adopt it.
cluster=$1 guard=$2 token=$3 grace=$4
trap '' HUP INT TERM
cd / || exit 1

known=
while read -r word value; do
  case $word in
    done) exit 0 ;;
    server) known=$value ;;
  esac
done

while [ "$grace" -gt 0 ]; do
  [ -d "$guard" ] && [ ! -e "$guard/$token" ] && exit 0
  sleep 0.1
  grace=$((grace - 1))
done
# Read before the claim: afterwards a new parent may have started another server.
pid=
read -r pid 2>/dev/null <"$cluster/postmaster.pid"
case $pid in '' | *[!0-9]*) pid=$known ;; esac

mv "$guard/$token" "$guard/stopping" 2>/dev/null
# Adopted at the last moment; if the whole directory is gone, the database must go as well.
[ -d "$guard" ] && [ ! -e "$guard/stopping" ] && exit 0

is_server() {
  if [ -e /proc/self/cwd ]; then
    # Fails for a zombie, which has no directory.
    [ -e "/proc/$1/cwd" ] || return 1
    [ -d "$cluster" ] || { read -r name <"/proc/$1/comm" && [ "$name" = postgres ]; return; }
    [ "/proc/$1/cwd" -ef "$cluster" ]
  else
    case $(ps -o comm= -p "$1" 2>/dev/null) in *postgres*) true ;; *) false ;; esac
  fi
}

if [ -n "$pid" ] && is_server "$pid"; then
  kill -INT "$pid" 2>/dev/null
  left=15
  while [ "$left" -gt 0 ] && kill -0 "$pid" 2>/dev/null && is_server "$pid"; do
    sleep 0.1
    left=$((left - 1))
  done
  # Not down in 1.5 s: stop at once; the write-ahead log makes the next start whole.
  is_server "$pid" && kill -QUIT "$pid" 2>/dev/null
fi
rm -f "$guard/stopping"
exit 0
