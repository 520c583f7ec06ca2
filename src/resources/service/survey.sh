# The survey of services, and what it takes to judge whether one is enabled.

# survey_services: lines "UNIT enabled running". systemctl show would tell all of it at once, but takes 2 ms a unit.
survey_services() {
  # shellcheck disable=SC2046,SC2086 # plain words; read would ask for each byte of them by itself
  set -- ${few:-$(cat)}
  if [ $# -lt 120 ]; then ask_services "$@"; else ask_many_services "$@"; fi || return
  [ -n "$units" ] || return 0
  : >"$work/services.enabled"
  # shellcheck disable=SC2086 # names of units
  if [ -n "$unlinked" ]; then systemctl is-enabled -- $unlinked >"$work/services.enabled" & fi
  # shellcheck disable=SC2086
  unit_states $units >"$work/services.active"
  wait
  services_in_order
}

# ask_services NAME ENABLED RUNNING…: writes down those that systemd knows, and whether a link tells already that they are enabled:
# lines "UNIT enabled running enabled", with - at the end where it does not. Sets $units, and $unlinked to those without one.
ask_services() {
  note_wants /etc/systemd/system/*.wants
  units='' unlinked=''
  while [ $# -ge 3 ]; do
    if ! from_init_script "$1"; then
      units="$units $1"
      if [ "$2" = enabled ] && enabled_by_link "$1"; then
        printf '%s\n' "$1 $2 $3 enabled"
      else
        unlinked="$unlinked $1"
        printf '%s\n' "$1 $2 $3 -"
      fi
    fi
    shift 3
  done >"$work/services.asked"
}

note_wants() {
  wants_folders=$*
}

# ask_many_services NAME ENABLED RUNNING…: the same of many, for which all folders of units are looked at once.
ask_many_services() {
  printf '%s %s %s\n' "$@" >"$work/services.lines"
  find /etc/init.d /etc/systemd/system /run/systemd/system /usr/lib/systemd/system /lib/systemd/system \
    -mindepth 1 -maxdepth 2 -printf '%h %y %f\n' >"$work/services.there" 2>/dev/null
  awk '
    function has_file(unit, template) {
      if (unit in file) return 1
      template = unit
      return sub(/@.*\./, "@.", template) && template in file
    }
    FILENAME == ARGV[1] {
      if ($1 == "/etc/init.d") script[$3]
      else if ($1 ~ /^\/etc\/systemd\/system\/.*\.wants$/) { if ($2 == "l") wanted[$3] }
      else if ($1 !~ /\/system$/) next
      else {
        if ($2 == "l" && $1 !~ /lib/) link[$3]
        if ($1 !~ /^\/run/) file[$3]
      }
      next
    }
    {
      name = $1
      sub(/\.service$/, "", name)
      if (name in script && !has_file($1)) next
      linked = $2 == "enabled" && ($1 in wanted) && !($1 in link) && has_file($1)
      print $0, linked ? "enabled" : "-"
    }' "$work/services.there" "$work/services.lines" >"$work/services.asked"
  units=$(cut -d ' ' -f 1 "$work/services.asked")
  unlinked=$(sed -n 's/ .* -$//p' "$work/services.asked")
}

# unit_states UNIT…: what systemctl is-active says of each. It asks systemd for each one by itself; of many, all that systemd has
# loaded are told in one answer, and those that are not among them, by that name, are asked for.
unit_states() {
  if [ $# -lt 40 ]; then
    systemctl is-active -- "$@"
    return
  fi
  printf '%s\n' "$@" >"$work/services.units"
  systemctl list-units --all --full --plain --no-legend --no-pager >"$work/services.loaded"
  awk '
    FILENAME == ARGV[1] { loaded[$1]; next }
    !($1 in loaded)' "$work/services.loaded" "$work/services.units" >"$work/services.others"
  # shellcheck disable=SC2046 # names of units
  [ ! -s "$work/services.others" ] ||
    systemctl is-active -- $(cat "$work/services.others") | paste -d ' ' "$work/services.others" - >"$work/services.told"
  [ -s "$work/services.others" ] || : >"$work/services.told"
  awk '
    FILENAME == ARGV[1] { state[$1] = $3; next }
    FILENAME == ARGV[2] { state[$1] = $2; next }
    { print state[$1] }' "$work/services.loaded" "$work/services.told" "$work/services.units"
}

# services_in_order: what is asked, and line by line with it what is-enabled and is-active say. Before systemd 253 a unit that is
# not there has no line, and then nobody knows which one is whose.
services_in_order() {
  suspects=''
  # shellcheck disable=SC2046 # plain words
  set -- $(awk -v enabled="$work/services.enabled" -v active="$work/services.active" '
    $4 == "-" && (getline $4 <enabled) <= 0 { lacking = 1; exit }
    (getline state <active) <= 0 { lacking = 1; exit }
    { all = all $0 " " state "\n" }
    END { if (!lacking) printf "%s", all }' "$work/services.asked")
  while [ $# -ge 5 ]; do
    if start_holds "$2" "$4" && state_holds "$3" "$5"; then
      printf '%s\n' "$1 $2 $3"
    else
      suspects="$suspects$1 "
    fi
    shift 5
  done
  [ -z "$suspects" ] || echo "$suspects" >"$work/services.suspects"
}

# start_holds WANTED NOW: whether what systemctl is-enabled says is enabled, disabled or masked, as wanted.
start_holds() {
  case $1/$2 in
  masked/masked) ;;
  enabled/enabled | enabled/static | enabled/indirect | enabled/generated | enabled/transient) ;;
  disabled/enabled | disabled/enabled-runtime | disabled/alias) return 1 ;;
  disabled/*) ;;
  *) return 1 ;;
  esac
}

# state_holds WANTED NOW: whether what systemctl is-active says is running or stopped, as wanted.
state_holds() {
  case $1/$2 in
  running/active | running/reloading | running/refreshing | stopped/inactive | stopped/failed) ;;
  *) return 1 ;;
  esac
}
