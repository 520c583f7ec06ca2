# site NAME TO release USER GROUP KEEP REVISION FINGERPRINT MANIFEST FROM [WORD…]
# site NAME TO rollback RELEASE [WORD…]    RELEASE is - for the one before
# site NAME TO unpin
# site NAME TO maintenance on|off
# site NAME TO absent
# Words: unpin (even where it is pinned), writable, build=COMMAND, set=NAME=VALUE, limit=SECONDS, shared=PATH, shared-file=PATH, check=COMMAND, and those of
# health-…=TEXT. text_MANIFEST gives what a release holds, see site.pl; the contents come as one file.
#
# TO/current is a link to the live release, and alone decides which that is. TO/releases.log has a line for each thing that
# happened to a release, with tabs: TIME RELEASE STATE BY TEXT [FINGERPRINT]. The last state of a release counts:
#   building    its files come, and it is built; one that stays so has died, as its run
#   switching   all is there; it becomes live, and is not known to be good
#   good        it has answered
#   bad         it did not, or was never whole
#   left        it was good, and somebody went back from it
# "pinned" and "unpinned" are about the site: while it is pinned, no other release is deployed.

site_check() {
  if [ -d "$2" ] && [ ! -L "$2" ]; then
    there=directory
  elif [ -e "$2" ] || [ -L "$2" ]; then
    look "$2"
    in_the_way "$2"
    return
  else
    there=absent
    [ "$3" != absent ] || return 0
  fi
  if [ -e "$2/current" ] && [ ! -L "$2/current" ]; then
    look "$2/current"
    in_the_way "$2/current"
    return
  fi
  site_open "$@"
  # The look changes nothing that the change needs, and nothing comes in between.
  site_opened=$pass.$number
  site_seen="$second_look $1 $2"
  "site_check_$3" "$@"
}

site_change() {
  [ "$site_opened" = "$pass.$number" ] || site_open "$@"
  site_opened='' site_seen=''
  site_read_words "$@"
  "site_change_$3" "$@"
}

# site_open NAME TO …: reads the log. Sets $site_live, with its $site_state, $site_revision and $site_fingerprint; $site_before, the
# good one before it; $site_good, the last that became good beside it; $site_pin; $site_unpinned, which was
# pinned until now; $site_tried, the last one of the fingerprint that is wanted that was bad; and $site_dead, those that no run has brought to an
# end.
# Each line about a release, the newest first, is in $work/site-releases: RELEASE STATE REVISION FINGERPRINT. A log can be long, and read would
# ask for each byte of it by itself.
site_open() {
  site_name=$1 site_to=$2 site_seen='' site_unpinned='' site_live='' site_state='' site_revision='' site_fingerprint='' site_before='' site_good='' site_pin='' site_tried='' site_dead='' site_moment=''
  site_look_around "$2"
  : >"$work/site-releases"
  [ -f "$2/releases.log" ] || return 0
  site_read_log "$2" "${8-}" >"$work/site-summary"
  read -r site_state site_revision site_fingerprint site_before site_good site_pin site_tried site_dead <"$work/site-summary"
  for site_each in state revision fingerprint before good pin tried; do
    eval "[ \"\$site_$site_each\" != = ] || site_$site_each=''"
  done
  # Who promotes means another release than the one that it is pinned to.
  if [ -n "$site_pin" ] && [ "${11-}" = unpin ]; then site_unpinned=$site_pin site_pin=''; fi
}

