# swapFile PATH present BYTES [PRIORITY]
# swapFile PATH absent
# A file of that size which the kernel swaps to, and its line in /etc/fstab.

# swap_look PATH: sets what look does, $size, $swap_now (the priority where the kernel swaps to it, else empty), and $entry and
# $entries to what /etc/fstab has.
swap_look() {
  look "$1"
  size=''
  [ "$there" != file ] || size=$(stat --format %s -- "$1")
  fstab_escape "$1"
  swap_path=$escaped
  # Filename Type Size Used Priority
  # /swapfile file 2097148 0 -2
  swap_now=$(swap_file=$swap_path awk '$1 == ENVIRON["swap_file"] { print $5 }' /proc/swaps)
  fstab_entry 1 "$swap_path"
}

# swap_entry [PRIORITY]: sets $swap_line to what belongs into /etc/fstab.
swap_entry() {
  swap_line="$swap_path none swap sw${1:+,pri=$1} 0 0"
}

swapFile_check() {
  swap_look "$1"
  case $2/$there in
  absent/absent | absent/file | present/absent | present/file) ;;
  *)
    in_the_way "$1"
    return
    ;;
  esac
  if [ "$there" = file ] && ! swap_is_swap "$1"; then
    blocked 'A file that is no swap is in the way, so it was left alone.' \
      "Move it, or declare file(\"$1\", { absent: true }) in its place for one apply."
  elif [ "$2" = absent ]; then
    swap_check_absent
  else
    swap_entry "${4-}"
    swap_check_file "$1" "$3"
    swap_check_use "${4-}"
    fstab_check "$swap_line"
    [ -z "$finding" ] || swap_possible "$1" "$3"
  fi
}

# swap_is_swap PATH: by its signature, so that nobody's data is taken for one.
swap_is_swap() {
  [ -n "$swap_now" ] || [ "$(blkid --probe --match-tag TYPE --output value -- "$1")" = swap ]
}

swap_check_absent() {
  [ "$there" = absent ] || differs state present absent
  [ -z "$swap_now" ] || differs used yes no
  fstab_check ''
}

# swap_check_file PATH BYTES
swap_check_file() {
  if [ "$there" = absent ]; then
    differs state absent present
    differs size '' "$2"
    needs_parent "$1"
    return
  fi
  [ "$size" = "$2" ] || differs size "$size" "$2"
  [ "$mode $owner_number" = '0600 0' ] || differs access "$mode $owner" '0600 root'
}

# swap_check_use [PRIORITY]
swap_check_use() {
  if [ "$there" = absent ] || swap_in_use "$1"; then
    return
  elif [ -z "$swap_now" ]; then
    differs used no yes
  else
    differs priority "$swap_now" "${1:-of the kernel}"
  fi
}

# swap_in_use [PRIORITY]: with that priority; without one, any that the kernel chose will do: those are below 0.
swap_in_use() {
  [ -n "$swap_now" ] || return
  case $swap_now/$1 in "$1/$swap_now" | -*/) ;; *) return 1 ;; esac
}

# Whether the kernel would let us: it looks at that before it looks for the file.
swap_allowed() {
  case $(swapoff -- /nonexistent/swapfile 2>&1) in *'No such file'*) ;; *) return 1 ;; esac
}

# swap_possible PATH BYTES: says what stands against it before anything is changed.
swap_possible() {
  if ! swap_allowed; then
    blocked 'This machine may not change its swap, as containers may not.' \
      'Declare it on the host of the container, or leave it out here.'
    return
  fi
  parent_of "$1"
  [ -d "$parent" ] || return 0
  file_system=$(stat --file-system --format %T -- "$parent")
  case $file_system in
  tmpfs | ramfs | overlayfs | nfs | cifs | smb2 | fuseblk | zfs)
    blocked "A file on $file_system, as $parent is, cannot be swap." 'Choose a path on a disk of its own, such as ext4 or xfs.'
    return
    ;;
  esac
  [ "$size" != "$2" ] || return 0
  # Half-made files stand beside the one that there is.
  room=$(($(stat --file-system --format '%a*%S' -- "$parent")))
  [ "$room" -ge "$2" ] ||
    blocked "It needs $(($2 / 1048576)) MiB, and $parent has $((room / 1048576)) MiB left." 'Make room, or choose a smaller size.'
}

