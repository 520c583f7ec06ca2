# Surveys: a few commands for all resources together. Each one's whole output is compared with what a machine in order
# gives; only where they differ, one awk names the resources. Those that may take long run at the same time. What takes a
# millisecond is not worth a shell of its own, which takes as long to be there: those surveys share one.

# The surveys that are quick where their lines are few: what declares one adds its name.
quick=' checks '

# survey NAME NUMBERS LINES, or survey NAME NUMBERS and many lines as its input: has the function survey_NAME look what is there,
# while others do; it prints it in the same form. It gets the lines as its input, and where they are few also as $few; a quick one
# has no input then. One that is not quick has a shell of its own, see at_last. The numbers tell which resource each line is about.
survey() {
  case $quick${3:+few} in
  *" $1 "*few)
    eval "quick_numbers_$1=\$2 quick_lines_$1=\$3"
    quick_surveyed="$quick_surveyed $1"
    quick_expected="$quick_expected$newline==> $1 <==$newline$3$newline"
    return
    ;;
  esac
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

# quick_as_expected: whether the quick surveys found what they should.
quick_as_expected() {
  [ -z "$quick_surveyed" ] || [ "$newline$(find_quick)" = "${quick_expected%"$newline"}" ]
}

# find_quick: prints what they find, each under a headline.
find_quick() {
  for name in $quick_surveyed; do
    printf '==> %s <==\n' "$name"
    eval "few=\$quick_lines_$name"
    "survey_$name"
    echo
  done </dev/null 2>/dev/null
}

# note_quick: writes down what they find, and what they should.
note_quick() {
  for name in $quick_surveyed; do
    few='' quick_numbers=''
    eval "few=\$quick_lines_$name quick_numbers=\$quick_numbers_$name"
    { printf '%s\n' "$quick_numbers" >"$work/$name.numbers" && printf '%s\n' "$few" >"$work/$name.expected"; } || no_room
    ("survey_$name" >"$work/$name.found" 2>/dev/null) </dev/null
  done
}

# few_as_expected: whether the other surveys of few lines found what they should. One command reads what all of them have found, each
# under a headline. Nothing is cut out of that text: for a few pages, the shell would take a second.
few_as_expected() {
  # shellcheck disable=SC2086 # paths of ours, which have no blanks
  [ -z "$few_found" ] || [ "$newline$newline$(tail --verbose --lines=+1 -- $few_found)" = "$few_expected" ]
}

# at_last COMMAND…: the last one of a survey that has a shell of its own, where the lines are few.
at_last() {
  [ -z "$few" ] || exec "$@"
  "$@"
}

# suspect_unless FUNCTION NUMBERS: for a survey of one condition, the same for all of them.
suspect_unless() {
  "$1" || suspects="$suspects $2"
}

# survey_checks: lines "KIND ARGUMENT…", quoted as a shell takes them: those to which their own check has nothing to say. For kinds of
# which a machine has one or a few, so that it is looked at while the others are.
survey_checks() {
  # Not line by line by patterns, which take long for a long text.
  IFS=$newline
  set -f
  # shellcheck disable=SC2046,SC2086 # lines
  set -- ${few:-$(cat)}
  set +f
  unset IFS
  for checked; do
    finding='' verdict=''
    eval "set -- $checked"
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
  quick_surveyed='' quick_expected=''
  surveys
  if ! quick_as_expected; then
    note_quick
    # shellcheck disable=SC2086 # names
    suspects="$suspects $(differing_numbers $quick_surveyed)"
  fi
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
