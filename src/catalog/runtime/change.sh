# Making the approved changes, in declaration order, each one checked right after.
# A kind's KIND_change gets the same arguments as its KIND_check and prints whatever its commands print.
# Kinds in $batching, lines " KIND:BATCH ", have KIND_join (take one more, right after its check) and BATCH_flush (do all at
# once) instead. A join may set $batch_full, so that it is done before anything else is joined; a flush that ends at the first
# one that fails sets $stopped_at to its number.
# Of those in $sure a change that went well is done; the last look at everything sees them again anyway.

change_resource() {
  if [ "$1" != "${queue%% *}" ]; then
    marks='' optional=''
    return
  fi
  queue=${queue#* }
  batch_of "$2"
  # What may fail alone is done alone.
  if [ "$open_batch" != "$batch_name" ] || [ -n "$optional" ]; then flush_batch; fi
  if [ -z "$halted" ] && [ -e "$run/stop" ]; then halted=stopped; fi
  if [ -n "$halted" ] || guard_change "$@"; then change_or_pass "$@"; fi
  marks='' optional=''
}

# change_or_pass NUMBER KIND ARGUMENT…: what came before may have put an end to it.
change_or_pass() {
  if [ -n "$halted" ]; then
    event unreached "$1"
  elif ! still_held; then
    lose_home "$1"
  else
    change_one "$@"
    [ -z "$optional" ] || flush_batch
  fi
}

# lose_home NUMBER: without $home nothing could be kept, and another run could begin.
lose_home() {
  event start "$1"
  echo "$home was removed while this run went on, so it ends here. Nothing else is lost: apply again."
  optional=''
  failed "$1"
  restore_marks
}

# batch_of KIND: sets $batch_name, empty where it is done by itself.
batch_of() {
  batch_name=''
  case $batching in *" $1:"*)
    batch_name=${batching#*" $1:"}
    batch_name=${batch_name%% *}
    ;;
  esac
}

change_one() {
  # What others have told of units is no longer so.
  [ -n "$open_batch" ] || units_seen=''
  examine "$@"
  if [ -z "$verdict" ]; then
    event already "$1"
    return
  fi
  event start "$1"
  note_place "$2" "$3"
  # What the plan saw waiting in vain still does.
  case "$verdict $blocked_numbers " in "dependent "*" $1 "*) verdict=blocked ;; esac
  if [ "$verdict" = blocked ]; then
    printf %s "$said"
    failed "$1"
    return
  fi
  before=$finding was=$verdict made='' trouble=''
  # shellcheck disable=SC2086 # words, all ours
  if [ -n "$marks" ] && ! make_marks $marks; then
    failed "$1"
    return
  fi
  if [ -n "$armed" ] && ! note_access "$@"; then
    failed "$1"
    return
  fi
  if [ -n "$batch_name" ]; then
    join_batch "$@"
    return
  fi
  call_change "$@" </dev/null 8>&- 9>&-
  change_status=$? units_seen=''
  settle "$change_status" "$@"
}

# note_place KIND NAME: where this run is, for those who wait for it, and for whoever has to finish it.
note_place() {
  field "$2"
  { echo "$1 $field" >"$run/at"; } 2>/dev/null
}

join_batch() {
  open_batch=$batch_name batch_optional=$optional batch_full=''
  quote_words "$made" "$before" "$was" "$@"
  joining=$quoted
  if call_join "$@" </dev/null 8>&- 9>&-; then
    batch="${batch}settle_joined$joining$newline" batch_numbers="${batch_numbers-} $1"
    [ -z "$batch_full" ] || flush_batch
  else
    settle 1 "$@"
  fi
}

call_join() {
  join_kind=$2
  shift 2
  "${join_kind}_join" "$@"
}

