# rewrite PATH COMMAND…: the text of the file goes through the command, and what comes out takes its place, with the same
# owner and mode. One that is not there comes as the command makes it of nothing.
rewrite() {
  rewritten=$1
  shift
  keep "$rewritten" || return
  temporary_beside "$rewritten"
  rewrite_beside "$@" && put_in_place "$rewritten"
}

rewrite_beside() {
  if [ -e "$rewritten" ]; then
    cp --preserve=all -- "$rewritten" "$temporary" && "$@" <"$rewritten" >"$temporary"
  else
    "$@" </dev/null >"$temporary"
  fi || drop_temporary
}
