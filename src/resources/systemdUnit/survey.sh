# The survey of files of units.
quick="$quick loaded "

# survey_loaded: lines "PATH".
survey_loaded() {
  # shellcheck disable=SC2046,SC2086 # plain paths
  loaded_paths ${few:-$(cat)}
}

# loaded_paths PATH…: prints those that systemd has read since they were last touched. What systemctl calls
# NeedDaemonReload does not see a file that was put in place with an older time. Each time that systemd has read all
# units it touches a file; systemctl would tell the same time, and takes 10 ms. Other programs of systemd touch it, too: what
# a run of ours has not had read is in $home/unread.
loaded_paths() {
  [ ! -e "$home/unread" ] || return 0
  if [ $# -lt 40 ]; then loaded_few "$@"; else loaded_many "$@"; fi
}

loaded_few() {
  touched=''
  for declared; do
    path=$declared
    # Where one is gone, its folder tells when.
    while [ ! -e "$path" ]; do path=${path%/*}; done
    touched="$touched$path$newline"
  done
  # The time of the content and that of the file: 2026-11-22 23:31:10.323341418 +0000 2026-11-22 23:31:10.323341418 +0000
  # shellcheck disable=SC2086 # names of units have no blanks
  TZ=UTC stat --format '%y %z' -- /run/systemd/systemd-units-load $touched >"$work/loaded.times" || return
  {
    read -r day time _
    read_at="$day $time"
    for declared; do
      read -r _ _ _ day time _
      if [ "$day $time" \< "$read_at" ]; then printf '%s\n' "$declared"; fi
    done
  } <"$work/loaded.times"
}

# loaded_many PATH…: the same of many, whose lines a shell is slow at reading; those that are gone are few.
loaded_many() {
  read_at=$(TZ=UTC stat --format %y -- /run/systemd/systemd-units-load) || return
  printf '%s\n' "$@" >"$work/loaded.paths"
  TZ=UTC xargs -d '\n' -s 1000000 -a "$work/loaded.paths" stat --format '%z %n' -- >"$work/loaded.times"
  : >"$work/loaded.gone"
  awk -v read_at="${read_at% *}" -v gone="$work/loaded.gone" '
    FILENAME == ARGV[1] {
      there[$4]
      if (($1 " " $2) < read_at) print $4
      next
    }
    !($0 in there) { print >gone }' "$work/loaded.times" "$work/loaded.paths"
  # shellcheck disable=SC2046 # names of units have no blanks
  [ ! -s "$work/loaded.gone" ] || loaded_few $(cat "$work/loaded.gone")
}
