# Surveys of paths: every program has them.
quick="$quick stat link sha256 absent "

# survey_stat: lines "RAW-MODE UID GID PATH", the first in hexadecimal as stat(1) gives it (%f).
survey_stat() {
  on_paths 4 stat --format '%f %u %g %n' --
}

# survey_link: lines "'PATH' -> 'TARGET' PATH".
survey_link() {
  on_paths 4 stat --format '%N %n' --
}

# on_paths WORD COMMAND…: runs it with the paths of a survey, each of which is that word of its line.
on_paths() {
  if [ -n "$few" ]; then
    few_paths
    shift
    # shellcheck disable=SC2086 # plain paths
    "$@" $paths
  else
    on_paths_word=$1
    shift
    cut -d ' ' -f "$on_paths_word" | xargs -d '\n' -s 1000000 "$@"
  fi
}

# few_paths: sets $paths to these; no other words begin with a slash.
few_paths() {
  paths=''
  for word in $few; do
    case $word in /*) paths="$paths $word" ;; esac
  done
}

# survey_sha256: lines "SHA-256  PATH", of regular files only: reading a pipe or a device might never end. Many are hashed
# by two processes at the same time.
survey_sha256() {
  if [ -n "$few" ]; then
    hash_few
    return
  fi
  cut -d ' ' -f 3 >"$work/sha256.paths"
  ! hash_changed || return 0
  split --number=l/2 "$work/sha256.paths" "$work/sha256.paths-"
  hash_many <"$work/sha256.paths-aa" >"$work/sha256.first" &
  hash_many <"$work/sha256.paths-ab" >"$work/sha256.second"
  wait
  cat "$work/sha256.first" "$work/sha256.second"
}

# hash_changed: in the second look of a run, reads only those files again that something has happened to since the first one
# (their time of change, ctime, is set by the kernel); fails where that cannot be told, such as when the clock went back.
hash_changed() {
  [ -e "$work/sha256.before" ] && : >"$work/sha256.now" && [ ! "$work/sha256.since" -nt "$work/sha256.now" ] || return
  # shellcheck disable=SC2185 # it reads what to find
  tr '\n' '\0' <"$work/sha256.paths" |
    find -files0-from - -maxdepth 0 '(' -cnewer "$work/sha256.since" -o ! -type f ')' >"$work/sha256.changed" || return
  awk 'FILENAME == ARGV[1] { changed[$0]; next } !(substr($0, 67) in changed)' "$work/sha256.changed" "$work/sha256.before"
  hash_many <"$work/sha256.changed"
}

hash_few() {
  few_paths
  files=''
  for path in $paths; do
    [ ! -f "$path" ] || [ -L "$path" ] || files="$files $path"
  done
  # shellcheck disable=SC2086 # plain paths
  [ -z "$files" ] || sha256sum -- $files
}

# hash_many: reads paths. Lines that end in zero bytes are not written one by one.
hash_many() {
  # shellcheck disable=SC2185 # it reads what to find
  tr '\n' '\0' | find -files0-from - -maxdepth 0 -type f -print0 | xargs -0 -r -s 1000000 sha256sum -z -- | tr '\0' '\n'
}

# survey_absent: lines "PATH".
survey_absent() {
  # shellcheck disable=SC2046,SC2086 # plain paths; read would ask for each byte of them by itself
  for path in ${few:-$(cat)}; do
    [ -e "$path" ] || [ -L "$path" ] || printf '%s\n' "$path"
  done
}

# put_in_place PATH: renames what was made at $temporary; what cannot be put there does not stay.
put_in_place() {
  mv --no-target-directory -- "$temporary" "$1" || drop_temporary
}

# Without it there may be room again, so what the matter is shows only now.
drop_temporary() {
  tell_trouble "$temporary"
  rm -rf -- "$temporary"
  return 1
}

# temporary_beside PATH: sets $temporary to a name in the same folder, so that a rename puts it in place. It is written
# down first: what a killed run leaves, the next one removes.
temporary_beside() {
  parent_of "$1"
  temporary=${parent%/}/.proog-$run_id
  printf %s "$temporary" >"$run/temporary"
}
