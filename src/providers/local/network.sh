#!/bin/sh
# A fleet's network on this host: a bridge, and an nftables table that lets its machines out.
# Called as: network.sh up BRIDGE TABLE ADDRESS SUBNET | down BRIDGE TABLE | unplug INTERFACE. All may be repeated.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

network_up() {
  bridge=$1 table=$2 address=$3 subnet=$4
  [ -d "/sys/class/net/$bridge" ] || ip link add name "$bridge" type bridge
  ip address replace "$address/24" dev "$bridge"
  ip link set dev "$bridge" up
  # Milliseconds between two ARP requests; with the usual second a machine that is up is found a second late.
  echo 50 >"/proc/sys/net/ipv4/neigh/$bridge/retrans_time_ms"
  # Read first: it is often set, and on some hosts it cannot be written.
  [ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ] || echo 1 >/proc/sys/net/ipv4/ip_forward
  # Naming the table before it is deleted makes this one step, whether it was there or not.
  nft -f - <<END
table ip $table
delete table ip $table
table ip $table {
  chain postrouting {
    type nat hook postrouting priority srcnat
    ip saddr $subnet oifname != "$bridge" masquerade
  }
}
END
  forward_close "$bridge"
  forward_open "$bridge"
}

network_down() {
  bridge=$1 table=$2
  forward_close "$bridge"
  if [ -d "/sys/class/net/$bridge" ]; then ip link delete dev "$bridge"; fi
  if nft list table ip "$table" >/dev/null 2>&1; then nft delete table ip "$table"; fi
}

# A machine's end of it goes with this one. The kernel may be just at it, too.
network_unplug() {
  ip link delete dev "$1" 2>/dev/null || [ ! -d "/sys/class/net/$1" ]
}

# Docker, ufw and libvirt keep the chain FORWARD of iptables, often so that it drops what they do not know;
# no other table can overrule that, so our bridge gets its rules there, marked with its name.
forward_open() {
  nft list chain ip filter FORWARD 2>/dev/null | grep -q 'policy drop' || return 0
  nft insert rule ip filter FORWARD iifname "$1" counter accept comment "$1"
  nft insert rule ip filter FORWARD oifname "$1" counter accept comment "$1"
}

forward_close() {
  # iifname "proog-0a1b2c3d" counter packets 0 bytes 0 accept comment "proog-0a1b2c3d" # handle 7
  nft -a list chain ip filter FORWARD 2>/dev/null | awk -v mark="comment \"$1\"" 'index($0, mark) { print $NF }' |
    while read -r handle; do nft delete rule ip filter FORWARD handle "$handle"; done
}

case $1 in
  up) shift && network_up "$@" ;;
  down) shift && network_down "$@" ;;
  unplug) shift && network_unplug "$@" ;;
  *) exit 64 ;;
esac
