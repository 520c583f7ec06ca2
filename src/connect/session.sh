# The far end of one connection to a node: takes a program, runs its check, then waits for what is decided.
# Input: a line "TOKEN MODE SIZE PRINTS", SIZE bytes of program in gzip's form, which proves that they are whole, PRINTS bytes by
# which it knows secret contents (see secret.sh), then lines with a verb each; the end of the input ends it.
# This text is sent, behind processes.sh, as one argument of sh -c; its own arguments are the login's SSH_CONNECTION, see ssh(1), and what to
# print first, if anything.

say() {
  printf '%s %s\n' "$token" "$*"
}

session() {
  umask 077
  # The login's own folder may be gone or forbidden.
  cd / || exit 1
  LC_ALL=C
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  # Kinds whose change could cut this connection look at it.
  SSH_CONNECTION=$1
  export LC_ALL PATH SSH_CONNECTION
  home=/var/lib/proog
  # Behind a sudo that may read ahead, nothing is sent before.
  [ -z "${2-}" ] || printf '%s\n' "$2"
  read -r token mode size prints || exit 1
  # What the login printed may end in the middle of a line.
  echo
  suitable && known_format || exit 1
  folder=$(mktemp -d /run/proog.XXXXXXXX) || exit 1
  follower='' prepared='' unneeded=''
  # shellcheck disable=SC2154 # paths of ours, which have no blanks
  trap 'rm -rf "$folder" "$prepared" $unneeded; [ -z "$follower" ] || kill "$follower" 2>/dev/null' EXIT
  trap 'exit 1' HUP INT TERM PIPE
  printf '%s\n' "$token" >"$folder/token"
  say ready
  take_program "$size" || exit 1
  [ "${prints:-0}" = 0 ] || take "$prints" "$folder/prints" || exit 1
  case $mode in
  follow) ;;
  check)
    note_last
    tell_unseen
    tell_marks
    run_check
    ;;
  *) sh "$folder/program" "$mode" "$folder" </dev/null 2>&1 ;;
  esac
  say answered "$?"
  while read -r verb rest; do
    # shellcheck disable=SC2086 # plain words
    "on_$verb" $rest
  done
}

# take_program SIZE
take_program() {
  head -c "$1" | gzip -d >"$folder/program"
}

run_check() {
  sh "$folder/program" check "$folder" </dev/null 2>&1
}

# check SIZE: once more, by a program that needs nothing which is not here. Of the check before nothing is left.
on_check() {
  for made in "$folder"/*; do
    case ${made##*/} in token | prints) ;; *) rm -f -- "$made" ;; esac
  done
  take_program "$1" || exit 1
  run_check
  say answered "$?"
}

# note_last: sets $last_run to the run that had the lock last, empty while one is in progress or has died: what is found from
# now on holds as long as no other run had it.
note_last() {
  last_run=none
  read -r last_run <"$home/last"
  [ ! -e "$home/current" ] || last_run=''
} 2>/dev/null

# Everything a node must have is in Debian's essential packages, but for systemd.
suitable() {
  system='' version=''
  while IFS='=' read -r key value; do
    value=${value#\"}
    value=${value%\"}
    case $key in
    ID) system=$value ;;
    VERSION_ID) version=$value ;;
    esac
  done 2>/dev/null </etc/os-release
  host='' machine='' boot_now=''
  read -r host </proc/sys/kernel/hostname
  # Copies of a machine may share its machine-id, and containers the kernel; all of it together is one machine's.
  { read -r machine </etc/machine-id; read -r boot_now </proc/sys/kernel/random/boot_id; } 2>/dev/null
  say system "${system:-unknown}" "${version:--}" "$host/$machine/$boot_now"
  if ! command -v dpkg-query >/dev/null; then
    say unsuitable no-debian
    return 1
  fi
  if [ ! -O / ]; then
    say unsuitable not-root
    return 1
  fi
  missing=''
  for need in systemctl sha256sum stat awk xargs flock base64 gzip setsid getent tail head tar cmp; do
    command -v "$need" >/dev/null || missing="$missing $need"
  done
  if [ -n "$missing" ]; then
    say unsuitable "lacks$missing"
    return 1
  fi
}

