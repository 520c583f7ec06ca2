#!/bin/sh
# A fleet's network on this host: a bridge, and an nftables table that lets its machines out.
# Called as: network.sh up BRIDGE TABLE ADDRESS SUBNET | down BRIDGE TABLE. Both may be repeated.
set -eu

network_up() {
  bridge=$1 table=$2 address=$3 subnet=$4
  ip link show dev "$bridge" >/dev/null 2>&1 || ip link add name "$bridge" type bridge
  ip address replace "$address/24" dev "$bridge"
  ip link set dev "$bridge" up
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
}

network_down() {
  bridge=$1 table=$2
  if ip link show dev "$bridge" >/dev/null 2>&1; then ip link delete dev "$bridge"; fi
  if nft list table ip "$table" >/dev/null 2>&1; then nft delete table ip "$table"; fi
}

case $1 in
  up) shift && network_up "$@" ;;
  down) shift && network_down "$@" ;;
  *) exit 64 ;;
esac
