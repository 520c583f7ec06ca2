# file PATH MODE OWNER GROUP CONTENT [VALIDATE]
# file PATH absent
# CONTENT is the SHA-256 of the content, or the name of a secret one; it comes as the blob of that name. VALIDATE is the user's own command; the new file is its "$1".

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
    file_content "$1" "$5"
    if [ "$content" != "$5" ]; then
      ! was_secret "$1" || content=another
      differs content "$content" "$5"
      case $5 in secret-*) ;; *) shown content "$1" ;; esac
    fi
    differs_access "$2" "$3" "$4"
    ;;
  esac
}

# file_content PATH [CONTENT]: sets $content to the hash of what is there, or to the name of a secret content.
file_content() {
  content=$(sha256sum <"$1")
  content=${content%% *}
  case ${2-} in secret-*) secret_content "$2" "$content" ;; esac
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
    case $5 in secret-*) note_secret "$1" || return ;; esac
    paths_join write "$@"
  fi
}

# file_change: at once, for kinds that have more to do.
file_change() {
  there=absent
  if [ "$2" != absent ] && [ -f "$1" ]; then
    there='file'
    file_content "$1" "${5-}"
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
