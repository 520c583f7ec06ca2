# One run at a time on a machine. The lock is the kernel's, so it cannot outlive its owner; who holds it stands beside it.

# take_lock: fails when another run holds it, after saying whose it is. Sets $interrupted to a run that has died, and $former
# to the last one that held the lock. Which run is in progress is written down before $home/last, so that who finds a run
# there and none in progress knows that it is over.
take_lock() {
  exec 9>>"$home/lock"
  if ! flock --nonblock 9; then
    read -r owner <"$home/owner" || owner=''
    field "$owner"
    event locked "$field"
    return 1
  fi
  interrupted='' former=''
  { read -r interrupted <"$home/current"; read -r former <"$home/last"; } 2>/dev/null
  printf '%s\n' "$run_id $(date +%s) $run_by" >"$home/owner"
  echo "$run_id" >"$home/current"
  echo "$run_id" >"$home/last"
}

drop_lock() {
  rm -f "$home/current" "$home/owner"
  exec 9>&-
}
