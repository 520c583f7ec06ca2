# Triggers are never lost: a change marks what it triggers under $home/pending before it is made, and the mark goes when
# the reload, restart or run has succeeded. A run that dies in between leaves the mark to the next one.
# A mark is named ACTION.KIND.NAME; it holds the run and the resource that made it, and the boot of the machine: what was
# started in a later one has seen the change.

# list_pending: sets $pending to all marks: " reload.service.nginx restart.service.cron ".
list_pending() {
  pending=''
  for mark in "$home"/pending/*; do
    [ -e "$mark" ] && pending="$pending ${mark##*/}"
  done
  [ -z "$pending" ] || pending="$pending "
}

# triggers ACTION TARGET MARK…: what a change of the next resource triggers.
triggers() {
  marks="$marks $*"
}

optional() {
  optional=yes
}

# make_marks ACTION TARGET MARK…: sets $made to those that were not there before. One that was there is written anew: what
# a run that died noted in it is not about this change.
make_marks() {
  made=''
  while [ $# -ge 3 ]; do
    [ -e "$home/pending/$3" ] || made="$made $3"
    echo "$run_id $number $boot" >"$home/pending/$3" || return
    owed="$owed $3 "
    shift 3
  done
}

drop_marks() {
  for mark; do
    [ ! -e "$home/pending/$mark" ] || rm -f -- "$home/pending/$mark"
    case $owed in *" $mark "*) owed="${owed%" $mark "*} ${owed##*" $mark "}" ;; esac
  done
}

# restore_marks: when $home was removed in the middle, what is still due is not forgotten with it.
restore_marks() {
  [ -n "$owed" ] && (umask 077 && mkdir -p "$home/pending") || return 0
  for mark in $owed; do echo "$run_id 0 $boot" >"$home/pending/$mark"; done
}
