# put PATH SIZE MODE OWNER GROUP: what comes as input becomes this file: written beside it, and renamed into place when it is whole.
# Empty words: as the file that is there has it, else 0644 and whoever runs this.
put() {
  path=$1 size=$2 mode=$3 owner=$4 group=$5
  folder=${path%/*}
  if [ -d "$path" ] && [ ! -h "$path" ]; then
    echo 'A directory is in the way, so it was left alone.' >&2
    exit 1
  fi
  if [ ! -d "${folder:-/}" ]; then
    printf 'There is no folder %s.\n' "${folder:-/}" >&2
    exit 1
  fi
  beside=''
  trap '[ -z "$beside" ] || rm -f -- "$beside"' EXIT
  # Whoever is told of it may be gone.
  trap 'exit 1' HUP INT TERM PIPE
  # A name may have 255 bytes: the new one is not made of it.
  beside=$(mktemp "$folder/.proog-put-XXXXXXXX")
  cat >"$beside"
  if [ "$(wc -c <"$beside")" -ne "$size" ]; then
    echo 'It was cut short on its way.' >&2
    exit 1
  fi
  there=''
  [ ! -f "$path" ] || [ -h "$path" ] || there=yes
  # Only root can give a file away.
  [ -z "$there" ] || chown --reference="$path" -- "$beside" 2>/dev/null || :
  [ -z "$owner$group" ] || chown "$owner${group:+:$group}" -- "$beside"
  # At last, so that nobody reads it before who may.
  if [ -n "$mode" ]; then
    chmod "$mode" -- "$beside"
  elif [ -n "$there" ]; then
    chmod --reference="$path" -- "$beside"
  else
    chmod 0644 -- "$beside"
  fi
  mv -fT -- "$beside" "$path"
  beside=''
}

put "$@"
