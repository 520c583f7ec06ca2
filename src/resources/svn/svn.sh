# svn PATH URL REVISION OWNER GROUP
# svn PATH absent

svn_check() {
  look "$1"
  case $2/$there in
  absent/*) checkout_check_absent "$1" .svn 'working copy of Subversion' ;;
  */file | */symlink | */other) in_the_way "$1" ;;
  *)
    command -v svn >/dev/null || will_come 'package subversion' ||
      depends 'svn is not installed: declare apt("subversion") before it.'
    if [ -e "$1/.svn" ]; then
      svn_check_there "$@"
    else
      svn_check_new "$@"
    fi
    ;;
  esac
}

# survey_svn: lines "OWNER GROUP URL REVISION PATH" of plain words.
survey_svn() {
  command -v svn >/dev/null || return
  # 0 0 root root /srv/app
  grep -o '[^ ]*$' | xargs -d '\n' -r stat --format '%u %g %U %G %n' -- >"$work/svn.stats"
  awk '
    FILENAME == ARGV[1] { path = $5; user[path, $1]; user[path, $3]; group[path, $2]; group[path, $4]; numbers[path] = $1 " " $2; next }
    ($5, $1) in user && ($5, $2) in group { print numbers[$5], $5 }' "$work/svn.stats" "$work/svn.expected" |
    by_owner svn_states >"$work/svn.states"
  awk '
    FILENAME == ARGV[1] { holds[$0]; next }
    ($3 " " $4 " " $5) in holds' "$work/svn.states" "$work/svn.expected"
}

# svn_states UID GID: reads paths, and prints "URL REVISION PATH" of those without local changes where all is of one revision.
svn_states() {
  # shellcheck disable=SC2016 # for the shell of the user
  as_user "$1" "$2" timeout --kill-after=10 3600 xargs -d '\n' -r sh -c '
    no_home=$1
    shift
    svn --non-interactive info "$no_home" -- "$@"
    echo .
    svn --non-interactive status "$no_home" --quiet --verbose --ignore-externals -- "$@"' sh "$svn_no_home" | awk '
    /^Working Copy Root Path: / { told = ""; path = substr($0, 25); next }
    /^URL: / && !told { url[path] = substr($0, 6) }
    $0 == "." { told = 1; next }
    !told || $0 == "" || /^--- / { next }
    # "                 4       3 ada          /srv/app/text": what is done to it, its revision, and the last that changed it
    {
      path = substr($0, index($0, " /") + 1)
      while (path != "" && !(path in url)) sub(/\/[^\/]*$/, "", path)
      split(substr($0, 10), part)
      if (substr($0, 1, 9) ~ /[^ ]/ || (path in revision && revision[path] != part[1])) part[1] = "-"
      revision[path] = part[1]
    }
    END { if (!("" in revision)) for (path in revision) print url[path], revision[path], path }'
}

svn_check_new() {
  checkout_has_room "$1" 'working copy of Subversion' || return 0
  differs state absent present
  differs from '' "$2"
  differs revision '' "$3"
  checkout_comes "$1" "$4" "$5"
}

svn_check_there() {
  differs_owner "$4" "$5"
  command -v svn >/dev/null || return 0
  checkout_become "$1"
  if ! svn_look "$1"; then
    blocked "svn cannot read it: $(grep -v '^svn: warning: ' "$work/svn.errors" | head -n 1)" 'Mend the working copy, or move it away.'
    return
  fi
  [ "$svn_url" = "$2" ] || differs from "$svn_url" "$2"
  [ "$svn_revision" = "$3" ] || differs revision "$svn_revision" "$3"
  [ ! -s "$work/svn.changes" ] || differs local-changes "$(checkout_name_changes "$work/svn.changes")" none
}

# svn_as ARGUMENT…: in $svn_folder; nobody is asked for anything.
svn_as() {
  (
    cd -- "$svn_folder" &&
      checkout_as timeout --kill-after=10 3600 svn --non-interactive "$@"
  )
}

# To look changes nothing, and svn makes ~/.subversion where there is none.
svn_no_home='--config-dir=/dev/null'

# svn_look PATH: sets $svn_url and $svn_revision ("4:7" where parts are of others). The names of what svn tracks and has
# local changes are in $work/svn.changes.
svn_look() {
  svn_folder=$1
  svn_url=$(svn_as info "$svn_no_home" --show-item url . 2>"$work/svn.errors") &&
    svn_as status "$svn_no_home" --quiet --ignore-externals >"$work/svn.status" 2>"$work/svn.errors" || return
  # 4123:4168MS
  svn_revision=$(cd -- "$1" && checkout_as svnversion --no-newline . 2>"$work/svn.errors") || return
  svn_revision=${svn_revision%%[MSP]*}
  # "M       name"; not "  L     name", the lock of an svn that was killed, nor what explains a conflict
  sed -n '/^      >/d; /^X/d; /^  L/d; /^    /d; /^--- /d; /^$/d; s/^.\{8\}//p' "$work/svn.status" >"$work/svn.changes"
}

