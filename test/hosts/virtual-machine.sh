#!/bin/sh
# A machine with a kernel of its own, made of an image of the local provider.
# Called as: virtual-machine.sh disk IMAGE FILES DISK
# and: virtual-machine.sh run IMAGE DISK PORT CONSOLE, which runs until its input ends.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# The image with these files over it, as a file system of its own.
make_disk() {
  image=$1 files=$2 disk=$3
  merged=$disk.merged
  mkdir -p "$merged" "$disk.work"
  mount -t overlay overlay -o "lowerdir=$image,upperdir=$files,workdir=$disk.work" "$merged"
  size=$(du --summarize --block-size=1M -- "$merged")
  mke2fs -q -F -t ext4 -O ^has_journal -E lazy_itable_init=1 -d "$merged" -- "$disk" "$((${size%%[!0-9]*} + 400))M"
  umount "$merged"
  rm -rf -- "$merged" "$disk.work"
}

# Emulated: KVM is there by name on some hosts, and breaks in the machine.
run_machine() {
  image=$1 disk=$2 port=$3 console=$4
  for kernel in "$image"/boot/vmlinuz-*; do :; done
  qemu-system-x86_64 -accel tcg -cpu max -m 768 -nodefaults -no-user-config -display none \
    -serial "file:$console" -kernel "$kernel" -initrd "$image/boot/initrd.img-${kernel#*/boot/vmlinuz-}" \
    -append 'root=/dev/vda rw console=ttyS0 quiet mitigations=off nowatchdog systemd.mask=serial-getty@ttyS0.service' \
    -drive "file=$disk,format=raw,if=virtio,cache=unsafe" -device virtio-rng-pci \
    -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$port-:22" -device virtio-net-pci,netdev=net,romfile= \
    </dev/null &
  machine=$!
  trap 'kill -9 "$machine"' EXIT
  # Whoever started it has gone when this ends, however that came.
  cat >/dev/null
}

if ! command -v qemu-system-x86_64 >/dev/null; then
  echo 'There is nothing that emulates it: apt-get install qemu-system-x86' >&2
  exit 1
fi
what=$1
shift
case $what in
disk)
  if [ "${inside-}" = yes ]; then
    make_disk "$@"
  else
    # The mount ends with this, whatever comes.
    inside=yes exec unshare --mount -- sh "$0" disk "$@"
  fi
  ;;
run) run_machine "$@" ;;
esac
