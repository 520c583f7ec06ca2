# undo: puts back what a run replaced, newest first. It is a run of its own, with its own backups: it can be undone.
# The program sets $undone to the run; "all" lists the runs there are.

# undoable: tells what a run replaced, and changes nothing.
undoable() {
  for kept_run in "$home"/backups/*; do
    [ -d "$kept_run" ] || continue
    case $undone in all | "${kept_run##*/}") ;; *) continue ;; esac
    by=''
    read -r _ by <"$home/runs/${kept_run##*/}/by"
    field "$by"
    event kept "${kept_run##*/}" "$field"
    for kept_path in "$kept_run"/*.path; do
      [ -e "$kept_path" ] || continue
      path=$(cat "$kept_path" && echo .)
      field "${path%.}"
      if [ -e "${kept_path%.path}.absent" ]; then event removes "$field"; else event restores "$field"; fi
    done
  done 2>/dev/null
}

undo() {
  take_lock || return 4
  event begin "$run_id"
  failures=0
  # The newest first; a pattern gives the oldest first.
  set --
  for kept_path in "$home/backups/$undone"/*.path; do
    [ -e "$kept_path" ] && set -- "${kept_path%.path}" "$@"
  done
  units_moved=''
  for backup; do
    path=$(cat "$backup.path" && echo .)
    put_back "$backup" "${path%.}"
  done
  if [ -n "$units_moved" ] && ! systemctl daemon-reload; then failures=$((failures + 1)); fi
  if [ "$failures" -gt 0 ]; then outcome=failed; else outcome="done"; fi
  event end "$outcome"
  drop_lock
}

# put_back BACKUP PATH
put_back() {
  field "$2"
  put_back_field=$field
  if keep_as "$1" "$2" && restore "$1" "$2"; then
    event restored "$put_back_field"
    case $2 in */systemd/system/*) units_moved=yes ;; esac
  else
    failures=$((failures + 1))
    event unrestored "$put_back_field"
  fi
}

# keep_as BACKUP PATH: what is put back with all that is in it is removed with all that is in it when this is undone.
keep_as() {
  if [ -e "$1.tree" ] && [ -d "$2" ] && [ ! -L "$2" ]; then
    keep_tree "$2"
  elif keep "$2"; then
    [ ! -d "$1.copy" ] || [ -L "$1.copy" ] || : >"$backup.tree"
  else
    return 1
  fi
}

restore() {
  if [ -e "$1.absent" ]; then
    if [ -e "$1.tree" ]; then
      rm -rf --one-file-system -- "$2"
    elif [ -d "$2" ] && [ ! -L "$2" ]; then rmdir -- "$2"; else rm -f -- "$2"; fi
  elif [ -e "$1.directory" ]; then
    read -r mode owner group <"$1.directory"
    [ -d "$2" ] || mkdir -- "$2" || return
    give_access "$2" "$mode" "$owner" "$group"
  elif [ -d "$1.copy" ] && [ ! -L "$1.copy" ]; then
    cp -a --no-target-directory -- "$1.copy" "$2"
  else
    temporary_beside "$2"
    cp -a --no-target-directory -- "$1.copy" "$temporary" || drop_temporary || return
    put_in_place "$2"
  fi
}
