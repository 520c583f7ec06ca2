# What this machine has to say before it is destroyed; changes nothing.

read -r token <"$2/token"
[ ! -e /var/lib/proog/stateful ] || printf '%s stateful\n' "$token"
journalctl --quiet --no-pager --output=short-iso --lines=2000 2>&1
