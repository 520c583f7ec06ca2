#!/bin/sh
# Makes the image that the machines of one release share: a minimal Debian with systemd, sshd and apt lists.
# Called as: image.sh IMAGE plain CACHE RELEASE MIRROR SECURITY_MIRROR COMPONENTS KEYRING
#        or: image.sh IMAGE with PLAIN_IMAGE PACKAGES
# It is built beside its place and renamed, so what carries its name is whole. It prints what it does.
set -eu
umask 022
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

main() {
  image=$1
  mkdir -p "${image%/*}"
  # Its setuid programs are as old as the image; they are for machines, not for this host's users.
  chmod 700 "${image%/*}"
  exec 9>"$image.lock"
  flock -n 9 || { echo "waiting for another proog that makes the same image"; flock 9; }
  [ ! -d "$image" ] || return 0
  # A build that was killed left this; its mounts ended with it.
  rm -rf "$image.making"
  # Mounts and processes of the build live in namespaces of their own: whatever ends it, ends all of it.
  unshare --mount --pid --fork --kill-child --mount-proc sh "$0" --inside "$@"
  mv "$image.making" "$image"
}

build() {
  tree=$1.making
  how=$2
  shift 2
  case $how in
  plain) build_plain "$@" ;;
  with) build_with "$@" ;;
  esac
  settle "$tree"
  echo "syncing the image to disk"
  sync -f "$tree"
}

build_plain() {
  cache=$1 release=$2 mirror=$3 security=$4 components=$5 keyring=$6
  mkdir -p "$cache/packages/$release"
  base=systemd,systemd-sysv,dbus,openssh-server,iproute2,ca-certificates
  debootstrap --foreign --variant=minbase --cache-dir="$cache/packages/$release" --keyring="$keyring" \
    --components="$components" --include="$base" "$release" "$tree" "$mirror" "$(debootstrap_script "$release" "$mirror")"
  prepare "$tree"
  chroot "$tree" /debootstrap/debootstrap --second-stage
  sources "$tree" "$release" "$mirror" "$security" "$components" "$keyring"
  update "$tree"
}

# From the image without them, which is there in any case.
build_with() {
  plain=$1 packages=$2
  echo "copying the image without them"
  mkdir "$tree"
  # Whatever that is a link to.
  cp -a --reflink=auto "$plain/." "$tree"
  prepare "$tree"
  update "$tree" "$packages"
}

# A release that is younger than this host's debootstrap is made as the one before it was.
debootstrap_script() {
  release=$1 mirror=$2 scripts=/usr/share/debootstrap/scripts
  if [ -e "$scripts/$release" ]; then
    echo "$scripts/$release"
  elif [ "${mirror##*/}" = ubuntu ]; then
    echo "$scripts/gutsy"
  else
    echo "$scripts/sid"
  fi
}

# So that dpkg can be used in it. Debian's policy-rc.d interface: 101 forbids that packages start their services while they are installed.
prepare() {
  mkdir -p "$1/usr/sbin"
  printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
  chmod 755 "$1/usr/sbin/policy-rc.d"
  # Nobody needs the half of an image after a crash, so dpkg does not wait for the disk.
  echo force-unsafe-io >"$1/etc/dpkg/dpkg.cfg.d/proog-image"
}

sources() {
  tree=$1 release=$2 mirror=$3 security=$4 components=$5 keyring=$6
  rm -f "$tree/etc/apt/sources.list"
  {
    source_stanza "$mirror" "$release $release-updates" "$components" "$keyring"
    echo
    source_stanza "$security" "$release-security" "$components" "$keyring"
  } >"$tree/etc/apt/sources.list.d/${mirror##*/}.sources"
}

source_stanza() {
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\nSigned-By: %s\n' "$1" "$2" "$(echo "$3" | tr , ' ')" "$4"
}

# update TREE [PACKAGES]: security updates, the user's packages, and the lists that apt needs inside.
update() {
  tree=$1 packages=${2-}
  cp /etc/resolv.conf "$tree/etc/resolv.conf"
  mount -t proc proc "$tree/proc"
  echo "updating the package lists"
  chroot "$tree" apt-get -q update
  echo "installing security updates"
  apt_get "$tree" dist-upgrade
  if [ -n "$packages" ]; then
    echo "installing $packages"
    # shellcheck disable=SC2086 # a list of package names, checked by the caller
    apt_get "$tree" install $packages
  fi
  chroot "$tree" apt-get clean
  # Else each machine would make them at its first use of apt: a second, and 90 MB.
  chroot "$tree" apt-cache gencaches
  umount "$tree/proc"
}

apt_get() {
  tree=$1
  shift
  DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot "$tree" \
    apt-get -q -y -o Dpkg::Options::=--force-confold "$@"
}

# From an installed tree to one that many machines can start from at once.
settle() {
  tree=$1
  rm -rf "$tree/debootstrap" "$tree/var/log/bootstrap.log" "$tree/var/cache/apt/archives/partial"
  rm -f "$tree/usr/sbin/policy-rc.d" "$tree/etc/dpkg/dpkg.cfg.d/proog-image"
  rm -rf "$tree/var/log/apt" "$tree/var/log/dpkg.log" "$tree/var/log/alternatives.log"
  rm -f "$tree"/etc/ssh/ssh_host_*_key*
  : >"$tree/etc/machine-id"
  : >"$tree/etc/resolv.conf"
  chmod 644 "$tree/etc/machine-id" "$tree/etc/resolv.conf"
  rm -f "$tree/etc/hostname" "$tree/var/lib/dbus/machine-id"
  # The address is written into each machine; systemd's own file for containers would ask by DHCP.
  ln -sf /dev/null "$tree/etc/systemd/network/80-container-host0.network"
  mkdir -p "$tree/var/log/apt" "$tree/var/log/journal" "$tree/etc/ssh/sshd_config.d"
  # As Debian's installer does; pam_env reads it at every login.
  echo LANG=C.UTF-8 >"$tree/etc/default/locale"
  units "$tree"
  echo 'PermitRootLogin prohibit-password' >"$tree/etc/ssh/sshd_config.d/proog.conf"
  # Says that caches below /etc and /var are of this /usr, else each machine makes them at its first start.
  touch "$tree/etc/.updated" "$tree/var/.updated"
}

units() {
  tree=$1
  chroot "$tree" systemctl --quiet enable systemd-networkd.service
  # Timers that take dpkg's lock, and what has nothing to do without disks and a kernel; not every release has each.
  for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer e2scrub_all.timer \
    e2scrub_reap.service motd-news.timer systemd-pstore.service systemd-network-generator.service; do
    chroot "$tree" systemctl --quiet disable "$unit" 2>/dev/null || true
  done
  # Nobody sits at the console.
  chroot "$tree" systemctl --quiet mask console-getty.service getty@tty1.service
  # What each daemon-reload would start, to look for disks, a TPM, words for the kernel, sockets of a host that logs in without
  # the network and an update that waits for the boot; see systemd.generator(7).
  mkdir -p "$tree/etc/systemd/system-generators"
  for name in cryptsetup debug getty gpt-auto hibernate-resume integritysetup run ssh system-update tpm2 veritysetup; do
    ln -sf /dev/null "$tree/etc/systemd/system-generators/systemd-$name-generator"
  done
}

# In braces the shell has read it all before it runs: the file may be replaced by an upgrade while we stand by.
{
  if [ "$1" = --inside ]; then
    shift
    build "$@"
  else
    main "$@"
  fi
  exit
}
