# Which release is live: the switch, what is reloaded for it, and whether it answers.

# site_keep NAME TO: before the switch.
site_keep() {
  if [ -z "$site_live" ] && [ -L "$2/current" ]; then
    keep "$2/current"
  else
    keep_state "site $1: ${site_live:-absent}" site_back "$1" "$2" "$site_live" "$site_pin"
  fi
}

# site_back NAME TO RELEASE PIN: undo. RELEASE is empty where there was none.
site_back() {
  site_open "$1" "$2"
  if [ -n "$3" ] && [ ! -d "$2/releases/$3" ]; then
    echo "The release $3 is gone: only the newest stay."
    return 1
  fi
  site_keep "$1" "$2" || return
  if [ "$site_pin" != "$4" ]; then
    if [ -n "$4" ]; then site_log "$4" pinned undone; else site_log "$site_pin" unpinned undone; fi || return
  fi
  if [ -n "$3" ]; then
    site_switch "$3" && site_log "$3" good undone
  else
    rm -f -- "$2/current"
  fi
}

# What a run has made of it, and what its last look has seen, stays so until its end.
site_back_now() {
  [ "${site_seen-}" = "yes $1 $2" ] || site_open "$1" "$2"
  printf '%s\n' "$1" "$2" "$site_live" "$site_pin"
}

# site_switch RELEASE: which is live, the link alone tells.
site_switch() {
  site_log "$1" switching - && site_link "$1"
}

site_link() {
  # What a run that died has left.
  [ ! -L "$site_to/.proog/current" ] || rm -f -- "$site_to/.proog/current"
  ln -s "releases/$1" "$site_to/.proog/current" &&
    mv --no-target-directory -- "$site_to/.proog/current" "$site_to/current"
}

# site_fire: what is to be reloaded or restarted for it is so at once, and not only when its turn comes. What does not run yet
# has read nothing.
site_fire() {
  site_unfired=''
  # shellcheck disable=SC2086 # words, all ours
  set -- $marks
  while [ $# -ge 3 ]; do
    case $3 in
    reload.service.* | restart.service.*) [ ! -e "$home/pending/$3" ] || site_move "${3#*.service.}" "$3" ;;
    esac
    shift 3
  done
  [ -z "$site_unfired" ]
}

# site_move SERVICE MARK
site_move() {
  units_seen='' newly_enabled=''
  look_service "$1"
  case $unit_active in active | failed) ;; *) return 0 ;; esac
  if run_service "$1" running; then drop_marks "$2"; else site_unfired="$site_unfired $1"; fi
}

# site_settle …: the release is live. It is good when what needs it has come up with it and it answers; otherwise the one
# before is live again. Of a first release that can show only when all else is there: at the last look of the run.
site_settle() {
  site_reason=''
  # That takes its time.
  if [ -n "$marks" ] || site_has_health "$@"; then site_moment=''; fi
  site_fire || site_reason="what runs with it does not come up:$site_unfired"
  if [ -z "$site_reason$site_was" ] && site_has_health "$@"; then
    echo 'It is the first release: whether it answers shows when all else is there.'
    return 0
  fi
  if [ -z "$site_reason" ]; then
    if site_healthy "$@"; then
      site_log "$site_release" good - && put_off site_prune "$6" "$1" "$2" || return
      site_live=$site_release site_seen="yes $1 $2"
      return
    fi
    site_reason='its health check failed'
  fi
  site_go_back
}

# site_go_back: from $site_release to $site_was.
site_go_back() {
  if [ -z "$site_was" ]; then
    echo "There is no good release before it to go back to, so it stays: $site_reason. Mend it, and apply again."
    return 1
  fi
  site_log "$site_release" bad "$site_reason"
  if ! site_link "$site_was"; then
    echo "It could not be gone back to release $site_was: $site_reason."
    return 1
  fi
  # shellcheck disable=SC2086 # words, all ours
  make_marks $marks
  site_fire || echo "What runs with it does not come up after the way back either:$site_unfired"
  echo "Gone back to release $site_was, which is live again: $site_reason."
  return 1
}

# site_confirm_live …: one that was made live and not confirmed.
site_confirm_live() {
  keep_nothing "site $1: health check" || return
  # Nothing is switched: what an earlier run has left to be reloaded is due, and no more.
  # shellcheck disable=SC2086 # names
  drop_marks $made
  site_release=$site_live site_was=$site_good site_reason=''
  # The run that made it may not have come to what needs it.
  if [ -z "$site_was" ] && [ -z "${disturbed-}" ] && site_has_health "$@"; then
    echo 'It is the first release: whether it answers shows when all else is there.'
    return 0
  fi
  site_fire || site_reason="what runs with it does not come up:$site_unfired"
  if [ -z "$site_reason" ]; then
    if site_healthy "$@"; then
      site_log "$site_live" good - && put_off site_prune "$6" "$1" "$2" && put_off site_begin_next "$@"
      return
    fi
    site_reason='its health check failed'
  fi
  site_go_back
}

site_has_health() {
  for word; do
    case $word in health-within=*) return ;; esac
  done
  return 1
}

# site_healthy …: asks until it answers or its time is over.
site_healthy() {
  site_has_health "$@" || return 0
  site_path=/ site_host=localhost site_contains='' site_target='' site_command=''
  for word; do
    case $word in
    health-within=*) site_within=${word#health-within=} ;;
    health-to=*) site_target=${word#health-to=} ;;
    health-path=*) site_path=${word#health-path=} ;;
    health-host=*) site_host=${word#health-host=} ;;
    health-contains=*) site_contains=${word#health-contains=} ;;
    health-user=*) site_user=${word#health-user=} ;;
    health-command=*) site_command=${word#health-command=} ;;
    esac
  done
  if [ -n "$site_target" ]; then
    health_perl "${site_target% *}" "${site_target##* }" "$site_path" "$site_host" "$site_within" "$site_contains" && return
    echo "The health check failed for $site_within s."
    return 1
  fi
  site_end=$(($(uptime_seconds) + site_within))
  while :; do
    # However slow the machine is, it is asked once, and has a second for it, as health.pl does.
    site_left=$((site_end - $(uptime_seconds)))
    [ "$site_left" -gt 0 ] || site_left=1
    site_shell "$site_left" "$site_to/current" "$site_command" "$@" >"$work/site.output" 2>&1 && return
    [ "$(uptime_seconds)" -lt "$site_end" ] || break
    sleep 0.25
  done
  tail -n 15 "$work/site.output"
  echo "The health check failed for $site_within s: $site_command"
  return 1
}

# site_prune KEEP NAME TO: the newest stay, and in any case the live one and the good one before it.
site_prune() {
  site_open "$2" "$3"
  site_kept=0
  # Of what the log does not know, nothing is ours.
  site_there=$site_there awk 'index(ENVIRON["site_there"], " " $1 " ") { print $1 }' "$work/site-releases" | sort -r >"$work/site-sorted"
  while read -r site_each; do
    site_kept=$((site_kept + 1))
    case $site_each in "$site_live" | "$site_before") continue ;; esac
    [ "$site_kept" -le "$1" ] || site_remove "$site_each"
  done <"$work/site-sorted"
}
