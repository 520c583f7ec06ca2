# git PATH URL REVISION OWNER GROUP DEPTH [submodules | pack=SHA-256]
# git PATH absent
# DEPTH is how many commits of the history, or all. With a pack, which comes as a blob, there is no URL but "-".

git_check() {
  look "$1"
  case $2/$there in
  absent/*) checkout_check_absent "$1" .git 'git checkout' ;;
  */file | */symlink | */other) in_the_way "$1" ;;
  *)
    command -v git >/dev/null || will_come 'package git' ||
      depends 'git is not installed: declare apt("git") before it.'
    if [ -e "$1/.git" ]; then
      git_check_there "$@"
    else
      git_check_new "$@"
    fi
    ;;
  esac
}

# survey_git: lines "OWNER GROUP URL REVISION DEPTH PATH" of plain words; for each of them git itself is started once.
survey_git() {
  command -v git >/dev/null || return
  # 0 0 root root 41ed /srv/app
  grep -o '[^ ]*$' | sed 'p; s,$,/.git/config,; p; s,config$,shallow,' |
    xargs -d '\n' -r stat --format '%u %g %U %G %f %n' -- >"$work/git.stats"
  awk '
    FILENAME == ARGV[1] {
      type[$6] = substr($5, 1, 1)
      user[$6] = $3 == "UNKNOWN" ? $1 : $3
      group[$6] = $4 == "UNKNOWN" ? $2 : $4
      numbers[$6] = $1 " " $2
      next
    }
    type[$6] == 4 && user[$6] == $1 && group[$6] == $2 && type[$6 "/.git/config"] == 8 {
      if ($5 == "all" && ($6 "/.git/shallow") in type) next
      if (origin($6 "/.git/config") == $3) print numbers[$6], $6
    }
    # As git writes it; what looks otherwise only git itself can tell: "?".
    function origin(file,    line, here, url) {
      url = "-"
      while ((getline line <file) > 0) {
        if (line ~ /^[ \t]*\[/) {
          here = line == "[remote \"origin\"]"
          if (!here && tolower(line) ~ /origin|include/) url = "?"
        } else if (here && tolower(line) ~ /^[ \t]*url/) {
          url = url == "-" && line ~ /^\turl = / ? substr(line, 8) : "?"
        }
      }
      close(file)
      return url
    }' "$work/git.stats" "$work/git.expected" | by_owner git_states >"$work/git.states"
  awk '
    FILENAME == ARGV[1] { revision[$2] = $1; next }
    revision[$6] == $4' "$work/git.states" "$work/git.expected"
}

# git_states UID GID: reads paths, and prints "REVISION PATH" of those without local changes, two at the same time.
git_states() {
  # shellcheck disable=SC2016 # for the shell of the user
  as_user "$1" "$2" timeout --kill-after=10 3600 xargs -d '\n' -r -P 2 -n 25 sh -c '
    for path; do
      state=$(git --no-optional-locks -C "$path" -c core.hooksPath=/dev/null -c core.fsmonitor=false \
        status --porcelain=v2 --branch --untracked-files=no --no-renames --ignore-submodules=all) || continue
      # "# branch.oid REVISION", other such lines, and one for each change.
      case $state in *"
1 "* | *"
u "*) continue ;; esac
      state=${state#*branch.oid }
      printf "%s %s\n" "${state%%
*}" "$path"
    done' sh
}

git_check_new() {
  checkout_has_room "$1" 'git checkout' || return 0
  differs state absent present
  [ "$2" = - ] || differs from '' "$2"
  differs revision '' "$3"
  case ${7-} in pack=*) differs pack '' "${7#pack=}" ;; esac
  checkout_comes "$1" "$4" "$5"
}

git_check_there() {
  differs_owner "$4" "$5"
  command -v git >/dev/null || return 0
  checkout_become "$1"
  if ! git_look "$1" "${7-}"; then
    blocked "git cannot read it: $(head -n 1 "$work/git.errors")" 'Mend the repository, or move it away.'
    return
  fi
  [ "$git_url" = "${2#-}" ] || differs from "$git_url" "${2#-}"
  [ "$git_revision" = "$3" ] || differs revision "$git_revision" "$3"
  if [ "$6" = all ] && [ -e "$1/.git/shallow" ]; then differs history shallow all; fi
  git_needs_pack "$@"
  [ "$git_changes" = 0 ] || differs local-changes "$(checkout_name_changes "$work/git.changes")" none
  if [ "${7-}" = submodules ] && [ "$git_revision" = "$3" ]; then
    stray=$(git_at "$1" submodule status --recursive | grep -c '^[^ ]')
    [ "$stray" = 0 ] || differs submodules "$stray astray" 'as recorded'
  fi
}