# What of $home this program knows. Where a newer Proog has been, things may mean something else: they are left alone.
known_format() {
  format=1
  { read -r format <"$home/format"; } 2>/dev/null
  [ "$format" != 1 ] || return 0
  say newer "${format:--}"
  return 1
}

# Runs that ended or died without anyone there to hear it, each told once; and one that died in the middle, until another
# one has finished what it began.
tell_unseen() {
  unfinished=''
  { read -r unfinished <"$home/current"; } 2>/dev/null
  # It may be at what follows its end.
  [ ! -e "$home/runs/$unfinished/ended" ] || unfinished=''
  for run in "$home"/runs/*; do
    [ -e "$run/begun" ] || continue
    [ ! -e "$run/seen" ] || [ "${run##*/}" = "$unfinished" ] || continue
    tell_run
  done
}

# Somebody wants it left alone, or it holds what is nowhere else; see status/marks.sh.
tell_marks() {
  [ ! -e "$home/stateful" ] || say stateful
  [ -e "$home/paused" ] || return 0
  since='' by=''
  read -r since by <"$home/paused"
  say paused "$since" "=$(printf %s "$by" | base64 -w 0)" "=$(tail -n +2 -- "$home/paused" | base64 -w 0)"
}

tell_run() {
  run_id=${run##*/} run_by='' their_token='' at='- -'
  { read -r run_id run_by <"$run/by" && read -r their_token <"$run/token" && read -r at <"$run/at"; } 2>/dev/null
  # What it said of its end says more than its status, which are digits and sort before words.
  ending=$(sed -n "s/^$their_token \(end\|gone\) //p" "$run/log" | sort | tail -n 1)
  if is_over; then
    : "${ending:=$(how_it_ended)}"
    : >"$run/seen"
    find_unneeded
    # Somebody may think about a plan until the power goes.
    # shellcheck disable=SC2086 # paths of ours, which have no blanks
    rm -rf $unneeded
  fi
  set -- "$run_id" "=$(printf %s "$run_by" | base64 -w 0)" "$ending"
  case $run_id/$ending in
  "$unfinished"/?*) say unseen "$@" "$at" ;;
  *) say unseen "$@" ;;
  esac
}

# The lock is the kernel's, so a run cannot seem to go on when it has died.
is_over() {
  flock --nonblock --shared 7 7<"$run/alive" && ! goes_on
}

# goes_on: a run that lives no more is not over while something of it may still be put back, or when it goes on after a reboot.
goes_on() {
  switch=''
  { read -r switch _ <"$home/access/armed" || read -r switch _ <"$home/access/undoing"; } 2>/dev/null
  if [ "$switch" = "${run##*/}" ] && { is_put_back || switch_stands; }; then return; fi
  [ -e "$run/left-off" ] && ! grep -q "^$(cat "$run/token") gone " "$run/log" || return
  # One that has left off in this boot of the machine was killed before it came to the reboot, unless that is going on.
  if grep -qxf /proc/sys/kernel/random/boot_id "$run/left-off"; then
    case $(systemctl is-system-running 2>/dev/null) in initializing | starting | running | degraded | maintenance) return 1 ;; esac
    return 0
  fi
  [ -e /etc/systemd/system/multi-user.target.wants/proog-resume.service ] ||
    systemctl --quiet is-active proog-resume.service
}

# is_put_back: whether that is going on; the switch goes before all is said.
is_put_back() {
  [ -e "$home/access/lock" ] && ! flock --nonblock --shared 7 7<"$home/access/lock"
} 2>/dev/null

# switch_stands: whether the machine will put it back, by its timer or at this boot; see runtime/access.sh. What was killed before
# both were set up had changed nothing yet.
switch_stands() {
  systemctl --quiet is-active proog-access.timer proog-access.service && return
  [ "$(how_it_ended)" = rebooted ] && [ -e /etc/systemd/system/multi-user.target.wants/proog-access-boot.service ] &&
    ! systemctl --quiet is-failed proog-access-boot.service
}

await_end() {
  until flock --shared 7 7<"$run/alive" && ! goes_on; do sleep 0.2; done
}

