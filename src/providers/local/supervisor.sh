#!/bin/sh
# Stands by one machine: starts it, starts it again when it reboots, ends when it is powered off.
# Called as: supervisor.sh FOLDER IMAGE BRIDGE MACHINE HOSTNAME MEMORY CPUS
# Everything of the machine (mounts, processes) lives in namespaces that end with this one process,
# so that a kill leaves nothing. FOLDER/supervisor holds "PID STARTTIME" of it.
set -eu
umask 022
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
# shellcheck source=cgroup.sh
. "${0%/*}/cgroup.sh"

main() {
  folder=$1 machine=$4 memory=$6 cpus=$7
  exec >>"$folder/console.log" 2>&1
  exec 9>"$folder/lock"
  # One supervisor per machine: the lock is held as long as this process or the machine's first one lives.
  flock -n 9 || exit 0
  cgroup_make "$machine" "$memory" "$cpus"
  # Field 22 of proc(5)'s stat: with it a process id that is used again is not mistaken for this one.
  printf '%s %s\n' "$$" "$(cut -d ' ' -f 22 /proc/$$/stat)" >"$folder/supervisor.new"
  mv "$folder/supervisor.new" "$folder/supervisor"
  exec unshare --mount --propagation slave --pid --fork --kill-child --mount-proc sh "$0" --inside "$@"
}

# The first process of the machine's process namespace.
supervise() {
  folder=$1 image=$2
  # systemd-nspawn keeps its files in /run: in one of its own they end with it.
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir /run/root
  layers="lowerdir=$image,upperdir=$folder/disk/upper,workdir=$folder/disk/work"
  mount -t overlay -o "$layers,redirect_dir=on" overlay /run/root
  # 133 is systemd-nspawn's status for a reboot inside.
  status=133
  while [ "$status" = 133 ]; do
    # Not "|| status=$?": below such a list the shell would ignore set -e.
    set +e
    (set -e && start "$@")
    status=$?
    set -e
  done
  echo "systemd-nspawn ended with status $status"
}

start() {
  bridge=$3 machine=$4 hostname=$5
  cgroup_enter "$machine"
  # Machines have version 2 control groups, as servers do, also where this host has version 1.
  # Their /tmp is what their own systemd makes of it; open files are limited as systemd does, not as for this process.
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_TMPFS_TMP=0 \
    exec systemd-nspawn --quiet --register=no --keep-unit --boot --settings=no \
    --directory=/run/root --machine="$machine" --hostname="$hostname" --network-bridge="$bridge" \
    --link-journal=no --timezone=off --resolv-conf=off --console=read-only --rlimit=NOFILE=1024:524288 9>&-
}

# Copies the console into the log; when that is large, it becomes the old log and a new one begins.
keep_console() {
  log=$1/console.log
  size=$(wc -c <"$log")
  while IFS= read -r line; do
    printf '%s\n' "$line"
    size=$((size + ${#line}))
    [ "$size" -gt 1000000 ] || continue
    mv "$log" "$log.old"
    exec >"$log"
    size=0
  done
}

# In braces the shell has read it all before it runs: the file may be replaced by an upgrade while we stand by.
{
  if [ "$1" = --inside ]; then
    shift
    supervise "$@" 2>&1 | keep_console "$1"
  else
    main "$@"
  fi
  exit
}