# What is there already need not be sent.
git_needs_pack() {
  case ${7-} in pack=*) ;; *) return ;; esac
  if ! git_has "$1" "$3" || { [ "$6" = all ] && [ -e "$1/.git/shallow" ]; }; then differs pack '' "${7#pack=}"; fi
}

# git_at PATH ARGUMENT…: hooks do not run, nobody is asked for anything, and a transfer that stands still ends.
git_at() {
  git_path=$1
  shift
  checkout_as \
    env GIT_TERMINAL_PROMPT=0 SSH_ASKPASS_REQUIRE=never GIT_HTTP_LOW_SPEED_LIMIT=1000 GIT_HTTP_LOW_SPEED_TIME=60 \
    timeout --kill-after=10 3600 \
    git --no-optional-locks -C "$git_path" -c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.quotePath=false \
    -c gc.autoDetach=false -c maintenance.autoDetach=false -c advice.detachedHead=false "$@"
}

# git_look PATH [submodules]: sets $git_url, $git_revision (empty before the first commit) and $git_changes, the number of
# tracked files with local changes, whose names are in $work/git.changes as git quotes them.
git_look() {
  if [ "$2" = submodules ]; then ignored=untracked; else ignored=all; fi
  git_at "$1" status --porcelain=v2 --branch --untracked-files=no --no-renames --ignore-submodules="$ignored" \
    >"$work/git.status" 2>"$work/git.errors" || return
  git_url=$(git_at "$1" config --get remote.origin.url)
  git_revision=$(sed -n 's/^# branch.oid //p' "$work/git.status")
  [ "$git_revision" != '(initial)' ] || git_revision=''
  # 1 .M N... 100644 100644 100644 78981922 78981922 settings.py
  sed -n 's/^1 \([^ ]* \)\{7\}//p; s/^u \([^ ]* \)\{9\}//p' "$work/git.status" >"$work/git.changes"
  git_changes=$(wc -l <"$work/git.changes")
}

git_change() {
  if [ "$2" = absent ]; then
    checkout_remove "$1"
  elif [ -e "$1/.git" ]; then
    git_update "$@"
  else
    git_clone "$@"
  fi
}

git_clone() {
  checkout_begin "$1" "$4" "$5" || return
  git_fill "$temporary" "$@" || drop_temporary || return
  put_in_place "$1"
}

# git_fill FOLDER PATH URL REVISION OWNER GROUP DEPTH [submodules | pack=SHA-256]
git_fill() {
  git_at "$1" init --quiet --template= --initial-branch=main || return
  git_from "$1" "$3" && git_bring "$1" "$4" "$7" "${8-}" && git_at "$1" checkout --quiet --detach "$4" || return
  [ "${8-}" != submodules ] || git_submodules "$1" "$7"
}

# git_from PATH URL: where later fetches come from; "-" is nowhere.
git_from() {
  git_url=$(git_at "$1" config --get remote.origin.url)
  if [ "$git_url" = "${2#-}" ]; then
    return
  elif [ "$2" = - ]; then
    # It forgets refs/remotes/origin/HEAD, which then names nothing.
    git_at "$1" remote set-head origin --delete 2>/dev/null
    git_at "$1" remote remove origin
  elif [ -z "$git_url" ]; then
    git_at "$1" remote add origin "$2"
  else
    git_at "$1" remote set-url origin "$2"
  fi
}

git_update() {
  keep "$1" || return
  checkout_become "$1"
  git_remove_locks "$1"
  checkout_hand_over git "$1" "$4" "$5" || return
  if ! git_look "$1" "${7-}"; then
    cat "$work/git.errors"
    return 1
  fi
  if [ "$git_url" != "${2#-}" ]; then
    keep_state "git $1: from ${git_url:-nowhere}" git_from_back "$1" "${git_url:--}" && git_from "$1" "$2" || return
  fi
  git_bring "$1" "$3" "$6" "${7-}" && git_move "$@"
}

