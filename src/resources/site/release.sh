# Making a release: its files, what is built of them, and what all releases share.

# site_read_words …: sets what the words say, and $site_user.
site_read_words() {
  site_user=root site_limit=1800
  case $3 in release) site_user=$4 ;; esac
  for word; do
    case $word in
    limit=*) site_limit=${word#limit=} ;;
    esac
  done
}

site_change_release() {
  if [ -n "$site_unpinned" ]; then
    # Undo pins it again.
    site_pin=$site_unpinned
    site_keep "$1" "$2" && site_mend_log "$2/releases.log" && site_log "$site_pin" unpinned - || return
    site_pin=''
  fi
  if [ -n "$site_pin" ]; then
    site_go_to "$site_pin" "$@"
  elif [ "$site_fingerprint" = "$8" ] && [ -d "$2/releases/$site_live" ]; then
    case $site_state in
    good) site_share_again "$@" ;;
    building | switching) site_confirm_live "$@" ;;
    *) site_deploy "$@" ;;
    esac
  else
    site_deploy "$@"
  fi
}

# site_deploy …: one that does not become live leaves nothing but what the log says of it.
site_deploy() {
  site_release=$run_id
  put_off site_begin_next "$@"
  while [ -e "$2/releases/$site_release" ]; do site_release=$site_release-again; done
  # Only one that was good can be gone back to.
  site_was=$site_live
  [ "$site_state" = good ] || site_was=$site_good
  site_prepare "$@" || return
  site_remove_dead
  site_log "$site_release" building "$7" "$8" || return
  if site_fill "$@" && site_build "$@" && site_gate "$@"; then
    site_now
    site_moment=$site_at
    site_keep "$1" "$2" && site_switch "$site_release" || return
    site_settle "$@"
  else
    site_give_up
  fi
}

# site_prepare …: the folders around releases.
site_prepare() {
  if [ ! -e "$2" ]; then
    keep_tree "$2" && mkdir --mode 0755 -- "$2" || return
  fi
  for site_part in releases shared .proog; do
    # A link there would have us write elsewhere.
    if [ -L "$2/$site_part" ] || { [ -e "$2/$site_part" ] && [ ! -d "$2/$site_part" ]; }; then
      echo "$2/$site_part is no folder, so nothing is put there. Move it away."
      return 1
    fi
    [ -d "$2/$site_part" ] || mkdir --mode 0755 -- "$2/$site_part" || return
  done
  # Whose they are site.pl sees to, before it writes there.
  site_mend_log "$2/releases.log"
}

# site_mend_log FILE: a line that was cut short does not take the next one with it.
site_mend_log() {
  [ ! -s "$1" ] || [ -z "$(tail -c 1 -- "$1")" ] || echo >>"$1"
}

# site_log RELEASE STATE TEXT [FINGERPRINT]: now, or at $site_moment, where several things happen in one.
site_log() {
  site_at=$site_moment
  [ -n "$site_at" ] || site_now
  printf '%s\t%s\t%s\t%s\t%s%s\n' "$site_at" "$1" "$2" "$run_by" "$3" "${4:+	$4}" \
    >>"$site_to/releases.log"
}

# site_now: sets $site_at.
site_now() {
  site_at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
}

# What runs that died have begun: we hold the lock, so nobody is at it.
site_remove_dead() {
  if [ -e "$site_to/.proog/making" ] || [ -e "$site_to/.proog/next.new" ]; then
    rm -rf -- "$site_to/.proog/making" "$site_to/.proog/next.new"
  fi
  for site_each in $site_dead; do
    [ "$site_each" != "$site_live" ] || continue
    site_remove "$site_each"
    site_log "$site_each" bad 'its run died'
  done
}

# site_remove RELEASE
site_remove() {
  rm -rf --one-file-system -- "${site_to:?}/releases/${1:?}" && rm -f -- "$site_to/.proog/$1"
}

# site_give_up: without it there may be room again, so what the matter is shows only now.
site_give_up() {
  tell_trouble "$site_to"
  site_remove "$site_release"
  rm -rf -- "${site_to:?}/.proog/making"
  site_log "$site_release" bad "$site_reason"
  if [ -n "$site_live" ]; then
    echo "The release before, $site_live, stays live; the new one is removed."
  else
    echo 'There is no release before it; the new one is removed.'
  fi
  return 1
}

# site_begin_next …: what the next release begins as is made ready.
site_begin_next() {
  # What was reloaded for this release comes first.
  sleep 0.3
  site_open "$1" "$2"
  rm -rf -- "${2:?}/.proog/next" "$2/.proog/next.new" "$2/.proog/making"
  site_choose_base "$@"
  [ "$site_base/$site_how" = "$site_live/link" ] || return
  site_perl ready "$2" "$site_base" "$4" "$5" || rm -rf -- "$2/.proog/next.new"
}

# site_fill …: the files, then what is shared. Times are those of the run, so that they are the same on all nodes.
site_fill() {
  site_reason='its files could not be put there'
  site_choose_base "$@"
  site_shares=''
  case " $* " in *' shared='* | *' shared-file='*) site_shares=yes ;; esac
  site_put "$@" || return
  [ -n "$site_shares" ] || return 0
  site_share "$@" && install --directory --mode=0755 --owner="$4" --group="$5" -- "$2/releases/$site_release"
}

