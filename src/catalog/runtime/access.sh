# Changes that can lock the operator out; the program has their numbers in $access. While they are made, a switch stands
# by: a timer of systemd's, and a unit for the next boot, that put back what was changed since it was armed. It goes when a
# new connection was made. Nothing else is changed in between, so that nothing is built on what nobody has confirmed.
#
# $home/access is there as long as something may have to be put back:
#   undo     lines RUN FROM [TO]: the backups of RUN after number FROM, up to TO
#   changed  lines RUN NUMBER of the resources
#   waiting  marks of triggers that will make effective what was changed
#   deadline until when the run may take, in seconds of /proc/uptime, as long as it lives
#   armed    RUN and a count. Whoever renames it decides: to confirmed, or to undoing

# Seconds that one change may take, and by how much the timer comes after the run that has its own eye on the clock.
access_change_limit=300
access_grace=5

access_boot_unit=proog-access-boot.service

# guard_change NUMBER KIND ARGUMENT…: before each change; fails, and has said so, when the switch cannot be armed for it.
guard_change() {
  case "$access/$armed" in
  *" $1 "*/ | *" $1 "*/late)
    flush_batch
    [ "$armed" != late ] || confirm_access
    if [ -n "$halted" ] || ! will_change "$@" || arm "${kept:-1000000}"; then return; fi
    stand_down
    event start "$1"
    echo 'What puts it back if it locks you out could not be set up on this machine, so it was left alone.'
    failed "$1"
    return 1
    ;;
  *" $1 "*/yes | */) ;;
  *)
    flush_batch
    confirm_access
    ;;
  esac
}

# will_change NUMBER KIND ARGUMENT…: what is in order, or in the way, needs no switch.
will_change() {
  examine "$@"
  case "$verdict $blocked_numbers " in " "* | "blocked "* | "dependent "*" $1 "*) return 1 ;; esac
}

# arm FROM: whatever is kept after that is put back.
arm() {
  access_changes=0 access_failed='' access_from=$1 arms=$((${arms:-0} + 1))
  awaits_effect || rm -rf "$home/access"
  mkdir -p "$home/access" && rm -f -- "$home/access/confirmed" "$home/access/undoing" || return
  armed=yes
  echo "$run_id ${access_from#1}" >>"$home/access/undo" && put_boot_unit &&
    echo "$run_id $arms" >"$home/access/armed.new" && mv -- "$home/access/armed.new" "$home/access/armed" &&
    start_timer 10
}

# arm_late FROM: what was just changed turned out to be such a change. Nothing else is changed before it is confirmed.
arm_late() {
  if [ -n "$armed${access_run-}" ]; then return; fi
  if ! arm "$1"; then
    stand_down
    tell 'What can lock you out was changed, and what puts it back could not be set up on this machine: try a new connection.'
    return
  fi
  armed=late access_changes=1
  for late_number in ${batch_numbers-}; do echo "$run_id $late_number" >>"$home/access/changed"; done
}

# stand_by: the same switch after a reboot that the run itself has made; the timer of before is gone.
stand_by() {
  access_changes=1 access_failed=''
  systemctl stop proog-access.timer 2>/dev/null
  start_timer 10
}

# Whether what an earlier switch watched over has not become effective: it is put back with what follows.
awaits_effect() {
  while read -r mark; do
    [ ! -e "$home/pending/$mark" ] || return 0
  done 2>/dev/null <"$home/access/waiting"
  return 1
}

put_boot_unit() {
  mkdir -p /etc/systemd/system/multi-user.target.wants &&
    cat >"/etc/systemd/system/$access_boot_unit" <<END &&
[Unit]
Description=Proog puts back what nobody has confirmed
ConditionPathExists=$run/catalog

[Service]
Type=oneshot
ExecStart=/bin/sh $run/catalog rescue $run boot
END
    ln -sf "../$access_boot_unit" "/etc/systemd/system/multi-user.target.wants/$access_boot_unit"
}

# start_timer SECONDS: from then on it looks every few seconds whether the run is still alive and in time.
start_timer() {
  set_deadline "$access_change_limit"
  systemd-run --quiet --collect --unit=proog-access --on-active="$1" --timer-property=OnUnitInactiveSec=5 \
    --timer-property=AccuracySec=1 --property="ConditionPathExists=$run/catalog" sh "$run/catalog" rescue "$run"
}