# survey_swapfiles: lines "PATH present BYTES [PRIORITY]" or "PATH absent".
survey_swapfiles() {
  while read -r path state bytes priority; do
    swap_look "$path"
    swap_entry "$priority"
    case $state in
    absent) [ "$there$swap_now$entry" = absent ] || continue ;;
    present)
      [ "$there $size $mode $owner_number $entries $entry" = "file $bytes 0600 0 1 $swap_line" ] || continue
      swap_in_use "$priority" || continue
      ;;
    esac
    printf '%s\n' "$path $state${bytes:+ $bytes}${priority:+ $priority}"
  done
}

swapFile_change() {
  swap_look "$1"
  if [ "$2" = absent ]; then
    swap_remove "$1"
    return
  fi
  swap_entry "${4-}"
  if [ "$size" != "$3" ]; then
    swap_make "$1" "$3" || return
  elif [ "$mode $owner_number" != '0600 0' ]; then
    keep_swap "$1" && give_access "$1" 0600 root root || return
  fi
  swap_look "$1"
  if ! swap_in_use "${4-}"; then
    keep_swap "$1" || return
    if [ -n "$swap_now" ]; then swap_off "$1" || return; fi
    swap_on "$1" "${4-}" || return
  fi
  fstab_put 1 "$swap_path" "$swap_line"
}

# keep_swap PATH: after swap_look. What is in a swap is no good to anybody later: only that it was there is kept, and undo makes it anew.
keep_swap() {
  if [ "$there" = absent ]; then
    keep_state "swapFile $1: absent" swap_back "$1"
  else
    keep_state "swapFile $1: $((size / 1048576)) MiB" swap_back "$1" "$size" "$swap_now"
  fi
}

# swap_make PATH BYTES: beside its place, so that no half-made one is ever used.
swap_make() {
  keep_swap "$1" || return
  if [ -n "$swap_now" ]; then swap_off "$1" || return; fi
  temporary_beside "$1"
  rm -f -- "$temporary"
  (umask 077 && : >"$temporary") && swap_fill "$2" && mkswap -- "$temporary" || drop_temporary || return
  put_in_place "$1"
}

# swap_fill BYTES: without holes, which the kernel refuses; and on btrfs without copies and compression.
swap_fill() {
  parent_of "$temporary"
  case $(stat --file-system --format %T -- "$parent") in
  btrfs) chattr +C -- "$temporary" || return ;;
  esac
  fallocate --length "$1" -- "$temporary" ||
    dd if=/dev/zero of="$temporary" bs=1M count="$(($1 / 1048576))" conv=fsync status=none
}

swap_off() {
  swapoff -- "$1"
  case $? in
  0) return ;;
  2) echo "What is swapped out to $1 does not fit into memory: end what needs much of it, then try again." ;;
  esac
  return 1
}

# swap_on PATH [PRIORITY]
swap_on() {
  if [ -n "$2" ]; then swapon --priority "$2" -- "$1"; else swapon -- "$1"; fi
}

swap_remove() {
  if [ "$there$swap_now" != absent ]; then keep_swap "$1" || return; fi
  if [ -n "$swap_now" ]; then swap_off "$1" || return; fi
  rm -f -- "$1"
  fstab_put 1 "$swap_path" ''
}

# swap_back PATH [BYTES PRIORITY]: for undo; PRIORITY is empty where it was not in use.
swap_back() {
  swap_look "$1"
  keep_swap "$1" || return
  if [ -n "$swap_now" ]; then swap_off "$1" || return; fi
  swap_now=''
  if [ $# = 1 ]; then
    rm -f -- "$1"
    return
  fi
  if [ "$size" != "$2" ]; then swap_make "$1" "$2" || return; fi
  case $3 in
  '') ;;
  -*) swap_on "$1" '' ;;
  *) swap_on "$1" "$3" ;;
  esac
}

swap_back_now() {
  swap_look "$1"
  printf '%s\n' "$1"
  [ "$there" = absent ] || printf '%s\n' "$size" "$swap_now"
}