# site_look_around TO: which releases are there, and to which one the link leads. What points elsewhere is none of ours.
site_look_around() {
  site_there=' '
  for site_each in "$1"/releases/*; do
    case ${site_each##*/} in *[!A-Za-z0-9._-]*) continue ;; esac
    [ -d "$site_each" ] || continue
    site_there="$site_there${site_each##*/} "
    [ ! "$1/current" -ef "$site_each" ] || site_live=${site_each##*/}
  done
  if [ -n "$site_live" ] || [ ! -L "$1/current" ]; then return 0; fi
  site_live=$(readlink -- "$1/current")
  case $site_live in releases/*/*) site_live='' ;; releases/*) site_live=${site_live#releases/} ;; *) site_live='' ;; esac
}

# site_read_log TO WANTED: prints STATE REVISION FINGERPRINT BEFORE GOOD PIN TRIED DEAD…; what there is not is "=".
site_read_log() {
  site_live=$site_live site_there=$site_there site_wanted=$2 awk -F '\t' -v list="$work/site-releases" '
    NF < 5 { next }
    $3 == "pinned" { pin = $2; next }
    $3 == "unpinned" { pin = ""; next }
    !($2 in state) { order[++count] = $2 }
    $3 == "building" { revision[$2] = $5; fingerprint[$2] = $6 }
    $3 == "good" { last[$2] = NR }
    { state[$2] = $3 }
    function word(text) { return text == "" ? "=" : text }
    END {
      live = ENVIRON["site_live"]
      for (i = 1; i <= count; i++) {
        r = order[i]
        if (state[r] == "building" || state[r] == "switching") dead = dead " " r
        if (state[r] == "bad" && (r in fingerprint) && fingerprint[r] == ENVIRON["site_wanted"]) tried = r
        if (r == live) { passed = 1; continue }
        if (state[r] != "good" || !index(ENVIRON["site_there"], " " r " ")) continue
        if (!passed) before = r
        if (last[r] > newest) { newest = last[r]; good = r }
      }
      for (i = count; i >= 1; i--) {
        r = order[i]
        print r, state[r], (r in revision ? revision[r] : "-"), (r in fingerprint ? fingerprint[r] : "-") >list
      }
      if (!(live in state)) its = "= = ="
      else its = word(state[live]) " " (live in revision ? revision[live] : "-") " " (live in fingerprint ? fingerprint[live] : "-")
      print its, word(before), word(good), word(pin), word(tried) dead
    }' "$1/releases.log"
}

# site_find RELEASE: sets $site_is, $site_of and $site_print to its state, revision and fingerprint; fails where the log has none.
site_find() {
  while read -r site_each site_is site_of site_print _; do
    [ "$site_each" != "$1" ] || return 0
  done <"$work/site-releases"
  return 1
}

site_check_release() {
  if [ -n "$site_pin" ]; then
    site_check_pin "$@"
    return
  fi
  if [ "$site_fingerprint" = "$8" ] && [ -d "$2/releases/$site_live" ]; then
    case $site_state in
    good)
      [ -z "$site_unpinned" ] || differs pinned "$site_unpinned" no
      site_check_shared "$@"
      return
      ;;
    building | switching)
      differs health unconfirmed confirmed
      return
      ;;
    esac
  fi
  [ -z "$site_unpinned" ] || differs pinned "$site_unpinned" no
  site_check_new "$@"
}

# site_check_pin …: while it is pinned, what is declared waits, and is said.
site_check_pin() {
  site_find "$site_pin"
  if [ "$site_pin" != "$site_live" ] && [ -d "$2/releases/$site_pin" ]; then
    differs release "$site_live" "$site_pin"
    differs revision "$site_revision" "$site_of"
    return
  fi
  if [ "$site_print" = "$8" ]; then return; fi
  site_note "site $1 is pinned to release $site_pin ($(site_short "$site_of")), so $(site_short "$7") is not deployed. To deploy it: proog unpin $1, and apply."
}

# site_short REVISION: as people name it.
site_short() {
  case $1 in
  *[!0-9a-f]*) echo "$1" ;;
  *) printf '%.12s\n' "$1" ;;
  esac
}

# What a person should know of the plan; a run need not say it once more.
site_note() {
  [ -n "$run_id" ] || tell "$1"
}

site_check_shared() {
  site_to=$2
  shift 10
  for word; do
    case $word in
    shared=*) [ -e "$site_to/shared/${word#shared=}" ] || differs "shared/${word#shared=}" absent directory ;;
    esac
  done
}

site_check_new() {
  if [ -z "$site_live" ]; then
    differs state absent present
    differs from '' "${10}"
    differs revision '' "$7"
  elif [ ! -d "$2/releases/$site_live" ]; then
    differs release gone new
  elif [ "$site_fingerprint" = "$8" ]; then
    differs release "$site_state" new
  elif [ "$site_revision" != "$7" ]; then
    differs revision "$site_revision" "$7"
  else
    differs setup "$site_fingerprint" "$8"
  fi
  [ -z "$site_tried" ] || site_note "site $1: release $site_tried of the same was bad, and is tried again."
  [ "$there" != absent ] || needs_parent "$2"
  comes "directory $2"
  comes "directory $2/current"
  comes "directory $2/shared"
  site_needs "$@"
}

# site_needs …: which contents are not there, whether those are whose they shall be, and what is new.
site_needs() {
  # What this run, or the check right before it, has found.
  if [ "$pass" = change ] && [ -e "$work/site.$number.counts" ]; then
    read -r site_counts <"$work/site.$number.counts"
  else
    site_choose_base "$@"
    "text_$9" site_perl look "$work/site.$number" "$2" "$site_base" "$site_how" "$site_live" "$4" "$5" >"$work/site.$number.counts" || {
      if [ $? = 4 ]; then
        ask_whole
      else
        blocked 'It could not be looked at.' 'What it said stands above.'
      fi
      return
    }
    read -r site_counts <"$work/site.$number.counts"
  fi
  case $site_counts in
  0*)
    needs_account user "$4" passwd
    needs_account group "$5" group
    ;;
  esac
  # shellcheck disable=SC2086 # numbers
  set -- ${site_counts#* }
  if [ "$2" = 0 ]; then
    differs files '' "$1"
  else
    site_changes=''
    [ "$3" = 0 ] || site_changes="$3 changed"
    [ "$4" = 0 ] || site_changes="$site_changes${site_changes:+, }$4 new"
    [ "$5" = 0 ] || site_changes="$site_changes${site_changes:+, }$5 gone"
    differs files "$2" "$1${site_changes:+: $site_changes}"
  fi
  site_needed=''
  read -r site_needed <"$work/site.$number.needs"
  [ -z "$site_needed" ] || finding="${finding}needs $number $site_needed$newline"
}

# site_choose_base …: sets $site_base to a release whose files can be had again, empty where there is none; and $site_how. Where one
# went back since, the next release begins as another one than the live.
site_choose_base() {
  site_base='' site_how=link
  # What a build of root's has a name of, it could write into.
  case $4 in root | 0) site_how=copy ;; esac
  case " $* " in *' writable '*) for site_word; do [ "$site_word" != writable ] || site_how=own; done ;; esac
  [ "$site_how" != own ] || return 0
  for site_each in "$site_good" "$site_live"; do
    [ -z "$site_each" ] || [ ! -f "$2/.proog/$site_each" ] || site_base=$site_each
  done
  if [ "$site_how" = link ] && { read -r site_each _ <"$2/.proog/next/of"; } 2>/dev/null && [ -f "$2/.proog/$site_each" ] &&
    [ -d "$2/releases/$site_each" ]; then site_base=$site_each; fi
}
