# systemdTimer NAME present TIMER-SHA-256 SERVICE-SHA-256 USER
# systemdTimer NAME absent
# The units NAME.timer, which is enabled and runs, and NAME.service, which runs the command as USER.

systemdTimer_check() {
  timer_path=/etc/systemd/system/$1.timer timer_service=/etc/systemd/system/$1.service
  if [ "$2" = absent ]; then
    timer_check_absent "$1"
    return
  fi
  look "$timer_path"
  if [ "$there" = absent ]; then
    differs state absent present
    comes "unit $1.timer"
  fi
  for unit_name in "$1.timer" "$1.service"; do
    ! has_other || blocked "The machine has another unit of that name, $folder/$unit_name." \
      "Choose another name, or add to that unit: systemdUnit(\"$unit_name\", { dropIn: … })."
  done
  file_check_part timer "$timer_path" "$3"
  file_check_part service "$timer_service" "$4"
  needs_account user "$5" passwd
  [ -n "$finding" ] || timer_check_loaded "$1"
}

# Where the files are right: whether systemd has read them, made something of them, and goes by them.
timer_check_loaded() {
  [ "$(loaded_paths "$timer_path" "$timer_service" | wc -l)" = 2 ] || differs loaded outdated current
  for unit in "$1.service" "$1.timer"; do
    look_unit "$unit"
    case $finding/$unit_load in
    /bad-setting | /error)
      load_error
      blocked "systemd cannot load it: $unit_error" "On the machine, journalctl --unit $unit tells more."
      ;;
    esac
  done
  enabled_state "$1.timer"
  start_holds enabled "$unit_enabled" || differs enabled "$unit_enabled" enabled
  state_holds running "$unit_active" || differs running "$unit_active" active
}

timer_check_absent() {
  look "$timer_path"
  case $there in
  absent) ;;
  file)
    differs state present absent
    shown timer-content "$timer_path"
    ;;
  *) in_the_way "$timer_path" ;;
  esac
  look "$timer_service"
  case $there in
  absent) ;;
  file)
    differs service present absent
    shown service-content "$timer_service"
    ;;
  *) in_the_way "$timer_service" ;;
  esac
  [ -n "$finding" ] ||
    [ "$(loaded_paths "$timer_path" "$timer_service" | wc -l)" = 2 ] || differs loaded outdated current
}

systemdTimer_join() {
  units_joined=yes
  note_unread
  timer_path=/etc/systemd/system/$1.timer timer_service=/etc/systemd/system/$1.service
  if [ "$2" = absent ]; then
    timer_remove "$1"
    return
  fi
  file_change_part "$timer_service" "$4" && file_change_part "$timer_path" "$3" || return
  units_placed="${units_placed-} $1.service $1.timer"
  services_joined="${services_joined-}$1.timer enabled running$newline"
}

# A run that goes on comes to its end: systemd knows its unit until then. When the last run was, the timer's stamp tells; a
# timer that is declared again would take it for a run that was missed.
timer_remove() {
  if [ -e "$timer_path" ]; then
    look_unit "$1.timer"
    enabled_state "$1.timer"
    keep_running "$1.timer" "$unit_active" && keep_enabled "$1.timer" "$unit_enabled" &&
      systemctl_bounded stop "$1.timer" && systemctl disable -- "$1.timer" || return
    file_change "$timer_path" absent || return
  fi
  [ ! -e "$timer_service" ] || file_change "$timer_service" absent || return
  # That it failed the last time, nobody wants to hear any more.
  systemctl reset-failed -- "$1.service" 2>/dev/null
  timer_stamp=/var/lib/systemd/timers/stamp-$1.timer
  [ ! -e "$timer_stamp" ] || file_change "$timer_stamp" absent
}
