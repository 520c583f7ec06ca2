# Answers to the questions that packages ask at their installation. They are never arguments: passwords are among them.

# apt_answer SHA-256: gives debconf the answers of that blob, lines "PACKAGE QUESTION TYPE VALUE" that are all about one
# package which is to be installed. One that it does not ask would be lost without a word, so it is not installed then.
apt_answer() {
  read -r answered _ <"$run/blobs/$1" || return
  for word in ${apt_plain-} ${apt_full-} ${apt_lean-}; do
    [ "${word%%[=/]*}" = "$answered" ] || continue
    if ! apt_asks "$word" "$run/blobs/$1"; then
      apt_strike "$word"
      return 1
    fi
    # It prints the lines that it does not understand.
    debconf-set-selections "$run/blobs/$1" >/dev/null 2>&1 && return
    echo "debconf did not take the answers for $answered. Look whether somebody else has its database open, /var/cache/debconf/config.dat, and apply again."
    apt_strike "$word"
    return 1
  done
}

# apt_asks WORD FILE: whether the package asks these questions, as its templates tell; some packages make theirs up as they go.
apt_asks() {
  asking=$work/asking
  rm -rf "$asking" && mkdir "$asking" && cd "$asking" || return
  apt_get -o APT::Sandbox::User=root download "$1" >/dev/null 2>&1
  cd / || return
  for archive in "$asking"/*.deb; do
    # What cannot be fetched cannot be installed either, and that says why.
    [ -e "$archive" ] || return 0
    dpkg-deb --ctrl-tarfile "$archive" | tar -x -f - -C "$asking"
    # It need not be fetched again.
    [ -e "/var/cache/apt/archives/${archive##*/}" ] || mv -- "$archive" /var/cache/apt/archives/
  done
  ! grep -Eqs 'db_register|REGISTER|dbconfig' "$asking/config" "$asking/postinst" || return 0
  [ -e "$asking/templates" ] || : >"$asking/templates"
  unasked=$(awk '
    FILENAME == ARGV[1] { if ($1 == "Template:") asks[$2]; next }
    !($2 in asks) { printf "%s\"%s\"", comma, $2; comma = ", " }' "$asking/templates" "$2")
  [ -n "$unasked" ] || return 0
  questions=$(sed -n 's/^Template: *//p' "$asking/templates")
  if [ -z "$questions" ]; then
    echo "The package $answered asks nothing, so the answer to $unasked is for no question of it."
  else
    echo "The package $answered does not ask $unasked; it asks $(joined "$questions")."
  fi
  return 1
}
