# apt and dpkg let one process in at a time; on a fresh machine that is often somebody else.

# The seconds that others get to finish.
apt_patience=600

# lock_holder: sets $holder to "apt-get (4711)" and $held to the file, both empty when nobody holds any of the locks.
lock_holder() {
  holder='' held=''
  set -- /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock
  # proc(5): 13: POSIX  ADVISORY  WRITE 839 00:8d:1764465 0 EOF
  found=$(
    stat --format '%i %n' -- "$@" 2>/dev/null | awk '
      FILENAME == ARGV[1] { path[$1] = $2; next }
      $2 == "POSIX" && $4 == "WRITE" { split($6, place, ":"); if (place[3] in path) { print $5, path[place[3]]; exit } }
    ' - /proc/locks
  )
  [ -n "$found" ] || return 0
  read -r command 2>/dev/null <"/proc/${found%% *}/comm" || command=process
  holder="$command (${found%% *})" held=${found#* }
}

# await_locks: waits until nobody holds them.
await_locks() {
  waited=0 told=''
  while lock_holder && [ -n "$holder" ]; do
    if [ "$holder" != "$told" ]; then
      echo "Waiting for $holder, which holds $held, for at most $((apt_patience / 60)) minutes."
      told=$holder
    fi
    if [ -e "$run/stop" ]; then
      echo 'Not waiting any longer, since this run is to stop.'
      return 1
    fi
    if [ "$waited" -ge "$apt_patience" ]; then
      echo "$holder still holds $held after $((apt_patience / 60)) minutes. Look at it there, and apply again when it has ended."
      return 1
    fi
    sleep 1
    waited=$((waited + 1))
  done
}
