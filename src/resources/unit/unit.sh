# What the kinds that are about units of systemd share.

# look_unit UNIT: sets $unit_id (its real name, where UNIT is an alias), $unit_load, $unit_active, $unit_sub, $unit_stale
# (yes: its files have changed since systemd read them) and more. A UNIT with a pattern, such as getty@*.service, means
# all that are loaded: the last one counts, but any of them makes it stale.
look_unit() {
  unit_id='' unit_load=not-found unit_active=inactive unit_sub='' unit_stale='' unit_invocation='' unit_type=''
  unit_remains='' unit_result='' unit_reloads='' unit_condition='' unit_error='' unit_changed='' unit_reload=''
  seen_unit "$1" || look_ahead "$1"
  while IFS='=' read -r key value; do
    case $key in
    Id) unit_id=$value ;;
    LoadState) unit_load=$value ;;
    LoadError) unit_error=$value ;;
    StateChangeTimestampMonotonic) unit_changed=$value ;;
    ReloadResult) unit_reload=$value ;;
    ActiveState) unit_active=$value ;;
    SubState) unit_sub=$value ;;
    NeedDaemonReload) [ "$unit_stale" = yes ] || unit_stale=$value ;;
    InvocationID) unit_invocation=$value ;;
    Type) unit_type=$value ;;
    RemainAfterExit) unit_remains=$value ;;
    Result) unit_result=$value ;;
    CanReload) unit_reloads=$value ;;
    ConditionResult) unit_condition=$value ;;
    esac
  done <<END
$seen
END
}

# enabled_state UNIT: sets $unit_enabled: enabled, disabled, static, masked, …, not-found. The property UnitFileState of
# systemctl show tells the same, but as it was when the unit was loaded. Links tell it also while the machine goes down, when systemd
# answers nobody: what is enabled must not be taken for what is not.
enabled_state() {
  if enabled_by_link "$1"; then
    unit_enabled=enabled
    return
  fi
  seen_unit "enabled $1" || look_enabled_ahead "$1"
  unit_enabled=${seen:-not-found}
}

# systemctl takes 10 ms, and little more for several units. So it is asked for those, too, that will be looked at next: they are in
# $units_ahead, " a.service b.service ", and where that is empty, the survey of services has found them to be not in order. What it
# told is in $unit_seen_1, $unit_seen_2, …; $units_seen has lines "NAME: NUMBER", by the name that was asked for, until something is
# changed.

# seen_unit NAME: sets $seen to what is known of it.
seen_unit() {
  line_after "${units_seen-}" "$1: " && eval "seen=\$unit_seen_$line_rest"
}

# see_unit NAME TEXT
see_unit() {
  units_known=$((${units_known-0} + 1))
  eval "unit_seen_$units_known=\$2"
  units_seen="$1: $units_known$newline${units_seen-}"
}

