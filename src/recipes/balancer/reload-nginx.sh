#!/bin/sh
# Reloads nginx without losing a request; nginx.service calls it. Written by Proog: loadBalancer().
#
# At a reload, nginx before 1.27.4 closes each connection that waits for its next request, and one that is on its way there at that moment is
# lost. So for a second before, as long as this file is there, each answer says that its connection ends with it: then none that is in use
# waits any more. What has waited for longer is closed; clients ask again over a new connection, as RFC 9112 (9.3.1) tells them.
set -eu
LC_ALL=C
export LC_ALL
flag=/run/proog-reload-nginx
trap 'rm -f "$flag"' EXIT
trap 'exit 1' HUP INT TERM
: >"$flag"

# The processes that take requests: not those that are shutting down.
workers() {
  read -r master </run/nginx.pid
  for process in /proc/[0-9]*; do
    # 4711 (nginx) S 4700 …
    read -r pid name _ parent _ 2>/dev/null <"$process/stat" || continue
    [ "$name/$parent" = "(nginx)/$master" ] || continue
    case $(tr '\0' ' ' 2>/dev/null <"$process/cmdline") in
    *'shutting down'*) ;;
    *) echo "$pid" ;;
    esac
  done
}

# Nginx looks for the file as each second begins; the whole one after that is for connections to end.
sleep "$(date +%N | awk '{ print 2 - $1 / 1000000000 }')"
before=$(workers)
nginx -g 'daemon on; master_process on;' -s reload
# Until the old ones have heard of it, 10 s at most.
tries=0
while [ "$tries" -lt 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
  now=" $(workers | tr '\n' ' ')"
  for worker in $before; do
    case $now in *" $worker "*) continue 2 ;; esac
  done
  break
done
