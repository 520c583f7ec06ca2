# get PATH: prints what is in a file.
get() {
  if [ -d "$1" ]; then
    echo 'It is a directory. Pack it into a file first, by tar.' >&2
    exit 1
  fi
  cat <"$1"
}

get "$@"
