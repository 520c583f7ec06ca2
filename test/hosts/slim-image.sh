#!/bin/sh
# An image for tests: the same one, but its lists of apt have only what tests name, and what that needs: with all of Debian's
# 69,000 packages each call of apt-get thinks for a second of a processor. And ssh agrees on keys by curve25519 alone: what is against
# quantum computers, too, takes another tenth of a second for each connection, before version 9.9, of which tests make a thousand. And
# debconf is not called before packages are unpacked, where it has nobody to ask.
# Called as: slim-image.sh IMAGE COPY. Prints "locked" when all who want COPY wait for it. Then a line on its input says that
# IMAGE is there; words follow, of which some are names of packages.
#        or: slim-image.sh SLIM_IMAGE COPY PACKAGE…: what local() makes of an image for these packages, but slim as the one that it is
# made of, without what they recommend, and with no service of theirs enabled.
set -eu
umask 022

main() {
  image=$1 copy=$2
  shift 2
  mkdir -p "${copy%/*}"
  chmod 700 "${copy%/*}"
  # As image.sh has it, so that nobody makes it meanwhile.
  exec 9>"$copy.lock"
  flock 9
  echo locked
  read -r _ || return 1
  [ ! -d "$copy" ] || return 0
  rm -rf "$copy.making"
  # No hard links, which are faster: a machine of another run sees that its files have one more.
  cp -a --reflink=auto "$image" "$copy.making"
  tree=$copy.making
  if [ $# -eq 0 ]; then
    slim
  else
    cat >/dev/null
    unshare --mount --pid --fork --kill-child --mount-proc sh "$0" --inside "$tree" "$@"
  fi
  mv "$tree" "$copy"
}

# supply PACKAGE…: installs them, while nothing is started.
supply() {
  printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
  chmod 755 "$tree/usr/sbin/policy-rc.d"
  cp /etc/resolv.conf "$tree/etc/resolv.conf"
  mount -t proc proc "$tree/proc"
  enabled >"$tree.before"
  DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot "$tree" \
    apt-get -qq -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io install "$@" >"$tree.log" 2>&1 || {
    cat "$tree.log" >&2
    exit 1
  }
  enabled | comm -13 "$tree.before" - | while read -r link; do
    rm "$link"
    rmdir --ignore-fail-on-non-empty "${link%/*}"
  done
  chroot "$tree" apt-get clean
  chroot "$tree" apt-cache -q gencaches >/dev/null
  umount "$tree/proc"
  rm "$tree.before" "$tree.log" "$tree/usr/sbin/policy-rc.d"
  : >"$tree/etc/resolv.conf"
  # As image.sh has it: caches below /etc and /var are of this /usr.
  touch "$tree/etc/.updated" "$tree/var/.updated"
}

# What systemd starts by itself, as links.
enabled() {
  find "$tree/etc/systemd/system" -type l -path '*.wants/*' | sort
}

slim() {
  cat >"$tree.words"
  # shellcheck disable=SC2046 # names of packages
  with_needs $(awk 'NR == FNR { words[$1]; next } /^Package: / && $2 in words { print $2 }' "$tree.words" "$tree"/var/lib/apt/lists/*_Packages) >"$tree.names"
  for list in "$tree"/var/lib/apt/lists/*_Packages "$tree"/var/lib/apt/lists/*_Translation-en; do
    [ -e "$list" ] || continue
    # A paragraph each, which begins with "Package: NAME".
    awk -v names="$tree.names" '
      BEGIN { while ((getline name <names) > 0) wanted[name]; RS = ""; ORS = "\n\n" }
      $2 in wanted' "$list" >"$list.slim"
    touch -r "$list" "$list.slim"
    mv "$list.slim" "$list"
  done
  echo 'KexAlgorithms curve25519-sha256' >"$tree/etc/ssh/sshd_config.d/tests.conf"
  rm -f "$tree/etc/apt/apt.conf.d/70debconf"
  rm "$tree.words" "$tree.names" "$tree"/var/cache/apt/*.bin
  chroot "$tree" apt-cache -q gencaches >/dev/null
}

# with_needs PACKAGE…: the names of these, of all that they depend on or recommend, and of what is installed.
with_needs() {
  # adduser
  #   Depends: passwd
  #     login:i386
  chroot "$tree" apt-cache depends --recurse --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$@" |
    sed -n 's/^\([a-z0-9][^:]*\).*/\1/p'
  sed -n 's/^Package: //p' "$tree/var/lib/dpkg/status"
}

# In braces the shell has read it all before it runs.
{
  if [ "$1" = --inside ]; then
    tree=$2
    shift 2
    supply "$@"
  else
    main "$@"
  fi
  exit
}
