# svn PATH URL REVISION OWNER GROUP
# svn PATH absent
# svn runs as the working copy's owner, never as root in what others own.

svn_check() {
  look "$1"
  case $2/$there in
  absent/absent) ;;
  absent/directory)
    if [ -e "$1/.svn" ]; then
      differs state present absent
    else
      blocked 'It is no working copy of Subversion, so it was left alone.' \
        "To remove any directory: directory(\"$1\", { absent: true, recursive: true })."
    fi
    ;;
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
  last_words | xargs -d '\n' -r stat --format '%u %g %U %G %n' -- >"$work/svn.stats"
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
    svn --non-interactive info -- "$@"
    echo .
    svn --non-interactive status --quiet --verbose -- "$@"' sh | awk '
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
  if [ "$there" = directory ] && [ -n "$(ls -A -- "$1")" ]; then
    blocked 'The directory is not empty and no working copy of Subversion, so it was left alone.' \
      'Move what is in it away, or choose another path.'
    return
  fi
  differs state absent present
  differs from '' "$2"
  differs revision '' "$3"
  differs owner '' "$4"
  differs group '' "$5"
  needs_parent "$1"
  needs_account user "$4" passwd
  needs_account group "$5" group
  comes "directory $1"
}

svn_check_there() {
  [ "$owner" = "$4" ] || [ "$owner_number" = "$4" ] || differs_account owner user "$owner" "$4" passwd
  [ "$group" = "$5" ] || [ "$group_number" = "$5" ] || differs_account group group "$group" "$5" group
  command -v svn >/dev/null || return 0
  svn_become "$1"
  if ! svn_look "$1"; then
    blocked "svn cannot read it: $(grep -v '^svn: warning: ' "$work/svn.errors" | head -n 1)" 'Mend the working copy, or move it away.'
    return
  fi
  [ "$svn_url" = "$2" ] || differs from "$svn_url" "$2"
  [ "$svn_revision" = "$3" ] || differs revision "$svn_revision" "$3"
  [ ! -s "$work/svn.changes" ] || differs local-changes "$(svn_name_changes)" none
}

# svn_become PATH: from here on svn runs as who owns it.
svn_become() {
  svn_user=$(stat --format %u -- "$1")
  svn_group=$(stat --format %g -- "$1")
}

# svn_as ARGUMENT…: in $svn_folder; nobody is asked for anything.
svn_as() {
  (
    cd -- "$svn_folder" &&
      as_user "$svn_user" "$svn_group" timeout --kill-after=10 3600 svn --non-interactive "$@"
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
  svn_revision=$(cd -- "$1" && as_user "$svn_user" "$svn_group" svnversion --no-newline . 2>"$work/svn.errors") || return
  svn_revision=${svn_revision%%[MSP]*}
  # "M       name"; not "  L     name", the lock of an svn that was killed, nor what explains a conflict
  sed -n '/^      >/d; /^X/d; /^  L/d; /^    /d; /^--- /d; /^$/d; s/^.\{8\}//p' "$work/svn.status" >"$work/svn.changes"
}

# 5 files: a.py, b.py, c.py and 2 more
svn_name_changes() {
  awk '
    NR <= 3 { names = names (NR > 1 ? ", " : "") $0 }
    END {
      printf "%d %s: %s", NR, NR == 1 ? "file" : "files", names
      if (NR > 3) printf " and %d more", NR - 3
    }' "$work/svn.changes"
}

svn_change() {
  if [ "$2" = absent ]; then
    keep_tree "$1" && rm -r --one-file-system -- "$1"
  elif [ -e "$1/.svn" ]; then
    svn_bring "$@"
  else
    svn_new "$@"
  fi
}

# Made beside and renamed into place: there is never half a working copy.
svn_new() {
  keep_tree "$1" || return
  if [ -d "$1" ]; then svn_mode=$(stat --format %a -- "$1"); else svn_mode=0755; fi
  temporary_beside "$1"
  rm -rf -- "$temporary"
  mkdir --mode="$svn_mode" -- "$temporary" || return
  svn_user=$4 svn_group=$5 svn_folder=$temporary
  chown --no-dereference -- "$4:$5" "$temporary" &&
    svn_as checkout --quiet --revision "$3" -- "$2@$3" . || drop_temporary || return
  put_in_place "$1"
}

svn_bring() {
  keep "$1" || return
  svn_become "$1"
  svn_keep_owner "$1" "$4" "$5" && svn_give "$1" "$4" "$5" || return
  svn_become "$1"
  # What a killed svn leaves behind.
  svn_folder=$1
  svn_as cleanup . || return
  if ! svn_look "$1"; then
    cat "$work/svn.errors"
    return 1
  fi
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
  svn_become "$1"
  if ! svn_look "$1"; then
    cat "$work/svn.errors"
    return 1
  fi
  svn_keep_revision "$1" && svn_move "$2" "$3"
}

svn_back_now() {
  svn_become "$1"
  svn_look "$1"
  printf '%s\n' "$1" "$svn_url" "${svn_revision##*:}"
}

# svn_keep_owner PATH OWNER GROUP: whose it is, where that is to change.
svn_keep_owner() {
  look "$1"
  if [ "$owner" = "$2" ] && [ "$group" = "$3" ]; then return 0; fi
  keep_state "svn $1: of $owner:$group" svn_owner_back "$1" "$owner_number" "$group_number"
}

svn_owner_back() {
  svn_become "$1"
  look "$1"
  keep_state "svn $1: of $owner:$group" svn_owner_back "$1" "$owner_number" "$group_number" &&
    svn_give "$1" "$2" "$3"
}

svn_owner_back_now() {
  look "$1"
  printf '%s\n' "$1" "$owner_number" "$group_number"
}

# svn_give PATH OWNER GROUP: all that belonged to the old owner, the folder itself last.
svn_give() {
  look "$1"
  if [ "$owner" != "$2" ] && [ "$owner_number" != "$2" ]; then
    chown --recursive --no-dereference --from="$svn_user" -- "$2" "$1" || return
  fi
  if [ "$group" != "$3" ] && [ "$group_number" != "$3" ]; then
    chown --recursive --no-dereference --from=":$svn_group" -- ":$3" "$1"
  fi
}

# A copy of each changed file, then the files as they are in the repository.
svn_put_back() {
  while IFS= read -r name; do
    # A folder is changed by its properties, or it is gone.
    keep "$1/$name" || return
  done <"$work/svn.changes"
  svn_as revert --quiet --recursive .
}
