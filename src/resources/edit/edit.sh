# What the kinds share that keep one thing in a file which is not theirs: line, iniFile.
# edit_check EDIT PATH CREATE VALIDATE WORD…   EDIT and its words: edit.pl; CREATE: yes or no; VALIDATE: a command, or empty.

edit_check() {
  look "$2"
  case $there in
  absent)
    case " $* " in *' absent '*) return ;; esac
    if [ "$3" = yes ]; then
      differs state absent present
      comes "file $2"
      needs_parent "$2"
    elif ! will_come "file $2"; then
      waits "The file $2 is not there yet."
      return
    fi
    ;;
  'file') ;;
  symlink)
    blocked 'It is a symlink, so it was left alone.' "Name the file itself: $(readlink -f -- "$2")"
    return
    ;;
  *)
    in_the_way "$2"
    return
    ;;
  esac
  edit_name=$1 edit_path=$2
  shift 4
  edit_perl edit "$work/edit.text" "$edit_name" "$edit_path" "$@"
  case $? in
  0) ;;
  1) edit_tell "$edit_path" ;;
  2) { read -r edit_reason && read -r edit_remedy && edit_refuse "$edit_reason" "$edit_remedy"; } <"$work/edit.text" ;;
  *) blocked 'It could not be read.' 'What was said about it stands above.' ;;
  esac
}

# What an earlier change brings may have what is missed.
edit_refuse() {
  if [ "$there" = absent ]; then waits "The file $edit_path is not there yet."; else blocked "$@"; fi
}

# Longer texts are told by their hashes: in bytes.
edit_longest=65536

edit_tell() {
  if [ "$there" = absent ]; then
    edit_now=''
  elif [ "$(stat --format %s -- "$1")" -gt "$edit_longest" ]; then
    differs hash "$(sha256sum <"$1" | head -c 64)" "$(sha256sum <"$work/edit.text" | head -c 64)"
    return
  else
    edit_now=$(cat -- "$1" && echo .)
    edit_now=${edit_now%.}
  fi
  edit_new=$(cat "$work/edit.text" && echo .)
  differs text "$edit_now" "${edit_new%.}"
}

# edit_change EDIT PATH CREATE VALIDATE WORD…: the new text, made by the check right before, takes the file's place with its
# permissions.
edit_change() {
  keep "$2" || return
  temporary_beside "$2"
  if [ -e "$2" ]; then
    cp -a --no-target-directory -- "$2" "$temporary"
  else
    install --mode 0644 --owner root --group root --no-target-directory -- /dev/null "$temporary"
  fi && cat "$work/edit.text" >"$temporary" || drop_temporary || return
  if [ -n "$4" ] && ! sh -c "$4" sh "$temporary"; then
    echo "The new content was refused by: $4"
    drop_temporary
    return
  fi
  put_in_place "$2"
}

survey_edit() {
  edit_perl survey
}
