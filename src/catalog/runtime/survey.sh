# Surveys: a few commands for all resources together. Each one's whole output is compared with what a machine in order
# gives; only where they differ, one awk names the resources.

# survey NAME: reads lines "NUMBER<tab>EXPECTED" and starts the function survey_NAME, which gets the expected lines as
# its input and prints what is there in the same form. Lines beyond the expected ones do not count.
survey() {
  cat >"$work/$1.numbered"
  cut -f 2- "$work/$1.numbered" >"$work/$1.expected"
  "survey_$1" <"$work/$1.expected" >"$work/$1.found" 2>/dev/null &
  surveyed="$surveyed $1"
}

# find_suspects: sets $suspects to the numbers of the resources that are not as expected: "3 7 ".
find_suspects() {
  surveyed=''
  surveys
  wait
  suspects=''
  for survey in $surveyed; do
    cmp -s "$work/$survey.expected" "$work/$survey.found" && continue
    suspects="$suspects $(
      awk -F '\t' 'FILENAME == ARGV[1] { found[$0]; next } !(substr($0, length($1) + 2) in found) { print $1 }' \
        "$work/$survey.found" "$work/$survey.numbered"
    )"
  done
}

# user_number NAME, group_number NAME: set $id; a name that is not there gives a text that no survey finds.
user_number() {
  id=$(getent passwd "$1" | cut -d : -f 3)
  [ -n "$id" ] || id=nobody-by-that-name
}

group_number() {
  id=$(getent group "$1" | cut -d : -f 3)
  [ -n "$id" ] || id=no-group-by-that-name
}