# site_put …: by what the look has noted, where that still holds, and else by the whole manifest.
site_put() {
  set -- "$9" "$2" "$site_release" "$site_base" "$run/blobs/pack-$number" "$4" "$5" "${site_shares:-open}"
  if [ -e "$work/site.$number.ready" ]; then
    site_perl change "$@" "$run_id" "$work/site.$number.ready" </dev/null
    site_status=$?
    [ "$site_status" = 3 ] || return "$site_status"
  fi
  "text_$1" site_perl place "$@" "$site_how" "$run_id" && return
  site_status=$?
  [ "$site_status" != 4 ] || echo 'The release that it was to be made of is gone since the plan was made: apply again.'
  return "$site_status"
}

# site_share …: links to what all releases share. What the release has there comes to a folder that is new.
site_share() {
  site_root=$2/releases/$site_release site_owner=$4:$5
  shift 10
  for word; do
    case $word in
    shared=*) site_share_folder "${word#shared=}" ;;
    shared-file=*) site_share_link "${word#shared-file=}" ;;
    esac || return
  done
}

# site_share_folder PATH
site_share_folder() {
  if [ ! -e "$site_to/shared/$1" ]; then
    site_make_shared "$1" || return
    if [ -d "$site_root/$1" ] && [ ! -L "$site_root/$1" ]; then
      # Copies: other names of the same files would be those of the release before, too.
      cp -R --no-dereference --preserve=mode,timestamps -- "$site_root/$1/." "$site_to/shared/$1" &&
        chown --recursive --no-dereference -- "$site_owner" "$site_to/shared/$1" || return
    fi
  fi
  site_share_link "$1"
}

# site_make_shared PATH: an empty folder for the user; those around it are root's.
site_make_shared() {
  case $1 in */*) mkdir -p -- "$site_to/shared/${1%/*}" || return ;; esac
  mkdir --mode 0755 -- "$site_to/shared/$1" && chown -- "$site_owner" "$site_to/shared/$1"
}

# site_share_link PATH: relative, so that all of the site can be moved.
site_share_link() {
  site_up=../../shared
  case $1 in
  */*)
    if [ ! -d "$site_root/${1%/*}" ]; then
      mkdir -p -- "$site_root/${1%/*}" && chown -- "$site_owner" "$site_root/${1%/*}" || return
    fi
    site_up=$(printf %s "${1%/*}" | sed 's,[^/]*,..,g')/$site_up
    ;;
  esac
  rm -rf --one-file-system -- "${site_root:?}/$1" && ln -s -- "$site_up/$1" "$site_root/$1"
}

# site_share_again …: folders that somebody has removed.
site_share_again() {
  site_owner=$4:$5
  shift 10
  for word; do
    case $word in shared=*) ;; *) continue ;; esac
    if [ ! -e "$site_to/shared/${word#shared=}" ]; then
      keep_tree "$site_to/shared/${word#shared=}" && site_make_shared "${word#shared=}" || return
    fi
  done
}

# site_build …
site_build() {
  site_revision=$7
  shift 10
  for word; do
    case $word in build=*) ;; *) continue ;; esac
    site_command=${word#build=}
    printf '$ %s\n' "$site_command"
    {
      site_shell "$site_limit" "$site_to/releases/$site_release" "$site_command" "$@"
      echo $? >"$work/site.status"
    } 2>&1 | tee "$work/site.output"
    read -r site_status <"$work/site.status" || site_status=1
    [ "$site_status" != 0 ] || continue
    site_tell_status 'The build' "$site_status"
    ! grep -q 'ermission denied\|EACCES' "$work/site.output" ||
      echo "The files of a release belong to root. If the build writes into them, say: writable: true."
    site_reason="its build ended with status $site_status"
    return 1
  done
}

# site_gate …: the user's own check, before the switch.
site_gate() {
  shift 10
  for word; do
    case $word in check=*) ;; *) continue ;; esac
    site_command=${word#check=}
    site_shell "$site_limit" "$site_to/releases/$site_release" "$site_command" "$@"
    site_status=$?
    [ "$site_status" != 0 ] || continue
    site_tell_status 'Its check' "$site_status"
    site_reason="its check ended with status $site_status"
    return 1
  done
}

# site_tell_status WHAT STATUS
site_tell_status() {
  case $2 in
  124 | 137) echo "$1 took more than $site_limit s and was ended: $site_command. It can have a longer timeLimit." ;;
  *) echo "$1 ended with status $2: $site_command" ;;
  esac
}

# site_shell SECONDS FOLDER COMMAND WORD…: as the site's user, with its variables.
site_shell() {
  site_seconds=$1 site_folder=$2 site_text=$3
  shift 3
  for word; do
    shift
    case $word in set=*) set -- "$@" "${word#set=}" ;; esac
  done
  [ "$site_user" != root ] || as_entry_of root
  (
    cd -- "$site_folder" &&
      as_user "$site_user" '' "RELEASE=$site_release" "REVISION=$site_revision" "$@" \
        timeout --kill-after=10 "$site_seconds" sh -c -- "$site_text"
  ) </dev/null
}
