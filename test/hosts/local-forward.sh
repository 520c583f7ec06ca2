#!/bin/sh
# Shows what network.sh does on a host whose firewall drops what it does not know, as Docker's and ufw's do.
# Called as: unshare --net --mount local-forward.sh NETWORK_SH; a network namespace of its own keeps it off this host.
set -eu
network=$1
mount -t sysfs sysfs /sys
nft -f - <<'END'
table ip filter {
  chain FORWARD {
    type filter hook forward priority filter; policy drop;
    counter comment "of the host"
  }
}
END
forward() {
  nft -s list chain ip filter FORWARD | grep -E 'proog|host'
}
for round in 1 2; do
  echo "up $round"
  sh "$network" up proog-0a1b2c3d proog_0a1b2c3d 10.77.3.1 10.77.3.0/24
  forward
done
sh "$network" up proog-ffffffff proog_ffffffff 10.77.4.1 10.77.4.0/24
sh "$network" down proog-0a1b2c3d proog_0a1b2c3d
echo down
forward
nft list tables
ls /sys/class/net
sh "$network" down proog-0a1b2c3d proog_0a1b2c3d
