# main check [FOLDER] | apply FOLDER | undoable FOLDER | undo FOLDER | rescue FOLDER [WHEN] | resume FOLDER | gone FOLDER
# FOLDER holds the token, and for apply the approved findings and the blobs. By hand: sh -s -- check.

resource() {
  "${pass}_resource" "$@"
}

# begin MODE [FOLDER]: called before the resources are read. They are many, and where all is in order not needed.
begin() {
  LC_ALL=C
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  export LC_ALL PATH
  # With it, commands take options behind a name for names.
  unset POSIXLY_CORRECT
  umask 022
  cd / || exit
  home=/var/lib/proog second_look=''
  token='' run_id='' run_by='' mode=${1-} run=${2-}
  case $mode in
  check) begin_check ;;
  rescue)
    begin_rescue "${3-}"
    exit
    ;;
  gone)
    main_gone
    exit
    ;;
  apply | resume | undoable | undo) ;;
  *)
    echo 'usage: sh CATALOG check' >&2
    exit 1
    ;;
  esac
}

begin_check() {
  if [ -n "$run" ]; then
    work=$run
    read -r token <"$run/token"
  else
    work=$(mktemp -d /tmp/proog.XXXXXXXX) || exit 1
    trap 'rm -rf "$work"' EXIT
  fi
  survey_all
  if [ -z "$queue$pending" ]; then
    tell_checked
    exit
  fi
}

main() {
  "main_$mode"
}

main_check() {
  check_queue
  tell_checked
}

tell_checked() {
  if [ -n "$token" ]; then
    # One sed for all: a line at a time would cost more than the looking.
    [ ! -s "$work/findings" ] || sed "s/^/$token /" "$work/findings" "$work/shown"
    event checked "$plans" "$blocks"
  else
    echo "$total resources: $plans to change, $blocks in the way, the others in order"
  fi
}

main_apply() {
  work=$run/work
  echo $$ >"$run/pid"
  mkdir -p "$work" "$home/pending" "$home/backups" || return 1
  read -r token <"$run/token"
  read -r run_id run_by <"$run/by"
  apply
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
  undo
}
