# undo: brings back what a run replaced, newest first. It is a run of its own, with its own backups: it can be undone.
# The program sets $undone to the run; "all" lists the runs there are.

# undoable: tells what a run kept, and changes nothing.
undoable() {
  work=$run
  if [ "$undone" = all ]; then
    list_kept
  elif [ -d "$home/backups/$undone" ]; then
    kept_run=$home/backups/$undone
    tell_kept
    judge
    cp "$work/now" "$run/looked"
    while read -r undo_key undo_type undo_verdict undo_sign undo_text; do
      [ "$undo_verdict" = already ] || tell_would
    done <"$work/judged"
  fi
}

# tell_kept: whose run it was, and which one it undid.
tell_kept() {
  by='' undid=''
  { read -r by && read -r undid; } <"$kept_run/by" 2>/dev/null
  field "$by"
  event kept "${kept_run##*/}" "$field" "${undid:--}"
}

# Texts go as they are to the end of the line: they have no newlines, and there may be many.
list_kept() {
  set -- "$home"/backups/*/
  [ -d "$1" ] || return 0
  listed=''
  kept_entries "$@" >"$work/entries"
  while read -r undo_key undo_type was undo_text; do
    kept_run=${undo_key%/*}
    if [ "$kept_run" != "$listed" ]; then
      tell_kept
      listed=$kept_run
    fi
    sign_of
    event keeps "${undo_key##*/}" "$undo_sign" "$undo_text"
  done <"$work/entries"
}

# sign_of: sets $undo_sign from $undo_type, $was and $undo_text.
sign_of() {
  case $undo_type/$was/$undo_text in
  lost/*) undo_sign=lost ;;
  */absent/* | state/*': absent') undo_sign=remove ;;
  *) undo_sign=change ;;
  esac
}

# judge: leaves lines "FOLDER/NUMBER TYPE VERDICT SIGN TEXT" in $work/judged. The verdict is due; since, where it is not as
# the run left it; already, where it is as it was before the run, or as an undo of it left it; or lacks:FUNCTION, where no kind of this
# program has what would bring it back.
judge() {
  kept_entries "$kept_run" >"$work/entries"
  entry_prints <"$work/entries" >"$work/now"
  each_words lacking <"$work/prints.states" >"$work/lacking"
  left=$kept_run/left back=$kept_run/back
  [ -e "$left" ] || left=/dev/null
  [ -e "$back" ] || back=/dev/null
  # Only of these it matters how they were.
  awk '
    FILENAME == ARGV[1] { left[$0]; next }
    FILENAME == ARGV[2] { if (!($0 in left)) astray[$1]; next }
    $1 in astray
  ' "$left" "$work/now" "$work/entries" | was_prints >"$work/was"
  awk '
    FILENAME == ARGV[1] { left[$0]; known[$1]; next }
    FILENAME == ARGV[2] || FILENAME == ARGV[3] { was[$0]; next }
    FILENAME == ARGV[4] { now[$1] = $0; next }
    FILENAME == ARGV[5] { lacks[$1] = $2; next }
    {
      verdict = "due"
      if ($1 in now && now[$1] in was) verdict = "already"
      else if ($1 in lacks) verdict = "lacks:" lacks[$1]
      else if ($1 in now && $1 in known && !(now[$1] in left)) verdict = "since"
      print $1, $2, verdict, $3, (now[$1] == $1 " absent" ? "gone" : "there"), substr($0, length($1 $2 $3) + 4)
    }' "$left" "$work/was" "$back" "$work/now" "$work/lacking" "$work/entries" >"$work/judging"
  # What would only be read anew is as it was when all else is.
  rest=''
  [ ! -e "$kept_run/undoing" ] || rest=due
  while read -r undo_key undo_type undo_verdict was is undo_text; do
    case $undo_type/$undo_verdict in
    later/*) [ -n "$rest" ] || undo_verdict=already ;;
    lost/* | */already | */lacks:*) ;;
    *) rest=due ;;
    esac
    sign_of
    case $undo_type/$undo_sign/$is in path/change/gone | tree/change/gone) undo_sign=create ;; esac
    case $undo_verdict in lacks:*) undo_sign=lost ;; esac
    printf '%s\n' "$undo_key $undo_type $undo_verdict $undo_sign $undo_text"
  done <"$work/judging" >"$work/judged"
}

# lacking FILE WHAT FUNCTION ARGUMENT…: a kind of the user's own may have gone from the config since.
lacking() {
  command -v "$3" >/dev/null || echo "${1%.*} $3"
}

# tell_would: what undo would do with this entry, in the kind's own words where it has some.
tell_would() {
  case $undo_type/$undo_verdict in */lacks:*) ;; state/* | later/*) tell_by_kind "$undo_key.$undo_type" </dev/null && return ;; esac
  event would "${undo_key##*/}" "$undo_sign" "$undo_verdict" "$undo_text"
}

