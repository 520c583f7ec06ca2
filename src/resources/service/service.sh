# service NAME enabled|disabled|masked running|stopped

# unit_of NAME: sets $unit.
unit_of() {
  case $1 in
  *.service | *.socket | *.timer | *.path | *.mount | *.automount | *.swap | *.target | *.slice) unit=$1 ;;
  *) unit=$1.service ;;
  esac
}

# look_service NAME: sets $unit (with its type) and all that is known of it.
look_service() {
  unit_of "$1"
  look_unit "$unit"
  if [ "$unit_load" = not-found ]; then
    unit_enabled=not-found
  else
    enabled_state "${unit_id:-$unit}"
  fi
  # One that fails and is started again and again counts as failed, whatever it is just at.
  case $unit_sub in auto-restart*) unit_active=failed ;; esac
  # A oneshot that is to end by itself, and did not fail, is as good as one that runs.
  unit_ends=''
  case $unit_load/$unit_type/$unit_remains/$unit_active/$unit_result in
  loaded/oneshot/no/inactive/success | loaded/oneshot/no/activating/*) unit_ends=yes unit_active=active ;;
  esac
}

service_check() {
  look_service "$1"
  case $2/$3/$unit_load/$unit_stale in
  masked/*)
    start_holds masked "$unit_enabled" || differs masked no yes
    state_holds stopped "$unit_active" || differs running "$unit_active" inactive
    return
    ;;
  disabled/stopped/not-found/*) return 0 ;;
  */not-found/*)
    [ "$2" != enabled ] || differs enabled not-found enabled
    [ "$3" != running ] || differs running not-found active
    will_come "unit $unit" || depends "The unit $unit is not there yet."
    return
    ;;
  */bad-setting/no | */error/no)
    load_error
    depends "systemd cannot load $unit: $unit_error"
    ;;
  esac
  case $2/$3/$unit_enabled in
  disabled/stopped/*) ;;
  */masked*)
    differs masked yes no
    is_behind_mask "$unit" || will_come "unit $unit" || depends "The unit $unit is not there yet, only its mask is."
    ;;
  esac
  start_holds "$2" "$unit_enabled" || differs enabled "$unit_enabled" "$2"
  state_holds "$3" "$unit_active" || differs running "$unit_active" "$(wanted_state "$3")"
  [ ! -e "$home/pending/restart.service.$1" ] || differs restart pending "done"
  [ ! -e "$home/pending/reload.service.$1" ] || differs reload pending "done"
}

# is_behind_mask UNIT: whether there is a unit that its mask, a link to /dev/null, hides.
is_behind_mask() {
  for folder in /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system \
    /lib/systemd/system; do
    [ ! -f "$folder/$1" ] || return 0
    case $1 in *@*) [ ! -f "$folder/${1%%@*}@.${1##*.}" ] || return 0 ;; esac
  done
  [ -e "/etc/init.d/${1%.service}" ]
}

wanted_state() {
  if [ "$1" = running ]; then echo active; else echo inactive; fi
}

# Starts come after all units of the batch are there, and systemd has read them.
service_join() {
  services_joined="${services_joined-}$1 $2 $3$newline"
}

make_service() {
  look_service "$1"
  state_holds "$3" "$unit_active" || keep_running "$unit" "$unit_active" || return
  start_holds "$2" "$unit_enabled" || keep_enabled "${unit_id:-$unit}" "$unit_enabled" || return
  if [ "$unit_stale" = yes ]; then systemctl daemon-reload || return; fi
  if [ "$2" = masked ]; then
    mask_service
  else
    unmask_service "$1" "$2/$3" && enable_service "$2" && run_service "$1" "$3"
  fi || return
  drop_marks "restart.service.$1" "reload.service.$1"
}

mask_service() {
  start_holds masked "$unit_enabled" || systemctl mask -- "$unit" || return
  state_holds stopped "$unit_active" || systemctl_bounded stop "$unit"
}

# unmask_service NAME START/STATE
unmask_service() {
  case $2/$unit_enabled in
  disabled/stopped/*) return 0 ;;
  */masked) systemctl unmask -- "$unit" || return ;;
  */masked-runtime) systemctl --runtime unmask -- "$unit" || return ;;
  *) return 0 ;;
  esac
  units_seen=''
  look_service "$1"
}

