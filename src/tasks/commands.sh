# The far end of a connection in which the commands of a task run, one after the other, as the login has set it up.
# Input: a line with the token, then lines of words as a shell reads them, with $newline for a newline, of which the first is a
# verb; the end of the input ends the command in progress, with all that it has started.
# The token ends what a command prints, on both streams. It is in no argument and no environment, so that no output can forge it.
# This text is sent, behind processes.sh, as one argument of sh -c; its own arguments are an empty one, and what to print first, if anything.

commands() {
  # shellcheck disable=SC2034 # the lines have it
  newline='
'
  attendant='' terminal='' flows='' expiry=''
  # Nothing that runs here reads what is sent to this loop.
  exec 3<&0 </dev/null
  trap 'end_all; exit' HUP TERM
  if [ -t 3 ]; then
    terminal=yes
    # A line may be longer than a terminal lets one edit, and hold what it obeys.
    stty raw -echo <&3
  fi
  [ -z "${2-}" ] || printf '%s\n' "$2"
  IFS= read -r token <&3 || exit 1
  mark ready
  while IFS= read -r line <&3; do
    eval "set -- $line"
    "on_$1" "$@"
  done
  end_all
}

# mark VERB FIELD…: on both streams, since each one tells of itself how far it is.
mark() {
  printf '%s %s\n' "$token" "$*"
  [ -n "$terminal" ] || printf '%s %s\n' "$token" "$*" >&2
}

# run SIZE WORD… -- SHELL ARGUMENT…: the size of its input in bytes, which follows; - is none.
# Words: go-on, so that it does not end at the first failure, user=NAME, folder=PATH, set=NAME=VALUE.
on_run() {
  size=$2 flows=''
  shift 2
  if [ -n "$terminal" ]; then
    stty sane -onlcr rows 24 cols 80 <&3
    attend "$@" <&3 3<&- &
    attendant=$!
    await_watched
    stty raw -echo <&3
  elif [ "$size" = - ]; then
    attend "$@" 3<&- &
    attendant=$!
  else
    flows=yes
    head -c "$size" <&3 | attend "$@" 3<&- &
    attendant=$!
    await_watched
  fi
}

# While input flows, or the command has the terminal, nobody reads what else is sent. A trapped signal ends the wait.
await_watched() {
  watch "$attendant" 3<&- &
  watcher=$!
  until wait "$attendant" || ! kill -0 "$attendant" 2>/dev/null; do :; done
  attendant=''
  kill "$watcher" 2>/dev/null
}

# watch ATTENDANT: that the connection is gone, or who began it, shows in writing to it.
watch() {
  trap '' PIPE
  # What it sleeps in outlives it, and must not keep the connection open.
  while sleep 1 >/dev/null 2>&1; do
    printf '%s alive\n' "$token" 2>/dev/null || break
  done
  kill "$1"
}

# attend WORD… -- SHELL ARGUMENT…: runs it and says how it ended. TERM ends it.
attend() {
  exec 4<&0
  command=''
  trap 'end_command' HUP TERM
  become "$@" <&4 4<&- &
  command=$!
  wait "$command"
  status=$?
  # A signal for this process: the command may need a moment.
  while kill -0 "$command" 2>/dev/null; do
    wait "$command"
    status=$?
  done
  # What it did not read is nothing for the next one.
  [ -z "$flows" ] || cat <&4 >/dev/null
  # Whoever hears of its end may close the connection at once, and what was left running stays.
  trap '' HUP TERM
  left=''
  [ -n "$terminal" ] || ! kill -0 "-$command" 2>/dev/null || left=left
  mark ended "$status" "$left"
}

