# apply: the changes of an approved plan and no others, then one more look at everything.

# approve: compares the findings of now with the approved ones, block by block. Sets $approved to the numbers to change;
# says what has come to differ since (left), and what differs in another way than was approved (moved). Where nobody was asked, and what
# a run that died has left was mended in between, the latter is approved all the same.
approve() {
  approved='' mended=''
  [ -z "$interrupted" ] || [ ! -e "$run/fresh" ] || mended=yes
  while read -r fate resource; do
    case $fate in
    approved) approved="$approved $resource" ;;
    *) event "$fate" "$resource" ;;
    esac
  done <<LIST
$(
    awk -v mended="$mended" '
      { file = FILENAME == ARGV[1] ? 1 : 2 }
      $1 == "finding" { number = $2; order[file, ++count[file]] = number }
      { place = number SUBSEP (++lines[file, number]) }
      file == 1 { text[place] = $0; next }
      !(place in text) || text[place] != $0 { differs[number] }
      END {
        for (i = 1; i <= count[1]; i++) {
          n = order[1, i]
          if (!((2, n) in lines)) print "already", n
          else if (mended == "" && (n in differs || lines[1, n] != lines[2, n])) print "moved", n
          else print "approved", n
        }
        for (i = 1; i <= count[2]; i++) {
          n = order[2, i]
          if (!((1, n) in lines)) print "left", n
        }
      }' "$run/approved" "$work/findings"
  )
LIST
}

# find_again: takes what the check right before has found, where nobody was asked in between and no other run had the lock
# since, so that all of it is approved; fails otherwise. Each resource is looked at again before it is changed anyway.
find_again() {
  { read -r seen && read -r found; } <"$run/fresh" && [ "$seen" = "${former:-none}" ] && [ -z "$interrupted$earlier" ] || return
  approved='' blocked_numbers=''
  for word in $found; do
    case $word in
    [0-9]*) approved="$approved $word" ;;
    blocked) blocked_numbers="$blocked_numbers ${approved##* }" ;;
    esac
  done
} 2>/dev/null

# second_look: what this run itself disturbed is brought back, once; what does not stay is a failure.
# What was left alone on purpose is no surprise.
second_look() {
  second_look=yes
  first_findings=$run/approved
  if [ -e "$work/findings" ]; then
    first_findings=$work/findings.first
    mv -- "$work/findings" "$first_findings" || no_room
  fi
  if [ -e "$work/sha256.found" ]; then
    mv -- "$work/sha256.found" "$work/sha256.before"
    # Written before the first file was read.
    mv -- "$work/sha256.numbers" "$work/sha256.since"
  fi
  check_all
  # The usual case costs nothing.
  [ -s "$work/findings" ] || return 0
  disturbed=$(disturbed_numbers)
  [ -n "$disturbed" ] || return 0
  for number in $disturbed; do event again "$number"; done
  await_contents
  # shellcheck disable=SC2086 # numbers
  change_all $disturbed
  [ -z "$halted" ] || return 0
  check_all
  for number in $(disturbed_numbers); do
    event start "$number"
    echo 'It does not stay as declared: something on the machine changes it again.'
    failed "$number"
  done
}

# await_contents: of those in $disturbed that were in order before, nobody has brought the contents; the controller is
# asked for them. One that is gone cannot bring them, and then the next run does.
await_contents() {
  asked=''
  for number in $disturbed; do
    case " $approved " in *" $number "*) ;; *) asked="$asked $number" ;; esac
  done
  [ -n "$asked" ] || return 0
  # shellcheck disable=SC2086 # numbers
  event contents $asked
  waited=0
  until [ -e "$run/contents" ]; do
    if [ "$waited" -ge 300 ]; then
      echo 'Nobody was there to bring the contents of what has to be brought back: apply again.'
      return
    fi
    sleep 0.1
    waited=$((waited + 1))
  done
}

# Numbers that differ now and either did not before this run, or were changed by it. Opaque ones always differ.
disturbed_numbers() {
  awk -v changed=" $changed " '
    $1 != "finding" { next }
    FILENAME == ARGV[1] { first[$2]; next }
    $3 != "opaque" && (!($2 in first) || index(changed, " " $2 " ")) { print $2 }
  ' "$first_findings" "$work/findings"
}

apply() {
  take_lock || return 4
  if [ "$mode" != resume ]; then
    put_back_earlier
    take_over
  fi
  event begin "$run_id"
  failures=0 halted='' changed='' armed='' second_look=''
  list_pending
  owed=$pending
  if [ "$mode" = resume ]; then
    pick_up
  else
    if ! find_again; then
      check_all
      approve
    fi
    left_over=$approved
  fi
  # By a run that died.
  [ ! -e "$home/unread" ] || read_units
  # shellcheck disable=SC2086 # numbers
  change_all $left_over
  [ -n "$halted" ] || second_look
  case $failures/$halted in
  0/* | */put-back) outcome=${halted:-"done"} ;;
  *) outcome=failed ;;
  esac
  # A part of it does not make the machine as described.
  if [ "$outcome" = "done" ] && [ -z "$partial" ]; then note_applied; fi
  # Before the end is told: what somebody changes right after is not taken for what the run left.
  note_left "$run_id"
  forget_secrets
  { echo >"$run/ended"; } 2>/dev/null
  event end "$outcome"
  drop_lock
}

# What a machine was last made: the run, when, and who.
note_applied() {
  printf '%s\n' "$run_id $(date +%s) $run_by" >"$home/applied.new" && mv -- "$home/applied.new" "$home/applied"
}
