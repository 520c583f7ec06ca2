# archive PATH OWNER GROUP SHA-256 STRIP TOOL
# archive PATH absent
# What the archive holds, without the first STRIP parts of its names. PATH/.proog-archive says which archive it is of: the
# files themselves are not looked at. TOOL is what unpacks it beside tar, or "-".

archive_check() {
  look "$1"
  case $2/$there in
  absent/*) checkout_check_absent "$1" .proog-archive 'unpacked archive' ;;
  */file | */symlink | */other) in_the_way "$1" ;;
  *) archive_check_present "$@" ;;
  esac
}

archive_check_present() {
  archive_mark "$1"
  [ -n "$mark" ] || checkout_has_room "$1" 'unpacked archive' || return 0
  if [ "$mark" = "$4 $5" ]; then
    differs_owner "$2" "$3"
    return
  fi
  [ "$there" != absent ] || differs state absent present
  differs archive "${mark%% *}" "$4"
  [ -z "$mark" ] || [ "${mark#* }" = "$5" ] || differs strip "${mark#* }" "$5"
  if [ "$there" = absent ]; then
    checkout_comes "$1" "$2" "$3"
  else
    needs_account user "$2" passwd
    needs_account group "$3" group
  fi
  [ "$6" = - ] || command -v "${6%% *}" >/dev/null || will_come "package ${6#* }" ||
    depends "${6%% *} is not installed: declare apt(\"${6#* }\") before it."
}

# archive_mark PATH: sets $mark.
archive_mark() {
  mark=''
  if [ -f "$1/.proog-archive" ] && [ ! -L "$1/.proog-archive" ]; then read -r mark <"$1/.proog-archive"; fi
}

archive_change() {
  if [ "$2" = absent ]; then
    checkout_remove "$1"
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
