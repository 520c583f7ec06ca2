# What the kinds share that bring a whole folder from elsewhere: git, svn and archive. MARK is the entry of the folder that
# tells one of theirs from any other: .git.
#
# What git and svn do there, they do as the folder's owner, never as root in what others own: a repository's own
# configuration can name commands.

# checkout_check_absent PATH MARK NOUN: after look.
checkout_check_absent() {
  case $there in
  absent) ;;
  directory)
    if [ -e "$1/$2" ]; then
      differs state present absent
    else
      blocked "It is no $3, so it was left alone." \
        "To remove any directory: directory(\"$1\", { absent: true, recursive: true })."
    fi
    ;;
  *) in_the_way "$1" ;;
  esac
}

# checkout_has_room PATH NOUN: after look, where none of theirs is; fails, and has said so, when there is something else.
checkout_has_room() {
  if [ "$there" = absent ] || [ -z "$(ls -A -- "$1")" ]; then return; fi
  blocked "The directory is not empty and no $2, so it was left alone." \
    'Move what is in it away, or choose another path.'
  return 1
}

# checkout_comes PATH OWNER GROUP: of one that is to be made.
checkout_comes() {
  differs owner '' "$2"
  differs group '' "$3"
  needs_parent "$1"
  needs_account user "$2" passwd
  needs_account group "$3" group
  comes "directory $1"
}

# checkout_name_changes FILE: prints "5 files: a.py, b.py, c.py and 2 more" of the names in it.
checkout_name_changes() {
  awk '
    NR <= 3 { names = names (NR > 1 ? ", " : "") $0 }
    END {
      printf "%d %s: %s", NR, NR == 1 ? "file" : "files", names
      if (NR > 3) printf " and %d more", NR - 3
    }' "$1"
}

# checkout_become PATH: from here on checkout_as runs commands as who owns it.
checkout_become() {
  checkout_user=$(stat --format %u -- "$1")
  checkout_group=$(stat --format %g -- "$1")
}

checkout_as() {
  as_user "$checkout_user" "$checkout_group" "$@"
}

checkout_remove() {
  keep_tree "$1" && rm -r --one-file-system -- "$1"
}

# checkout_begin PATH OWNER GROUP: makes an empty folder at $temporary. It is renamed into place when all is in it, so that
# there is never half of one. The folder around it may be its owner's, who must not be able to make us change what a link names.
checkout_begin() {
  keep_tree "$1" || return
  if [ -d "$1" ]; then checkout_mode=$(stat --format %a -- "$1"); else checkout_mode=0755; fi
  temporary_beside "$1"
  rm -rf -- "$temporary"
  mkdir --mode="$checkout_mode" -- "$temporary" && chown --no-dereference -- "$2:$3" "$temporary" || drop_temporary || return
  checkout_become "$temporary"
}

# checkout_hand_over KIND PATH OWNER GROUP: all of it, where it is another's.
checkout_hand_over() {
  look "$2"
  if ! has_owner "$3" || ! has_group "$4"; then
    checkout_keep_owner "$1" "$2" && checkout_give "$2" "$3" "$4" || return
  fi
  checkout_become "$2"
}

# checkout_keep_owner KIND PATH: after look.
checkout_keep_owner() {
  keep_state "$1 $2: of $owner:$group" checkout_owner_back "$1" "$2" "$owner_number" "$group_number"
}

# checkout_give PATH OWNER GROUP: after look. All that belonged to the old owner, the folder itself last.
checkout_give() {
  has_owner "$2" || chown --recursive --no-dereference --from="$owner_number" -- "$2" "$1" || return
  has_group "$3" || chown --recursive --no-dereference --from=":$group_number" -- ":$3" "$1"
}

# checkout_owner_back KIND PATH OWNER GROUP
checkout_owner_back() {
  look "$2"
  checkout_keep_owner "$1" "$2" && checkout_give "$2" "$3" "$4"
}

checkout_owner_back_now() {
  look "$2"
  printf '%s\n' "$1" "$2" "$owner_number" "$group_number"
}