# become WORD… -- SHELL ARGUMENT…: turns this process into the command. A session of its own holds all that it starts.
become() {
  as='' folder='' flags=-ec
  while [ "$1" != -- ]; do
    case $1 in
    go-on) flags=-c ;;
    user=*) be_user "${1#user=}" || exit 126 ;;
    folder=*) folder=${1#folder=} ;;
    set=*) export "${1#set=}" ;;
    esac
    shift
  done
  if [ -n "$as" ] && [ -z "$folder" ]; then begin_at_home; fi
  if [ -n "$folder" ] && ! cd -- "$folder" 2>/dev/null; then
    printf 'The folder %s cannot be entered.\n' "$folder" >&2
    exit 126
  fi
  shift
  shell=$1
  shift
  own=setsid
  [ -z "$terminal" ] || own=''
  # A process in the background ignores these two, and what it starts would.
  # shellcheck disable=SC2086 # plain words
  exec env --default-signal=INT,QUIT $own $as sh "$flags" "$shell" sh "$@"
}

# begin_at_home: the login's own folder may be one that this user cannot enter, and so may be its home.
begin_at_home() {
  # shellcheck disable=SC2086 # plain words
  if ! $as test -x "$HOME" || ! cd -- "$HOME" 2>/dev/null; then cd /; fi
}

# be_user NAME: its variables, as as_user has them, and in $as how to be it.
be_user() {
  if ! entry=$(getent passwd "$1"); then
    printf 'There is no user %s.\n' "$1" >&2
    return 1
  fi
  IFS=: read -r name _ uid gid _ home _ <<END
$entry
END
  path=$PATH
  # What the login has set is no business of another user.
  # shellcheck disable=SC2046 # names of variables
  unset $(export -p | sed -n 's/^export \([A-Za-z_][A-Za-z0-9_]*\).*/\1/p')
  export HOME="$home" USER="$name" LOGNAME="$name" SHELL=/bin/sh PATH="$path" LANG=C.UTF-8
  [ "$uid" = 0 ] || as="setpriv --reuid=$uid --regid=$gid --init-groups --"
}

# What does not heed the signal for two or three seconds is killed: by the clock, as a busy machine takes long to look.
end_command() {
  for signal in TERM KILL; do
    sent='' ending=$(($(uptime_seconds) + 3))
    while [ "$(uptime_seconds)" -lt "$ending" ]; do
      others=$(command_processes)
      [ -n "$others" ] || return 0
      # shellcheck disable=SC2086 # numbers
      [ -n "$sent" ] || kill -s "$signal" $others 2>/dev/null
      sent=sent
      sleep 0.2 >/dev/null 2>&1
    done
  done
}

uptime_seconds() {
  read -r uptime _ </proc/uptime
  echo "${uptime%.*}"
}

# All in its session, and all that come from it, even where they have begun a session of their own.
command_processes() {
  process_lines | awk -v command="$command" -v terminal="$terminal" '
    { parent[$1] = $2; session[$1] = $3 }
    END {
      for (number in parent) {
        for (walk = number + 0; walk > 1 && walk != command; walk = parent[walk] + 0) if (!(walk in parent)) break
        if (walk == command || (terminal == "" && session[number] == command)) print number
      }
    }'
}

# alive SECONDS: whoever began the command is there, and says so again before these are over. If not, nothing is known of the network,
# which can be silent for many minutes before it tells: the command is ended.
on_alive() {
  [ -z "$expiry" ] || kill "$expiry" 2>/dev/null
  expiry=''
  [ -n "$attendant" ] || return 0
  expire "$2" "$attendant" 3<&- >/dev/null 2>&1 &
  expiry=$!
}

# expire SECONDS ATTENDANT
expire() {
  trap 'kill "$sleeper"; exit' TERM
  sleep "$1" &
  sleeper=$!
  wait "$sleeper"
  # Its number may be another process's by now, which is no child of ours: 4711 (the name) S PARENT …
  read -r stat <"/proc/$2/stat" || exit
  stat=${stat##*) ? }
  [ "${stat%% *}" != "$$" ] || kill "$2"
}

# stop: ends the command in progress.
on_stop() {
  [ -z "$attendant" ] || kill "$attendant" 2>/dev/null
}

end_all() {
  trap '' HUP TERM PIPE
  [ -z "$expiry" ] || kill "$expiry" 2>/dev/null
  on_stop
  [ -z "$attendant" ] || wait "$attendant" 2>/dev/null
}

commands "$@"