# svn_open PATH: the same for those who cannot go on without.
svn_open() {
  checkout_become "$1"
  svn_look "$1" || { cat "$work/svn.errors" && return 1; }
}

svn_change() {
  if [ "$2" = absent ]; then
    checkout_remove "$1"
  elif [ -e "$1/.svn" ]; then
    svn_bring "$@"
  else
    svn_new "$@"
  fi
}

svn_new() {
  checkout_begin "$1" "$4" "$5" || return
  svn_folder=$temporary
  svn_as checkout --quiet --revision "$3" -- "$2@$3" . || drop_temporary || return
  put_in_place "$1"
}

svn_bring() {
  keep "$1" || return
  checkout_hand_over svn "$1" "$4" "$5" || return
  # What a killed svn leaves behind.
  svn_folder=$1
  svn_as cleanup . || return
  svn_open "$1" || return
  # What undo does first is kept last: the changed files come back to the revision that they were changed in.
  if [ -s "$work/svn.changes" ]; then svn_put_back "$1" || return; fi
  [ "$svn_url $svn_revision" != "$2 $3" ] || return 0
  svn_keep_revision "$1" && svn_move "$2" "$3" || return
  svn_look "$1" && [ -s "$work/svn.changes" ] || return 0
  cat "$work/svn.status"
  echo 'Files that svn does not track are left alone: move away those that are in the way.'
  return 1
}

# svn_move URL REVISION: after svn_look.
svn_move() {
  if [ "$svn_url" = "$1" ]; then
    svn_as update --quiet --revision "$2" --accept postpone .
  else
    svn_as switch --quiet --ignore-ancestry --revision "$2" --accept postpone -- "$1@$2" .
  fi
}

# svn_keep_revision PATH: after svn_look. Of parts of several revisions the newest.
svn_keep_revision() {
  keep_state "svn $1: revision $svn_revision of $svn_url" svn_back "$1" "$svn_url" "${svn_revision##*:}"
}

svn_back() {
  svn_open "$1" && svn_keep_revision "$1" && svn_move "$2" "$3"
}

svn_back_now() {
  checkout_become "$1"
  svn_look "$1"
  printf '%s\n' "$1" "$svn_url" "${svn_revision##*:}"
}

# svn_put_back PATH: after svn_look. All as it is in the repository, with a copy of each changed file.
svn_put_back() {
  svn_keep_files "$1" && svn_read_noted || return
  [ -z "$svn_patch$svn_schedule" ] || svn_keep_noted "$1" || return
  svn_as revert --quiet --recursive .
}

svn_keep_files() {
  while IFS= read -r name; do
    # Of a folder that is to go, svn names what is in it no more.
    if [ -e "$1/$name" ] || [ -L "$1/$name" ]; then keep "$1/$name"; else keep_tree "$1/$name"; fi || return
  done <"$work/svn.changes"
}

# Sets what svn itself has noted of local changes and no file holds: $svn_patch, the changes of properties, and $svn_schedule,
# lines "A NAME" and "D NAME" of what is to come or to go with the next commit.
svn_read_noted() {
  svn_patch=$(svn_as diff --properties-only .) || return
  # "A  +    name"
  svn_schedule=$(sed -n 's/^\([AD]\).\{7\}/\1 /p' "$work/svn.status")
}

svn_keep_noted() {
  keep_state "svn $1: local changes" svn_noted_back "$1" "$svn_patch" "$svn_schedule"
}

# svn_noted_back PATH PATCH SCHEDULE: the files come back by themselves, after this.
svn_noted_back() {
  svn_open "$1" && svn_keep_files "$1" && svn_read_noted && svn_keep_noted "$1" || return
  svn_as revert --quiet --recursive . && svn_note_again "$3" A add --depth=empty || return
  if [ -n "$2" ]; then
    printf '%s\n' "$2" >"$work/svn.patch" && svn_as patch --quiet /dev/stdin . <"$work/svn.patch" || return
  fi
  svn_note_again "$3" D delete --keep-local
}

svn_noted_back_now() {
  svn_open "$1" && svn_read_noted
  printf '%s\n' "$1" "$svn_patch" "$svn_schedule"
}

# svn_note_again SCHEDULE LETTER COMMAND…: what is in a folder that goes has gone with it.
svn_note_again() {
  printf '%s\n' "$1" >"$work/svn.schedule"
  letter=$2 folder=''
  shift 2
  while IFS= read -r name; do
    case $name in "$letter "*) name=${name#??} ;; *) continue ;; esac
    case $letter$name in "D${folder:-/}/"*) continue ;; esac
    folder=$name
    svn_as "$@" --quiet --force -- "$name@" </dev/null || return
  done <"$work/svn.schedule"
}
