# systemdUnit FILE SHA-256
# systemdUnit FILE absent
# FILE is in /etc/systemd/system: engine.service, or nginx.service.d/limits.conf.

# unit_file FILE: sets $unit_path; $unit, with a pattern for all instances of a template; and $drop_in where it is one.
unit_file() {
  unit_path=/etc/systemd/system/$1
  drop_in=''
  case $1 in */*) drop_in=${1#*/} ;; esac
  unit_name=${1%%.d/*}
  case $unit_name in
  *@.*) unit="${unit_name%@.*}@*.${unit_name##*@.}" ;;
  *) unit=$unit_name ;;
  esac
}

systemdUnit_check() {
  unit_file "$1"
  if [ "$2" = absent ]; then
    file_check "$unit_path" absent
    [ -n "$drop_in" ] || [ -z "$finding" ] || unit_leaves
  else
    # The folder of a drop-in comes with it.
    parent_of "$unit_path"
    comes "directory $parent"
    unit_masked || file_check "$unit_path" 0644 root root "$2"
    [ -n "$drop_in" ] || [ "$there" != absent ] || comes "unit $unit"
  fi
  [ -n "$finding" ] || unit_loaded "$2"
}

# By hand, that is: where a service is to be masked, nobody declares its unit.
unit_masked() {
  [ -L "$unit_path" ] && [ "$(readlink -- "$unit_path")" = /dev/null ] || return
  there=symlink
  blocked "It is masked, so it was left alone: $unit_path is a link to /dev/null." \
    "On the machine, say systemctl unmask $unit_name; or declare symlink(\"$unit_path\", { absent: true }) in its place for one apply."
}

# Whether systemd knows the file as it is now, and can make something of it.
unit_loaded() {
  [ -n "$(loaded_paths "$unit_path")" ] || differs loaded outdated current
  [ "$1" != absent ] || return 0
  look_unit "$unit"
  case $finding/$unit_load in
  /bad-setting | /error)
    load_error
    blocked "systemd cannot load it: $unit_error" "Mend its content; on the machine, journalctl --unit $unit tells more."
    ;;
  esac
}

# A whole unit that goes is stopped and disabled, but where the machine has another one behind it.
unit_leaves() {
  has_other && return
  look_unit "$unit"
  case $unit_active in inactive | failed) ;; *) differs running "$unit_active" inactive ;; esac
  enabled_state "$unit_name"
  case $unit_enabled in enabled*) differs enabled "$unit_enabled" disabled ;; esac
}

has_other() {
  for folder in /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
    [ ! -e "$folder/$unit_name" ] || return 0
  done
  return 1
}

systemdUnit_join() {
  units_joined=yes
  note_unread
  unit_file "$1"
  if [ "$2" != absent ]; then
    units_placed="${units_placed-} $1"
    place_unit "$2"
  elif [ ! -e "$unit_path" ]; then
    return 0
  elif [ -n "$drop_in" ]; then
    remove_drop_in
  else
    remove_unit
  fi
}

# place_unit SHA-256
place_unit() {
  # Nothing to write where systemd only has to read it; but where a clock was ahead when it was written, its time is to be now.
  case $finding in
  "differs $number loaded "*)
    chmod 0644 -- "$unit_path"
    return
    ;;
  esac
  parent_of "$unit_path"
  if [ ! -d "$parent" ]; then
    keep "$parent" && mkdir -- "$parent" || return
  fi
  file_join "$unit_path" 0644 root root "$1"
}

remove_drop_in() {
  file_change "$unit_path" absent || return
  parent_of "$unit_path"
  [ -n "$(ls -A -- "$parent")" ] || { keep "$parent" && rmdir -- "$parent"; }
}

# disable takes the links of all instances of a template.
remove_unit() {
  if ! has_other; then
    keep_unit || return
    case $finding in *" running "*) systemctl_bounded stop "$unit" || return ;; esac
    case $finding$unit_name in *" enabled "* | *@.*) systemctl disable -- "$unit_name" || return ;; esac
  fi
  file_change "$unit_path" absent
}

# What of it is stopped and disabled; of a template, its instances.
keep_unit() {
  case $finding in *" running "*)
    for instance in $(systemctl list-units --plain --no-legend --state=active,activating -- "$unit" | cut -d ' ' -f 1); do
      keep_running "$instance" active || return
    done
    ;;
  esac
  case $unit_name/$finding in
  *@.*)
    for link in /etc/systemd/system/*.*/"${unit_name%@.*}"@*."${unit_name##*@.}"; do
      # The folder goes with its last link, and must be back before it.
      [ ! -L "$link" ] || { keep "$link" && keep "${link%/*}"; } || return
    done
    ;;
  *" enabled "*)
    enabled_state "$unit_name"
    keep_enabled "$unit_name" "$unit_enabled"
    ;;
  esac
}

# One daemon-reload for all; and what systemd has to say of them, while services are started.
systemdUnit_flush() {
  placed=${units_placed-}
  units_joined='' units_placed='' units_ahead=' ' units_seen=''
  since=$(date +%s)
  # Those before it have not been read then, so it says nothing of them.
  if ! paths_flush; then
    stopped_at=''
    return 1
  fi
  read_units || return
  [ -n "$placed" ] || return 0
  # shellcheck disable=SC2086 # names of files
  set -- $placed
  for file; do
    shift
    unit_file "$file"
    units_ahead="$units_ahead$unit "
    set -- "$@" "CONFIG_FILE=$unit_path"
  done
  unit_status=0
  for unit in $units_ahead; do
    # A unit that nothing needs is read when it is asked for.
    look_unit "$unit"
    case $unit_load in bad-setting | error) unit_status=1 ;; esac
  done
  {
    journalctl --sync 2>/dev/null
    # engine.service:5: Unknown key 'ExecStrat' in section [Service], ignoring.
    journalctl --quiet --no-pager --output cat --since "@$since" "$@" | awk '!($0 in said) { said[$0]; print }'
  } >"$work/units.said" &
  units_watch=$!
  return "$unit_status"
}

tell_units() {
  wait "$units_watch"
  [ ! -s "$work/units.said" ] || cat "$work/units.said"
}
