#!/bin/sh
# Holds a lock until its standard input ends, and so never longer than its caller lives.
# Called as: lock.sh FILE; prints "locked" when it is held.
set -eu
mkdir -p "${1%/*}"
exec 9>"$1"
flock 9
echo locked
cat >/dev/null
