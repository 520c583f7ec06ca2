# What the kinds that are about units of systemd share.

# look_unit UNIT: sets $unit_id (its real name, where UNIT is an alias), $unit_load, $unit_active, $unit_sub, $unit_stale
# (yes: its files have changed since systemd read them) and more. A UNIT with a pattern, such as getty@*.service, means
# all that are loaded: the last one counts, but any of them makes it stale.
look_unit() {
  unit_id='' unit_load=not-found unit_active=inactive unit_sub='' unit_stale='' unit_invocation='' unit_type=''
  unit_remains='' unit_result='' unit_reloads='' unit_condition='' unit_error=''
  while IFS='=' read -r key value; do
    case $key in
    Id) unit_id=$value ;;
    LoadState) unit_load=$value ;;
    LoadError) unit_error=$value ;;
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
$(systemctl --property=Id,LoadState,LoadError,ActiveState,SubState,NeedDaemonReload,InvocationID,Type,RemainAfterExit,Result,CanReload,ConditionResult show -- "$1")
END
}

# enabled_state UNIT: sets $unit_enabled: enabled, disabled, static, masked, …, not-found. The property UnitFileState of
# systemctl show tells the same, but as it was when the unit was loaded.
enabled_state() {
  unit_enabled=$(systemctl is-enabled -- "$1" 2>/dev/null)
  [ -n "$unit_enabled" ] || unit_enabled=not-found
}

# load_error: sets $unit_error to the reason why systemd cannot load it:
# LoadError=org.freedesktop.systemd1.BadUnitSetting "Unit a.service has a bad unit file setting."
load_error() {
  unit_error=${unit_error#*\"}
  unit_error=${unit_error%\"}
}

# systemctl_bounded VERB UNIT: says so when it does not come to an end.
systemctl_bounded() {
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

# note_unread: before files of units change, so that a run that dies in between leaves the reading to the next one.
note_unread() {
  : >"$home/unread"
}

read_units() {
  systemctl daemon-reload && rm -f "$home/unread"
}

# systemd_flush: the files of units first, read by systemd all at once, then what is to be started, stopped and enabled.
systemd_flush() {
  if [ -n "${units_joined-}" ] && ! systemdUnit_flush; then
    services_joined=''
    return 1
  fi
  [ -z "${services_joined-}" ] || service_flush
}
