# What the kinds that have a line in /etc/fstab share.

# fstab_escape WORD: sets $escaped to it as fstab(5) and /proc/self/mountinfo have it.
fstab_escape() {
  escaped=$1
  case $1 in
  *[\\[:space:]]*)
    escaped=$(printf %s "$1" | awk '
      {
        gsub(/\\/, "\\134")
        gsub(/ /, "\\040")
        gsub(/\t/, "\\011")
        printf "%s%s", (NR > 1 ? "\\012" : ""), $0
      }')
    # A newline at its end is none to awk.
    case $1 in *"$newline") escaped="$escaped\\012" ;; esac
    ;;
  esac
}

# fstab_entry FIELD VALUE: sets $entry to the line where that field is this, with single blanks and all six fields, and
# $entries to how many there are. A swap has its file in field 1, all others their place in field 2.
fstab_entry() {
  entry='' entries=0
  [ -f /etc/fstab ] || return 0
  read -r entries entry <<FOUND
$(fstab_field=$1 fstab_value=$2 awk '
    BEGIN { field = ENVIRON["fstab_field"] }
    /^[ \t]*#/ || ($3 == "swap") != (field == 1) || $field != ENVIRON["fstab_value"] { next }
    { count++; entry = $1 " " $2 " " $3 " " ($4 == "" ? "defaults" : $4) " " $5 + 0 " " $6 + 0 }
    END { print count + 0, entry }' /etc/fstab)
FOUND
}

# fstab_check ENTRY: after fstab_entry. Compares with what there is; nothing where no line is wanted.
fstab_check() {
  look /etc/fstab
  case $there in
  absent | file) ;;
  *)
    in_the_way /etc/fstab
    return
    ;;
  esac
  [ "$entry" = "$1" ] || differs entry "$entry" "$1"
  [ "$entries" -le 1 ] || blocked "$entries lines of /etc/fstab are about it." 'Leave one of them.'
}

# fstab_put FIELD VALUE ENTRY: in place of the line where that field is this, or at the end; away where ENTRY is empty. systemd
# makes units of these lines, and then knows them.
fstab_put() {
  fstab_entry "$1" "$2"
  [ "$entry" != "$3" ] || return 0
  keep /etc/fstab || return
  temporary_beside /etc/fstab
  {
    [ ! -e /etc/fstab ] || cat /etc/fstab
  } | fstab_field=$1 fstab_value=$2 fstab_new=$3 awk '
    BEGIN { field = ENVIRON["fstab_field"]; new = ENVIRON["fstab_new"] }
    !/^[ \t]*#/ && ($3 == "swap") == (field == 1) && $field == ENVIRON["fstab_value"] {
      if (new != "" && !put++) print new
      next
    }
    { print }
    END { if (new != "" && !put) print new }' >"$temporary" || drop_temporary || return
  if [ -e /etc/fstab ]; then
    chmod --reference=/etc/fstab -- "$temporary" && chown --reference=/etc/fstab -- "$temporary" || drop_temporary || return
  fi
  note_unread
  put_in_place /etc/fstab && read_units
}
