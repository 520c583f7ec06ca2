# What a change replaces is kept under $home/backups/RUN, so that undo can put it back, newest first. Kinds about paths have
# `keep PATH` (path.sh); here is what all others use.
#
# A backup is a few files with the same number. The one that names it is written last and in one go, so that a backup that
# can be read is whole: NUMBER.path, or NUMBER.state, NUMBER.later and NUMBER.lost, whose words end in zero bytes.

# Sets $backup to what the names of its files begin with: six digits, so that they sort.
new_backup() {
  kept=$((${kept:-1000000} + 1))
  backup=$home/backups/$run_id/${kept#1}
  [ -d "${backup%/*}" ] || begin_backups
}

# Who made the run stands here too, since its log goes earlier; and, for an undo, which run it undid.
begin_backups() {
  mkdir -- "${backup%/*}" && printf '%s\n' "$run_by" "${undone-}" >"${backup%/*}/by"
}

# keep_state WHAT FUNCTION ARGUMENT…: before a change of what is no path. WHAT is told before anything is undone ("service
# nginx: disabled", or "user ada: absent" for what was not there); undo calls FUNCTION of the kind, which brings back with
# these ARGUMENTs what is there now, and keeps in the same way what it replaces.
#
# Where there is a function FUNCTION_now, it prints for the same ARGUMENTs those that would bring back what is there now, one
# a line. What it prints at the end of the run is kept as well: so undo knows what others have changed since. Where there is
# a FUNCTION_tell, it tells by `would` what will be done, in the place of WHAT.
keep_state() {
  keep_words state "$@"
}

# keep_later WHAT FUNCTION ARGUMENT…: the same for what undo does after all else, such as to reload what reads the files
# that it puts back.
keep_later() {
  keep_words later "$@"
}

# keep_nothing WHAT: before a change that cannot be undone ("run a2enmod wsgi"), so that undo can say so.
keep_nothing() {
  keep_words lost "$1"
}

# The first few are remembered, so that the end of the run need not read them again; see note_left. $kept_known is the last of these.
keep_words() {
  new_backup && write_words "$@" || return
  if [ "$kept" -gt 1000020 ] || [ "$kept" != "$((${kept_known:-1000000} + 1))" ]; then return 0; fi
  keep_file=$backup.$1
  shift
  quote_words "$keep_file" "$@"
  kept_known=$kept kept_words="${kept_words-}each_kept$quoted$newline"
}

# write_words ENDING WORD…: the dot at the end tells that all is there.
write_words() {
  ending=$1
  shift
  printf '%s\0' "$@" . >"$backup.$ending"
}

# keep_secret TEXT: sets $secret to its hash, by which secret_file finds it. It is in no argument of any command.
keep_secret() {
  secret=$(printf %s "$1" | sha256sum)
  secret=${secret%% *}
  new_backup || return
  (umask 077 && printf %s "$1" >"${backup%/*}/secret-$secret")
}

# secret_file HASH: sets $secret_file to where undo finds it.
secret_file() {
  secret_file=$kept_run/secret-$1
}
