# Reading what runs have kept, in bulk: a run of thousands of changes has thousands of backups.

# Texts that end in zero bytes as lines, and back: a newline is \n there, a backslash \0134, and a blank at the end, which
# read would drop, \0040 or \0011, as printf %b takes them.
to_lines() {
  sed -z 's/\\/\\0134/g; s/\n/\\n/g; s/ $/\\0040/; s/\t$/\\0011/' | tr '\0' '\n'
}

from_lines() {
  tr '\n' '\0' | sed -z 's/\\n/\n/g; s/\\0040/ /g; s/\\0011/\t/g; s/\\0134/\\/g'
}

# kept_entries FOLDER…: what these runs kept, the newest first, in lines "FOLDER/NUMBER TYPE WAS TEXT":
#   …/000004 path copy /etc/motd      WAS is copy, directory or absent
#   …/000003 tree absent /srv/app     a directory with all that is in it
#   …/000002 state - service nginx: disabled
#   …/000001 lost - run a2enmod wsgi
# What is done later comes last. Of a path that a run changed twice, the older backup counts.
kept_entries() {
  find "$@" -mindepth 1 -maxdepth 1 -name '[0-9]*' -printf '%h %f %y %s\n' | sort -r >"$work/kept.files"
  awk '$2 ~ /\.(path|state|later|lost)$/ && $4 { print $1 "/" $2 }' "$work/kept.files" >"$work/kept.named"
  xargs -r head -q -z -n 1 -- <"$work/kept.named" | to_lines >"$work/kept.texts"
  awk '
    FILENAME == ARGV[1] {
      split($2, part, ".")
      key = $1 "/" part[1]
      if (part[2] ~ /^(copy|directory|absent)$/) was[key] = part[2]
      if (part[2] == "tree" || (part[2] == "copy" && $3 == "d")) tree[key]
      next
    }
    FILENAME == ARGV[2] { name[++names] = $0; next }
    { text[++texts] = $0 }
    function flush() { printf "%s", later; later = "" }
    END {
      for (i = 1; i <= names; i++) {
        folder = name[i]
        sub(/\/[^\/]*$/, "", folder)
        if (name[i] ~ /\.path$/) oldest[folder, text[i]] = i
      }
      for (i = 1; i <= names; i++) {
        key = name[i]
        sub(/\.[a-z]*$/, "", key)
        type = substr(name[i], length(key) + 2)
        folder = name[i]
        sub(/\/[^\/]*$/, "", folder)
        if (folder != before) flush()
        before = folder
        if (type == "path" && oldest[folder, text[i]] != i) continue
        if (type == "path" && key in tree) type = "tree"
        line = key " " type " " (key in was ? was[key] : "-") " " text[i] "\n"
        if (type == "later") later = later line
        else printf "%s", line
      }
      flush()
    }' "$work/kept.files" "$work/kept.named" "$work/kept.texts"
}

# quoted_words FILE: the words of a backup, for eval "set -- …"; none where it is not whole.
quoted_words() {
  [ "$(tail -z -n 1 "$1" | tr -d '\0')" = . ] || return 0
  sed -z "\$d; s/'/'\\\\''/g; s/^/'/; s/\$/'/" <"$1" | tr '\0' ' '
}

# entry_prints: reads such lines, and prints lines "FOLDER/NUMBER PRINT": what tells one condition of it from another. Of
# states that nobody can tell, there is none.
entry_prints() {
  cat >"$work/prints.entries"
  print_entries
}

# print_entries: the same of $work/prints.entries.
print_entries() {
  sed -n 's/^\([^ ]*\) path [^ ]* /\1 /p' "$work/prints.entries" >"$work/prints.asked"
  print_paths
  # A shell reads byte by byte, and of trees there are few.
  sed -n 's/^\([^ ]*\) tree [^ ]* /\1 /p' "$work/prints.entries" >"$work/prints.trees"
  while read -r print_key print_text; do
    echo "$print_key $(tree_print "$(printf '%b.' "$print_text")")"
  done <"$work/prints.trees"
  awk '$2 == "state" || $2 == "later" { print $1 "." $2 }' "$work/prints.entries" >"$work/prints.states"
  [ -s "$work/prints.states" ] || return 0
  each_words note_ahead <"$work/prints.states"
  each_words state_print <"$work/prints.states"
  # As they were in this moment.
  units_ahead='' units_seen='' accounts_held=''
}

# each_words FUNCTION: reads names of backups, and calls it with each of them and its words, "FILE WHAT FUNCTION ARGUMENT…"; not
# for one that is not whole.
each_words() {
  each_function=$1
  each_files=$(cat)
  [ -n "$each_files" ] || return 0
  printf '%s\n' "$each_files" | xargs sed -s -z "s/'/'\\\\''/g; s/.*/ '&'/; 1s/^/\nnext_words/" -- >"$work/words" || return
  eval "$(tr -d '\0' <"$work/words")"
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
  cat >"$work/prints.asked"
  print_paths
}

# print_paths: the same of $work/prints.asked.
print_paths() {
  [ -s "$work/prints.asked" ] || return 0
  cut -d ' ' -f 2- "$work/prints.asked" | from_lines >"$work/prints.paths"
  # shellcheck disable=SC2185 # it reads what to find
  find -files0-from "$work/prints.paths" -maxdepth 0 \
    -printf '%p\0%y %m %U %G =%l\0' -type f -fprint0 "$work/prints.regular" 2>/dev/null |
    to_lines >"$work/prints.stats"
  xargs -0 -r -a "$work/prints.regular" sha256sum -z -- 2>/dev/null | to_lines >"$work/prints.hashes"
  awk '
    FILENAME == ARGV[1] { if (FNR % 2) path = $0; else stat[path] = $0; next }
    FILENAME == ARGV[2] { hash[substr($0, 67)] = substr($0, 1, 64); next }
    {
      path = substr($0, length($1) + 2)
      print $1, path in stat ? stat[path] (path in hash ? " " hash[path] : "") : "absent"
    }' "$work/prints.stats" "$work/prints.hashes" "$work/prints.asked"
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
    kept_entries "$kept_run" >"$work/prints.entries"
    print_entries >"$kept_run/left.new"
  fi
  mv -- "$kept_run/left.new" "$kept_run/left"
}

# print_kept_words: as print_entries does, where all that the run has kept is remembered; see keep_words. It starts no process for that.
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
