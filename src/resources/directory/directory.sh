# directory PATH MODE OWNER GROUP
# directory PATH absent [recursive]

directory_check() {
  look "$1"
  case $2/$there in
  absent/absent) ;;
  absent/directory)
    mounted_in "$1"
    if mountpoint -q -- "$1" && ! will_come "unmounted $1"; then
      blocked "A file system is mounted there, so it was left alone." \
        "Unmount it, or declare mount(\"$1\", { absent: true }) before it."
    elif [ -n "$inner" ] && ! will_come "unmounted $inner"; then
      blocked "Other file systems are mounted in it, so it was left alone: $inner." \
        "Unmount them, or declare mount(…, { absent: true }) for each before it."
    elif [ "${3-}" != recursive ] && ! comes_empty "$1"; then
      blocked "The directory is not empty, so it was left alone." \
        "Say { absent: true, recursive: true } to remove it with all that is in it."
    else
      comes "no path $1"
      differs state present absent
    fi
    ;;
  absent/* | */file | */symlink | */other) in_the_way "$1" ;;
  */absent)
    comes "directory $1"
    differs state absent present
    differs mode '' "$2"
    differs owner '' "$3"
    differs group '' "$4"
    needs_parent "$1"
    needs_account user "$3" passwd
    needs_account group "$4" group
    ;;
  *) differs_access "$2" "$3" "$4" ;;
  esac
}

# comes_empty PATH: whether nothing is in it, or nothing but what earlier planned changes remove.
comes_empty() {
  leaving=''
  for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    if [ -e "$entry" ] || [ -L "$entry" ]; then
      will_come "no path $entry" || return
      leaving=yes
    fi
  done
  [ -z "$leaving" ] || depends 'It is empty only after the changes above.'
}

directory_join() {
  case $2/${3-} in
  absent/recursive) paths_join sweep "$1" ;;
  absent/) paths_join remove "$1" ;;
  *) paths_join directory "$@" ;;
  esac
}
