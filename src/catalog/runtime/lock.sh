# One run at a time on a machine. The lock is the kernel's, so it cannot outlive its owner; who holds it stands beside it.

# take_lock: fails when another run holds it, after saying whose it is.
take_lock() {
  exec 9>>"$home/lock"
  if ! flock --nonblock 9; then
    read -r owner <"$home/owner" || owner=''
    field "$owner"
    event locked "$field"
    return 1
  fi
  printf '%s\n' "$run_id $(date +%s) $run_by" >"$home/owner"
}

drop_lock() {
  rm -f "$home/owner"
  exec 9>&-
}