# how_it_ended: of a run that could not say so itself.
how_it_ended() {
  boot='' boot_now=''
  { read -r boot <"$run/boot" && read -r boot_now </proc/sys/kernel/random/boot_id; } 2>/dev/null
  if [ "$boot" != "$boot_now" ]; then echo rebooted; else echo lost; fi
}

# apply RUN APPROVED BLOBS BY PATIENCE [fresh [NUMBER VERDICT]…]: sizes in bytes, and for how many seconds the run may wait for another
# one; then the approved findings, a tar of the blobs, and the line "go". Fresh are findings that nobody was asked about: all of
# them, a moment ago.
on_apply() {
  run=$home/runs/$1 approved_size=$2 blobs_size=$3 by=$4
  if prepare "$1" "$by" && printf '%s\n' "$5" >"$run/patience" && shift 5 && note_fresh "$@" &&
    head -c "$approved_size" >"$run/approved" && unpack "$blobs_size"; then
    # What was cut short on its way has no such line behind it, and does nothing.
    read -r verb && [ "$verb" = go ] && launch apply
  else
    not_launched
  fi
}

# contents SIZE: a tar of what the run has asked for.
on_contents() {
  unpack "$1" && : >"$run/contents"
}

# needles SIZE: texts that the log must not have; see runtime/hide.sh.
on_needles() {
  take "$1" "$folder/needles" || exit 1
}

# note_fresh [fresh [NUMBER VERDICT]…]: what the surveys left goes with it; the names of their files have dots. What a run that died
# has left is mended first, so that these say nothing then.
note_fresh() {
  [ "${1-}" = fresh ] || return 0
  if [ -z "$last_run" ]; then
    echo died >"$run/fresh"
    return
  fi
  shift
  printf '%s\n' "$last_run" "$*" >"$run/fresh" || return
  set --
  for survey in "$folder"/*.*; do
    case ${survey##*/} in
    # Of what is there in thousands, only what is asked for again.
    stat.* | sha256.expected | sha256.paths* | sha256.first | sha256.second) ;;
    *) set -- "$@" "$survey" ;;
    esac
  done
  [ ! -e "${1-}" ] || cp -p -- "$@" "$run/work/"
}

unpack() {
  [ "$1" = 0 ] || head -c "$1" | tar -x -f - -C "$run/blobs"
}

# take SIZE FILE: as many bytes of the input; fails when the connection ends before.
take() {
  head -c "$1" >"$2" && [ "$(wc -c <"$2")" -eq "$1" ]
}

# prepare RUN BY
prepare() {
  prepared=$run
  decode "$2"
  mkdir -p "$run/blobs" "$run/work" && keep_format && read -r boot </proc/sys/kernel/random/boot_id &&
    printf '%s %s\n' "$1" "$decoded" >"$run/by" &&
    printf '%s\n' "$boot" >"$run/boot" && : >"$run/alive" && : >"$run/log" && reserve_log &&
    cp "$folder/program" "$run/catalog" && printf '%s\n' "$token" >"$run/token" && bring_secrets
}

# decode FIELD: sets $decoded to what field in runtime/event.sh has written so.
decode() {
  case $1 in
  =*) decoded=$(printf %s "${1#=}" | base64 -d) ;;
  *) decoded=$1 ;;
  esac
}

# They go with the end of the run.
bring_secrets() {
  for name in prints needles; do
    [ ! -e "$folder/$name" ] || cp "$folder/$name" "$run/$name" || return
  done
}

keep_format() {
  [ -e "$home/format" ] || { echo 1 >"$home/format.new" && mv "$home/format.new" "$home/format"; }
}

# What a run has to say must find room also where the run itself fills the disk. Some file systems cannot do that.
reserve_log() {
  fallocate --keep-size --length 256KiB "$run/log" 2>/dev/null || :
}

