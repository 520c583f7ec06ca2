# The far end of one connection to a node: takes a program, runs its check, then waits for what is decided.
# Input: a line "TOKEN MODE SIZE", SIZE bytes of program in gzip's form, then lines with a verb each; the end of the input
# ends it.
# This text is sent as one argument of sh -c; its own argument is the login's SSH_CONNECTION, see ssh(1).

say() {
  printf '%s %s\n' "$token" "$*"
}

session() {
  umask 077
  # The login's own folder may be gone or forbidden.
  cd / || exit 1
  LC_ALL=C
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  # Kinds whose change could cut this connection look at it.
  SSH_CONNECTION=$1
  export LC_ALL PATH SSH_CONNECTION
  home=/var/lib/proog
  read -r token mode size || exit 1
  # What the login printed may end in the middle of a line.
  echo
  suitable || exit 1
  folder=$(mktemp -d /run/proog.XXXXXXXX) || exit 1
  follower=''
  trap 'rm -rf "$folder"; [ -z "$follower" ] || kill "$follower" 2>/dev/null' EXIT
  trap 'exit 1' HUP INT TERM PIPE
  printf '%s\n' "$token" >"$folder/token"
  say ready
  head -c "$size" | gzip -d >"$folder/program" || exit 1
  case $mode in
  follow) ;;
  check)
    note_last
    tell_unseen
    sh "$folder/program" check "$folder" </dev/null 2>&1
    ;;
  *) sh "$folder/program" "$mode" "$folder" </dev/null 2>&1 ;;
  esac
  say answered "$?"
  while read -r verb rest; do
    # shellcheck disable=SC2086 # plain words
    "on_$verb" $rest
  done
}

# note_last: sets $last_run to the run that had the lock last, empty while one is in progress or has died: what is found from
# now on holds as long as no other run had it.
note_last() {
  last_run=none
  read -r last_run <"$home/last"
  [ ! -e "$home/current" ] || last_run=''
} 2>/dev/null

# Everything a node must have is in Debian's essential packages, but for systemd.
suitable() {
  system='' version=''
  while IFS='=' read -r key value; do
    value=${value#\"}
    value=${value%\"}
    case $key in
    ID) system=$value ;;
    VERSION_ID) version=$value ;;
    esac
  done 2>/dev/null </etc/os-release
  read -r host </proc/sys/kernel/hostname
  say system "${system:-unknown}" "${version:--}" "$host"
  if ! command -v dpkg-query >/dev/null; then
    say unsuitable no-debian
    return 1
  fi
  if [ ! -O / ]; then
    say unsuitable not-root
    return 1
  fi
  missing=''
  for need in systemctl sha256sum stat awk xargs flock base64 gzip setsid getent tail head tar cmp; do
    command -v "$need" >/dev/null || missing="$missing $need"
  done
  if [ -n "$missing" ]; then
    say unsuitable "lacks$missing"
    return 1
  fi
}

