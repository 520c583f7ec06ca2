# Contents that are secret. They are named by the resource that they belong to, secret-0123456789abcdef, and not by their hash: by
# that, short ones could be guessed. For each look the node gets a random key and a keyed hash of each of them, its print, in
# $run/prints: the key in the first line, then lines "NAME PRINT". A print is the SHA-256 of the key and the content's own SHA-256,
# in hexadecimal and with a newline. A catalog that was piped in by hand has none.

prints_key=''

# read_prints: sets $secret_0123456789abcdef to the print of each, and $prints_key.
read_prints() {
  [ -n "$run" ] && [ -e "$run/prints" ] || return 0
  {
    read -r prints_key
    while read -r print_name print_hash; do eval "secret_${print_name#secret-}=\$print_hash"; done
  } <"$run/prints"
}

# secret_is NAME SHA-256: whether a content with this hash is that secret; with status 2 where nobody has told.
secret_is() {
  [ -n "$prints_key" ] || read_prints
  [ -n "$prints_key" ] || return 2
  secret_print=$(printf '%s%s\n' "$prints_key" "$2" | sha256sum)
  eval "[ \"\${secret_${1#secret-}-}\" = \"\${secret_print%% *}\" ]"
}

# secret_content NAME SHA-256: sets $content to the name where that is there, else to "another".
secret_content() {
  secret_is "$1" "$2"
  case $? in
  0) content=$1 ;;
  1) content=another ;;
  *)
    content=$1
    opaque 'its content is secret, and only proog plan can compare it.'
    ;;
  esac
}

# note_secret PATH: from now on no diff of it leaves the machine, whatever is declared there later.
note_secret() {
  field "$1"
  grep -qxsF -- "$field" "$home/secret-paths" || printf '%s\n' "$field" >>"$home/secret-paths"
}

# survey_secret: lines "NAME  PATH". Many are hashed by one process, and so are the texts by which prints are made; the key is in no
# argument.
survey_secret() {
  [ -n "$run" ] && [ -e "$run/prints" ] || return
  cut -d ' ' -f 3 | hash_many >"$work/secret.hashes"
  mkdir -p "$work/secret" || return
  awk -v "folder=$work/secret" '
    FILENAME == ARGV[1] { if (FNR == 1) key = $0; next }
    { file = folder "/" FNR; printf "%s%s\n", key, $1 >file; close(file); print file }' "$run/prints" "$work/secret.hashes" |
    xargs -r sha256sum -- >"$work/secret.prints"
  awk '
    FILENAME == ARGV[1] { wanted[$1] = $2; next }
    FILENAME == ARGV[2] { name[$2] = $1; next }
    FILENAME == ARGV[3] { print_of[FNR] = $1; next }
    wanted[name[$2]] == print_of[FNR] { print name[$2] "  " $2 }' \
    "$run/prints" "$work/secret.expected" "$work/secret.prints" "$work/secret.hashes"
}