# tell_by_kind FILE: fails where the kind has no words of its own.
tell_by_kind() {
  eval "set -- $(quoted_words "$1")"
  [ $# -ge 2 ] && command -v "${2}_tell" >/dev/null || return
  would_function=${2}_tell
  shift 2
  "$would_function" "$@"
  return 0
}

# would SIGN WHAT: the sign is create, change or remove, or lost for what cannot be undone.
would() {
  event would "${undo_key##*/}" "$1" "$undo_verdict" "$(printf '%s\0' "$2" | to_lines)"
}

undo() {
  take_lock || return 4
  take_over
  event begin "$run_id"
  kept_run=$home/backups/$undone
  failures=0 halted='' units_moved=''
  [ ! -e "$home/unread" ] || units_moved=yes
  judge
  : >"$kept_run/undoing"
  hold_back
  : >"$work/undone"
  watch_undo
  while read -r undo_key undo_type undo_verdict undo_sign undo_text <&8; do
    [ ! -e "$run/stop" ] || halted=stopped
    [ -z "$armed" ] || set_deadline "$access_change_limit"
    undo_entry </dev/null 8<&- 9>&-
  done 8<"$work/judged"
  read_moved_units || failures=$((failures + 1))
  [ ! -s "$work/undone" ] || access_changes=1
  [ -z "$armed" ] || confirm_access
  note_back
  [ -n "$halted" ] || rm -f "$kept_run/undoing"
  case $failures/$halted in
  0/* | */put-back) outcome=${halted:-"done"} ;;
  *) outcome=failed ;;
  esac
  note_left "$run_id"
  forget_secrets
  event end "$outcome"
  drop_lock
}

# note_back: what is as it was now is written down: what one backup says may be what another one has overtaken.
note_back() {
  entry_prints <"$work/entries" | awk '
    FILENAME == ARGV[1] { undone[$1]; next }
    FILENAME == ARGV[2] { if ($3 == "already") undone[$1]; next }
    $1 in undone
  ' "$work/undone" "$work/judged" - >"$kept_run/back"
}

# watch_undo: what could lock out when it was made can do so when it is undone.
watch_undo() {
  armed=''
  if [ ! -e "$kept_run/access" ] || arm "${kept:-1000000}"; then return; fi
  stand_down
  echo 'What puts it back if it locks you out could not be set up on this machine, so nothing was undone.'
  failures=1 halted=failed
}

# hold_back: what has come to differ since the operator looked is left alone, and what others have changed since the run
# unless the operator wants that overwritten.
hold_back() {
  [ -e "$run/looked" ] || return 0
  if [ -e "$run/overwrite" ]; then overwrite=yes; else overwrite=''; fi
  awk -v overwrite="$overwrite" '
    FILENAME == ARGV[1] { looked[$0]; next }
    FILENAME == ARGV[2] { if (!($0 in looked)) moved[$1]; next }
    {
      verdict = $3
      if (verdict == "since" && !overwrite) verdict = "left"
      if (verdict != "already" && $1 in moved) verdict = "moved"
      print $1, $2, verdict, substr($0, length($1 $2 $3) + 4)
    }' "$run/looked" "$work/now" "$work/judged" >"$work/judged.held" &&
    mv "$work/judged.held" "$work/judged"
}

undo_entry() {
  undo_number=${undo_key##*/}
  case $undo_type/$undo_verdict in
  */already | lost/*) return ;;
  */moved | */left)
    failures=$((failures + 1))
    event undone "$undo_number" "$undo_verdict"
    return
    ;;
  esac
  if [ -n "$halted" ]; then
    event undone "$undo_number" unreached
    return
  fi
  event undoing "$undo_number"
  if "undo_$undo_type"; then
    echo "$undo_key" >>"$work/undone"
    event undone "$undo_number" 'done'
  else
    failures=$((failures + 1))
    event undone "$undo_number" failed
  fi
}

undo_path() {
  undone_path=$(printf '%b.' "$undo_text")
  undone_path=${undone_path%.}
  keep_as "$undo_key" "$undone_path" && restore "$undo_key" "$undone_path" || return
  case $undone_path in
  */systemd/system/* | /etc/fstab)
    units_moved=yes
    note_unread
    ;;
  esac
}

undo_tree() {
  undo_path
}

undo_state() {
  read_moved_units || return
  call_back "$undo_key.state"
}

undo_later() {
  read_moved_units || return
  call_back "$undo_key.later"
}

# call_back FILE
call_back() {
  eval "set -- $(quoted_words "$1")"
  # One that was being written when its run died: the change was never made.
  [ $# -ge 2 ] || return 0
  shift
  if ! command -v "$1" >/dev/null; then
    echo "No kind of this config has $1(), which would bring it back."
    return 1
  fi
  "$@"
}

# read_moved_units: systemd reads the units that were put back before anything asks it for them.
read_moved_units() {
  [ -n "$units_moved" ] || return 0
  units_moved=''
  read_units
}

# keep_as BACKUP PATH: what is put back with all that is in it is removed with all that is in it when this is undone.
keep_as() {
  if [ "$undo_type" = tree ]; then keep_tree "$2"; else keep "$2"; fi
}

restore() {
  if [ "$undo_type" = tree ]; then
    restore_tree "$@"
  elif [ -e "$1.absent" ]; then
    if [ -d "$2" ] && [ ! -L "$2" ]; then rmdir -- "$2"; else rm -f -- "$2"; fi
  elif [ -e "$1.directory" ]; then
    read -r mode owner group <"$1.directory"
    [ -d "$2" ] || mkdir -- "$2" || return
    give_access "$2" "$mode" "$owner" "$group"
  else
    temporary_beside "$2"
    cp -a --no-target-directory -- "$1.copy" "$temporary" || drop_temporary || return
    put_in_place "$2"
  fi
}

# What stands there has been kept.
restore_tree() {
  if [ -e "$1.absent" ]; then
    rm -rf --one-file-system -- "$2"
    return
  fi
  temporary_beside "$2"
  cp -a --no-target-directory -- "$1.copy" "$temporary" && rm -rf --one-file-system -- "$2" || drop_temporary || return
  put_in_place "$2"
}
