#!/bin/sh
# Reloads nginx without losing a request; nginx.service calls it. Written by Proog: loadBalancer().
#
# At a reload, nginx before 1.27.4 closes each connection that waits for its next request, and one that is on its way there at that moment is
# lost. So for a while, as long as this file is there, each answer says that its connection ends with it: then none waits any more.
set -eu
flag=/run/proog-reload-nginx
trap 'rm -f "$flag"' EXIT
trap 'exit 1' HUP INT TERM
: >"$flag"
# Nginx looks for it each second.
sleep 2
nginx -g 'daemon on; master_process on;' -s reload
# Until the old processes have heard of it.
sleep 0.5
