# apt and dpkg let one process in at a time; on a fresh machine that is often somebody else.

# Sets $apt_patience, the seconds that others get to finish: what the machine's apt is told of that (apt.conf(5)), but not without end.
apt_how_patient() {
  apt_patience=$(apt-config dump --format '%v%n' DPkg::Lock::Timeout)
  case $apt_patience in '' | *[!0-9]*) apt_patience=600 ;; esac
}

# lock_holder: sets $holder to "apt-get (4711)", $held to the file and $holder_age to how long it has been running; $holder is empty when
# nobody holds any of the locks.
lock_holder() {
  holder='' held='' holder_age=''
  # proc(5): 13: POSIX  ADVISORY  WRITE 839 00:8d:1764465 0 EOF
  # What file that is, the process tells: on an overlay its inode may have another number there than stat(1) gives.
  # shellcheck disable=SC2046 # paths without spaces
  set -- $(awk '$2 == "POSIX" && $4 == "WRITE" && $5 > 0 && !($5 in seen) { seen[$5]; print "/proc/" $5 "/fd" }' /proc/locks)
  [ $# -gt 0 ] || return 0
  # /proc/839/fd /var/lib/dpkg/lock-frontend
  found=$(
    find "$@" -maxdepth 1 \( -lname '/var/lib/dpkg/lock*' -o -lname '/var/lib/apt/lists/lock' -o -lname '/var/cache/apt/archives/lock' \) \
      -printf '%h %l\n' -quit 2>/dev/null
  )
  [ -n "$found" ] || return 0
  found_process=${found%%/fd *} found_process=${found_process#/proc/}
  read -r command 2>/dev/null <"/proc/$found_process/comm" || command=process
  holder="$command ($found_process)" held=${found#* }
  holder_age=$(process_age "$found_process") || holder_age=moments
}

# process_age PID: prints "3 minutes"; when it took the lock, nobody notes.
process_age() {
  read -r process_stat 2>/dev/null <"/proc/$1/stat" || return
  read -r uptime _ </proc/uptime
  # Of 4711 (apt-get) S 1 …, the 22nd field is when it was started, in hundredths of a second since the kernel was.
  # shellcheck disable=SC2086 # numbers
  set -- ${process_stat##*) }
  words_for "$((${uptime%.*} - ${20} / 100))"
}

# words_for SECONDS: prints "1 second" or "3 minutes".
words_for() {
  if [ "$1" -lt 120 ]; then
    set -- "$1" second
  elif [ "$1" -lt 7200 ]; then
    set -- "$(($1 / 60))" minute
  elif [ "$1" -lt 172800 ]; then
    set -- "$(($1 / 3600))" hour
  else
    set -- "$(($1 / 86400))" day
  fi
  [ "$1" = 1 ] || set -- "$1" "$2s"
  echo "$1 $2"
}

# await_locks: waits until nobody holds them.
await_locks() {
  waited=0 told=''
  apt_how_patient
  while lock_holder && [ -n "$holder" ]; do
    if [ "$holder" != "$told" ]; then
      tell "Waiting for $holder, which holds $held and was started $holder_age ago, for at most $(words_for "$apt_patience")."
      told=$holder
    fi
    if [ -e "$run/stop" ]; then
      echo 'Not waiting any longer, since this run is to stop.'
      return 1
    fi
    if [ "$waited" -ge "$apt_patience" ]; then
      echo "$holder, which was started $holder_age ago, still holds $held after $(words_for "$apt_patience"). Look at it there, and apply again when it has ended."
      return 1
    fi
    sleep 1
    waited=$((waited + 1))
  done
}
