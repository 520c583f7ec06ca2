# tree PATH OWNER GROUP EXTRAS MANIFEST
# tree PATH absent
# EXTRAS is keep or remove; text_MANIFEST prints what the folder holds. The contents come as one file.

tree_check() {
  if [ "$2" = absent ]; then
    directory_check "$1" absent recursive
    return
  fi
  look "$1"
  case $there in
  absent)
    differs state absent present
    needs_parent "$1"
    ;;
  directory) ;;
  *)
    in_the_way "$1"
    return
    ;;
  esac
  # Where the survey right before has found what differs, that is the answer, also when its turn has come, if nothing has been touched.
  if [ -e "$work/tree.$number.way" ] && { [ "$pass" = check ] || tree_untouched "$1"; }; then
    tree_tell "$work/tree.$number" "$@"
    return
  fi
  show_texts=''
  [ "$pass" != check ] || show_texts=${token:+yes}
  "text_$5" tree_perl look "$work" "$1" "$2" "$3" "$4" "$number" "$show_texts"
  case $? in
  0) ;;
  1) tree_tell "$work/tree" "$@" ;;
  *) blocked 'It could not be looked at.' 'What it said stands above.' ;;
  esac
}

# tree_untouched PATH: whether nothing has happened to what the survey saw, which the kernel notes (ctime). Where the clock went back,
# that cannot be told. tree.numbers was written before anything was looked at.
tree_untouched() {
  : >"$work/tree.now" && [ ! "$work/tree.numbers" -nt "$work/tree.now" ] && cd -- "$1" || return
  # shellcheck disable=SC2185 # it reads what to find
  tree_touched=$(find -files0-from "$work/tree.$number.seen" -maxdepth 0 -cnewer "$work/tree.numbers" -print -quit 2>&1)
  cd / && [ -z "$tree_touched" ]
}

# tree_tell FILES PATH OWNER GROUP: what tree.pl has left in files whose names begin so; a change goes by them.
tree_tell() {
  tree_found=$1
  shift
  finding="$finding$(cat "$tree_found.findings")$newline"
  said="$said$(cat "$tree_found.said")$newline"
  coming="$coming$(cat "$tree_found.coming")$newline"
  needs_account user "$2" passwd
  needs_account group "$3" group
  [ -s "$tree_found.way" ] || return 0
  tree_way=$(cat "$tree_found.way")
  blocked "In the way is the $tree_way, so nothing was changed." \
    "Move it away; or say removeExtras: true, to have what is not declared in $1 removed."
}

tree_change() {
  if [ "$2" = absent ]; then
    directory_join "$1" absent recursive && paths_flush
  else
    tree_keep "$1" && tree_perl place "$run" "$run_id" "$number" "$1" "$2" "$3" <"$tree_found.actions"
  fi
}

# tree_keep PATH: what is replaced, removed and made, as it stands in the files of $tree_found, by a process for all.
tree_keep() {
  new_backup && mkdir -- "$backup.folder" || return
  tree_backup=$backup.folder
  cat "$tree_found.kept" "$tree_found.copied" >"$tree_backup/kept" || return
  for list in made folders whole; do cp -- "$tree_found.$list" "$tree_backup/$list" || return; done
  if [ -s "$tree_backup/kept" ]; then
    # What another file takes the place of need not be copied where it can have a second name.
    tree_files "$1" && tree_perl keep "$tree_found" "$1" "$tree_backup" ||
      { rm -rf -- "$tree_backup/files" && tree_files "$1" && tree_copy "$1" kept; } &&
      tree_copy "$1" copied || return
  fi
  # Of the same number, which the folder has.
  kept=$((kept - 1))
  keep_state "tree $1: $(cat "$tree_backup/kept" "$tree_found.made" "$tree_found.folders" | tr -cd '\0' | wc -c) paths" \
    tree_back "$1" "$tree_backup"
}

# tree_files PATH: makes the folder for copies.
tree_files() {
  mkdir -- "$tree_backup/files" && chown --reference="$1" -- "$tree_backup/files" &&
    chmod --reference="$1" -- "$tree_backup/files"
}

# tree_copy PATH LIST
tree_copy() {
  tree_list=$tree_found.$2
  [ -s "$tree_list" ] || return 0
  # No name is an option.
  (
    cd -- "$1" && sed -z 's,^,./,' <"$tree_list" |
      xargs -0 -r cp -a --parents --one-file-system --target-directory="$tree_backup/files" --
  )
}

# tree_back PATH BACKUP: undo.
tree_back() {
  tree_found=$work/tree
  tree_perl list "$tree_found" "$1" "$2" && tree_keep "$1" && tree_perl back "$1" "$2"
}

# tree_back_now PATH BACKUP: what undo compares, to know what others have changed since.
tree_back_now() {
  # The last look at everything was right before.
  tree_surveyed=''
  if [ -n "$second_look" ] && [ -z "$halted" ]; then tree_surveyed=yes; fi
  printf '%s\n' "$1" "$(tree_perl print "$work" "$1" "$2" "$tree_surveyed" | sha256sum)"
}

# survey_tree: lines "PATH OWNER GROUP EXTRAS MANIFEST", the path as tree.pl writes words. One process looks at all of them.
survey_tree() {
  # shellcheck disable=SC2046,SC2086 # plain words; read would ask for each byte of them by itself
  set -- ${few:-$(cat)}
  while [ $# -gt 0 ]; do
    printf 't %s\n' "$1 $2 $3 $4 $5"
    "text_$5"
    shift 5
  done | tree_perl survey "$work" "${token:+yes}"
}