# Why it could not be written is found out here, where the place is.
not_launched() {
  say launched
  reason=unwritable
  if [ -d "$home" ]; then probe=$home; else probe=${home%/*}; fi
  # Blocks and inodes that are free, and how many inodes there can be: 0 where that has no limit.
  read -r blocks inodes all_inodes <<END
$(stat --file-system --format '%f %d %c' "$probe")
END
  case $([ -w "$probe" ] && echo writable)/$blocks/$inodes/$all_inodes in
  /*) reason=read-only ;;
  */0/*/*) reason=full ;;
  */*/*/0) ;;
  */*/0/*) reason=inodes ;;
  esac
  say unlaunched "$reason" "$probe"
  exit 1
}

# undo RUN leave|overwrite BY: with what was looked at, so that what has come to differ since is left alone.
on_undo() {
  run=$home/runs/$1
  if prepare "$1" "$3" && cp "$folder/looked" "$run/looked" && { [ "$2" = leave ] || : >"$run/overwrite"; }; then
    launch undo
  else
    not_launched
  fi
}

# The run goes on without this connection; its log is what the connection reads. A run that was killed could not say
# "end", so "gone" follows in any case.
launch() {
  exec 8>>"$run/alive"
  flock 8
  : >"$run/begun"
  # Somebody came back for it, and was told that it had not begun.
  [ ! -e "$run/never" ] || return
  prepared=''
  say launched
  {
    setsid sh "$run/catalog" "$1" "$run" </dev/null >>"$run/log" 2>&1
    status=$?
    # What takes secrets out of what was printed may be at the last of it.
    waited=0
    while [ -e "$run/hiding" ] && [ "$waited" -lt 100 ]; do sleep 0.05 && waited=$((waited + 1)); done
    # What it would have had confirmed is put back when it died before.
    [ ! -e "$home/access/armed" ] || sh "$run/catalog" rescue "$run"
    # Where it reboots the machine, it goes on at boot.
    goes_on || printf '%s gone %s\n' "$token" "$status" >>"$run/log"
  } >/dev/null 2>&1 &
  exec 8>&-
  follow_log --lines=+1
}

# follow_log WHERE-FROM: what the log says, until the run is over. Where it could not say so itself (the machine was
# rebooted, the disk was full), that is said for it.
follow_log() {
  {
    # What it waits in may outlive this connection, and must not keep it open.
    await_end >/dev/null 2>&1 &
    waiter=$!
    # Where tail cannot be told of changes (overlay file systems), it looks every 5 ms. It ends with the process that waits
    # for the end of the run, when it has read the rest.
    tail "$1" -s 0.005 --pid="$waiter" -f "$run/log" &
    tail=$!
    trap 'kill "$waiter" "$tail" 2>/dev/null; exit' TERM
    wait "$tail"
    say gone "$(how_it_ended)"
  } &
  follower=$!
}

# follow RUN OFFSET: after a lost connection, from that byte of the log on.
on_follow() {
  run=$home/runs/$1
  # The connection that was to begin it may still be at it: whoever is first has its way.
  [ -e "$run/begun" ] || { mkdir -p "$run" && : >"$run/never"; }
  if [ ! -e "$run/begun" ]; then
    say launched
    say never
    return
  fi
  read -r their_token <"$run/token"
  say launched "$their_token"
  token=$their_token
  follow_log "--bytes=+$2"
}

# confirm RUN COUNT: that we are here shows that one can still come in; see runtime/access.sh.
on_confirm() {
  if read -r armed <"$home/access/armed" && [ "$armed" = "$1 $2" ] &&
    mv -- "$home/access/armed" "$home/access/confirmed"; then
    say confirmed
  else
    say late
  fi 2>/dev/null
}

# After the resource in progress.
on_stop() {
  : >"$run/stop"
}

# At once. What does not heed the signal is killed.
on_kill() {
  read -r leader <"$run/pid" || return
  signal_run TERM
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    sleep 0.2
    [ -n "$(session_processes "$leader")" ] || return 0
  done
  signal_run KILL
}

# Commands of a run may have process groups of their own; its session is one.
signal_run() {
  # shellcheck disable=SC2046 # numbers
  kill -s "$1" $(session_processes "$leader") 2>/dev/null
}

# Whoever has thought about it for long asks whether the connection still carries anything.
on_here() {
  say here
}

# The controller has read the end of the log.
on_seen() {
  : >"$run/seen"
  say here
  find_unneeded
}

# find_unneeded: sets $unneeded to what nobody needs of a run that is over. It goes with this connection.
find_unneeded() {
  unneeded="$run/blobs $run/work $run/prints $run/needles"
}

session "$@"
