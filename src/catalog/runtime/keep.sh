# What a change replaces is kept under $home/backups/RUN, so that undo can put it back, newest first. Kinds about paths have
# `keep PATH` (path.sh); here is what all others use.

# Sets $backup to what the names of its files begin with: six digits, so that they sort.
new_backup() {
  kept=$((${kept:-1000000} + 1))
  backup=$home/backups/$run_id/${kept#1}
  [ -d "${backup%/*}" ] || mkdir -- "${backup%/*}"
}

# keep_state WHAT FUNCTION ARGUMENT…: before a change of what is no path. WHAT is told before anything is undone ("service
# nginx: disabled"); undo calls FUNCTION of the kind, which brings back with these ARGUMENTs what is there now, and keeps in
# the same way what it replaces.
keep_state() {
  keep_words state "$@"
}

# keep_nothing WHAT: before a change that cannot be undone ("run a2enmod wsgi"), so that undo can say so.
keep_nothing() {
  keep_words lost "$1"
}

# keep_words ENDING WORD…: one a line, as field writes them. Renamed last, so that a backup that has its name is whole.
keep_words() {
  new_backup || return
  ending=$1
  shift
  for word; do
    field "$word"
    printf '%s\n' "$field"
  done >"$backup.new" && mv -- "$backup.new" "$backup.$ending"
}
