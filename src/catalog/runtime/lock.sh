# One run at a time on a machine. The lock is the kernel's, so it cannot outlive its owner; who holds it stands beside it.

# take_lock: fails when another run holds it, after saying whose it is; for as long as $run/patience says it waits first. Sets
# $interrupted to a run that has died, and $former to the last one that held the lock. Which run is in progress is written down
# before $home/last, so that who finds a run there and none in progress knows that it is over.
take_lock() {
  exec 9>>"$home/lock"
  flock --nonblock 9 || await_lock || return
  printf '%s\n' "$run_id $run_by" >"$home/owner"
  interrupted='' former=''
  { read -r interrupted <"$home/current"; read -r former <"$home/last"; } 2>/dev/null
  # It goes on after a reboot.
  [ "$interrupted" != "$run_id" ] || interrupted=''
  echo "$run_id" >"$home/current"
  echo "$run_id" >"$home/last"
}

await_lock() {
  patience=0 waited=0
  { read -r patience <"$run/patience"; } 2>/dev/null
  while [ "$waited" -lt "$patience" ]; do
    if [ -e "$run/stop" ]; then
      event end stopped
      return 1
    fi
    tell_owner waiting "$waited" "$patience"
    if flock --timeout 2 9; then return; fi
    waited=$((waited + 2))
  done
  # Who has it only just now has not written yet who that is; and who is through has only old things to throw away.
  ownerless=0
  until flock --timeout 0.1 9; do
    if [ -s "$home/owner" ] || [ "$ownerless" -ge 1200 ]; then
      tell_owner locked "$waited"
      return 1
    fi
    ownerless=$((ownerless + 1))
  done
}

# tell_owner VERB FIELD…: by whom the lock is held, "RUN SINCE BY", for how many seconds, and what that run is at.
tell_owner() {
  owner='' owner_at='- -' owner_now=$(date +%s)
  { read -r owner <"$home/owner" && read -r owner_at <"$home/runs/${owner%% *}/at"; } 2>/dev/null
  # It was written when that run got it.
  owner_since=$(stat -c %Y -- "$home/owner" 2>/dev/null) || owner_since=$owner_now
  [ -z "$owner" ] || owner="${owner%% *} $owner_since ${owner#* }"
  field "$owner"
  event "$@" "$field" "$((owner_now - owner_since))" "$owner_at"
}

# take_over: what a run that died was just writing, beside its place, goes; what commands that were killed have left half done is
# brought to its end. One whose changes were put back is told already.
take_over() {
  [ -n "$interrupted" ] || return 0
  # It had come to its end, and not to what follows.
  if [ -e "$home/runs/$interrupted/ended" ]; then
    interrupted=''
    return
  fi
  by='' at='- -'
  { read -r _ by <"$home/runs/$interrupted/by" && read -r at <"$home/runs/$interrupted/at"; } 2>/dev/null
  field "$by"
  [ "$interrupted" = "${earlier-}" ] || event interrupted "$interrupted" "$field" "$at"
  tidy_after "$interrupted"
  drop_resume
  field=${at#* }
  case $field in '='?*) at="${at%% *} $(printf %s "${field#=}" | base64 -d)" ;; esac
  ! command -v mend_accounts >/dev/null || mend_accounts "$interrupted" "$at"
  ! command -v mend_packages >/dev/null || mend_packages
  [ -e "$home/backups/$interrupted/left" ] || note_left "$interrupted" 2>/dev/null
}

tidy_after() {
  for noted in temporary temporary-beside; do
    noted_temporary "$1" "$noted"
    [ -z "$temporary" ] || rm -rf -- "$temporary"
  done
}

# noted_temporary RUN [FILE]: sets $temporary to what that run was just writing beside its place, empty where it was at nothing.
# A tree has two processes write, and a FILE for each.
noted_temporary() {
  temporary=$(cat "$home/runs/$1/${2:-temporary}" 2>/dev/null && echo .)
  temporary=${temporary%.}
  case $temporary in *"/.proog-$1") ;; *) temporary='' ;; esac
}

# still_held: whether $home is still the folder that this run has locked. Where somebody has removed it, another run could
# begin at the same time.
still_held() {
  [ "$home/lock" -ef /proc/self/fd/9 ]
}

# drop_lock: what goes with time, and what kinds have put off, is done now that nobody waits for the end of this run.
drop_lock() {
  if still_held; then
    rm -f "$home/current" "$home/owner"
    forget_runs
    forget_backups
    [ -z "${put_off-}" ] || run_put_off
  fi
  exec 9>&-
}

# put_off FUNCTION ARGUMENT…: nobody need wait for it, and a run that dies need not have done it.
put_off() {
  quote_words "$@"
  case $newline${put_off-} in *"$newline$quoted$newline"*) ;; *) put_off="${put_off-}$quoted$newline" ;; esac
}

# run_put_off: what it says nobody hears. In a folder of its own, since that of the run goes as soon as its end was read. Where
# the kernel shares processors among sessions, as Debian's does, it is the session's part that counts: see sched(7), autogroup.
run_put_off() {
  work=$home/afterwards
  renice 19 $$
  ! [ -e /proc/$$/autogroup ] || echo 19 >/proc/$$/autogroup
  rm -rf "$work" && mkdir "$work" && eval "$put_off"
  rm -rf "$work"
} >/dev/null 2>&1
