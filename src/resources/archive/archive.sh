# archive PATH OWNER GROUP SHA-256 STRIP TOOL
# archive PATH absent
# What the archive holds, without the first STRIP parts of its names. PATH/.proog-archive says which archive it is of: the
# files themselves are not looked at. TOOL is what unpacks it beside tar, or "-".

archive_check() {
  look "$1"
  case $2/$there in
  absent/absent) ;;
  absent/directory)
    if [ -e "$1/.proog-archive" ]; then
      differs state present absent
    else
      blocked 'It was not unpacked from an archive, so it was left alone.' \
        "To remove any directory: directory(\"$1\", { absent: true, recursive: true })."
    fi
    ;;
  */file | */symlink | */other) in_the_way "$1" ;;
  *) archive_check_present "$@" ;;
  esac
}

archive_check_present() {
  archive_mark "$1"
  if [ "$there" = directory ] && [ -z "$mark" ] && [ -n "$(ls -A -- "$1")" ]; then
    blocked 'The directory is not empty and not of an archive, so it was left alone.' \
      'Move what is in it away, or choose another path.'
    return
  fi
  if [ "$there" = absent ]; then
    differs state absent present
    comes "directory $1"
    needs_parent "$1"
  fi
  if [ "$mark" = "$4 $5" ]; then
    [ "$owner" = "$2" ] || [ "$owner_number" = "$2" ] || differs owner "$owner" "$2"
    [ "$group" = "$3" ] || [ "$group_number" = "$3" ] || differs group "$group" "$3"
  else
    differs archive "${mark%% *}" "$4"
    [ -z "$mark" ] || [ "${mark#* }" = "$5" ] || differs strip "${mark#* }" "$5"
    [ "$there" != absent ] || { differs owner '' "$2" && differs group '' "$3"; }
    [ "$6" = - ] || command -v "${6%% *}" >/dev/null || will_come "package ${6#* }" ||
      depends "${6%% *} is not installed: declare apt(\"${6#* }\") before it."
  fi
  [ -n "$finding" ] || return 0
  needs_account user "$2" passwd
  needs_account group "$3" group
}

# archive_mark PATH: sets $mark.
archive_mark() {
  mark=''
  if [ -f "$1/.proog-archive" ] && [ ! -L "$1/.proog-archive" ]; then read -r mark <"$1/.proog-archive"; fi
}

archive_change() {
  if [ "$2" = absent ]; then
    keep_tree "$1" && rm -r --one-file-system -- "$1"
    return
  fi
  archive_mark "$1"
  if [ "$mark" = "$4 $5" ]; then
    keep_tree "$1" && chown --recursive --no-dereference -- "$2:$3" "$1"
    return
  fi
  keep_tree "$1" || return
  temporary_beside "$1"
  rm -rf -- "$temporary"
  if mkdir --mode 0700 -- "$temporary" && archive_unpack "$@" && archive_place "$1"; then return 0; fi
  drop_temporary
}

# archive_unpack PATH OWNER GROUP SHA-256 STRIP TOOL: into $temporary/new. The mark comes last.
archive_unpack() {
  mkdir --mode 0755 -- "$temporary/new" || return
  tar -x -f "$run/blobs/$4" --directory="$temporary/new" --strip-components="$5" \
    --no-same-owner --no-same-permissions || return
  if [ -z "$(ls -A -- "$temporary/new")" ]; then
    echo "Nothing is left of the archive without the first $5 parts of its names: give a smaller strip."
    return 1
  fi
  rm -rf -- "$temporary/new/.proog-archive" &&
    printf '%s\n' "$4 $5" >"$temporary/new/.proog-archive" && chmod 0755 -- "$temporary/new" &&
    chown --recursive --no-dereference -- "$2:$3" "$temporary/new"
}

# In one step where mv can exchange two folders (coreutils 9.5), else in two.
archive_place() {
  if [ ! -e "$1" ]; then
    mv --no-target-directory -- "$temporary/new" "$1"
  elif ! mv --exchange --no-target-directory -- "$temporary/new" "$1" 2>/dev/null; then
    mv --no-target-directory -- "$1" "$temporary/old" || return
    mv --no-target-directory -- "$temporary/new" "$1" ||
      { mv --no-target-directory -- "$temporary/old" "$1" && return 1; }
  fi && rm -rf --one-file-system -- "$temporary"
}
