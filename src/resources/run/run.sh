# run NAME COMMAND GUARD-KIND GUARD USER FOLDER LIMIT TRIGGERED [NAME=VALUE…]
# GUARD-KIND: none, unless (a command) or creates (a path). TRIGGERED: yes where it runs only on a change, else no.
# NAME is plain: the mark run.run.NAME says that the run is due.

run_check() {
  run_name=$1 run_command=$2 run_guard=$3 run_guarded=$4 run_user=$5 run_folder=$6 run_limit=$7 run_triggered=$8
  shift 8
  if [ "$run_triggered" = yes ]; then
    [ ! -e "$home/pending/run.run.$run_name" ] || differs run pending "done"
    return 0
  fi
  case $run_guard in
  none) opaque 'It has no guard (unless, creates, onlyOn), so it runs each time.' ;;
  creates) guard_holds || differs creates absent "$run_guarded" ;;
  unless) guard_holds "$@" || differs unless fails succeeds ;;
  esac
}

# guard_holds [NAME=VALUE…]
guard_holds() {
  case $run_guard in
  unless) run_as "$run_guarded" "$@" >/dev/null 2>&1 </dev/null ;;
  creates) [ -e "$run_guarded" ] || [ -L "$run_guarded" ] ;;
  *) return 1 ;;
  esac
}

run_change() {
  run_name=$1 run_command=$2 run_guard=$3 run_guarded=$4 run_user=$5 run_folder=$6 run_limit=$7 run_triggered=$8
  shift 8
  if [ "$run_triggered" = yes ] && guard_holds "$@"; then
    echo 'Its guard says that nothing is to be done.'
    run_status=0
  else
    run_as "$run_command" "$@"
    run_status=$?
  fi
  if [ "$run_status" = 124 ]; then
    echo "It was ended after its time limit of $run_limit s."
  elif [ "$run_status" != 0 ]; then
    echo "It ended with status $run_status."
  fi
  [ "$run_status" != 0 ] || [ "$run_triggered" = no ] || drop_marks "run.run.$run_name"
  return "$run_status"
}

# run_as COMMAND [NAME=VALUE…]
run_as() {
  as=$1
  shift
  if ! cd -- "$run_folder" 2>/dev/null; then
    echo "There is no directory $run_folder."
    return 1
  fi
  if [ "$run_user" = root ]; then
    timeout --kill-after=10 "$run_limit" env "$@" sh -c "$as"
  else
    timeout --kill-after=10 "$run_limit" runuser -u "$run_user" -- env "$@" sh -c "$as"
  fi
  run_as_status=$?
  cd / || return
  return "$run_as_status"
}
