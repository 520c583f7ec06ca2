# main check [FOLDER] | apply FOLDER | undoable FOLDER | undo FOLDER | rescue FOLDER [WHEN] | resume FOLDER | gone FOLDER
# FOLDER holds the token, and for apply the approved findings and the blobs. By hand: sh -s -- check.

resource() {
  "${pass}_resource" "$@"
}

# begin MODE [FOLDER]: called before the resources and what changes them are read, which is not needed where all is in order.
begin() {
  mode=${1-} run=${2-} token='' run_id='' run_by='' boot='' owed=''
  LC_ALL=C
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  export LC_ALL PATH
  # With it, commands take options behind a name for names.
  unset POSIXLY_CORRECT
  umask 022
  home=/var/lib/proog second_look=''
  case $mode/$run in
  check/) untouched || refuse "$0 was changed since it was made. Make it anew: proog catalog NODE" ;;
  check/* | apply/?* | resume/?* | undoable/?* | undo/?* | rescue/?* | gone/?*) ;;
  *) refuse 'usage: sh CATALOG check' ;;
  esac
  cd / || exit
  case $mode in apply | check | resume) await_boot ;; esac
  # All that it needs where everything is in order has been read.
  [ "$mode" != check ] || begin_check
}

# await_boot: what is mounted, loaded and started by and by says nothing yet. At most a minute: what hangs keeps a boot from its end.
# A run notes that it has seen the end, so that it is not asked for again.
await_boot() {
  read -r this_boot </proc/sys/kernel/random/boot_id
  { read -r booted <"$home/booted" && [ "$booted" = "$this_boot" ]; } 2>/dev/null && return
  # Of the first process: 1 (systemd) S 0 …, the 22nd field of which is when it was started, in hundredths of a second since the kernel was.
  read -r first_process </proc/1/stat
  read -r uptime _ </proc/uptime
  # shellcheck disable=SC2086 # numbers
  set -- ${first_process##*) }
  [ "$((${uptime%.*} - ${20} / 100))" -lt 120 ] || return 0
  case $(systemctl is-system-running 2>/dev/null) in
  initializing | starting)
    timeout 60 systemctl is-system-running --wait >/dev/null 2>&1
    [ $? != 124 ] || tell 'It has not come to the end of its boot within a minute: systemctl list-jobs says what that waits for.'
    ;;
  esac
  [ "$mode" = check ] || { echo "$this_boot" >"$home/booted"; } 2>/dev/null
}

refuse() {
  echo "$1" >&2
  whole=yes
  exit 1
}

begin_check() {
  if [ -n "$run" ]; then
    work=$run
    read -r token <"$run/token"
  else
    work=$(mktemp -d /tmp/proog.XXXXXXXX) || exit 1
    scratch=$work
  fi
  survey_all
  if [ -z "$queue$pending" ]; then
    whole=yes
    tell_checked
    exit
  fi
}

main() {
  whole=yes
  "main_$mode"
}

main_check() {
  check_queue
  tell_checked
}

# tell_findings: of a few lines no process is needed to tell them; many would cost more than the looking, one at a time.
tell_findings() {
  if [ "$few_findings" = many ] || [ -s "$work/shown" ]; then
    sed "s/^/$token /" "$work/findings" "$work/shown"
    return
  fi
  set -f
  IFS=$newline
  for told in $few_findings; do printf '%s %s\n' "$token" "$told"; done
  unset IFS
  set +f
}

tell_checked() {
  if [ -n "$token" ]; then
    tell_findings
    event checked "$plans" "$blocks"
  else
    echo "$total resources: $plans to change, $blocks in the way, the others in order"
  fi
}
