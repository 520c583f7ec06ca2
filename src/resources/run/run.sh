# run NAME COMMAND [WORD…]
# Words: unless=COMMAND, creates=PATH, on-change, user=NAME, cwd=PATH, limit=SECONDS, set=NAME=VALUE, secrets=BLOB (shell that
# exports variables), stdin=BLOB. The last two are for the command alone.
# COMMAND is the user's own text, for sh -c. NAME stands in the marks of its triggers.

run_check() {
  run_read "$@"
  # A change of what it waits for leaves the mark; see trigger.sh.
  if [ -n "$run_on_change" ] && [ ! -e "$home/pending/run.run.$1" ]; then return; fi
  if [ -n "$run_creates" ] && [ -e "$run_creates" ]; then return; fi
  needs_account user "$run_user" passwd
  [ -d "$run_folder" ] || will_come "directory $run_folder" ||
    depends "The directory $run_folder is not there yet."
  if [ -n "$run_unless" ] && run_guard_holds "$@"; then return; fi
  [ "$verdict" != blocked ] || return 0
  [ -z "$run_creates" ] || differs creates '' "$run_creates"
  [ -z "$run_unless" ] || differs unless fails holds
  if [ -n "$run_on_change" ]; then
    differs run pending 'done'
  elif [ -z "$run_creates$run_unless" ]; then
    opaque 'no guard, so it runs every time.'
  fi
}

run_read() {
  run_unless='' run_creates='' run_on_change='' run_user=root run_folder=/ run_limit=3600 run_secrets='' run_stdin=''
  shift 2
  for word; do
    case $word in
    unless=*) run_unless=${word#unless=} ;;
    creates=*) run_creates=${word#creates=} ;;
    on-change) run_on_change=yes ;;
    user=*) run_user=${word#user=} ;;
    cwd=*) run_folder=${word#cwd=} ;;
    limit=*) run_limit=${word#limit=} ;;
    secrets=*) run_secrets=${word#secrets=} ;;
    stdin=*) run_stdin=${word#stdin=} ;;
    esac
  done
}

# A guard that cannot run yet does not hold. One that takes more than a minute does more than look.
run_guard_holds() {
  [ -z "$verdict" ] && [ -d "$run_folder" ] || return
  shift 2
  if [ "$run_limit" -gt 60 ]; then guard_limit=60; else guard_limit=$run_limit; fi
  run_secrets='' run_stdin=''
  run_shell "$guard_limit" "$run_unless" "$@" >/dev/null 2>&1 </dev/null
  case $? in
  0) return ;;
  124 | 137) blocked "Its guard took more than $guard_limit s: $run_unless" 'Give it one that only looks.' ;;
  esac
  return 1
}

run_change() {
  run_read "$@"
  run_name=$1 run_command=$2
  keep_nothing "run $run_command" || return
  # Only where it can lock out it is harmless enough to be made by an undo, too.
  if [ -n "$armed" ] && [ -n "$run_on_change" ]; then
    keep_later "run $run_command" run_again "$@" || return
  fi
  shift 2
  run_shell "$run_limit" "$run_command" "$@"
  run_status=$?
  case $run_status in
  0) [ -z "$run_on_change" ] || drop_marks "run.run.$run_name" ;;
  124 | 137) echo "It took more than $run_limit s and was ended: give it a longer timeLimit." ;;
  *) echo "The command ended with status $run_status." ;;
  esac
  return "$run_status"
}

# run_again NAME COMMAND WORD…: what it waits for was put back, and is to have the effect that it had.
run_again() {
  run_read "$@"
  run_command=$2
  shift 2
  run_shell "$run_limit" "$run_command" "$@"
}

# run_shell SECONDS COMMAND WORD…: the command as its user, in its folder, with its variables.
run_shell() {
  run_seconds=$1 run_text=$2
  shift 2
  for word; do
    shift
    case $word in set=*) set -- "$@" "${word#set=}" ;; esac
  done
  # What a subshell is told it forgets.
  [ "$run_user" != root ] || as_entry_of root
  for blob in $run_secrets $run_stdin; do
    [ -e "$run/blobs/$blob" ] && continue
    echo 'What it is to be given is secret, and was not sent: apply again.'
    return 1
  done
  (
    [ -z "$run_stdin" ] || exec <"$run/blobs/$run_stdin"
    # What is secret comes by an open file, also to a user who may not open it: arguments could be seen by all.
    if [ -n "$run_secrets" ]; then
      exec 3<"$run/blobs/$run_secrets"
      # shellcheck disable=SC2016 # for that shell
      set -- "$@" sh -c 'eval "$(cat <&3)" && exec "$@" 3<&-' sh
    fi
    as_last=yes
    cd -- "$run_folder" &&
      as_user "$run_user" '' "$@" timeout --kill-after=10 "$run_seconds" sh -c -- "$run_text"
  )
}

quick="$quick exists "

# survey_exists: lines "PATH".
survey_exists() {
  # shellcheck disable=SC2046,SC2086 # plain paths; read would ask for each byte of them by itself
  for path in ${few:-$(cat)}; do
    [ ! -e "$path" ] || printf '%s\n' "$path"
  done
}
