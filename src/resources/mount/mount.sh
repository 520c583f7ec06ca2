# mount PATH present DEVICE TYPE OPTIONS PASS HELD
# mount PATH absent
# A line in /etc/fstab, and mounted now. HELD are those of the options that the kernel tells of what is mounted, "noauto" where
# it need not be.

# mount_look PATH: sets $entry and $entries to what /etc/fstab has; and where something is mounted there, $mount_number
# (major:minor), $mount_options, $mount_type and $mount_source.
mount_look() {
  fstab_escape "$1"
  mount_path=$escaped
  fstab_entry 2 "$mount_path"
  mount_number=''
  # 36 35 98:0 /of/the/device /mnt rw,noatime shared:1 - ext4 /dev/sda1 rw,errors=continue
  read -r mount_number mount_options mount_type mount_source <<FOUND
$(mount_place=$mount_path awk '
    $5 == ENVIRON["mount_place"] {
      for (i = 7; $i != "-"; i++) continue
      last = $3 " " $6 "," $(i + 3) " " $(i + 1) " " $(i + 2)
    }
    END { print last }' /proc/self/mountinfo)
FOUND
}

# mount_wants DEVICE TYPE OPTIONS PASS: after mount_look. Sets $mount_type_word as mount(8) has it, and $mount_entry to its line.
mount_wants() {
  mount_type_word=$2
  [ "$2" != bind ] || mount_type_word=none
  fstab_escape "$1"
  mount_entry="$escaped $mount_path $mount_type_word $3 0 $4"
}

mount_check() {
  if [ "$2" = absent ]; then
    mount_check_absent "$1"
    return
  fi
  mount_look "$1"
  mount_wants "$3" "$4" "$5" "$6"
  [ -n "$entry$mount_number" ] || differs state absent present
  fstab_check "$mount_entry"
  case $7 in noauto) return ;; esac
  mount_compare differs "$1" "$3" "$4" "$7"
  [ -n "$mount_number" ] || mount_check_place "$1" "$3" "$4"
  case $finding in
  *" device "* | *" type "*) mount_needs_peace "$1" ;;
  esac
}

# mount_compare FUNCTION PATH DEVICE TYPE HELD: after mount_look. Calls it as differs for what is not so now.
mount_compare() {
  if [ -z "$mount_number" ]; then
    [ -z "$entry" ] || "$1" mounted no yes
    return
  fi
  mount_is_device "$2" "$3" "$4" || "$1" device "$mount_source" "$3"
  mount_missing "$4" "$5"
  [ "$is_type" = 1 ] || "$1" type "$mount_type" "$4"
  [ -z "$missing" ] || "$1" options "$mount_options" "$missing"
}

# mount_is_device PATH DEVICE TYPE
mount_is_device() {
  case $3/$2 in
  bind/*) [ "$1" -ef "$2" ] ;;
  */UUID=* | */LABEL=* | */PARTUUID=* | */PARTLABEL=*) mount_is_block "$(findfs "$2" 2>/dev/null)" ;;
  */*:/* | *///*) [ "$mount_source" = "$2" ] ;;
  *//*) mount_is_block "$2" ;;
  esac
}

