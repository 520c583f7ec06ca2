# What can be done on a node itself: is anybody at it, and does it help to start its units again?
# The program goes on with one of: look, restart UNIT…

token=''
read -r token <"$2/token"
home=/var/lib/proog

say() {
  printf '%s %s\n' "$token" "$*"
}

# look: "paused SINCE BY WHY" when people have asked to leave it alone, "busy" while a run is going on.
look() {
  if [ -e "$home/paused" ]; then
    say paused "$(head -c 400 "$home/paused" | tr -s '\n\t' '  ')"
  fi
  # Whoever is at work holds it; see apply.sh.
  if [ -e "$home/lock" ] && ! flock --nonblock "$home/lock" true; then
    say busy
  fi
}

# restart UNIT…: "restarted UNIT" or "failed UNIT", for each; those that do not stop are killed.
restart() {
  for unit in "$@"; do
    if timeout 20 systemctl restart -- "$unit" || {
      systemctl kill --signal=KILL -- "$unit"
      timeout 10 systemctl restart -- "$unit"
    }; then
      say restarted "$unit"
    else
      say failed "$unit"
    fi
  done
}

LC_ALL=C
export LC_ALL
