# systemdUnit FILE SHA-256
# systemdUnit FILE absent
# FILE is in /etc/systemd/system: engine.service, or nginx.service.d/limits.conf.

# survey_loaded: lines "PATH", those that systemd has read since they were last touched.
survey_loaded() {
  read_at=''
  # UnitsLoadStartTimestamp=Sun 2026-11-22 23:31:45.319956 UTC, of the boot; UnitsLoadTimestamp, of the last reload, if any
  while IFS='= ' read -r _ _ day time _; do
    [ -z "$day" ] || [ "$day $time" \< "$read_at" ] || read_at="$day $time"
  done <<END
$(systemctl show --timestamp=us+utc --property=UnitsLoadStartTimestamp,UnitsLoadTimestamp)
END
  # Where one is gone, its folder tells when.
  : >"$work/loaded.declared"
  while read -r declared; do
    path=$declared
    while [ ! -e "$path" ]; do path=${path%/*}; done
    printf '%s\n' "$declared" >>"$work/loaded.declared"
    printf '%s\n' "$path"
  done >"$work/loaded.paths"
  # 2026-11-22 23:31:10.323341418 +0000
  TZ=UTC xargs -d '\n' stat --format %z -- <"$work/loaded.paths" | paste -d ' ' - "$work/loaded.declared" |
    awk -v read_at="$read_at" '($1 " " $2) < read_at { print $4 }'
}

# unit_file FILE: sets $unit_path, and $unit, with a pattern for all instances of a template.
unit_file() {
  unit_path=/etc/systemd/system/$1
  unit=${1%%.d/*}
  case $unit in *@.*) unit="${unit%@.*}@*.${unit##*@.}" ;; esac
}

systemdUnit_check() {
  unit_file "$1"
  if [ "$2" = absent ]; then
    file_check "$unit_path" absent
    [ "$1" != "$unit" ] || [ -z "$finding" ] || unit_leaves
  else
    # The folder of a drop-in comes with it.
    parent_of "$unit_path"
    comes "directory $parent"
    file_check "$unit_path" 0644 root root "$2"
    [ "$1" != "$unit" ] || [ "$there" != absent ] || comes "unit $unit"
  fi
  [ -n "$finding" ] || unit_loaded "$2"
}

# Whether systemd knows the file as it is now, and can make something of it.
unit_loaded() {
  look_unit "$unit"
  [ "$unit_stale" != yes ] || differs loaded outdated current
  case $1/$unit_load in
  absent/*) ;;
  */bad-setting | */error)
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
  enabled_state "$unit"
  case $unit_enabled in enabled*) differs enabled "$unit_enabled" disabled ;; esac
}

has_other() {
  for folder in /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
    [ ! -e "$folder/$unit" ] || return 0
  done
  return 1
}

systemdUnit_join() {
  unit_file "$1"
  case $2/$1 in
  absent/*.d/*) remove_drop_in ;;
  absent/*) remove_unit "$1" ;;
  *) place_unit "$2" ;;
  esac || return
  [ "$2" = absent ] || units_placed="${units_placed-} $unit_path"
}

# place_unit SHA-256
place_unit() {
  # Nothing to write where systemd only has to read it.
  case $finding in "differs $number loaded "*) return 0 ;; esac
  parent_of "$unit_path"
  if [ ! -d "$parent" ]; then
    keep "$parent" && mkdir -- "$parent" || return
  fi
  file_change "$unit_path" 0644 root root "$1"
}

remove_drop_in() {
  [ -e "$unit_path" ] || return 0
  file_change "$unit_path" absent || return
  parent_of "$unit_path"
  [ -n "$(ls -A -- "$parent")" ] || { keep "$parent" && rmdir -- "$parent"; }
}

remove_unit() {
  [ -e "$unit_path" ] || return 0
  if [ "$1" = "$unit" ] && ! has_other; then
    case $finding in *" running "*) systemctl_bounded stop "$unit" || return ;; esac
    case $finding in *" enabled "*) systemctl disable -- "$unit" || return ;; esac
  fi
  file_change "$unit_path" absent
}

# One daemon-reload for all; and what systemd has to say of them.
systemdUnit_flush() {
  placed=${units_placed-}
  units_placed=''
  since=$(date +%s)
  systemctl daemon-reload || return
  [ -n "$placed" ] || return 0
  # A unit that nothing needs is read when it is asked for.
  # shellcheck disable=SC2086 # names of units
  set -- $placed
  for path; do
    shift
    unit_file "${path#/etc/systemd/system/}"
    systemctl show --property=LoadState -- "$unit" >/dev/null
    set -- "$@" "CONFIG_FILE=$path"
  done
  journalctl --sync 2>/dev/null
  # engine.service:5: Unknown key name 'ExecStrat' in section 'Service', ignoring.
  journalctl --quiet --no-pager --output cat --since "@$since" "$@"
}
