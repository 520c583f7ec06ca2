# What commands do with a site: going back, staying there, and a page in its place.

# site_choose RELEASE: sets $site_target; fails, and has said so, where one cannot go back to it.
site_choose() {
  if [ -z "$site_live" ]; then
    blocked 'It has no release yet.' 'Make one: proog apply'
    return 1
  fi
  site_target=$1
  site_list="See which there are: proog releases $site_name"
  if [ "$1" = - ]; then
    site_target=$site_before
    # What a run that died has begun.
    if [ -n "$site_pin" ] && [ "$site_pin" != "$site_live" ]; then site_target=$site_pin; fi
    [ -z "$site_target" ] || return 0
    blocked 'There is no good release before the live one.' "$site_list"
    return 1
  fi
  if ! site_find "$1"; then
    blocked "There is no release $1." "$site_list"
  elif [ ! -d "$site_to/releases/$1" ]; then
    blocked "The release $1 is gone: only the newest stay." "$site_list"
  else
    case $site_is in good | left) return 0 ;; esac
    blocked "The release $1 has never been good: $(site_why "$1")." "$site_list"
  fi
  return 1
}

# site_why RELEASE: what its last line says.
site_why() {
  awk -F '\t' -v release="$1" '$2 == release { why = $5 } END { print why }' "$site_to/releases.log"
}

site_check_rollback() {
  # One step back is enough: the last look is about where this run has gone to.
  if [ "$pass" = check ] && [ -n "$second_look" ]; then set -- "$1" "$2" "$3" "${site_gone_to:-$4}"; fi
  site_choose "$4" || return 0
  if [ "$site_target" = "$site_live" ]; then
    [ "$site_pin" = "$site_live" ] || differs pinned no yes
    return
  fi
  site_find "$site_target"
  differs release "$site_live" "$site_target"
  differs revision "$site_revision" "$site_of"
}

site_change_rollback() {
  site_choose "$4" || return
  site_gone_to=$site_target
  site_go_to "$site_target" "$@"
}

# site_go_to RELEASE …: it is pinned first, so that what a run that dies has begun is finished by the next one.
site_go_to() {
  site_release=$1
  shift
  site_keep "$1" "$2" && site_mend_log "$2/releases.log" || return
  site_now
  site_moment=$site_at
  [ "$site_pin" = "$site_release" ] || site_log "$site_release" pinned - || return
  if [ "$site_live" != "$site_release" ]; then
    [ "$site_state" != good ] || site_log "$site_live" left "went back to $site_release" || return
    site_link "$site_release" && site_log "$site_release" good "went back from $site_live" || return
  fi
  site_moment=''
  if ! site_fire; then
    echo "Release $site_release is live, but what runs with it does not come up:$site_unfired"
    return 1
  fi
  if ! site_healthy "$@"; then
    echo "Release $site_release is live, and does not answer either."
    return 1
  fi
}

site_check_unpin() {
  [ -z "$site_pin" ] || differs pinned "$site_pin" no
}

site_change_unpin() {
  site_keep "$1" "$2" && site_mend_log "$2/releases.log" && site_log "$site_pin" unpinned -
}

site_check_maintenance() {
  if [ -z "$site_live" ]; then
    blocked 'It has no release yet.' 'Make one: proog apply'
  elif [ -e "$2/maintenance.html" ]; then
    [ "$4" = on ] || differs maintenance on off
  else
    [ "$4" = off ] || differs maintenance off on
  fi
}

site_change_maintenance() {
  # Nothing is switched, so nothing is to be reloaded for it.
  # shellcheck disable=SC2086 # names
  drop_marks $made
  keep "$2/maintenance.html" || return
  if [ "$4" = off ]; then
    rm -f -- "$2/maintenance.html"
    return
  fi
  temporary_beside "$2/maintenance.html"
  rm -f -- "$temporary"
  site_page >"$temporary" && chmod 0644 -- "$temporary" || drop_temporary || return
  put_in_place "$2/maintenance.html"
}

# site_page: the site's own, which it has in its files, or a plain one.
site_page() {
  if [ -f "$site_to/current/maintenance.html" ]; then
    cat -- "$site_to/current/maintenance.html"
    return
  fi
  cat <<'END'
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Maintenance</title>
<h1>We will be back soon</h1>
<p>This site is being worked on.</p>
</html>
END
}

site_check_absent() {
  if [ -n "$site_live" ] || [ -d "$2/releases" ]; then differs state present absent; fi
}

# What is shared is the site's own, and stays.
site_change_absent() {
  for site_part in current maintenance.html releases.log releases .proog; do
    [ -e "$2/$site_part" ] || [ -L "$2/$site_part" ] || continue
    keep_tree "$2/$site_part" && rm -rf --one-file-system -- "${2:?}/$site_part" || return
  done
  # A folder that holds anything else stays.
  rmdir -- "$2/shared" "$2" 2>/dev/null
  return 0
}
