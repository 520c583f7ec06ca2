# file PATH MODE OWNER GROUP SHA-256 [VALIDATE]
# file PATH absent
# The content comes as the blob of that hash. VALIDATE is the user's own command; the new file is its "$1".

file_check() {
  look "$1"
  case $2/$there in
  absent/absent) ;;
  absent/file)
    comes "no path $1"
    differs state present absent
    shown content "$1"
    ;;
  absent/* | */directory | */symlink | */other) in_the_way "$1" ;;
  */absent)
    differs state absent present
    differs content '' "$5"
    differs mode '' "$2"
    differs owner '' "$3"
    differs group '' "$4"
    needs_parent "$1"
    needs_account user "$3" passwd
    needs_account group "$4" group
    ;;
  *)
    file_content "$1"
    if [ "$content" != "$5" ]; then
      differs content "$content" "$5"
      shown content "$1"
    fi
    differs_access "$2" "$3" "$4"
    ;;
  esac
}

# Sets $content to the hash of what is there.
file_content() {
  content=$(sha256sum <"$1")
  content=${content%% *}
}

# file_join: right after file_check.
file_join() {
  if [ "$2" = absent ]; then
    paths_join remove "$1"
  elif [ "$there" = file ] && [ "$content" = "$5" ]; then
    paths_join access "$1" "$2" "$3" "$4"
  else
    # What a user's own command says belongs to this file alone.
    [ -z "${6-}" ] || batch_full=yes
    paths_join write "$@"
  fi
}

# file_change: at once, for kinds that have more to do.
file_change() {
  there=absent
  if [ "$2" != absent ] && [ -f "$1" ]; then
    there='file'
    file_content "$1"
  fi
  file_join "$@" && paths_flush
}

# file_check_part PART PATH SHA-256: the same for one of several files that make one resource, all 0644 and of root.
file_check_part() {
  look "$2"
  case $there in
  absent) differs "$1-content" '' "$3" ;;
  file)
    file_content "$2"
    if [ "$content" != "$3" ]; then
      differs "$1-content" "$content" "$3"
      shown "$1-content" "$2"
    fi
    [ "$mode $owner $group" = '0644 root root' ] || differs "$1-access" "$mode $owner $group" '0644 root root'
    ;;
  *) in_the_way "$2" ;;
  esac
}

# file_change_part PATH SHA-256: where it is not so already.
file_change_part() {
  look "$1"
  if [ "$there" = file ]; then
    file_content "$1"
    [ "$content $mode $owner $group" != "$2 0644 root root" ] || return 0
  fi
  file_change "$1" 0644 root root "$2"
}