# units_from UNIT: sets $units to it and up to fifteen that come next; a pattern stays alone, since it may stand for several.
units_from() {
  [ -n "${units_ahead-}" ] || { read -r units_ahead && units_ahead=" $units_ahead "; } 2>/dev/null <"$work/services.suspects"
  units=$1 units_count=1
  case $1/${units_ahead-} in
  *'*'*/*) ;;
  *" $1 "*)
    for units_next in ${units_ahead#*" $1 "}; do
      [ "$units_count" -lt 16 ] || break
      case $units_next in *'*'*) continue ;; esac
      units="$units $units_next"
      units_count=$((units_count + 1))
    done
    ;;
  esac
}

look_ahead() {
  units_from "$1"
  # shellcheck disable=SC2086 # names of units
  shown=$(systemctl --property=Id,LoadState,LoadError,ActiveState,SubState,NeedDaemonReload,InvocationID,Type,RemainAfterExit,Result,CanReload,ConditionResult,StateChangeTimestampMonotonic,ReloadResult show -- $units)
  [ "$units" = "$1" ] || for units_next in $units; do
    see_unit "$units_next" "${shown%%"$newline$newline"*}"
    case $shown in *"$newline$newline"*) shown=${shown#*"$newline$newline"} ;; *) shown='' ;; esac
  done
  seen_unit "$1" || seen=$shown
}

# Where it does not tell of each, or not in this order, it is asked for one alone.
look_enabled_ahead() {
  units_from "$1"
  for units_next in $units; do
    ! from_init_script "$units_next" || units=$1
  done
  # shellcheck disable=SC2086
  shown=$(systemctl is-enabled -- $units 2>/dev/null)
  # shellcheck disable=SC2086
  if [ "$units" != "$1" ] && see_enabled $units <<END; then
$shown
END
    seen_unit "enabled $1"
  elif [ "$units" = "$1" ]; then
    seen=$shown
  else
    seen=$(systemctl is-enabled -- "$1" 2>/dev/null)
  fi
}

# see_enabled UNIT…: reads a line for each.
see_enabled() {
  seen_before=${units_seen-}
  for units_next; do
    if read -r seen && [ -n "$seen" ]; then see_unit "enabled $units_next" "$seen"; else break; fi
  done
  if [ -n "$seen" ] && ! read -r seen; then return; fi
  units_seen=$seen_before
  return 1
}

# load_error: sets $unit_error to the reason why systemd cannot load it:
# LoadError=org.freedesktop.systemd1.BadUnitSetting "Unit a.service has a bad unit file setting."
load_error() {
  unit_error=${unit_error#*\"}
  unit_error=${unit_error%\"}
}

# systemctl_bounded VERB UNIT: says so when it does not come to an end.
systemctl_bounded() {
  units_seen=''
  timeout --foreground 900 systemctl --no-ask-password "$1" -- "$2"
  systemctl_status=$?
  [ "$systemctl_status" != 124 ] ||
    echo "systemctl $1 $2 has not come to an end within 15 minutes. systemd goes on with it: systemctl status $2"
  return "$systemctl_status"
}

# unit_journal UNIT: why it failed.
unit_journal() {
  journalctl --sync 2>/dev/null
  journalctl --unit "$1" --lines 20 --no-pager --quiet
}

# systemd_flush: the files of units first, read by systemd all at once, then what is to be started, stopped and enabled.
systemd_flush() {
  units_watch=''
  if [ -n "${units_joined-}" ] && ! systemdUnit_flush; then
    services_joined=''
    systemd_status=1
  else
    [ -z "${services_joined-}" ] || service_flush
    systemd_status=$?
  fi
  units_ahead=''
  [ -z "$units_watch" ] || tell_units
  return "$systemd_status"
}

# How a unit was, for undo. Whether it runs is kept before how it is enabled, so that undo unmasks it before it starts it.

# keep_running UNIT ACTIVE: what systemctl is-active says.
keep_running() {
  case $2 in
  active | activating | reloading | refreshing) running_before=running ;;
  *) running_before=stopped ;;
  esac
  keep_state "service ${1%.service}: $running_before" unit_running_back "$1" "$running_before"
}

# keep_enabled UNIT ENABLED: what systemctl is-enabled says.
keep_enabled() {
  case $2 in not-found) enabled_before='not enabled' ;; *) enabled_before=$2 ;; esac
  keep_state "service ${1%.service}: $enabled_before" unit_enabled_back "$1" "$2"
}

# keep_again UNIT VERB: it is reloaded or restarted for what has changed, and again when that is put back.
keep_again() {
  keep_later "service ${1%.service}: $2" unit_again "$1" "$2"
}

unit_running_back() {
  look_unit "$1"
  case $2/$unit_active in
  running/active | running/activating | running/reloading | running/refreshing) return 0 ;;
  running/*)
    if [ "$unit_load" = not-found ]; then
      echo "There is no unit $1 to start."
      return 1
    fi
    keep_running "$1" "$unit_active" && start_unit "$1"
    ;;
  stopped/inactive | stopped/failed) return 0 ;;
  *) keep_running "$1" "$unit_active" && systemctl_bounded stop "$1" ;;
  esac
}

unit_running_back_ahead() {
  case ${units_ahead-} in
  *" $1 "*) ;;
  *) units_ahead="${units_ahead:- }$1 " ;;
  esac
}

unit_enabled_back_ahead() {
  unit_running_back_ahead "$1"
}

# Whether it runs may change by itself, so that nobody has changed it since: only whether it is as wanted counts.
unit_running_back_now() {
  look_unit "$1"
  case $2/$unit_active in
  running/active | running/activating | running/reloading | running/refreshing) ;;
  stopped/inactive | stopped/failed) ;;
  *) set -- "$1" otherwise ;;
  esac
  printf '%s\n' "$1" "$2"
}

start_unit() {
  systemctl --quiet reset-failed -- "$1" 2>/dev/null
  systemctl_bounded start "$1" && return
  unit_journal "$1"
  return 1
}

# What cannot be enabled is in order as long as it is not masked.
unit_enabled_back() {
  enabled_state "$1"
  [ "$unit_enabled" != "$2" ] || return 0
  keep_enabled "$1" "$unit_enabled" || return
  case $unit_enabled in
  masked) systemctl unmask -- "$1" || return ;;
  masked-runtime) systemctl --runtime unmask -- "$1" || return ;;
  esac
  case $2 in
  masked) systemctl mask -- "$1" ;;
  masked-runtime) systemctl --runtime mask -- "$1" ;;
  enabled) systemctl enable -- "$1" ;;
  enabled-runtime) systemctl --runtime enable -- "$1" ;;
  disabled | not-found) disable_unit "$1" ;;
  esac
}

# A unit whose file is gone may have left links.
disable_unit() {
  enabled_state "$1"
  case $unit_enabled in
  enabled) systemctl disable -- "$1" ;;
  enabled-runtime) systemctl --runtime disable -- "$1" ;;
  esac
}

# One that is not there any more is not enabled.
unit_enabled_back_now() {
  enabled_state "$1"
  [ "$unit_enabled/$2" != not-found/disabled ] || unit_enabled=disabled
  printf '%s\n' "$1" "$unit_enabled"
}

# One that does not run has nothing to read anew, but for one that is to end by itself.
unit_again() {
  look_unit "$1"
  case $unit_load/$unit_type/$unit_remains/$unit_active in
  */active | */reloading | */refreshing | loaded/oneshot/no/inactive) ;;
  # It ran, and with what is put back it may do so again.
  */failed | */activating) set -- "$1" restart ;;
  *) return 0 ;;
  esac
  keep_again "$1" "$2" || return
  # That it was started often in a short time is no reason now.
  systemctl --quiet reset-failed -- "$1" 2>/dev/null
  if [ "$2" = reload ] && [ "$unit_reloads" != yes ]; then set -- "$1" restart; fi
  systemctl_bounded "$2" "$1" && return
  unit_journal "$1"
  return 1
}
