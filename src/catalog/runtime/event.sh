# What a catalog says. With a token, each event is a line "TOKEN VERB FIELD…" and every line without the token is output
# of the resource in progress; the token is random and never leaves this shell, so no output can forge an event.
# Without one (the catalog was piped in by hand), the same is said for people.

newline='
'

# line_after TEXT START: sets $line_rest to what follows START in the first line of the text that begins with it; fails where there
# is none. It goes from line to line, since to cut off what stands before a pattern takes the shell a time that grows with the square
# of the text.
line_after() {
  set -f
  IFS=$newline line_status=1
  for line_rest in $1; do
    case $line_rest in
    "$2"*)
      line_rest=${line_rest#"$2"} line_status=0
      break
      ;;
    esac
  done
  unset IFS
  set +f
  return $line_status
}

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

# give_text TEXT [COMMAND…]: prints it, or gives it to the command as its input, as a text_NAME of a program does.
give_text() {
  given_text=$1
  shift
  if [ $# = 0 ]; then printf %s "$given_text"; else printf %s "$given_text" | "$@"; fi
}
