# Which stuff is on this machine, and how it is; changes nothing.
# The program goes on with: packages NAME…, services NAME…, checkouts PATH…, sites PATH…

token=''
read -r token <"$2/token"

say() {
  printf '%s %s\n' "$token" "$*"
}

say_text() {
  say "$1" "=$(printf %s "$2" | base64 -w 0)"
}

machine() {
  while IFS='=' read -r key value; do
    value=${value#\"}
    [ "$key" != PRETTY_NAME ] || say_text system "${value%\"}"
  done </etc/os-release
  read -r kernel </proc/sys/kernel/osrelease
  say kernel "$kernel"
  # Since its first process began, which in a container is not when the kernel did: proc(5), field 22, in ticks.
  say uptime "$(awk 'NR == FNR { up = $1; next } { sub(/.*\) /, ""); print up - $20 / 100 }' /proc/uptime /proc/1/stat)"
  read -r one five fifteen _ </proc/loadavg
  say load "$one" "$five" "$fifteen"
  total=0 available=0
  while read -r key value _; do
    case $key in
    MemTotal:) total=$value ;;
    MemAvailable:) available=$value ;;
    esac
  done </proc/meminfo
  say memory "$available" "$total"
  df --output=used,size --block-size=1 / | while read -r used size; do say disk "$used" "$size"; done
  [ ! -e /run/reboot-required ] || say reboot
  say clock "$(date +%s)"
  [ ! -e /var/lib/proog/stateful ] || say stateful
  if read -r since by </var/lib/proog/paused; then
    say paused "$since" "=$(printf %s "$by" | base64 -w 0)" "=$(tail -n +2 /var/lib/proog/paused | base64 -w 0)"
  fi 2>/dev/null
  if read -r run time by </var/lib/proog/applied; then
    say applied "$run" "$time"
    say_text by "$by"
  fi 2>/dev/null
}

packages() {
  dpkg-query --show --showformat '${Package} ${db:Status-Status} ${Version} ${Architecture}\n' "$@" 2>/dev/null |
    while read -r name state version architecture; do
      [ "$state" != installed ] || say package "$name" "$version" "$architecture"
    done
}

services() {
  for unit; do
    state=$(systemctl is-active -- "$unit")
    say service "$unit" "$state"
  done
}

checkouts() {
  for path; do
    revision=$(git -c safe.directory='*' -C "$path" rev-parse HEAD 2>/dev/null)
    say_text checkout "$path"
    say revision "$revision"
  done
}

# sites PATH…: of the live release of each, which revision it is of.
sites() {
  for path; do
    live=$(readlink -- "$path/current") || continue
    say_text checkout "$path/current"
    say revision "$(awk -F '\t' -v live="${live##*/}" '$2 == live && $3 == "building" { print $5 }' "$path/releases.log")"
  done 2>/dev/null
}

LC_ALL=C
export LC_ALL
machine