# By its number, or where the file system has one of its own, as btrfs does, by its name.
mount_is_block() {
  [ -e "$1" ] || return
  [ "$(stat --dereference --format %Hr:%Lr -- "$1")" = "$mount_number" ] ||
    [ "$(readlink -m -- "$1")" = "$(readlink -m -- "$mount_source")" ] ||
    [ "$(cat "/sys/block/${mount_source#/dev/}/loop/backing_file" 2>/dev/null)" = "$1" ]
}

# mount_missing TYPE HELD: sets $is_type (1 or 0), and $missing to those that are not so now: "ro,noexec".
mount_missing() {
  read -r is_type missing <<FOUND
$(wanted_type=$1 held=$2 told_type=$mount_type told=$mount_options awk "$mount_words"'
    BEGIN { print is_type(ENVIRON["wanted_type"], ENVIRON["told_type"]), missing(ENVIRON["held"], ENVIRON["told"]) }')
FOUND
}

# For awk: whether the kernel calls a type so, and which options are not among those that it tells.
mount_words='
  function is_type(type, now) {
    return type ~ /^(bind|auto)$/ || type == now || type == "nfs" && now == "nfs4" || type ~ /^ntfs/ && now == "fuseblk"
  }
  function missing(held, now,   option, count, i, all) {
    now = "," now ","
    count = split(held, option, ",")
    for (i = 1; i <= count; i++) if (!has(option[i], now)) all = all (all == "" ? "" : ",") option[i]
    return all
  }
  # What it does not tell is as it should be.
  function has(option, now,   end) {
    if (option == "rw") return !index(now, ",ro,")
    if (option ~ /^(suid|dev|exec)$/) return !index(now, ",no" option ",")
    end = index(option, "=")
    return index(now, "," option ",") || end && !index(now, "," substr(option, 1, end))
  }'

# survey_mounts: lines "PATH DEVICE TYPE OPTIONS PASS HELD" of plain words. All are looked at here, while other surveys go on; what is
# to be looked for by itself, a device, comes after the others.
survey_mounts() {
  mounts_of_all present
  while read -r path device type options pass held mount_number mount_source; do
    ! mount_is_device "$path" "$device" "$type" || printf '%s\n' "$path $device $type $options $pass $held"
  done <"$work/mounts.now"
}

# mounts_of_all present|absent: mount_look for all lines of a survey. Prints those that /etc/fstab has as they are declared and that are
# so now, or those about which there is nothing at all. Those of which the device can only be looked for go to $work/mounts.now, with
# the number and the source of what is mounted.
mounts_of_all() {
  : >"$work/mounts.now"
  awk -v "state=$1" -v "devices=$work/mounts.now" "$mount_words"'
    { asked[++count] = $0 }
    END {
      while ((getline <"/etc/fstab") > 0) {
        if (/^[ \t]*#/ || $3 == "swap") continue
        entries[$2]++
        entry[$2] = $1 " " $2 " " $3 " " ($4 == "" ? "defaults" : $4) " " $5 + 0 " " $6 + 0
      }
      while ((getline <"/proc/self/mountinfo") > 0) {
        for (i = 7; $i != "-"; i++) continue
        now[$5] = " " $3 " " $6 "," $(i + 3) " " $(i + 1) " " $(i + 2)
      }
      for (i = 1; i <= count; i++) {
        split(asked[i], part, " ")
        path = part[1]
        if (state == "absent") {
          if (!(path in entries) && !(path in now)) print path
          continue
        }
        if (entries[path] != 1 || entry[path] != part[2] " " path " " (part[3] == "bind" ? "none" : part[3]) " " part[4] " 0 " part[5])
          continue
        if (part[6] != "noauto") {
          if (!(path in now)) continue
          split(now[path], is, " ")
          if (!is_type(part[3], is[3]) || missing(part[6], is[2]) != "") continue
          # Others, such as tmpfs, are whatever one calls them.
          if (part[3] == "bind" || part[2] ~ /[\/=]/) {
            print asked[i], is[1], is[4] >devices
            continue
          }
        }
        print asked[i]
      }
    }'
}

# survey_unmounted: lines "PATH", where nothing is mounted and which /etc/fstab does not name.
survey_unmounted() {
  mounts_of_all absent
}

# mount_check_place PATH DEVICE TYPE: what is not mounted yet needs a directory, which is made, and its device.
mount_check_place() {
  look "$1"
  case $there in
  directory) ;;
  absent)
    needs_parent "$1"
    comes "directory $1"
    ;;
  *) in_the_way "$1" ;;
  esac
  case $3/$2 in
  bind/*) [ -e "$2" ] || will_come "directory $2" || waits "The directory $2 is not there yet." ;;
  */UUID=* | */LABEL=* | */PARTUUID=* | */PARTLABEL=*)
    findfs "$2" >/dev/null 2>&1 || waits "There is no device with $2. Those that there are, lsblk --fs tells."
    ;;
  *//dev/*) [ -e "$2" ] || waits "The device $2 is not there. Those that there are, lsblk --fs tells." ;;
  esac
}

mount_check_absent() {
  mount_look "$1"
  [ -n "$entry$mount_number" ] || return 0
  differs state present absent
  comes "unmounted $1"
  fstab_check ''
  [ -z "$mount_number" ] || mount_needs_peace "$1"
}

# What is in use cannot be unmounted.
mount_needs_peace() {
  mounted_in "$1"
  [ -z "$inner" ] || mount_inner_goes || depends "Other file systems are mounted in it: $inner. Unmount them before it."
  mount_users "$1"
  [ -z "$users" ] || depends "It is in use by $users: stop what uses it before it."
}

# Whether an earlier change unmounts it, where that is only one.
mount_inner_goes() {
  will_come "unmounted $inner"
}

