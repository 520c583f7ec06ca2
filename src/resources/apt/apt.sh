# apt [--no-install-recommends] PACKAGE… ; a package with a minus behind it (as apt-get itself takes it) must not be
# installed, one with an underscore must not even have left its configuration.

# apt_known PACKAGE: sets $package_state to dpkg's word (installed, config-files, half-configured, …; empty: unknown to
# it) and $package_version.
apt_known() {
  package_state=''
  case $newline$apt_table in
  *"$newline$1 "*)
    package_rest=${apt_table#"$1 "}
    [ "$package_rest" != "$apt_table" ] || package_rest=${apt_table#*"$newline$1 "}
    package_rest=${package_rest%%"$newline"*}
    package_state=${package_rest%% *}
    package_version=${package_rest#* }
    ;;
  esac
}

apt_check() {
  apt_names=''
  for package; do
    case $package in
    --*) ;;
    *) apt_names="$apt_names ${package%[-_]}" ;;
    esac
  done
  # shellcheck disable=SC2016,SC2086 # dpkg-query's own fields; names of packages
  apt_table=$(dpkg-query --show --showformat '${Package} ${db:Status-Status} ${Version}\n${Package}:${Architecture} ${db:Status-Status} ${Version}\n' $apt_names 2>/dev/null)
  apt_wanted=''
  for package; do
    case $package in
    --*) continue ;;
    *) apt_known "${package%[-_]}" ;;
    esac
    case $package/$package_state in
    *-/ | *-/not-installed | *-/config-files | *_/ | *_/not-installed) ;;
    *_/config-files) differs "${package%_}" 'its configuration' purged ;;
    *[-_]/*) differs "${package%[-_]}" "$package_version" absent ;;
    */installed) ;;
    */ | */not-installed | */config-files) apt_wanted="$apt_wanted $package" ;;
    *) differs "$package" "$package_state" installed ;;
    esac
  done
  [ -z "$apt_wanted" ] || apt_candidates
}

# What apt would install of those that are wanted. Only the plan needs to know: asking takes a tenth of a second.
apt_candidates() {
  apt_policy=''
  # shellcheck disable=SC2086
  [ "$pass" != check ] || apt_policy=$(apt-cache policy $apt_wanted 2>/dev/null | awk '/^[^ ]/ { sub(/:$/, ""); name = $0 } $1 == "Candidate:" { print name, $2 }')
  for package in $apt_wanted; do
    apt_candidate=''
    case $newline$apt_policy in
    *"$newline$package "*)
      apt_candidate=${newline}$apt_policy
      apt_candidate=${apt_candidate#*"$newline$package "}
      apt_candidate=${apt_candidate%%"$newline"*}
      ;;
    esac
    case $apt_candidate in
    '' | '(none)')
      differs "$package" absent installed
      if [ "$pass" = check ] && ! apt_stale; then depends "apt knows no package $package."; fi
      ;;
    *) differs "$package" absent "$apt_candidate" ;;
    esac
  done
}

# apt_stale: whether the package lists are missing, older than a day, or older than the sources.
apt_stale() {
  for list in /var/lib/apt/lists/*_Packages* /var/lib/apt/lists/*_InRelease; do
    [ -e "$list" ] || continue
    [ -n "$(find /var/lib/apt/lists -maxdepth 1 -newermt '-1 day' -print -quit)" ] || return 0
    [ -z "$(find /etc/apt/sources.list /etc/apt/sources.list.d -newer /var/lib/apt/lists -print -quit 2>/dev/null)" ]
    return $(($? == 0 ? 1 : 0))
  done
  return 0
}

apt_join() {
  apt_joined="${apt_joined-} $*"
}

# One apt-get for all that were joined.
apt_flush() {
  # shellcheck disable=SC2086
  set -- $apt_joined
  apt_joined='' apt_option='' apt_purge=''
  for package; do
    shift
    case $package in
    --no-install-recommends) apt_option=$package ;;
    *_)
      apt_purge=--purge
      set -- "$@" "${package%_}-"
      ;;
    *) set -- "$@" "$package" ;;
    esac
  done
  apt_repair || return
  apt_updated=no
  if apt_stale; then apt_update || return; fi
  # shellcheck disable=SC2086
  apt_get $apt_option $apt_purge install "$@" && return
  # New lists help where one is not known, or gone from the mirror; not where a maintainer script failed.
  [ "$apt_updated" = no ] && [ -z "$(dpkg --audit 2>/dev/null)" ] || return
  echo 'Reading the package lists anew, and trying once more.'
  # shellcheck disable=SC2086
  apt_update && apt_get $apt_option $apt_purge install "$@"
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l APT_LISTCHANGES_FRONTEND=none apt-get --yes --quiet=1 \
    -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# The lock of the lists has no time limit of apt's own.
apt_update() {
  apt_updated=yes
  flock --timeout 600 /var/lib/apt/lists/lock true || return
  apt_get update
}

# What a dpkg that was interrupted left half done.
apt_repair() {
  [ -n "$(dpkg --audit 2>/dev/null)" ] || return 0
  echo 'dpkg was interrupted; finishing that first: dpkg --configure -a'
  DEBIAN_FRONTEND=noninteractive dpkg --configure --pending --force-confdef --force-confold
}

# survey_apt: lines "PACKAGE installed".
survey_apt() {
  # shellcheck disable=SC2016 # dpkg-query's own fields
  cut -d ' ' -f 1 | xargs dpkg-query --show --showformat '${Package} ${db:Status-Status}\n${Package}:${Architecture} ${db:Status-Status}\n'
}
