# Looks at targets from this machine, and at this machine itself; changes nothing.
# The program goes on with probe_perl, see probe.pl, and: look ROUNDS GOOD SECONDS TARGET…, journal LINES UNIT…

token_file=$2/token
token=''
read -r token <"$token_file"

say() {
  printf '%s %s\n' "$token" "$*"
}

look() {
  probe_perl "$token_file" "$@"
}

# journal LINES UNIT…: the last that these units have written, and what state those are in that do not run.
journal() {
  lines=$1
  shift
  for unit; do
    state=$(systemctl is-active -- "$unit")
    [ "$state" = active ] || say unit "$unit" "$state"
  done
  for unit; do
    shift
    set -- "$@" "--unit=$unit"
  done
  journalctl --quiet --no-pager --output=short-iso --lines="$lines" "$@" 2>/dev/null |
    while IFS= read -r line; do say line "=$(printf %s "$line" | base64 -w 0)"; done
}

LC_ALL=C
export LC_ALL