# Sets $newly_enabled. Until the next boot nobody asks whether it is enabled, so that can wait for others.
enable_service() {
  newly_enabled=''
  if start_holds "$1" "$unit_enabled"; then return 0; fi
  case $1/$unit_enabled in
  enabled/*) newly_enabled=yes services_enabled="${services_enabled-} ${unit_id:-$unit}" ;;
  */enabled-runtime) systemctl --runtime disable -- "${unit_id:-$unit}" ;;
  *) services_disabled="${services_disabled-} ${unit_id:-$unit}" ;;
  esac
}

# run_service NAME STATE: what is started now has read all that it would be reloaded for.
run_service() {
  if [ "$2" = stopped ]; then
    state_holds stopped "$unit_active" || systemctl_bounded stop "$unit"
  elif [ -n "$unit_ends" ]; then
    if [ -n "$newly_enabled" ] || [ -e "$home/pending/restart.service.$1" ] || [ -e "$home/pending/reload.service.$1" ]; then
      move_service "$1" restart
    fi
  elif ! state_holds running "$unit_active"; then
    if [ "$unit_active" = failed ]; then
      echo "It had failed:"
      unit_journal "$unit"
      systemctl reset-failed -- "$unit"
    fi
    move_service "$1" start
  elif [ -e "$home/pending/restart.service.$1" ]; then
    move_once "$1" restart restart
  elif [ -e "$home/pending/reload.service.$1" ]; then
    if [ "$unit_reloads" = yes ]; then move_once "$1" reload reload; else move_once "$1" reload restart; fi
  fi
}

# move_once NAME ACTION VERB: the unit's invocation and when its state last changed are noted in the mark before. A run that
# died after the restart or the reload shows by others, and it is not made again; nor when the machine was started anew since
# the mark was made, and the unit with it.
move_once() {
  mark=$home/pending/$2.service.$1
  read -r mark_run mark_number mark_boot mark_invocation mark_changed <"$mark"
  if [ -n "$mark_boot" ] && [ "$mark_boot" != "$boot" ]; then
    echo 'The machine was started anew since then, and it with the machine.'
  elif [ -n "$mark_invocation" ] && [ "$mark_invocation" != "$unit_invocation" ]; then
    echo 'An interrupted run has restarted it already.'
  elif [ "$3" = reload ] && [ -n "$mark_changed" ] && [ "$mark_changed" != "$unit_changed" ] &&
    [ "$unit_active/$unit_reload" = active/success ]; then
    echo 'An interrupted run has reloaded it already.'
  else
    printf '%s\n' "$mark_run $mark_number $boot $unit_invocation $unit_changed" >"$mark" && move_service "$1" "$3"
  fi
}

# move_service NAME VERB
move_service() {
  [ "$2" = start ] || keep_again "$unit" "$2" || return
  seen_before=${units_seen-}
  if systemctl_bounded "$2" "$unit"; then
    # A restart may take others with it; one more that runs already is started in vain.
    [ "$2" != start ] || units_seen=$seen_before
    services_moved="${services_moved-} $1"
  else
    unit_journal "$unit"
    return 1
  fi
}

service_flush() {
  fallen='' units_ahead=' '
  while read -r name _; do
    [ -n "$name" ] || continue
    unit_of "$name"
    units_ahead="$units_ahead$unit "
  done <<END
$services_joined
END
  while read -r name start state; do
    [ -z "$name" ] || make_service "$name" "$start" "$state" </dev/null || fallen=yes
  done <<END
$services_joined
END
  services_joined=''
  moved=${services_moved-} services_moved=''
  # Of most systemd says at once that they are started: what is wrong with them shows a moment later.
  [ -z "$moved" ] || { sleep 0.1 & }
  settling=$!
  # shellcheck disable=SC2086 # names of units
  enable_units enable ${services_enabled-}
  # shellcheck disable=SC2086
  enable_units disable ${services_disabled-}
  services_enabled='' services_disabled='' units_seen=''
  [ -z "$moved" ] || wait "$settling"
  for name in $moved; do
    look_service "$name"
    state_holds running "$unit_active" || tell_fallen
  done
  [ -z "$fallen" ]
}

# enable_units VERB UNIT…: all at once, since systemd reads all its units anew each time.
enable_units() {
  verb=$1
  shift
  if [ $# = 0 ] || systemctl "$verb" -- "$@"; then return 0; fi
  # Where one is refused, the others are not done.
  fallen=yes
  [ $# -gt 1 ] || return 0
  for unit; do systemctl "$verb" -- "$unit"; done
}

tell_fallen() {
  fallen=yes
  if [ "$unit_condition" = no ]; then
    echo "systemd did not start $unit, since a condition of it does not hold: systemctl status $unit"
  else
    echo "$unit was started, and is $unit_active:"
    unit_journal "$unit"
  fi
}