# git_move PATH URL REVISION OWNER GROUP DEPTH [submodules]: after git_look. What undo does first is kept last: the files
# with local changes are put back when the commit that they were changed in is.
git_move() {
  if [ "$git_changes" != 0 ]; then git_reset "$1" "${7-}" || return; fi
  if [ "$git_revision" != "$3" ]; then git_keep_revision "$1" "$6" "${7-}" || return; fi
  if ! git_checkout "$1" "$3" 2>/dev/null && ! { git_remove_written "$1" "$3" && git_checkout "$1" "$3"; }; then
    echo 'Files that git does not track are left alone: move away those that are in the way.'
    return 1
  fi
  [ "${7-}" != submodules ] || git_submodules "$1" "$6"
}

git_checkout() {
  git_at "$1" checkout --quiet --no-overwrite-ignore --detach "$2"
}

# git_remove_written PATH REVISION: new files that a git which was killed in its checkout has written, and of which its index does not know yet:
# so they are in its way. Nothing is lost with them, as they have what the commit has, or the beginning of it.
git_remove_written() {
  git_at "$1" diff --name-only --no-renames --diff-filter=A -z \
    "${git_revision:-$(git_at "$1" hash-object -t tree /dev/null)}" "$2" >"$work/git.new" || return
  # shellcheck disable=SC2016 # for the shell of the user
  checkout_as xargs -0 -r sh -c '
    commit=$1
    shift
    cd -P -- "$0" || exit
    top=$(pwd -P)
    written() {
      git -c core.hooksPath=/dev/null -c core.fsmonitor=false cat-file "$@" "$commit:$name"
    }
    for name; do
      # Not behind a link to elsewhere.
      case $name in
      */*) [ "$(cd -P -- "./${name%/*}" 2>/dev/null && pwd -P)" = "$top/${name%/*}" ] || continue ;;
      esac
      if [ -L "./$name" ]; then
        [ "$(readlink -n -- "./$name" && echo .)" = "$(written blob && echo .)" ]
      elif [ -f "./$name" ]; then
        written --filters | head -c "$(wc -c <"./$name")" | cmp -s - "./$name"
      else
        false
      fi && rm -f -- "./$name"
    done
    :' "$1" "$2" <"$work/git.new"
}

# git_keep_revision PATH DEPTH WORD: after git_look.
git_keep_revision() {
  if [ -z "$git_revision" ]; then
    keep_nothing "git $1: no commit"
    return
  fi
  git_head=$(git_at "$1" symbolic-ref --quiet HEAD)
  keep_state "git $1: $(printf %.12s "$git_revision")${git_head:+ (${git_head#refs/heads/})}" \
    git_back "$1" "$git_revision" "$git_head" "$2" "$3"
}

# git_from_back PATH URL
git_from_back() {
  checkout_become "$1"
  git_url=$(git_at "$1" config --get remote.origin.url)
  keep_state "git $1: from ${git_url:-nowhere}" git_from_back "$1" "${git_url:--}" && git_from "$1" "$2"
}

git_from_back_now() {
  checkout_become "$1"
  git_url=$(git_at "$1" config --get remote.origin.url)
  printf '%s\n' "$1" "${git_url:--}"
}

# git_back PATH REVISION BRANCH DEPTH WORD: where it was on a branch that is still there, it is so again.
git_back() {
  checkout_become "$1"
  if ! git_look "$1" "$5"; then
    cat "$work/git.errors"
    return 1
  fi
  git_has "$1" "$2" || git_fetch "$1" "$2" "$4" || return
  git_move "$1" - "$2" - - "$4" "$5" || return
  if [ "$3" != '' ] && [ "$(git_at "$1" rev-parse --quiet --verify "$3")" = "$2" ]; then
    git_at "$1" symbolic-ref HEAD "$3"
  fi
}

git_back_now() {
  checkout_become "$1"
  printf '%s\n' "$1" "$(git_at "$1" rev-parse --quiet --verify HEAD)" \
    "$(git_at "$1" symbolic-ref --quiet HEAD)" "$4" "$5"
}

# What a killed git leaves behind. Where any git runs, its lock is respected.
git_remove_locks() {
  [ ! -e "$1/.git/index.lock" ] && [ ! -e "$1/.git/HEAD.lock" ] && [ ! -e "$1/.git/shallow.lock" ] &&
    [ ! -e "$1/.git/config.lock" ] && return
  ! grep -qsx 'git' /proc/[0-9]*/comm || return 0
  checkout_as \
    rm -f -- "$1/.git/index.lock" "$1/.git/HEAD.lock" "$1/.git/shallow.lock" "$1/.git/config.lock"
}

