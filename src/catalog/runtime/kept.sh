# Reading what runs have kept, in bulk: a run of thousands of changes has thousands of backups.

# Texts that end in zero bytes as lines: a newline is \n there, a backslash \0134, and a blank at the end, which
# read would drop, \0040 or \0011, as printf %b takes them.
to_lines() {
  sed -z 's/\\/\\0134/g; s/\n/\\n/g; s/ $/\\0040/; s/\t$/\\0011/' | tr '\0' '\n'
}

# kept_entries FOLDER…: what these runs kept, the newest first, in lines "FOLDER/NUMBER TYPE WAS TEXT":
#   …/000004 path copy /etc/motd      WAS is copy, directory or absent
#   …/000003 tree absent /srv/app     a directory with all that is in it
#   …/000002 state - service nginx: disabled
#   …/000001 lost - run a2enmod wsgi
# What is done later comes last. Of a path that a run changed twice, the older backup counts.
kept_entries() {
  kept_perl entries "$@"
}

# quoted_words FILE: the words of a backup, for eval "set -- …"; none where it is not whole.
quoted_words() {
  [ "$(tail -z -n 1 "$1" | tr -d '\0')" = . ] || return 0
  sed -z "\$d; s/'/'\\\\''/g; s/^/'/; s/\$/'/" <"$1" | tr '\0' ' '
}

# entry_prints: reads such lines, and prints lines "FOLDER/NUMBER PRINT": what tells one condition of it from another. Of
# states that nobody can tell, there is none.
entry_prints() {
  kept_perl prints "$work"
  print_others
}

# print_others: the same of those that are no paths, as kept.pl has named them.
print_others() {
  while read -r print_key print_text; do
    echo "$print_key $(tree_print "$(printf '%b.' "$print_text")")"
  done <"$work/prints.trees"
  [ -s "$work/prints.states" ] || return 0
  each_words note_ahead state_print <"$work/prints.states"
  # As they were in this moment.
  units_ahead='' units_seen='' accounts_held=''
}

# each_words FUNCTION…: reads names of backups, and calls one function after the other with each of them and its words, "FILE WHAT FUNCTION
# ARGUMENT…"; not for one that is not whole.
each_words() {
  each_all=$(cat)
  [ -n "$each_all" ] || return 0
  printf '%s\n' "$each_all" | xargs sed -s -z "s/'/'\\\\''/g; s/.*/ '&'/; 1s/^/\nnext_words/" -- >"$work/words" || return
  each_call=$(tr -d '\0' <"$work/words")
  for each_function; do
    each_files=$each_all
    eval "$each_call"
  done
}

next_words() {
  each_file=${each_files%%"$newline"*}
  each_files=${each_files#*"$newline"}
  each_count=$#
  for word; do
    shift
    [ "$each_count" = 1 ] || set -- "$@" "$word"
    each_count=$((each_count - 1))
  done
  [ "$word" != . ] || [ $# -lt 2 ] || "$each_function" "$each_file" "$@" </dev/null
}

# path_prints: reads lines "KEY PATH", prints lines "KEY f 644 0 0 = SHA-256", "KEY l 777 0 0 =TARGET" or "KEY absent".
path_prints() {
  kept_perl paths
}

# tree_print PATH.: of a directory, all that is in it.
tree_print() {
  look "${1%.}"
  case $there in
  directory) ;;
  absent)
    echo absent
    return
    ;;
  *)
    echo "$there $mode $owner_number $group_number"
    return
    ;;
  esac
  cd -- "${1%.}" && {
    find . -xdev -type d -printf '%P d %m %U %G\0'
    find . -xdev ! -type d -printf '%P %y %m %U %G %s %T@ %l\0'
  } | sort -z | sha256sum
}

# note_ahead FILE WHAT FUNCTION ARGUMENT…: of many, some kinds ask for all at once. They have FUNCTION_ahead.
note_ahead() {
  ! command -v "${3}_ahead" >/dev/null || "${3}_ahead" "$4"
}

# state_print FILE WHAT FUNCTION ARGUMENT…
state_print() {
  command -v "${3}_now" >/dev/null || return 0
  print_key=${1%.*} print_function=${3}_now
  shift 3
  # Not in a shell of its own, so that what it has asked for serves the next one.
  "$print_function" "$@" >"$work/print" 2>/dev/null
  tell_print
}

# tell_print: what was printed, in one line.
tell_print() {
  line=''
  while IFS= read -r print_line; do line="$line$print_line\\n"; done <"$work/print"
  printf '%s\n' "$print_key $line"
}

# was_prints: reads lines as kept_entries prints them, and prints what entry_prints would of what undo brings back.
was_prints() {
  : >"$work/was.asked"
  : >"$work/was.states"
  while read -r was_key was_type was_was _; do
    case $was_type/$was_was in
    */absent) echo "$was_key absent" ;;
    */directory)
      read -r mode owner group <"$was_key.directory"
      mode=${mode#"${mode%%[!0]*}"}
      echo "$was_key d ${mode:-0} $owner $group ="
      ;;
    tree/copy) echo "$was_key $(tree_print "$was_key.copy.")" ;;
    path/copy) echo "$was_key $was_key.copy" >>"$work/was.asked" ;;
    state/* | later/*) echo "$was_key.$was_type" >>"$work/was.states" ;;
    esac
  done
  path_prints <"$work/was.asked"
  each_words arguments_print <"$work/was.states"
}

# arguments_print FILE WHAT FUNCTION ARGUMENT…: those of the function that brings it back.
arguments_print() {
  print_key=${1%.*}
  shift 3
  printf '%s\n' "$@" >"$work/print"
  tell_print
}

# note_left RUN: what it left is written down, so that undo knows what others have changed since.
note_left() {
  kept_run=$home/backups/$1
  [ -d "$kept_run" ] || return 0
  if [ "$1" = "$run_id" ] && [ "${kept-none}" = "${kept_known-}" ]; then
    print_kept_words >"$kept_run/left.new"
  else
    {
      kept_perl left "$work" "$kept_run"
      print_others
    } >"$kept_run/left.new"
  fi
  mv -- "$kept_run/left.new" "$kept_run/left"
}

# print_kept_words: as entry_prints does, where all that the run has kept is remembered; see keep_words. It starts no process for that.
print_kept_words() {
  each_function=note_ahead
  eval "$kept_words"
  each_function=state_print
  eval "$kept_words"
  units_ahead='' units_seen='' accounts_held=''
}

# each_kept FILE WHAT FUNCTION ARGUMENT…: not for one that a kind has taken back.
each_kept() {
  case $1 in *.lost) return ;; esac
  [ ! -e "$1" ] || "$each_function" "$@" </dev/null
}
