#!/bin/sh
# Stands by one machine: starts it, starts it again when it reboots, ends when it is powered off.
# Called as: supervisor.sh FOLDER IMAGE BRIDGE MACHINE HOSTNAME CGROUP MEMORY CPUS
# Everything of the machine (mounts, processes) lives in namespaces that end with this one process,
# so that a kill leaves nothing. FOLDER/supervisor holds "PID STARTTIME" of it.
set -eu
umask 022

main() {
  folder=$1
  exec 9>"$folder/lock"
  # One supervisor per machine: the lock is held as long as this process or the machine's first one lives.
  flock -n 9 || exit 0
  # Field 22 of proc(5)'s stat: with it a process id that is used again is not mistaken for this one.
  printf '%s %s\n' "$$" "$(cut -d ' ' -f 22 /proc/$$/stat)" >"$folder/supervisor.new"
  mv "$folder/supervisor.new" "$folder/supervisor"
  exec unshare --mount --propagation slave --pid --fork --kill-child --mount-proc sh "$0" --inside "$@"
}

# The first process of the machine's process namespace.
supervise() {
  folder=$1 image=$2 bridge=$3 machine=$4 hostname=$5
  # systemd-nspawn keeps its files in /run: in one of its own they end with it.
  mount -t tmpfs -o mode=755 tmpfs /run
  mount -t overlay -o "lowerdir=$image,upperdir=$folder/upper,workdir=$folder/work,redirect_dir=on" overlay "$folder/root"
  status=133
  # systemd-nspawn's status for a reboot inside.
  while [ "$status" = 133 ]; do
    status=0
    start || status=$?
  done
  echo "systemd-nspawn ended with status $status"
}

start() {
  # Refused inside by default: unified cgroups where this host has the old ones, which systemd 256 and newer need.
  SYSTEMD_NSPAWN_TMPFS_TMP=0 systemd-nspawn --quiet --register=no --keep-unit --boot --settings=no \
    --directory="$folder/root" --machine="$machine" --hostname="$hostname" --network-bridge="$bridge" \
    --link-journal=no --timezone=off --resolv-conf=off --console=read-only 9>&-
}

if [ "$1" = --inside ]; then
  shift
  supervise "$@"
else
  main "$@"
fi
