# What the kinds that are about a path share.

# look PATH: sets $there to absent, file, directory, symlink or other, and where it is there $mode (four digits),
# $owner and $group by name, or by number where there is none, and $owner_number and $group_number.
look() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then
    there=absent mode='' owner='' group='' owner_number='' group_number=''
    return
  fi
  looked=$(stat --format '%04a %u %g %U %G %F' -- "$1")
  mode=${looked%% *}
  looked=${looked#* }
  owner_number=${looked%% *}
  looked=${looked#* }
  group_number=${looked%% *}
  looked=${looked#* }
  owner=${looked%% *}
  looked=${looked#* }
  group=${looked%% *}
  [ "$owner" != UNKNOWN ] || owner=$owner_number
  [ "$group" != UNKNOWN ] || group=$group_number
  case ${looked#* } in
  'regular file' | 'regular empty file') there='file' ;;
  directory) there=directory ;;
  'symbolic link') there=symlink ;;
  *) there=other ;;
  esac
}

# parent_of PATH: sets $parent.
parent_of() {
  parent=${1%/*}
  [ -n "$parent" ] || parent=/
}

# A path whose folder is not there waits for it.
needs_parent() {
  parent_of "$1"
  [ -d "$parent" ] || will_come "directory $parent" || waits "The directory $parent is not there yet."
}

# waits REASON: for an earlier change; when its turn has come, that is in vain, and half of it would be no good.
waits() {
  if [ "$pass" = change ]; then
    blocked "$1" 'What should have brought it did not.'
  else
    depends "$1"
  fi
}

# has_owner USER and has_group GROUP: after look. Accounts are names or numbers.
has_owner() {
  [ "$owner" = "$1" ] || [ "$owner_number" = "$1" ]
}

has_group() {
  [ "$group" = "$1" ] || [ "$group_number" = "$1" ]
}

# differs_access MODE OWNER GROUP: after look.
differs_access() {
  [ "$mode" = "$1" ] || differs mode "$mode" "$1"
  differs_owner "$2" "$3"
}

differs_owner() {
  has_owner "$1" || differs_account owner user "$owner" "$1" passwd
  has_group "$2" || differs_account group group "$group" "$2" group
}

# differs_account ASPECT NOUN NOW WANTED DATABASE
differs_account() {
  differs "$1" "$3" "$4"
  needs_account "$2" "$4" "$5"
}

needs_account() {
  case $2 in
  root) ;;
  *[!0-9]*) getent "$3" "$2" >/dev/null || will_come "$1 $2" || waits "The $1 $2 is not there yet." ;;
  esac
}

# in_the_way PATH: something else stands where the resource belongs; nothing is destroyed for it.
in_the_way() {
  case $there in
  other) blocked 'Something that is no file is in the way, so it was left alone.' 'Move it.' ;;
  *)
    blocked "A $there is in the way, so it was left alone." \
      "Move it, or declare $there(\"$1\", { absent: true }) in its place for one apply."
    ;;
  esac
}

# mounted_in PATH: sets $inner to what is mounted below it: "/srv/data/a, /srv/data/b".
mounted_in() {
  # 36 35 98:0 / /srv/a\040b rw,noatime - ext4 /dev/sda1 rw
  inner=$(mounted_in=${1%/}/ awk '
    {
      gsub(/\\040/, " ", $5)
      gsub(/\\011/, "\t", $5)
      gsub(/\\012/, "\n", $5)
      gsub(/\\134/, "\\", $5)
    }
    index($5, ENVIRON["mounted_in"]) == 1 { printf "%s%s", comma, $5; comma = ", " }' /proc/self/mountinfo)
}

# keep PATH: a copy of what is there now, so that undo can put it back; made before each change of a path.
keep() {
  new_backup && copy_to_backup "$1" && name_backup "$1"
}

# Of a directory only itself, not what is in it.
copy_to_backup() {
  if [ -d "$1" ] && [ ! -L "$1" ]; then
    stat --format '%04a %u %g' -- "$1" >"$backup.directory"
  elif [ -e "$1" ] || [ -L "$1" ]; then
    cp -a -- "$1" "$backup.copy"
  else
    : >"$backup.absent"
  fi
}

# Last, so that a backup with a path is whole.
name_backup() {
  printf '%s\0' "$1" >"$backup.path"
}

# keep_tree PATH: the same with all that is in it. Where it is absent, undo removes what comes with all that is in it.
keep_tree() {
  new_backup || return
  if [ -d "$1" ] && [ ! -L "$1" ]; then
    cp -a --one-file-system -- "$1" "$backup.copy" || return
  else
    copy_to_backup "$1" && : >"$backup.tree" || return
  fi
  name_backup "$1"
}

# give_access PATH MODE OWNER GROUP
give_access() {
  # Only with five digits chmod(1) takes a directory's setuid and setgid bits away.
  chown -- "$3:$4" "$1" && chmod -- "0$2" "$1"
}

# survey_stat: lines "RAW-MODE UID GID PATH", the first in hexadecimal as stat(1) gives it (%f).
survey_stat() {
  on_paths stat --format '%f %u %g %n' --
}

# survey_link: lines "'PATH' -> 'TARGET' PATH".
survey_link() {
  on_paths stat --format '%N %n' --
}

# on_paths COMMAND…: runs it with the paths that stand last in the lines of a survey.
on_paths() {
  if [ -n "$few" ]; then
    few_paths
    # shellcheck disable=SC2086 # plain paths
    "$@" $paths
  else
    last_words | xargs -d '\n' -s 1000000 "$@"
  fi
}

# few_paths: sets $paths to these; no other words begin with a slash.
few_paths() {
  paths=''
  for word in $few; do
    case $word in /*) paths="$paths $word" ;; esac
  done
}

last_words() {
  grep -o '[^ ]*$'
}

# survey_sha256: lines "SHA-256  PATH", of regular files only: reading a pipe or a device might never end. Many are hashed
# by two processes at the same time.
survey_sha256() {
  if [ -n "$few" ]; then
    hash_few
    return
  fi
  last_words >"$work/sha256.paths"
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

# hash_many: reads paths.
hash_many() {
  # shellcheck disable=SC2185 # it reads what to find
  tr '\n' '\0' | find -files0-from - -maxdepth 0 -type f -print0 | xargs -0 -r -s 1000000 sha256sum --
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
