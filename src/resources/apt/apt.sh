# apt PACKAGE… [--install-recommends | --no-install-recommends] [--update]
# apt PACKAGE… --remove | --purge
# The words are apt-get's own.

# Sets $packages, $wanted (installed, removed, purged), $recommends and $update.
apt_words() {
  packages='' wanted=installed recommends='' update=''
  for word; do
    case $word in
    --remove) wanted=removed ;;
    --purge) wanted=purged ;;
    --update) update=yes ;;
    --*) recommends=$word ;;
    *) packages="$packages $word" ;;
    esac
  done
}

apt_check() {
  apt_words "$@"
  read_packages
  for package in $packages; do
    package_now "$package"
    case $wanted/$package_state in
    installed/installed | removed/absent | removed/config-files | purged/absent) ;;
    installed/automatic) differs "$package" 'installed, automatic' 'installed, manual' ;;
    installed/*) apt_missing ;;
    *) differs "$package" "$package_version" absent ;;
    esac
  done
  [ "$wanted" = installed ] || apt_dependents
}

# One that is to be installed: what is there of it, and which version comes.
apt_missing() {
  case $package_state in
  absent) now=absent ;;
  config-files) now='absent, configuration left' ;;
  *) now="$package_state $package_version" ;;
  esac
  package_candidate "$package"
  case $candidate in
  '' | '(none)')
    differs "$package" "$now" newest
    [ "$pass" != check ] || apt_unknown "$package"
    ;;
  *) differs "$package" "$now" "$candidate" ;;
  esac
  comes "package $package"
}

# One that apt cannot install as far as its lists tell. Newer lists may know it: where there will be some, wait and see.
apt_unknown() {
  if [ "$candidate" = '(none)' ]; then
    providers_of "$1"
    depends "apt has nothing to install for \"$1\"${providers:+, which is provided by $providers}."
  elif lists_usable && lists_recent; then
    near_packages "$1"
    depends "apt knows no package \"$1\"${near:+; there is $near}."
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
  for package in $packages; do
    package_now "$package"
    case $wanted/$package_state in
    installed/installed | removed/absent | removed/config-files | purged/absent) ;;
    installed/automatic) apt_manual="${apt_manual-} $package" ;;
    installed/*)
      case $recommends in
      '') apt_plain="${apt_plain-} $package" ;;
      --install-recommends) apt_full="${apt_full-} $package" ;;
      *) apt_lean="${apt_lean-} $package" ;;
      esac
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

apt_flush() {
  apt_updated=''
  apt_backup=''
  await_locks && apt_repair && apt_keep && apt_all
  apt_status=$?
  [ -z "$apt_backup" ] || apt_kept
  apt_update_asked='' apt_manual='' apt_plain='' apt_full='' apt_lean='' apt_gone='' apt_purged=''
  rm -f "$work/packages.now"
  return "$apt_status"
}

# All that was joined: one call of apt-get, but for packages that differ in how theirs are to be installed. What goes is
# said together with what comes, so that one mail server can take another's place.
apt_all() {
  apt_failed=''
  apt_known
  apt_some '' "${apt_plain-}"
  apt_some --install-recommends "${apt_full-}"
  apt_some --no-install-recommends "${apt_lean-}"
  apt_some '' ''
  # shellcheck disable=SC2086 # names of packages
  if [ -n "${apt_purged-}" ]; then apt_get purge $apt_purged || apt_failed=yes; fi
  # shellcheck disable=SC2086
  if [ -n "${apt_manual-}" ]; then apt-mark manual $apt_manual || apt_failed=yes; fi
  [ -z "$apt_failed" ]
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
  [ -n "$asked" ] || return 0
  if [ -n "${apt_update_asked-}" ] || ! lists_usable; then apt_update; fi
  apt_candidates
  if [ -n "$unknown" ] && [ -z "$apt_updated" ]; then
    echo "The package lists do not have$unknown; reading them anew."
    apt_update
    apt_candidates
  fi
  for package in $unknown; do
    apt_failed=yes
    apt_strike "$package"
    package_candidate "$package"
    if [ "$candidate" = '(none)' ]; then
      providers_of "$package"
      echo "apt has nothing to install for \"$package\"${providers:+, which is provided by $providers}."
    else
      near_packages "$package"
      echo "apt knows no package \"$package\"${near:+; there is $near}."
    fi
  done
}

# Sets $unknown to those of $asked that apt cannot install.
apt_candidates() {
  # shellcheck disable=SC2086 # names of packages
  printf '%s\n' $asked | list_candidates
  read_packages
  unknown=''
  for package in $asked; do
    package_candidate "$package"
    case $candidate in '' | '(none)') unknown="$unknown $package" ;; esac
  done
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
  # shellcheck disable=SC2086 # one word, or none
  apt_get install $keeping "$@" && return
  if [ -n "$keeping" ] && apt_removals "$@"; then return 1; fi
  # Where it was the download that failed, the mirror has newer packages than the lists say.
  # shellcheck disable=SC2086
  if [ -n "$apt_updated" ] || apt_get install --download-only $keeping "$@" >/dev/null 2>&1; then return 1; fi
  echo 'Not all packages could be fetched: reading the package lists anew, and trying once more.'
  apt_update
  # shellcheck disable=SC2086
  apt_get install $keeping "$@"
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
  until apt_get update; do
    lock_holder
    if [ -z "$holder" ]; then
      echo 'Not all package lists could be read.'
      return
    fi
    await_locks || return
  done
}

# apt-get does nothing as long as the journal of a dpkg that was killed is there.
apt_repair() {
  for entry in /var/lib/dpkg/updates/[0-9]*; do
    [ -e "$entry" ] || continue
    echo 'dpkg was interrupted earlier: finishing that first, with dpkg --configure -a.'
    DEBIAN_FRONTEND=noninteractive dpkg --configure -a --force-confdef --force-confold ||
      echo 'It could not finish everything.'
    return 0
  done
}
