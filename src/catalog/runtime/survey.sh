# Surveys: a few commands for all resources together. Each one's whole output is compared with what a machine in order
# gives; only where they differ, one awk names the resources. All surveys run at the same time.

# survey NAME: reads lines "NUMBER<tab>EXPECTED" and has them compared with what is there, while others are.
survey() {
  : >"$work/$1.verdict"
  # What goes on in the background has no input of its own but what another number carries there.
  { compare_survey "$1" <&3 3<&- & } 3<&0
  surveyed="$surveyed $1"
}

# compare_survey NAME: the function survey_NAME gets the expected lines as its input and prints what is there in the same
# form. Leaves "same" or "differs" in $work/NAME.verdict, and nothing when it could not be found out.
compare_survey() {
  cat >"$work/$1.numbered" && cut -f 2- "$work/$1.numbered" >"$work/$1.expected" || return
  [ -s "$work/$1.expected" ] || return
  "survey_$1" <"$work/$1.expected" >"$work/$1.found" 2>/dev/null
  if cmp -s "$work/$1.expected" "$work/$1.found"; then
    echo same >"$work/$1.verdict"
  else
    echo differs >"$work/$1.verdict"
  fi
}

# find_suspects: sets $suspects to the numbers of the resources that are not as expected: " 3 7 ". Lines that were found
# beyond the expected ones do not count.
find_suspects() {
  surveyed=''
  surveys
  wait
  suspects=''
  for survey in $surveyed; do
    read -r survey_verdict <"$work/$survey.verdict" || survey_verdict=''
    case $survey_verdict in
    same) ;;
    differs) suspects="$suspects $(differing_numbers "$survey")" ;;
    *)
      echo "The survey of $survey could not be made. Is there room in $work?"
      df -h "$work"
      exit 1
      ;;
    esac
  done
}

differing_numbers() {
  awk -F '\t' 'FILENAME == ARGV[1] { found[$0]; next } !(substr($0, length($1) + 2) in found) { print $1 }' \
    "$work/$1.found" "$work/$1.numbered"
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
