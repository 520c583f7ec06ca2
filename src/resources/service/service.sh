# service UNIT enabled|disabled|masked running|stopped

# unit_show UNIT: sets $unit_load, $unit_file (enabled, disabled, static, masked, …), $unit_active, $unit_stale (yes:
# its file has changed since systemd read it) and $unit_invocation.
unit_show() {
  unit_load='' unit_file='' unit_active='' unit_stale='' unit_invocation='' unit_type='' unit_result='' unit_started=''
  unit_text=$(systemctl show --property=LoadState,UnitFileState,ActiveState,NeedDaemonReload,InvocationID,Type,Result,ExecMainStartTimestampMonotonic -- "$1")
  while IFS='=' read -r key value; do
    case $key in
    LoadState) unit_load=$value ;;
    UnitFileState) unit_file=$value ;;
    ActiveState) unit_active=$value ;;
    NeedDaemonReload) unit_stale=$value ;;
    InvocationID) unit_invocation=$value ;;
    Type) unit_type=$value ;;
    Result) unit_result=$value ;;
    ExecMainStartTimestampMonotonic) unit_started=$value ;;
    esac
  done <<END
$unit_text
END
  # A oneshot that has run with success since the boot did what it is for.
  if [ "$unit_active" = inactive ] && [ "$unit_type" = oneshot ] && [ "$unit_result" = success ] &&
    [ "${unit_started:-0}" != 0 ]; then unit_active=active; fi
}

service_check() {
  unit_show "$1"
  if [ "$2" = masked ]; then
    [ "$unit_file" = masked ] || differs enabled "${unit_file:-$unit_load}" masked
    [ "$unit_active" != active ] || differs active active inactive
    return
  fi
  if [ "$unit_load" = not-found ]; then
    [ "$2/$3" != disabled/stopped ] || return 0
    differs state absent "$3"
    depends "There is no unit $1 yet."
    return
  fi
  case $2/$unit_file in
  enabled/disabled | enabled/masked | enabled/masked-runtime | enabled/bad) differs enabled "$unit_file" enabled ;;
  disabled/enabled | disabled/enabled-runtime) differs enabled "$unit_file" disabled ;;
  esac
  case $3/$unit_active in
  running/active | running/reloading | stopped/inactive | stopped/failed | stopped/deactivating) ;;
  running/*) differs active "$unit_active" active ;;
  stopped/*) differs active "$unit_active" inactive ;;
  esac
  if [ -e "$home/pending/restart.service.$1" ]; then
    differs restart pending "done"
  elif [ -e "$home/pending/reload.service.$1" ]; then
    differs reload pending "done"
  fi
}

service_change() {
  unit_show "$1"
  [ "$unit_stale" != yes ] || systemctl daemon-reload
  case $2/$unit_file in
  masked/masked) ;;
  masked/*)
    systemctl mask --now -- "$1"
    return
    ;;
  */masked) systemctl unmask -- "$1" || return ;;
  esac
  case $2 in
  enabled)
    case $unit_file in
    enabled) ;;
    *) systemctl enable --quiet -- "$1" || return ;;
    esac
    ;;
  disabled)
    case $unit_file in
    enabled*) systemctl disable --quiet -- "$1" || return ;;
    esac
    ;;
  masked)
    systemctl stop -- "$1"
    return
    ;;
  esac
  if [ "$3" = stopped ]; then
    [ "$unit_active" = inactive ] || systemctl stop -- "$1" || return
    drop_marks "restart.service.$1" "reload.service.$1"
    return
  fi
  if [ "$unit_active" = active ]; then
    service_triggered "$1"
  else
    # What is started now has read everything that it would be reloaded for.
    service_start start "$1" && drop_marks "restart.service.$1" "reload.service.$1"
  fi
}

# service_triggered UNIT: the restart or reload that is due. The unit's invocation is written into the mark before it:
# a run that died between the restart and the end of the mark shows by another one, and is not done twice.
service_triggered() {
  restart=$home/pending/restart.service.$1
  if [ -e "$restart" ]; then
    read -r _ _ before_invocation <"$restart" || before_invocation=''
    if [ -z "$before_invocation" ] || [ "$before_invocation" = "$unit_invocation" ]; then
      read -r mark_run mark_number _ <"$restart"
      printf '%s %s %s\n' "$mark_run" "$mark_number" "$unit_invocation" >"$restart"
      service_start restart "$1" || return
    fi
    drop_marks "restart.service.$1" "reload.service.$1"
  elif [ -e "$home/pending/reload.service.$1" ]; then
    service_start reload-or-restart "$1" && drop_marks "reload.service.$1"
  fi
}

# service_start VERB UNIT: where it fails, the unit says why in the journal.
service_start() {
  systemctl "$1" -- "$2" && return
  journalctl --unit "$2" --lines 20 --no-pager --output cat
  return 1
}

# survey_unit: lines "UNIT FACT", with the facts enabled, disabled, masked, running, stopped, loaded (its file is the one that
# systemd has read).
survey_unit() {
  survey_units=$(cut -d ' ' -f 1 | uniq)
  # shellcheck disable=SC2086 # names of units
  systemctl show --property=LoadState,UnitFileState,ActiveState,NeedDaemonReload,Type,Result,ExecMainStartTimestampMonotonic -- $survey_units |
    awk -v units="$survey_units" '
      function tell(unit) {
        if (was["NeedDaemonReload"] != "yes") print unit, "loaded"
        if (was["LoadState"] == "not-found") return
        file = was["UnitFileState"]
        if (file == "masked") print unit, "masked"
        else if (file ~ /^enabled/) print unit, "enabled"
        else if (file == "disabled") print unit, "disabled"
        else { print unit, "enabled"; print unit, "disabled" }
        active = was["ActiveState"]
        once = was["Type"] == "oneshot" && was["Result"] == "success" && was["ExecMainStartTimestampMonotonic"] > 0
        if (active == "active" || active == "reloading" || (active == "inactive" && once)) print unit, "running"
        if (active == "inactive" || active == "failed") print unit, "stopped"
      }
      BEGIN { split(units, names, "\n"); at = 1 }
      $0 == "" { tell(names[at++]); split("", was); next }
      { equals = index($0, "="); was[substr($0, 1, equals - 1)] = substr($0, equals + 1) }
      END { tell(names[at]) }'
}
