# What a catalog says. With a token, each event is a line "TOKEN VERB FIELD…" and every line without the token is output
# of the resource in progress; the token is random and never leaves this shell, so no output can forge an event.
# Without one (the catalog was piped in by hand), the same is said for people.

newline='
'

# field VALUE: sets $field to VALUE where it is plain, else to "=" and its base64.
field() {
  case $1 in
  '') field='=' ;;
  *[!A-Za-z0-9_./:,@%+~^-]*) field="=$(printf %s "$1" | base64 -w 0)" ;;
  *) field=$1 ;;
  esac
}

# tell TEXT: what a person should know of a run, also one who does not read all that its commands print. One line.
tell() {
  event note "$1"
}

# event VERB FIELD…: fields are plain words, or went through field.
event() {
  if [ -n "$token" ]; then
    printf '%s %s\n' "$token" "$*"
  else
    printf '%s\n' "$*"
  fi
}
