# shellcheck shell=sh
# A machine's own control groups: without them two machines would share systemd's, and limits need them.
# In each hierarchy: GROUP/keeper with the supervisor, GROUP/machine with systemd-nspawn and all below it.
# https://docs.kernel.org/admin-guide/cgroup-v2.html: processes live in leaves only, hence the two.

# Prints the folders of the group NAME, one a line, one per hierarchy.
cgroup_folders() {
  name=$1 root=/sys/fs/cgroup
  if [ -e "$root/cgroup.controllers" ]; then
    own=$(sed -n 's/^0:://p' /proc/self/cgroup)
    case $own in
      # A later call, from GROUP/keeper.
      */keeper) echo "$root${own%/keeper}" ;;
      # systemd-run gave this process a group of its own, delegated.
      */proog-"$name".service) echo "$root$own" ;;
      *) echo "$root/proog/$name" ;;
    esac
    return
  fi
  for hierarchy in unified systemd memory cpu; do
    if [ -d "$root/$hierarchy" ]; then echo "$root/$hierarchy/proog/$name"; fi
  done
}

# Makes the groups, with limits (bytes and processors, empty for none), and moves this process into keeper.
cgroup_make() {
  name=$1 memory=$2 cpus=$3
  for group in $(cgroup_folders "$name"); do
    mkdir -p "$group/keeper" "$group/machine"
    echo 0 >"$group/keeper/cgroup.procs"
    cgroup_controllers "$group"
    cgroup_limit "$group/machine" "$memory" "$cpus"
  done
}

# Hands memory and cpu down the path, where they are handed down at all (version 2).
cgroup_controllers() {
  group=$1 parent=${1%/*}
  case $group in
    /sys/fs/cgroup/proog/*) set -- "${parent%/*}" "$parent" "$group" ;;
    *) set -- "$group" ;;
  esac
  for level in "$@"; do
    for controller in memory cpu pids; do
      grep -qsw "$controller" "$level/cgroup.controllers" || continue
      echo "+$controller" >"$level/cgroup.subtree_control"
    done
  done
}

# systemd-nspawn handed controllers down; a group that does cannot have processes of its own (version 2).
cgroup_close() {
  [ -e "$1/cgroup.subtree_control" ] || return 0
  # cpu memory pids
  read -r controllers <"$1/cgroup.subtree_control" || return 0
  for controller in $controllers; do
    echo "-$controller" >"$1/cgroup.subtree_control"
  done
}

cgroup_limit() {
  group=$1 memory=$2 cpus=$3
  quota=max
  [ -z "$cpus" ] || quota=$(awk -v cpus="$cpus" 'BEGIN { printf "%d", cpus * 100000 }')
  # Version 2, then version 1, which has another file in another hierarchy and -1 for no limit.
  cgroup_set "$group/memory.max" "${memory:-max}"
  cgroup_set "$group/memory.swap.max" "$([ -z "$memory" ] && echo max || echo 0)"
  cgroup_set "$group/cpu.max" "$quota 100000"
  # With swap can never be less than without: it makes way first.
  cgroup_set "$group/memory.memsw.limit_in_bytes" -1
  cgroup_set "$group/memory.limit_in_bytes" "${memory:--1}"
  cgroup_set "$group/memory.memsw.limit_in_bytes" "${memory:--1}"
  cgroup_set "$group/cpu.cfs_quota_us" "$([ "$quota" = max ] && echo -1 || echo "$quota")"
}

cgroup_set() {
  file=$1 value=$2
  [ -e "$file" ] && [ -n "$value" ] || return 0
  echo "$value" >"$file"
}

# Moves this process into GROUP/machine, and clears what the machine's last start left there.
cgroup_enter() {
  name=$1
  for group in $(cgroup_folders "$name"); do
    find "$group/machine" -mindepth 1 -depth -type d -exec rmdir {} +
    cgroup_close "$group/machine"
    echo 0 >"$group/machine/cgroup.procs"
  done
}
