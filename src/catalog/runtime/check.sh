# Finding what differs, which changes nothing.
#
# A kind's KIND_check compares the machine with its arguments and answers by these words; silence means in order:
#   differs ASPECT NOW WANTED   seen on the machine
#   depends REASON              cannot be known before an earlier change is made
#   opaque REASON               is due at every run, its effect cannot be known
#   blocked REASON REMEDY       cannot be made what is wanted
#   shown ASPECT FILE           the text that is there now, so that a diff can be shown
#
# What was found goes to $work/findings. It is the plan: apply gets it back, and does what still looks the same.

differs() {
  field "$2"
  differs_now=$field
  field "$3"
  finding="${finding}differs $number $1 $differs_now $field$newline"
  said="$said    $1: $2 -> $3$newline"
}

depends() {
  [ "$verdict" = blocked ] || verdict=dependent
  reason "$1"
}

opaque() {
  [ -n "$verdict" ] || verdict=opaque
  reason "$1"
}

blocked() {
  verdict=blocked
  reason "$1"
  field "$2"
  finding="${finding}remedy $number $field$newline"
  said="$said    $2$newline"
}

# ask_whole: the program has only how a text differs from one that is not here. Right after, the whole comes, and all of it is looked at again.
ask_whole() {
  [ "$pass" != check ] || [ -n "$run_id" ] || event whole
  blocked 'What it is to be made of begins with what is not here any more.' 'Apply again.'
}

reason() {
  field "$1"
  finding="${finding}because $number $field$newline"
  said="$said    $1$newline"
}

# Texts over 256 KiB are not sent: nobody reads such a diff. Nor are those that have been secret.
shown() {
  [ "$pass" = check ] && [ -n "$token" ] || return 0
  if was_secret "$2"; then
    printf 'shown %s %s secret\n' "$number" "$1" >>"$work/shown"
    return
  fi
  [ "$(stat --format %s -- "$2")" -le 262144 ] || return 0
  printf 'shown %s %s =%s\n' "$number" "$1" "$(base64 -w 0 <"$2")" >>"$work/shown"
}

# was_secret PATH: whether a run has put a secret there, once. Neither its text nor a hash of it leaves the machine then.
was_secret() {
  [ -e "$home/secret-paths" ] || return
  field "$1"
  grep -qxF -- "$field" "$home/secret-paths"
}

# comes THING: this change will bring it, so that what comes later may count on it: comes "user www".
comes() {
  coming="$coming$1$newline"
}

# will_come THING: whether an earlier planned change brings it.
will_come() {
  case $newline$coming in *"$newline$1$newline"*) ;; *) return 1 ;; esac
}

# examine NUMBER KIND ARGUMENT…: sets $verdict (empty: in order) and $finding.
examine() {
  number=$1
  verdict='' finding='' said=''
  kind=$2
  shift 2
  # What a check starts must not hold the lock when this run is gone.
  "${kind}_check" "$@" 8>&- 9>&-
  if [ -n "$finding" ] && [ -z "$verdict" ]; then verdict=certain; fi
}

# The pass over all resources, which looks at those in $queue (numbers, ascending), those that a planned change
# triggers, and those with a trigger that an earlier run left pending.
check_resource() {
  if [ "$1" = "${queue%% *}" ]; then
    queue=${queue#* }
  else
    case $due$pending in
    *" $1 "* | *".$2.$3 "*) ;;
    *)
      marks=''
      return
      ;;
    esac
  fi
  examine "$@"
  case $due in *" $1 "*) triggered "$1" ;; esac
  if [ -n "$verdict" ]; then
    # What waits for an earlier change will never come when there is none.
    if [ "$verdict" = dependent ] && [ -z "$planned" ]; then verdict=blocked; fi
    if [ "$verdict" = blocked ]; then
      blocks=$((blocks + 1))
      blocked_numbers="$blocked_numbers $1"
    else
      plans=$((plans + 1))
      planned="$planned $1"
      # shellcheck disable=SC2086 # words, all ours
      [ -z "$marks" ] || due_by $marks
    fi
    printf 'finding %s %s\n%s' "$1" "$verdict" "$finding" >>"$work/findings" || no_room
    note_few "finding $1 $verdict$newline$finding"
    [ -n "$token" ] || printf '%s: %s\n%s' "$verdict" "$*" "$said"
  fi
  marks=''
}

# note_few LINES: keeps in $few_findings what was found, as long as it is a page at most.
note_few() {
  [ "$few_findings" != many ] || return 0
  few_findings=$few_findings$1
  [ "${#few_findings}" -le 4000 ] || few_findings=many
}

# wanted FIRST LAST: whether any of the resources from FIRST to LAST is looked at in this pass.
wanted() {
  next=${queue%% *}
  if [ -n "$next" ] && [ "$next" -le "$2" ]; then return 0; fi
  [ "$pass" = check ] || return 1
  [ -z "$pending" ] || return 0
  rest=$due
  while :; do
    case $rest in *\;*) ;; *) return 1 ;; esac
    # " 12 reload 7;"
    target=${rest%%;*}
    rest=${rest#*;}
    target=${target#"${target%%[0-9]*}"}
    target=${target%% *}
    if [ "$target" -ge "$1" ] && [ "$target" -le "$2" ]; then return 0; fi
  done
}

# due_by ACTION TARGET MARK…: this change will trigger ACTION on resource TARGET.
due_by() {
  while [ $# -ge 3 ]; do
    due="$due $2 $1 $number;"
    shift 3
  done
}

# triggered NUMBER: says which planned changes will trigger it, whatever it looks like now.
triggered() {
  [ -n "$verdict" ] || verdict=dependent
  rest=$due
  while :; do
    case $rest in *" $1 "*) ;; *) break ;; esac
    rest=${rest#*" $1 "}
    trigger=${rest%%;*}
    finding="${finding}triggered $1 $trigger$newline"
    said="$said    ${trigger% *}, because of resource ${trigger#* }$newline"
  done
}

# check_all: leaves what differs in $work/findings, the counts in $plans and $blocks, and what is in the way of what it
# must be in $blocked_numbers.
check_all() {
  survey_all
  check_queue
}

# survey_all: sets $queue to the numbers of those that must be looked at one by one.
survey_all() {
  { : >"$work/findings" && : >"$work/shown"; } || no_room
  plans=0 blocks=0 few_findings='' blocked_numbers='' planned='' coming='' due=' ' marks='' units_seen='' units_ahead=''
  list_pending
  find_suspects
  queue=''
  [ -n "$suspects$singles" ] || return 0
  # shellcheck disable=SC2086 # numbers
  set -- $suspects $singles $followers
  # shellcheck disable=SC2046 # numbers
  [ $# = 1 ] || set -- $(printf '%s\n' "$@" | sort -nu)
  queue="$* "
}

check_queue() {
  [ -n "$queue$pending" ] || return 0
  pass=check
  resources
}
