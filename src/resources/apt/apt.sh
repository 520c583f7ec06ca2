# apt PACKAGE… [--install-recommends | --no-install-recommends] [--update] [--latest] [--version=PATTERN | --from=RELEASE]
#   [--hold | --no-hold] [--answers=SHA-256]
# apt PACKAGE… --remove | --purge
# Most words are apt-get's own. In a PATTERN "%" stands for anything. Answers to debconf's questions come as the blob of
# that hash.

# Sets $packages, $wanted (installed, removed, purged), and what the other words ask for.
apt_words() {
  packages='' wanted=installed recommends='' update='' latest='' version='' release='' hold='' answers=''
  for word; do
    case $word in
    --remove) wanted=removed ;;
    --purge) wanted=purged ;;
    --update) update=yes ;;
    --latest) latest=latest ;;
    --version=*) version=${word#*=} ;;
    --from=*) release=${word#*=} ;;
    --hold) hold=hold ;;
    --no-hold) hold='free' ;;
    --answers=*) answers=${word#*=} ;;
    --*) recommends=$word ;;
    *) packages="$packages $word" ;;
    esac
  done
}

apt_check() {
  apt_words "$@"
  read_packages
  [ -z "$latest" ] || apt_check_lists
  for package in $packages; do
    package_now "$package"
    case $wanted/$package_state in
    removed/absent | removed/config-files | purged/absent) ;;
    installed/installed | installed/automatic) apt_compare ;;
    installed/*) apt_missing ;;
    *)
      differs "$package" "$package_version" absent
      comes "no package $package"
      apt_check_way_back
      apt_check_held
      ;;
    esac
  done
  [ "$wanted" = installed ] || apt_dependents
}

# What the newest is, only fresh lists tell.
apt_check_lists() {
  if ! lists_usable; then
    differs lists 'older than the sources' fresh
  elif ! lists_recent; then
    differs lists 'more than a day old' fresh
  fi
}

# One that is there: its version, that somebody wants it, and whether it is held.
apt_compare() {
  if ! package_suits "$package"; then
    package_target "$package"
    differs "$package" "$package_version" "${target:-another}"
    apt_check_way_back
    [ -n "$target" ] || [ "$pass" != check ] || apt_unknown "$package"
    [ -n "$hold" ] || apt_check_held
  fi
  [ "$package_state" = installed ] || differs "$package" 'installed, automatic' 'installed, manual'
  case $hold/$package_held in
  hold/free) differs "$package" 'not held' held ;;
  free/hold) differs "$package" held 'not held' ;;
  esac
}

# Of one that lets people in, whether the version that is there could be put back.
apt_check_way_back() {
  case $access_packages in *" ${package%%:*} "*) ;; *) return ;; esac
  has_version "$package" "$package_version" ||
    reason "apt does not have $package $package_version any more, so it could not be put back."
}

apt_check_held() {
  [ "$package_held" = hold ] || return 0
  case $package_state in
  absent | config-files) held_now="held, so that apt does not install it" ;;
  *) held_now="held at $package_version, so that apt leaves it as it is" ;;
  esac
  blocked "$package is $held_now." \
    "Let it go by apt-mark unhold $package, or declare apt(\"$package\", { hold: false }) for it."
}

# One that is to be installed: what is there of it, and which version comes.
apt_missing() {
  case $package_state in
  absent) now=absent ;;
  config-files) now='absent, configuration left' ;;
  *) now="$package_state $package_version" ;;
  esac
  package_target "$package"
  differs "$package" "$now" "${target:-newest}"
  case $hold/$package_held in
  /hold) apt_check_held ;;
  free/hold) differs "$package" held 'not held' ;;
  esac
  [ -z "$answers" ] || differs answers absent "$answers"
  [ -n "$target" ] || [ "$pass" != check ] || apt_unknown "$package"
  comes "package $package"
}

# One that apt cannot install as far as its lists tell. Newer lists may know it, or a repository that comes before it: where
# there will be some, wait and see.
apt_unknown() {
  if will_come 'package lists'; then
    depends 'Which versions apt has then, depends on what comes before it.'
  elif [ "$candidate" = '(none)' ] || lists_fresh; then
    package_lack "$1"
    depends "$lack"
  fi
}

# What else would go with those that are removed.
apt_dependents() {
  [ "$pass" = check ] && [ -n "$finding" ] || return 0
  going=''
  for package in $packages; do
    package_now "$package"
    case $package_state in absent | config-files) ;; *) going="$going $package" ;; esac
  done
  # dpkg alone is fast, and knows when nothing else needs them.
  # shellcheck disable=SC2086 # names of packages
  [ -n "$going" ] && ! dpkg --no-act --remove $going >/dev/null 2>&1 || return 0
  # Remv ca-certificates [20250419]
  # shellcheck disable=SC2086
  while read -r verb package version; do
    case "$verb $going " in
    *" $package "*) ;;
    Remv*)
      version=${version#\[}
      differs "$package" "${version%%\]*}" absent
      ;;
    esac
  done <<LIST
$(apt-get --simulate --quiet=2 remove $going 2>/dev/null)
LIST
}

apt_join() {
  apt_words "$@"
  read_packages
  [ -z "$update" ] || apt_update_asked=yes
  [ -z "$latest" ] || apt_latest=yes
  for package in $packages; do
    package_now "$package"
    case $wanted/$package_state in
    removed/absent | removed/config-files | purged/absent) ;;
    installed/installed | installed/automatic) apt_join_there ;;
    installed/*)
      # What is only half there may have been mended at its source.
      case $package_state in half-* | unpacked) apt_update_asked=yes ;; esac
      apt_join_missing
      ;;
    removed/*) apt_gone="${apt_gone-} $package-" ;;
    purged/config-files) apt_purged="${apt_purged-} $package" ;;
    purged/*)
      apt_gone="${apt_gone-} $package-"
      apt_purged="${apt_purged-} $package"
      ;;
    esac
  done
}

# What is held by us is let go for its change, and held again.
apt_join_there() {
  if [ -n "$latest" ] || ! package_suits "$package"; then
    if [ "$package_held" = hold ]; then apt_let_go="${apt_let_go-} $package" package_held='free'; fi
    apt_join_word
  elif [ "$package_state" = automatic ]; then
    apt_manual="${apt_manual-} $package"
  fi
  case $hold/$package_held in
  hold/free) apt_hold="${apt_hold-} $package" ;;
  free/hold) apt_let_go="${apt_let_go-} $package" ;;
  esac
}

apt_join_missing() {
  [ "$package_held" != hold ] || apt_let_go="${apt_let_go-} $package"
  apt_join_word
  [ "$hold" != hold ] || apt_hold="${apt_hold-} $package"
  [ -z "$answers" ] || apt_answers="${apt_answers-} $answers"
}

# A pattern or release goes with the name, as apt-get writes it.
apt_join_word() {
  joined_word=$package${version:+=$version}${release:+/$release}
  case $recommends in
  '') apt_plain="${apt_plain-} $joined_word" ;;
  --install-recommends) apt_full="${apt_full-} $joined_word" ;;
  *) apt_lean="${apt_lean-} $joined_word" ;;
  esac
}

apt_flush() {
  # It may wait for others, and fetch much.
  [ -z "$armed" ] || set_deadline 3600
  apt_updated=''
  apt_backup=''
  await_locks && apt_repair && apt_keep && apt_all
  apt_status=$?
  [ -z "$apt_backup" ] || apt_kept
  apt_update_asked='' apt_latest='' apt_manual='' apt_plain='' apt_full='' apt_lean='' apt_gone='' apt_purged=''
  apt_let_go='' apt_hold='' apt_answers='' apt_files='' apt_downgrade=''
  rm -f "$work/packages.now"
  return "$apt_status"
}

# All that was joined: one call of apt-get, but for packages that differ in how theirs are to be installed. What goes is
# said together with what comes, so that one mail server can take another's place.
apt_all() {
  apt_failed=''
  apt_known
  # shellcheck disable=SC2086 # names of packages
  if [ -n "${apt_let_go-}" ]; then apt-mark unhold $apt_let_go || apt_failed=yes; fi
  for answers in ${apt_answers-}; do apt_answer "$answers" || apt_failed=yes; done
  apt_some '' "${apt_plain-}${apt_files-}"
  apt_some --install-recommends "${apt_full-}"
  apt_some --no-install-recommends "${apt_lean-}"
  apt_some '' ''
  # shellcheck disable=SC2086
  if [ -n "${apt_purged-}" ]; then apt_get purge $apt_purged || apt_failed=yes; fi
  # shellcheck disable=SC2086
  if [ -n "${apt_manual-}" ]; then apt-mark manual $apt_manual || apt_failed=yes; fi
  for package in ${apt_hold-}; do apt_hold_one "$package" || apt_failed=yes; done
  [ -z "$apt_failed" ] || apt_tell_unfinished
  [ -z "$apt_failed" ]
}

# What did not become as declared is held only where it was held before.
apt_hold_one() {
  case $apt_failed/"${apt_let_go-} " in
  yes/*" $1 "* | /*) apt-mark hold "$1" ;;
  esac
}

# apt_some OPTION NAMES: these, and with the first ones all that go.
apt_some() {
  case $1$2 in
  --*-recommends) return 0 ;;
  '') [ -n "${apt_gone-}" ] || return 0 ;;
  esac
  # shellcheck disable=SC2086 # an option or none, names of packages
  apt_install $1 $2 ${apt_gone-} || apt_failed=yes
  apt_gone=''
}

# Leaves only such packages in $apt_plain, $apt_full and $apt_lean that apt knows: apt-get would take an unknown name for a
# pattern, or for another name with a sign behind it. Reads the package lists where that is needed.
apt_known() {
  asked="${apt_plain-}${apt_full-}${apt_lean-}"
  [ -n "$asked${apt_files-}" ] || return 0
  if [ -n "${apt_update_asked-}" ] || ! lists_usable; then
    apt_update
  elif [ -n "${apt_latest-}" ] && ! lists_recent; then
    apt_update
  fi
  [ -n "$asked" ] || return 0
  apt_candidates
  if [ -n "$unknown" ] && [ -z "$apt_updated" ]; then
    echo "The package lists do not have$(printf %s "$unknown" | tr % '*'); reading them anew."
    apt_update
    apt_candidates
  fi
  for word in $unknown; do
    apt_failed=yes
    apt_strike "$word"
    apt_word "$word"
    package_target "$package"
    package_lack "$package"
    echo "$lack"
  done
  [ -z "$unknown" ] || apt_tell_unsigned
  case $asked in *[=/]*) apt_resolve ;; esac
}

# apt_word WORD: sets $package, $version and $release.
apt_word() {
  version='' release=''
  package=${1%%[=/]*}
  case $1 in
  *=*) version=${1#*=} ;;
  */*) release=${1#*/} ;;
  esac
}

