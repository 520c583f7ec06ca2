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
  if [ -d "$parent" ] || will_come "directory $parent"; then return; fi
  lacks_directory "$parent"
  waits "$lack"
}

# lacks_directory PATH: sets $lack to why there is none, which may be what stands in the place of it or of one above it.
lacks_directory() {
  lack="The directory $1 is not there yet."
  stands=$1
  until [ -e "$stands" ] || [ -L "$stands" ]; do
    stands=${stands%/*}
    [ -n "$stands" ] || return 0
  done
  if [ -d "$stands" ]; then return 0; fi
  if [ -e "$stands" ]; then
    lack="The directory $1 is not there: $stands is no directory."
    return
  fi
  lack="The directory $1 is not there: $stands is a link to $(readlink -- "$stands")"
  case $(stat --dereference -- "$stands" 2>&1) in
  *'Too many levels of symbolic links'*) lack="$lack, in a loop of links." ;;
  *) lack="$lack, and nothing is there." ;;
  esac
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