# git_bring PATH REVISION DEPTH [submodules | pack=SHA-256]: the commit, and what history it is to have.
git_bring() {
  case $4 in
  pack=*) git_unpack "$1" "$2" "$3" "$run/blobs/${4#pack=}" ;;
  *) git_fetch "$1" "$2" "$3" ;;
  esac
}

# git_unpack PATH REVISION DEPTH FILE: a commit without its parents is noted as such before git can miss them.
git_unpack() {
  if [ -e "$4" ]; then git_at "$1" index-pack --stdin >/dev/null <"$4" || return; fi
  if [ "$3" = all ]; then
    [ -e "$1/.git/shallow" ] || return 0
    # Old commits keep no history that is not there.
    git_at "$1" reflog expire --expire=now --all && checkout_as rm -f -- "$1/.git/shallow"
  elif ! git_at "$1" rev-list --quiet --max-count=2 "$2" 2>/dev/null; then
    printf '%s\n' "$2" | checkout_as tee -a -- "$1/.git/shallow" >/dev/null
  fi
}

# git_fetch PATH REVISION DEPTH: only what is not there, and only that commit where the server lets one ask for it.
git_fetch() {
  if [ "$3" = all ]; then
    if git_has "$1" "$2" && [ ! -e "$1/.git/shallow" ]; then return; fi
    git_fetch_all "$1"
  else
    if git_has "$1" "$2"; then return; fi
    if ! git_at "$1" fetch --quiet --no-tags --depth="$3" origin "$2"; then
      echo 'The server does not give a single commit, or not at all: fetching everything.'
      git_fetch_all "$1"
    fi
  fi || return
  if git_has "$1" "$2" || git_at "$1" fetch --quiet --no-tags origin "$2"; then
    git_has "$1" "$2" && return
  fi
  echo "The repository has no commit $2."
  return 1
}

git_has() {
  [ "$(git_at "$1" cat-file -t "$2" 2>/dev/null)" = commit ]
}

git_fetch_all() {
  set -- "$1" --quiet --tags --force
  [ ! -e "$1/.git/shallow" ] || set -- "$@" --unshallow
  git_folder=$1
  shift
  git_at "$git_folder" fetch "$@" origin '+refs/heads/*:refs/remotes/origin/*'
}

# git_reset PATH [submodules]: a copy of each changed file, then the files as they are in the commit.
git_reset() {
  while IFS= read -r name; do
    git_unquote "$name"
    if [ -d "$1/$name" ] && [ ! -L "$1/$name" ]; then keep_tree "$1/$name"; else keep "$1/$name"; fi || return
  done <"$work/git.changes"
  git_at "$1" reset --quiet --hard || return
  [ "$2" != submodules ] || git_at "$1" submodule --quiet foreach --recursive 'git reset --quiet --hard'
}

# Sets $name: "a\nb\"\303.py" as git quotes names with control characters, quotes and backslashes.
git_unquote() {
  case $1 in
  \"*)
    name=${1#\"}
    # shellcheck disable=SC2059 # git's escapes are printf's, but for the quote; a percent sign is not meant
    name=$(printf "$(printf %s "${name%\"}" | sed 's/%/%%/g; s/\\"/\\042/g')." && echo .)
    name=${name%..}
    ;;
  *) name=$1 ;;
  esac
}

# git_submodules PATH DEPTH
git_submodules() {
  git_depth=''
  [ "$2" = all ] || git_depth=--depth=$2
  git_at "$1" submodule --quiet sync --recursive &&
    git_at "$1" submodule --quiet update --init --recursive --force ${git_depth:+"$git_depth"}
}
