# What is noted of a machine on the machine itself, where it outlives the config that said so.
# The program goes on with one of: pause BY WHY, resume, protect BY, release

token=''
read -r token <"$2/token"
home=/var/lib/proog

say() {
  printf '%s %s\n' "$token" "$*"
}

# note NAME LINE…: whole or not at all, also when the machine stops in the middle of it.
note() {
  note=$home/$1
  shift
  [ -d "$home" ] || mkdir -m 0700 "$home" || return
  printf '%s\n' "$@" >"$note.new" && mv -- "$note.new" "$note"
}

# The first line is since when (seconds since 1970) and by whom, the others are why.
pause() {
  note paused "$(date +%s) $1" "$2" && say noted
}

resume() {
  if [ -e "$home/paused" ]; then
    rm -- "$home/paused" && say noted
  else
    say unchanged
  fi
}

protect() {
  [ -e "$home/stateful" ] || note stateful "$(date +%s) $1"
  say noted
}

release() {
  rm -f -- "$home/stateful" && say noted
}

LC_ALL=C
export LC_ALL
