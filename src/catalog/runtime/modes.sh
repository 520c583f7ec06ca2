# What a program does beside checking.

# without_resources MODE FOLDER [WHEN]: called before they are read, for what needs none.
without_resources() {
  case $mode in
  rescue)
    whole=yes
    begin_rescue "${3-}"
    exit
    ;;
  gone)
    whole=yes
    main_gone
    exit
    ;;
  esac
}

main_apply() {
  work=$run/work
  echo $$ >"$run/pid"
  [ -d "$work" ] && [ -d "$home/pending" ] && [ -d "$home/backups" ] ||
    mkdir -p "$work" "$home/pending" "$home/backups" || return 1
  read -r token <"$run/token"
  read -r run_id run_by <"$run/by"
  read -r boot </proc/sys/kernel/random/boot_id
  hide_secrets || return
  apply
  apply_status=$?
  show_rest
  return "$apply_status"
}

main_undoable() {
  read -r token <"$run/token"
  undoable
}

main_undo() {
  work=$run/work
  echo $$ >"$run/pid"
  mkdir -p "$work" "$home/backups" || return 1
  read -r token <"$run/token"
  read -r run_id run_by <"$run/by"
  hide_secrets || return
  undo
  undo_status=$?
  show_rest
  return "$undo_status"
}
