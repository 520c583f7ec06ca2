# The survey of files of units.

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
  touched=''
  for declared; do
    path=$declared
    # Where one is gone, its folder tells when.
    while [ ! -e "$path" ]; do path=${path%/*}; done
    touched="$touched$path$newline"
  done
  if [ $# -ge 40 ]; then
    loaded_many "$@"
    return
  fi
  # The time of the content and that of the file: 2026-11-22 23:31:10.323341418 +0000 2026-11-22 23:31:10.323341418 +0000
  # shellcheck disable=SC2086 # names of units have no blanks
  touched=$(TZ=UTC stat --format '%y %z' -- /run/systemd/systemd-units-load $touched) || return
  {
    read -r day time _
    read_at="$day $time"
    for declared; do
      read -r _ _ _ day time _
      if [ "$day $time" \< "$read_at" ]; then printf '%s\n' "$declared"; fi
    done
  } <<END
$touched
END
}

# loaded_many PATH…: the same of many, whose lines a shell is slow at reading.
loaded_many() {
  printf '%s\n' "$@" >"$work/loaded.paths"
  read_at=$(TZ=UTC stat --format %y -- /run/systemd/systemd-units-load) || return
  printf %s "$touched" | TZ=UTC xargs -d '\n' -s 1000000 stat --format %z -- | paste -d ' ' - "$work/loaded.paths" |
    awk -v read_at="${read_at% *}" '($1 " " $2) < read_at { print $4 }'
}
