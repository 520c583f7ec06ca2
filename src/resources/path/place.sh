# Files, directories and links are put in place by one process for many: see place.pl. What is joined is done by paths_flush.

# paths_join VERB PATH [MODE OWNER GROUP [WHAT [VALIDATE]]]
paths_join() {
  new_backup || return
  printf '%s\0' "$number" "$backup" "$1" "$2" "${3-}" "${4-}" "${5-}" "${6-}" "${7-}" . >>"$work/paths" || return
  paths_numbers="${paths_numbers-} $number"
  paths_count=$((${paths_count:-0} + 1))
  # So that one sees it go on; and the status of place.pl has room for so many.
  [ "$paths_count" -lt 100 ] || batch_full=yes
}

# paths_flush: where one fails, $stopped_at is its number, and those after it are as they were.
paths_flush() {
  # shellcheck disable=SC2086 # numbers
  set -- ${paths_numbers-}
  paths_numbers='' paths_count=0
  [ $# -gt 0 ] || return 0
  place_perl "$run" "$run_id" $# <"$work/paths" >"$work/paths.said" 2>&1
  paths_status=$?
  : >"$work/paths"
  [ "$paths_status" = 0 ] || paths_stopped "$@"
  [ ! -s "$work/paths.said" ] || cat "$work/paths.said"
  [ "$paths_status" = 0 ] || drop_placing
  return "$paths_status"
}

# paths_stopped NUMBER…: what is said now, is about the one that failed.
paths_stopped() {
  [ "$paths_status" -gt $# ] || shift $((paths_status - 1))
  stopped_at=$1
  event at "$1"
}

# What was just being written.
drop_placing() {
  noted_temporary "$run_id"
  if [ -e "$temporary" ] || [ -L "$temporary" ]; then drop_temporary; fi
}