# mount_users PATH: sets $users to who has it open, at most five: "sleep (4711), bash (4712)".
mount_users() {
  pattern=$(printf '%s.' "$1" | sed 's/[][*?\\]/\\&/g')
  pattern=${pattern%.}
  users='' count=0
  # /proc/4711/cwd
  for process in $(find /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/exe /proc/[0-9]*/fd /proc/[0-9]*/map_files \
    -maxdepth 1 \( -lname "$pattern" -o -lname "$pattern/*" \) 2>/dev/null | cut -d / -f 3 | sort -nu); do
    count=$((count + 1))
    [ "$count" -le 5 ] || continue
    command=''
    read -r command 2>/dev/null <"/proc/$process/comm"
    users="$users, $command ($process)"
  done
  users=${users#, }
  [ "$count" -le 5 ] || users="$users and $((count - 5)) more"
}

mount_change() {
  mount_look "$1"
  mount_line=''
  # Before the rest, so that undo unmounts it before it removes the directory.
  case $2/${7-}/$mount_number in
  absent/* | */noauto/*) ;;
  */) mount_make_place "$1" || return ;;
  esac
  mount_keep "$1" || return
  if [ "$2" = absent ]; then
    mount_away "$1"
    return
  fi
  mount_wants "$3" "$4" "$5" "$6"
  case $7 in
  noauto) ;;
  *) mount_now "$1" "$3" "$4" "$5" "$7" || return ;;
  esac
  fstab_put 2 "$mount_path" "$mount_entry"
}

# mount_now PATH DEVICE TYPE OPTIONS HELD: before it stands in /etc/fstab, so that what cannot be mounted never does.
mount_now() {
  mount_wrong=''
  [ -z "$mount_number" ] || mount_compare note_aspect "$@"
  case $mount_wrong in
  *device* | *type*) mount_away "$1" || return ;;
  esac
  if [ -z "$mount_number" ]; then
    mount_unit=$(systemd-escape --path --suffix=mount -- "$1")
    # Where its line is there already, systemd may just be at it.
    if [ "$entry" = "$mount_entry" ] && systemctl start -- "$mount_unit" 2>/dev/null; then return; fi
    mount -t "$mount_type_word" -o "$4" -- "$2" "$1" || mount_line_back || return
    mount_await
  elif [ -n "$mount_wrong" ]; then
    if [ "$3" = bind ]; then mount -o "remount,bind,$5" -- "$1"; else mount -o "remount,$4,$5" -- "$2" "$1"; fi
  fi
}

note_aspect() {
  mount_wrong="$mount_wrong $1"
}

# mount_away PATH: after mount_keep. Its line goes first: as long as systemd knows of one, it mounts this again with the next service that
# is started. One file system may be mounted on another one there.
mount_away() {
  mount_line=$entry
  fstab_put 2 "$mount_path" '' || return
  while [ -n "$mount_number" ]; do
    unmount "$1" || mount_line_back || return
    mount_look "$1"
    [ -z "$mount_number" ] || mount_keep "$1" || return
  done
}

# mount_line_back: of what could not be changed. Fails.
mount_line_back() {
  [ -z "$mount_line" ] || fstab_put 2 "$mount_path" "$mount_line"
  return 1
}

# mount_await: until systemd, which looks at what is mounted at most so often, has seen it: of a line whose place it takes for
# empty it would mount that once more.
mount_await() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    ! systemctl --quiet is-active -- "$mount_unit" || return 0
    sleep 0.1
  done
}

mount_make_place() {
  if [ ! -d "$1" ]; then
    keep "$1" && mkdir -- "$1"
    return
  fi
  # What has been written there while nothing was mounted is not gone, but out of sight.
  hidden=$(find "$1" -mindepth 1 -maxdepth 1 -printf . | wc -c)
  [ "$hidden" = 0 ] || echo "What is in the directory $1 ($hidden entries) is hidden as long as this is mounted there."
}

unmount() {
  if umount -- "$1"; then return 0; fi
  mount_users "$1"
  [ -z "$users" ] || echo "$1 is in use by $users."
  return 1
}

# mount_keep PATH: after mount_look.
mount_keep() {
  if [ -z "$mount_number" ]; then
    keep_state "mount $1: absent" mount_back "$1" none
  else
    keep_state "mount $1: $mount_type of $mount_source" mount_back "$1" "$mount_source" "$mount_type" "$mount_options"
  fi
}

# mount_back PATH none | mount_back PATH SOURCE TYPE OPTIONS: for undo, which has put back /etc/fstab before. A line of it tells
# more of what was mounted than the kernel does.
mount_back() {
  mount_look "$1"
  mount_keep "$1" || return
  if [ -n "$mount_number" ]; then unmount "$1" || return; fi
  if [ "$2" = none ]; then return 0; fi
  if [ -n "$entry" ]; then mount -- "$1"; else mount -t "$3" -o "$4" -- "$2" "$1"; fi
}

mount_back_now() {
  mount_look "$1"
  printf '%s\n' "$1"
  if [ -n "$mount_number" ]; then printf '%s\n' "$mount_source" "$mount_type" "$mount_options"; else echo none; fi
}
