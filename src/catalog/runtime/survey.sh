# Surveys: a few commands for all resources together. Each one's whole output is compared with what a machine in order
# gives; only where they differ, one awk names the resources. All surveys run at the same time.

# survey NAME NUMBERS LINES, or survey NAME NUMBERS and many lines as its input: has the function survey_NAME look what is there,
# while others do; it prints it in the same form. It gets the lines as its input, and where they are few also as $few; such a
# one has a shell of its own, see at_last. The numbers tell which resource each line is about.
survey() {
  printf '%s\n' "$2" >"$work/$1.numbers" || no_room
  if [ -z "${3-}" ]; then
    # What goes on in the background has no input of its own but what another number carries there.
    { compare_survey "$1" <&3 3<&- & } 3<&0
    surveyed="$surveyed $1=$!"
    return
  fi
  few=$3
  printf '%s\n' "$few" >"$work/$1.expected" || no_room
  "survey_$1" <"$work/$1.expected" >"$work/$1.found" 2>/dev/null &
  few_waiting="$few_waiting $!"
  few_surveyed="$few_surveyed $1"
  few_found="$few_found $work/$1.found"
  few_expected="$few_expected$newline$newline==> $work/$1.found <==$newline$few"
}

# compare_survey NAME: of many lines. Exits with 0 where what is there is the same, 1 where it differs, and more when it could not be
# found out.
compare_survey() {
  few=''
  cat >"$work/$1.expected" || exit 2
  "survey_$1" <"$work/$1.expected" >"$work/$1.found" 2>/dev/null
  exec cmp -s "$work/$1.expected" "$work/$1.found"
}

# few_as_expected: whether the surveys of few lines found what they should. One command reads what all of them have found, each under
# a headline. Nothing is cut out of that text: for a few pages, the shell would take a second.
few_as_expected() {
  # shellcheck disable=SC2086 # paths of ours, which have no blanks
  [ -z "$few_found" ] || [ "$newline$newline$(tail --verbose --lines=+1 -- $few_found)" = "$few_expected" ]
}

# at_last COMMAND…: the last one of a survey, which needs no process of its own where the lines are few.
at_last() {
  [ -z "$few" ] || exec "$@"
  "$@"
}

# suspect_unless FUNCTION NUMBERS: for a survey of one condition, the same for all of them.
suspect_unless() {
  "$1" || suspects="$suspects $2"
}

# survey_checks: lines "KIND ARGUMENT…" of plain words: those to which their own check has nothing to say. For kinds of which a
# machine has one, so that it is looked at while the others are.
survey_checks() {
  while read -r checked; do
    finding='' verdict=''
    # shellcheck disable=SC2086 # plain words
    set -- $checked
    kind=$1
    shift
    "${kind}_check" "$@" </dev/null
    [ -n "$finding$verdict" ] || printf '%s\n' "$checked"
  done
}

# find_suspects: sets $suspects to the numbers of the resources that are not as expected: " 3 7 ". Lines that were found
# beyond the expected ones do not count.
find_suspects() {
  surveyed='' suspects='' few_surveyed='' few_waiting='' few_found='' few_expected=''
  surveys
  for survey in $surveyed; do
    wait "${survey#*=}"
    case $? in
    0) ;;
    1) suspects="$suspects $(differing_numbers "${survey%=*}")" ;;
    *)
      for other in $surveyed; do wait "${other#*=}"; done
      no_room
      ;;
    esac
  done
  # Not for what else goes on in the background, which may take longer.
  # shellcheck disable=SC2086 # numbers
  [ -z "$few_waiting" ] || wait $few_waiting
  # shellcheck disable=SC2086 # names
  few_as_expected || suspects="$suspects $(differing_numbers $few_surveyed)"
}

# no_room: what was found cannot be written down, and without it nothing is known.
no_room() {
  echo "What was found could not be written to $work, so this ends here. Make room there, and say it again."
  df -h "$work"
  whole=yes
  exit 1
}

# differing_numbers SURVEY…: prints the numbers of the resources whose lines were not found.
differing_numbers() {
  for name; do set -- "$@" "$work/$name.numbers" "$work/$name.found" "$work/$name.expected" && shift; done
  awk '
    FILENAME ~ /[.]numbers$/ { split("", found); split($0, number); next }
    FILENAME ~ /[.]found$/ { found[$0]; next }
    !($0 in found) { print number[FNR] }
  ' "$@"
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
