# Surveys: a few commands for all resources together. Each one's whole output is compared with what a machine in order
# gives; only where they differ, one awk names the resources. All surveys run at the same time.

# survey NAME NUMBERS LINES, or survey NAME NUMBERS and many lines as its input: has the lines compared with what is there,
# while others are. The numbers tell which resource each line is about.
survey() {
  # What goes on in the background has no input of its own but what another number carries there.
  { compare_survey "$@" <&3 3<&- & } 3<&0
  surveyed="$surveyed $1=$!"
}

# compare_survey NAME NUMBERS [LINES]: the function survey_NAME gets the expected lines as its input, and where they are
# few also as $few, for commands that need no other process then. It prints what is there in the same form. Exits with 0
# where it is the same, 1 where it differs, and more when it could not be found out.
compare_survey() {
  few=${3-}
  printf '%s\n' "$2" >"$work/$1.numbers" || exit 2
  if [ -n "$few" ]; then printf '%s\n' "$few"; else cat; fi >"$work/$1.expected" || exit 2
  if [ -n "$few" ]; then
    found=$("survey_$1" <"$work/$1.expected" 2>/dev/null)
    [ "$found" != "$few" ] || exit 0
    printf '%s\n' "$found" >"$work/$1.found" || exit 2
    exit 1
  fi
  "survey_$1" <"$work/$1.expected" >"$work/$1.found" 2>/dev/null
  exec cmp -s "$work/$1.expected" "$work/$1.found"
}

# suspect_unless FUNCTION NUMBERS: for a survey of one condition, the same for all of them.
suspect_unless() {
  "$1" || suspects="$suspects $2"
}

# find_suspects: sets $suspects to the numbers of the resources that are not as expected: " 3 7 ". Lines that were found
# beyond the expected ones do not count.
find_suspects() {
  surveyed='' suspects=''
  surveys
  for survey in $surveyed; do
    wait "${survey#*=}"
    case $? in
    0) ;;
    1) suspects="$suspects $(differing_numbers "${survey%=*}")" ;;
    *)
      # Not for what else goes on in the background, which may take longer.
      for other in $surveyed; do wait "${other#*=}"; done
      no_room
      ;;
    esac
  done
}

# no_room: what was found cannot be written down, and without it nothing is known.
no_room() {
  echo "What was found could not be written to $work, so this ends here. Make room there, and say it again."
  df -h "$work"
  whole=yes
  exit 1
}

differing_numbers() {
  awk '
    FILENAME == ARGV[1] { split($0, number) }
    FILENAME == ARGV[2] { found[$0] }
    FILENAME == ARGV[3] && !($0 in found) { print number[FNR] }
  ' "$work/$1.numbers" "$work/$1.found" "$work/$1.expected"
}

# user_number NAME, group_number NAME: set $id; a name that is not there gives a text that no survey finds.
user_number() {
  id=$(getent passwd "$1") || id=::nobody-by-that-name
  third_field "$id"
}

group_number() {
  id=$(getent group "$1") || id=::no-group-by-that-name
  third_field "$id"
}

third_field() {
  id=${1#*:*:}
  id=${id%%:*}
}
