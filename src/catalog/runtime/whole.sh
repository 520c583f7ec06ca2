# A shell reads its program as it comes. One that was cut short, on its way or in an editor, changes nothing and says so: all
# before the last line are functions, and only that line lets them run. Programs have "trap leave EXIT" right at their beginning.

# leave: at the end of the shell, however that comes.
leave() {
  status=$?
  [ -z "${scratch-}" ] || rm -rf "$scratch"
  [ -z "${whole-}" ] || exit "$status"
  echo 'This program is not whole, so nothing was done. Make it anew: proog catalog NODE' >&2
  exit 1
}

# untouched: whether the program's file is as it was made: its third line has the SHA-256 of all others. What comes as the
# input of a shell cannot look at itself.
untouched() {
  case $(sed -n 2p -- "$0" 2>/dev/null) in
  '# The catalog of '*) ;;
  *) return 0 ;;
  esac
  [ "$(sed 3d -- "$0" | sha256sum)" = "$proof  -" ]
}