# Runs that ended or died without anyone there to hear it.
tell_unseen() {
  for run in "$home"/runs/*; do
    if [ ! -e "$run/log" ] || [ -e "$run/seen" ]; then continue; fi
    read -r run_id run_by <"$run/by"
    read -r their_token <"$run/token"
    # What it said of its end says more than its status, which are digits and sort before words.
    say unseen "$run_id" "=$(printf %s "$run_by" | base64 -w 0)" \
      "$(sed -n "s/^$their_token \(end\|gone\) //p" "$run/log" | sort | tail -n 1)"
    # A run that still goes on is not over.
    if grep -q "^$their_token gone " "$run/log" || flock --nonblock "$home/lock" true; then : >"$run/seen"; fi
  done
}

# apply RUN APPROVED BLOBS BY [fresh]: sizes in bytes; then the approved findings and a tar of the blobs. Fresh are findings
# that nobody was asked about: all of them, a moment ago.
on_apply() {
  run=$home/runs/$1
  if prepare "$1" "$4" && note_fresh "${5-}" && mkdir -p "$run/blobs" && take "$2" "$run/approved" && unpack "$3"; then
    launch apply
  else
    not_launched
  fi
}

# contents SIZE: a tar of what the run has asked for.
on_contents() {
  unpack "$1" && : >"$run/contents"
}

# note_fresh [fresh]: what the surveys left goes with it; the names of their files have dots.
note_fresh() {
  [ "$1" = fresh ] && [ -n "$last_run" ] || return 0
  mkdir -p "$run/work" || return
  set -- "$folder"/*.*
  if [ -e "$1" ]; then cp -p -- "$@" "$run/work/" || return; fi
  printf '%s\n' "$last_run" >"$run/fresh"
}

unpack() {
  [ "$1" = 0 ] || head -c "$1" | tar -x -f - -C "$run/blobs"
}

# take SIZE FILE: as many bytes of the input; fails when the connection ends before.
take() {
  head -c "$1" >"$2" && [ "$(wc -c <"$2")" -eq "$1" ]
}

# prepare RUN BY
prepare() {
  mkdir -p "$run" &&
    printf '%s %s\n' "$1" "$(printf %s "${2#=}" | base64 -d)" >"$run/by" &&
    cp "$folder/program" "$run/catalog" && cp "$folder/token" "$run/token"
}

not_launched() {
  say launched
  df -h "$home" 2>&1
  echo "$run could not be written, so nothing was changed."
  say gone 1
  exit 1
}

# undo RUN leave|overwrite BY: with what was looked at, so that what has come to differ since is left alone.
on_undo() {
  run=$home/runs/$1
  if prepare "$1" "$3" && cp "$folder/looked" "$run/looked" && { [ "$2" = leave ] || : >"$run/overwrite"; }; then
    launch undo
  else
    not_launched
  fi
}

# The run goes on without this connection; its log is what the connection reads. A run that was killed could not say
# "end", so "gone" follows in any case.
launch() {
  : >"$run/log"
  say launched
  {
    setsid sh "$run/catalog" "$1" "$run" </dev/null >>"$run/log" 2>&1
    status=$?
    # What it would have had confirmed is put back when it died before.
    [ ! -e "$home/access/armed" ] || sh "$run/catalog" rescue "$run"
    # Where it has rebooted the machine, it goes on at boot.
    [ -e "$run/left-off" ] || printf '%s gone %s\n' "$token" "$status" >>"$run/log"
  } >/dev/null 2>&1 &
  # Where tail cannot be told of changes (overlay file systems), it looks every 20 ms.
  tail -n +1 -s 0.02 -f "$run/log" &
  follower=$!
}

# follow RUN OFFSET: after a lost connection, from that byte of the log on.
on_follow() {
  run=$home/runs/$1
  if [ ! -e "$run/log" ]; then
    say launched
    say never
    return
  fi
  read -r their_token <"$run/token"
  say launched "$their_token"
  tail -c "+$2" -s 0.02 -f "$run/log" &
  follower=$!
}

# confirm RUN COUNT: that we are here shows that one can still come in; see runtime/access.sh.
on_confirm() {
  if read -r armed <"$home/access/armed" && [ "$armed" = "$1 $2" ] &&
    mv -- "$home/access/armed" "$home/access/confirmed"; then
    say confirmed
  else
    say late
  fi 2>/dev/null
}

# After the resource in progress.
on_stop() {
  : >"$run/stop"
}

# At once. What does not heed the signal is killed.
on_kill() {
  read -r leader <"$run/pid" || return
  signal_run TERM
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    sleep 0.2
    [ -n "$(run_processes)" ] || return 0
  done
  signal_run KILL
}

signal_run() {
  # shellcheck disable=SC2046 # numbers
  kill -s "$1" $(run_processes) 2>/dev/null
}

# Commands of a run may have process groups of their own; its session is one.
run_processes() {
  for process in /proc/[0-9]*; do
    # 4711 (the command, which may hold spaces) S PARENT GROUP SESSION …
    read -r stat <"$process/stat" || continue
    # shellcheck disable=SC2086 # plain words
    set -- ${stat##*) }
    [ "${4-}" != "$leader" ] || echo "${process#/proc/}"
  done 2>/dev/null
}

# The controller has read the end of the log.
on_seen() {
  : >"$run/seen"
  rm -rf "$run/blobs" "$run/work"
}

session "${1-}"