# Sets $unknown to those of $asked that apt cannot install. Those that the surveys are about stay known.
apt_candidates() {
  candidates_hold || ask_candidates
  read_packages
  unknown=''
  for word in $asked; do
    apt_word "$word"
    package_target "$package"
    [ -n "$target" ] || unknown="$unknown $word"
  done
}

ask_candidates() {
  {
    # shellcheck disable=SC2086 # names of packages
    printf '%s\n' $asked | sed 's,[=/].*,,'
    cut -s -d ' ' -f 1 "$work/candidates.expected" 2>/dev/null
  } | list_candidates >"$work/packages.candidates"
  rm -f "$work/candidates.known"
}

# candidates_hold: whether what apt said in the look before is about all that is asked for, and holds: it takes as long to ask again as
# to look at everything.
candidates_hold() {
  for candidates_source in /var/lib/apt/lists/partial /var/lib/dpkg/status /etc/apt/preferences /etc/apt/preferences.d /etc/apt/preferences.d/*; do
    [ ! "$candidates_source" -nt "$work/packages.candidates" ] || return
  done
  for word in $asked; do
    package_fact "?${word%%[=/]*}"
    [ -n "$fact" ] || return
  done
}

# Patterns become versions.
apt_resolve() {
  apt_plain=$(apt_exact "${apt_plain-}")
  apt_full=$(apt_exact "${apt_full-}")
  apt_lean=$(apt_exact "${apt_lean-}")
  for word in $apt_plain $apt_full $apt_lean; do
    apt_word "$word"
    [ -n "$version$release" ] || continue
    package_now "$package"
    package_target "$package"
    ! is_older "$target" "$package_version" || apt_downgrade=--allow-downgrades
  done
}

apt_exact() {
  for word in $1; do
    apt_word "$word"
    if [ -n "$version" ]; then
      package_target "$package"
      word=$package=$target
    fi
    printf ' %s' "$word"
  done
}

# is_older VERSION OTHER: where there is another.
is_older() {
  [ -n "$2" ] && dpkg --compare-versions "$1" lt "$2"
}

apt_strike() {
  apt_plain=$(without "$1" "${apt_plain-}")
  apt_full=$(without "$1" "${apt_full-}")
  apt_lean=$(without "$1" "${apt_lean-}")
}

# without WORD WORDS
without() {
  for word in $2; do
    [ "$word" = "$1" ] || printf ' %s' "$word"
  done
}

# apt_install [OPTION] NAME…: a name with a minus behind it is removed. Where there is none, nothing is.
apt_install() {
  case "$* " in
  *'- '*)
    keeping=''
    if apt_removals "$@"; then return 1; fi
    ;;
  *) keeping=--no-remove ;;
  esac
  keeping="$keeping ${apt_downgrade-}"
  # shellcheck disable=SC2086 # words, or none
  apt_get install $keeping "$@" && return
  case $keeping in --no-remove*) if apt_removals "$@"; then return 1; fi ;; esac
  # Where it was the download that failed, the mirror has newer packages than the lists say.
  # shellcheck disable=SC2086
  if [ -z "$apt_updated" ] && apt_would "$@" && ! apt_get install --download-only $keeping "$@" >/dev/null 2>&1; then
    echo 'Not all packages could be fetched: reading the package lists anew, and trying once more.'
    apt_update
    # shellcheck disable=SC2086
    apt_get install $keeping "$@" && return
    echo 'Look at the mirror, and at the way to it from here, and apply again.'
  fi
  apt_standing_in_the_way
  return 1
}

# Whether apt finds a way to install these, as far as its lists tell.
apt_would() {
  apt-get --simulate --quiet=2 install "$@" >/dev/null 2>&1
}

# Holds and pins that others made, which apt's own words do not name.
apt_standing_in_the_way() {
  held_ones=$(apt-mark showhold | paste -s -d ,)
  [ -z "$held_ones" ] || echo "Held as they are, which may be what stands in the way: $held_ones. apt-mark unhold lets them go."
  pins=$(grep -ls '^Pin:' /etc/apt/preferences /etc/apt/preferences.d/* | paste -s -d ,)
  [ -z "$pins" ] || echo "Pins, which may be what stands in the way, are in $pins."
}

# Tells what would have to be removed for these, besides what was declared to go and what needs that; fails when nothing
# would.
apt_removals() {
  # shellcheck disable=SC2086 # names of packages
  going=$([ -z "${apt_gone-}" ] || removed_by $apt_gone)
  removals=$(removed_by "$@" | awk -v going="$going" '
    BEGIN { count = split(going, names, "\n"); for (i = 1; i <= count; i++) goes[names[i]] }
    !($0 in goes) { printf ", \"%s\"", $0 }')
  [ -n "$removals" ] || return 1
  echo "apt would have to remove packages for this, and nobody has declared that."
  echo "To let them go, declare apt(${removals#, }, { absent: true }) right before it."
}

# removed_by NAME…: the names of those that apt would remove, one a line.
removed_by() {
  apt-get --simulate --quiet=2 install "$@" 2>/dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p'
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1 UCF_FORCE_CONFFOLD=1 \
    apt-get --assume-yes --quiet \
    -o DPkg::Lock::Timeout="$apt_patience" -o Dpkg::Use-Pty=0 -o APT::Cmd::Pattern-Only=true \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# The lock of the lists has no time limit of apt's own. Where some lists cannot be read, the others may do.
apt_update() {
  apt_updated=yes
  until apt_read_lists; do
    lock_holder
    if [ -z "$holder" ]; then
      echo 'Not all package lists could be read.'
      return
    fi
    await_locks || return
  done
}

# apt_read_lists: what apt says of it is read once more, and shown as it comes.
apt_read_lists() {
  {
    apt_get update 2>&1
    echo "$?" >"$work/apt-update.status"
  } | tee "$work/apt-update"
  read -r apt_read_status <"$work/apt-update.status"
  return "$apt_read_status"
}

# apt_tell_unsigned: after apt_update, which lists it did not take, so that it knows nothing of what is in them.
apt_tell_unsigned() {
  [ -n "$apt_updated" ] || return 0
  # E: The repository 'file:/srv/signed ./ InRelease' is not signed.
  sed -n "s/^E[a-z]*: The repository '\(.*\)' is not signed\.\$/The lists of \1 are not signed by the key that apt is to trust for them: look at the key of its aptRepository./p" \
    "$work/apt-update"
}

# mend_packages: after a run that died. What it was at may be no package that is declared, but one that came with it.
mend_packages() {
  await_locks && apt_repair
}

# apt-get does nothing as long as the journal of a dpkg that was killed is there.
apt_repair() {
  for entry in /var/lib/dpkg/updates/[0-9]*; do
    [ -e "$entry" ] || continue
    tell 'dpkg was interrupted earlier: finishing that first, with dpkg --configure -a.'
    # Not through a pipe: what a script has started would hold that open.
    DEBIAN_FRONTEND=noninteractive dpkg --configure -a --force-confdef --force-confold >"$work/dpkg.said" 2>&1
    apt_repaired=$?
    cat "$work/dpkg.said"
    [ "$apt_repaired" = 0 ] || apt_tell_unfinished
    break
  done
  apt_unpack_again
}

# apt_tell_unfinished: names the packages whose own scripts fail, which no call of dpkg brings to their end, once in a run; with the last
# that they said where that is known.
apt_tell_unfinished() {
  # Package: nginx, Status: install ok half-configured
  unfinished=$(awk '/^Package: / { name = $2 } /^Status: .* half-configured$/ { print name }' /var/lib/dpkg/status)
  for package in $unfinished; do
    case "${apt_unfinished_told-} " in *" $package "*) continue ;; esac
    apt_unfinished_told="${apt_unfinished_told-} $package"
    tell "dpkg cannot bring $package to its end, since a script of its own fails$(last_of_script "$package"). Mend it, or remove the package; dpkg --configure $package shows what it says."
  done
}

# last_of_script PACKAGE: prints the last three lines before dpkg's word that its script failed.
last_of_script() {
  # Setting up nginx (1.26.3-3) ...
  # dpkg: error processing package nginx (--configure):
  awk -v literal="$(printf %s "$1" | sed 's/[.+]/[&]/g')" '
    $1 == "Setting" && $3 ~ "^" literal "(:|$)" { saying = 1; lines = 0; next }
    $1 == "dpkg:" && $4 == "package" { saying = 0 }
    saying && NF { line[++lines] = $0 }
    END {
      for (i = lines > 3 ? lines - 2 : 1; i <= lines; i++) text = text (text == "" ? ": " : " / ") line[i]
      printf "%s", text
    }' "$work/dpkg.said" 2>/dev/null
}

# apt_unpack_again: those in whose middle dpkg was killed. It does nothing else with them before, and apt nothing at all while there is
# one of which it has no archive: that one is removed, as dpkg(1) has it, and what declares it installs it again.
apt_unpack_again() {
  # Package: tree, Status: install reinstreq half-installed, Architecture: amd64
  torn=$(awk '
    /^Package: / { name = $2 }
    /^Status: [a-z]+ reinstreq / { torn = 1 }
    /^Architecture: / { if (torn) print name ($2 == "all" ? "" : ":" $2); torn = 0 }' /var/lib/dpkg/status)
  [ -n "$torn" ] || return 0
  lists_usable || apt_update
  again='' lost=''
  for package in $torn; do
    if [ -n "$(list_versions "$package")" ]; then again="$again $package"; else lost="$lost $package"; fi
  done
  if [ -n "$lost" ]; then
    tell "dpkg was killed in the middle of$lost, of which apt has no archive: removing what is left of it, but for its configuration."
    # shellcheck disable=SC2086 # names of packages
    dpkg --force-remove-reinstreq --remove $lost || echo 'It could not. What dpkg makes of it: dpkg --audit'
  fi
  if [ -n "$again" ]; then
    tell "dpkg was killed in the middle of$again: unpacking that again."
    # shellcheck disable=SC2086
    apt_get install --reinstall --allow-downgrades --allow-change-held-packages $again ||
      echo 'It could not. What dpkg makes of it: dpkg --audit'
  fi
}
