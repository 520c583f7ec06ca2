# symlink PATH to TARGET
# symlink PATH absent

symlink_check() {
  look "$1"
  case $2/$there in
  absent/absent) ;;
  absent/symlink)
    comes "no path $1"
    differs state present absent
    ;;
  to/absent)
    differs state absent present
    differs target '' "$3"
    needs_parent "$1"
    ;;
  to/symlink)
    link_target "$1"
    [ "$target" = "$3" ] || differs target "$target" "$3"
    ;;
  *) in_the_way "$1" ;;
  esac
}

# Sets $target; a newline at its end is kept.
link_target() {
  target=$(readlink --no-newline -- "$1" && echo .)
  target=${target%.}
}

symlink_join() {
  if [ "$2" = absent ]; then
    paths_join remove "$1"
  else
    paths_join link "$1" '' '' '' "$3"
  fi
}
