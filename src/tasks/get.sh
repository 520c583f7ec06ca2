# get PATH [MARK]: prints what is in a file; of a folder, a line with the mark and a tar of all that is in it.
get() {
  if [ -d "$1" ]; then
    if [ -z "${2-}" ]; then
      echo 'It is a directory. Say where it is to go: { to: "folder" }.' >&2
      exit 1
    fi
    echo "$2"
    tar -c -f - -C "$1" .
  else
    cat <"$1"
  fi
}

get "$@"