# quote_words WORD…: sets $quoted to them as the shell reads them back.
quote_words() {
  quoted=''
  for quote_rest; do
    quote_word=''
    while :; do
      case $quote_rest in *\'*) ;; *) break ;; esac
      quote_word="$quote_word${quote_rest%%\'*}'\\''"
      quote_rest=${quote_rest#*\'}
    done
    quoted="$quoted '$quote_word$quote_rest'"
  done
}

call_change() {
  change_kind=$2
  shift 2
  "${change_kind}_change" "$@"
}

# flush_batch: does what was joined, then looks at each of its resources.
flush_batch() {
  [ -n "$open_batch" ] || return 0
  flushed_batch=$open_batch next_optional=$optional
  open_batch='' optional=$batch_optional stopped_at=''
  "${flushed_batch}_flush" </dev/null 8>&- 9>&-
  flush_status=$?
  eval "$batch"
  batch='' batch_numbers='' optional=$next_optional units_seen=''
}

# settle_joined MADE BEFORE WAS NUMBER KIND ARGUMENT…: one that failed says nothing of those before it.
settle_joined() {
  made=$1 before=$2 was=$3
  shift 3
  joined_status=$flush_status
  if [ -n "$stopped_at" ]; then
    if [ "$1" -gt "$stopped_at" ]; then
      forget_change
      event unreached "$1"
      return
    fi
    [ "$1" -eq "$stopped_at" ] || joined_status=0
  elif [ "$joined_status" != 0 ]; then
    examine "$@"
    case $verdict in
    '') joined_status=0 ;;
    blocked) printf %s "$said" ;;
    esac
  fi
  settle "$joined_status" "$@"
}

# settle STATUS NUMBER KIND ARGUMENT…: tells done or failed, by what is there now.
settle() {
  change_status=$1
  shift
  if [ "$change_status" = 0 ]; then
    case $was/$sure in
    opaque/* | certain/*" $2 "*) verdict='' ;;
    *) examine "$@" ;;
    esac
    if [ -z "$verdict" ]; then
      event "done" "$1"
      changed="$changed $1"
      return
    fi
    printf 'It was changed, and still is not as declared:\n%s' "$said"
    tell_trouble "$3"
  else
    if [ -n "$made$armed" ]; then settle_unchanged "$@"; fi
    tell_trouble "$3"
  fi
  failed "$1"
}

# settle_unchanged NUMBER KIND ARGUMENT…: a change that failed before it changed anything triggers nothing, and need not be put
# back.
settle_unchanged() {
  examine "$@"
  [ "$finding" != "$before" ] || forget_change
}

forget_change() {
  # shellcheck disable=SC2086 # names without spaces
  drop_marks $made
  access_changes=$((${access_changes:-0} - 1))
}

# tell_trouble NAME: commands say that they could not write, and seldom why. Said once for each resource.
tell_trouble() {
  [ -z "$trouble" ] || return 0
  case $1 in
  /*) place=$1 ;;
  *) place=/var/lib ;;
  esac
  while [ ! -d "$place" ]; do
    place=${place%/*}
    place=${place:-/}
  done
  tell_trouble_at "$place" || tell_trouble_at "$home" || tell_trouble_at /tmp
}

tell_trouble_at() {
  if [ ! -w "$1" ]; then
    trouble="$1 is on a file system that is mounted read-only. Mount it to be written to, and apply again."
    echo "$trouble"
    return
  fi
  # Free blocks and inodes, and how many inodes there can be: 0 where that has no limit.
  read -r blocks inodes all_inodes <<END
$(stat --file-system --format '%f %d %c' -- "$1")
END
  case $blocks/$inodes/$all_inodes in
  0/*) trouble="There is no room left on the file system of $1 (df -h $1). Make room there, and apply again." ;;
  */0) return 1 ;;
  */0/*) trouble="There are no inodes left on the file system of $1 (df -i $1). Remove files there, and apply again." ;;
  *) return 1 ;;
  esac
  echo "$trouble"
}

failed() {
  [ "$armed" != yes ] || access_failed=yes
  if [ -n "$optional" ]; then
    event failed "$1" optional
  else
    failures=$((failures + 1))
    event failed "$1"
    halted=failed
  fi
}

# change_all NUMBER…: these resources, and no other.
change_all() {
  queue="$* "
  open_batch='' batch='' marks='' optional='' coming=''
  pass=change
  resources
  flush_batch
  [ -z "$armed" ] || confirm_access
}