# set_deadline SECONDS: from now.
set_deadline() {
  echo "$(($(uptime_seconds) + $1))" >"$home/access/deadline"
}

# note_access NUMBER: this is about to be changed, and triggers what is in $marks.
note_access() {
  access_changes=$((access_changes + 1))
  set_deadline "$access_change_limit" && echo "$run_id $1" >>"$home/access/changed" || return
  # shellcheck disable=SC2086 # words, all ours
  set -- $marks
  while [ $# -ge 3 ]; do
    echo "$3" >>"$home/access/waiting"
    shift 3
  done
}

# confirm_access: asks for a new connection; when none comes, or one of the changes has failed, all of them are put back.
confirm_access() {
  note_risk
  if [ -n "$access_failed" ] && ! kept_since_armed; then access_changes=0; fi
  if [ "$access_changes" = 0 ] && { [ -z "$access_failed" ] || ! awaits_effect; }; then
    stand_down
  elif [ -n "$access_failed" ]; then
    put_all_back
  else
    set_deadline $((access_limit + access_grace))
    # What is not on the disk is not there after a loss of power.
    timeout 10 sync --file-system "$home"
    event confirm "$arms" "$access_limit"
    await_confirmation
    if [ -e "$home/access/confirmed" ]; then
      event confirmed
      stand_down
    else
      put_all_back
    fi
  fi
  armed=''
}

# kept_since_armed: whether there is anything to put back.
kept_since_armed() {
  for backup in "$home/backups/$run_id"/[0-9]*; do
    name=${backup##*/}
    [ ! -e "$backup" ] || [ "1${name%%.*}" -le "${access_from:-1000000}" ] || return 0
  done
  return 1
}

# note_risk: an undo of this run is watched over, too.
note_risk() {
  [ ! -d "$home/backups/$run_id" ] || : >"$home/backups/$run_id/access"
}

await_confirmation() {
  deadline=$(($(uptime_seconds) + access_limit))
  while [ -e "$home/access/armed" ] && [ "$(uptime_seconds)" -lt "$deadline" ]; do sleep 0.1; done
}

# By a clock that nobody sets.
uptime_seconds() {
  read -r uptime _ </proc/uptime
  echo "${uptime%.*}"
}

# stand_down: the switch goes. What has no effect yet stays noted.
stand_down() {
  armed=''
  remove_switch
  if awaits_effect; then
    to=${kept:-1000000}
    sed -i "\$s/\$/ ${to#1}/" "$home/access/undo"
    rm -f -- "$home/access/confirmed" "$home/access/armed"
  else
    rm -rf -- "$home/access"
  fi
}

remove_switch() {
  systemctl stop proog-access.timer 2>/dev/null
  rm -f -- "/etc/systemd/system/$access_boot_unit" "/etc/systemd/system/multi-user.target.wants/$access_boot_unit"
  # Else what is not in that folder would look as if systemd had not read that yet.
  systemctl daemon-reload
}

# put_all_back: by the same program that the switch starts.
put_all_back() {
  show_rest
  sh "$run/catalog" rescue "$run" held 9>&-
  halted=put-back
}

# put_back_earlier: what a run that died has left to be put back. Our own lock is held. Sets $earlier to that run.
put_back_earlier() {
  earlier=''
  read -r earlier _ <"$home/access/armed" || read -r earlier _ <"$home/access/undoing" || return 0
  [ ! -e "$home/runs/$earlier/catalog" ] || sh "$home/runs/$earlier/catalog" rescue "$home/runs/$earlier" earlier 9>&-
  event put-back-earlier "$earlier"
} 2>/dev/null

# rescue [held|earlier|boot]: puts back what the run had changed, unless it is alive and in time: called by it, with the lock
# of a later one held, or at boot. It says so in the log of the run.
begin_rescue() {
  [ -e "$home/access" ] || return 0
  exec >>"$run/log" 2>&1
  read -r token <"$run/token"
  read -r run_id run_by <"$run/by"
  exec 8>>"$home/access/lock"
  flock 8
  if [ -e "$home/access/confirmed" ]; then
    remove_switch
    return
  fi
  if [ "$1" = boot ] && [ -e "$resume_link" ]; then
    # The run will go on by itself, and ask whether one can come in.
    start_timer 150
    return
  fi
  [ -n "$1" ] || ! is_in_time || return 0
  read -r armed_run _ 2>/dev/null <"$home/access/armed" && [ "$armed_run" = "$run_id" ] &&
    mv -- "$home/access/armed" "$home/access/undoing"
  if ! { read -r undoing_run _ <"$home/access/undoing" && [ "$undoing_run" = "$run_id" ]; } 2>/dev/null; then
    # The power went before it was armed.
    [ "$1" != boot ] || remove_switch
    return
  fi
  case $1 in
  held | earlier) ;;
  *) end_stuck_run ;;
  esac
  # The rescue is a run of its own, whose words are in the log of the one that it is about.
  rescued=$run
  # Where that cannot be kept free of secrets, it is not said.
  hide_secrets || exec >/dev/null 2>&1
  rescue
  if [ "$1" != held ]; then
    rm -f -- "$home/current" "$rescued/seen"
    event end put-back
  fi
  # Who waits for that word looks whether this is there.
  rm -rf -- "$home/access" "$work"
  run=$rescued
  show_rest
}

