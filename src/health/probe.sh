# Looks at targets from this machine, and at this machine itself; changes nothing.
# The program goes on with probe_perl, see probe.pl, and:
# look ROUNDS GOOD SECONDS TARGET…, journal LINES SECONDS UNIT…

token_file=$2/token
token=''
read -r token <"$token_file"

say() {
  printf '%s %s\n' "$token" "$*"
}

look() {
  probe_perl "$token_file" "$@"
}

# journal LINES SECONDS UNIT…: what these units have written in the last SECONDS, or before that where they have said nothing since, and
# what state those are in that do not run.
journal() {
  lines=$1 seconds=$2
  shift 2
  for unit; do
    state=$(systemctl is-active -- "$unit")
    [ "$state" = active ] || say unit "$unit" "$state"
  done
  for unit; do
    shift
    set -- "$@" "--unit=$unit"
  done
  written=$(last_lines --lines="$lines" --since="-${seconds}s" "$@")
  [ -n "$written" ] || written=$(last_lines --lines=5 "$@")
  printf '%s\n' "$written" | while IFS= read -r line; do say line "=$(printf %s "$line" | base64 -w 0)"; done
}

last_lines() {
  journalctl --quiet --no-pager --output=short-iso "$@" 2>/dev/null
}

LC_ALL=C
export LC_ALL