is_in_time() {
  is_alive && read -r deadline <"$home/access/deadline" && [ "$(uptime_seconds)" -lt "$deadline" ]
}

# Sets $leader.
is_alive() {
  read -r leader <"$run/pid" && tr '\0' ' ' <"/proc/$leader/cmdline" | grep -qF " $run/catalog "
} 2>/dev/null

# A run that has come to no end is in the way.
end_stuck_run() {
  ! is_alive || kill -s KILL -- "-$leader"
  exec 9>>"$home/lock"
  flock --timeout 10 9
}

# rescue: an undo with backups of its own.
rescue() {
  access_run=$run_id
  run_id=$(date -u +%Y%m%d-%H%M%S)-$(echo "$access_run" | sha256sum | head -c 4)
  run_by="Proog, since $access_run was not confirmed" undone=$access_run
  run=$home/runs/$run_id work=$home/runs/$run_id/work
  mkdir -p "$work" && echo "$run_id $run_by" >"$run/by"
  # Nobody takes the machine for what it was before.
  echo "$run_id" >"$home/last"
  bring_back
  note_risk
  note_left "$run_id"
  # shellcheck disable=SC2046 # names of marks
  drop_marks $(cat "$home/access/waiting" 2>/dev/null)
  while read -r of_run number; do
    [ "$of_run" != "$access_run" ] || event put-back "$number"
  done 2>/dev/null <"$home/access/changed"
  remove_switch
}

# bring_back: what was kept while the switch was armed, the newest first; then what has the machine take it.
bring_back() {
  failures=0 units_moved='' kept='' kept_known='' kept_words='' views=0
  while read -r of_run from to; do
    views=$((views + 1))
    view_backups "$home/backups/$of_run" "1$from" "1${to:-999999}"
  done <"$home/access/undo"
  kept_entries "$work"/view-* >"$work/brought"
  grep -v '^[^ ]* later ' "$work/brought" >"$work/judged"
  grep '^[^ ]* later ' "$work/brought" >>"$work/judged"
  while read -r undo_key undo_type _ undo_text <&7; do
    [ "$undo_type" != lost ] || continue
    kept_run=${undo_key%/*}
    "undo_$undo_type" </dev/null 7<&- 8<&- && continue
    field "$(printf %b "$undo_text")"
    event stays "$field"
  done 7<"$work/judged"
  read_moved_units
}

# view_backups FOLDER FROM TO: a folder with these backups alone.
view_backups() {
  view=$work/view-$(printf %06d "$views")
  mkdir -- "$view"
  for backup in "$1"/*; do
    name=${backup##*/}
    case $name in
    secret-*) ;;
    [0-9]*)
      number=1${name%%.*}
      if [ "$number" -le "$2" ] || [ "$number" -gt "$3" ]; then continue; fi
      ;;
    *) continue ;;
    esac
    cp -al -- "$backup" "$view/$name"
  done
}
