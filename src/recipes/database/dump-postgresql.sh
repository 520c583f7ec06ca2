#!/bin/sh
# dump-postgresql DATABASE: writes all of it, as of one moment, to a file in /var/backups/postgresql and prints its path. The last
# 10 of a database stay. Written by Proog: postgresql().
set -eu
umask 077
database=$1 folder=/var/backups/postgresql
mkdir -p "$folder"
file=$folder/$database-$(date -u +%Y%m%d-%H%M%S).dump
cd /
runuser -u postgres -- pg_dump --format=custom "$database" >"$file.part"
mv "$file.part" "$file"
find "$folder" -name "$database-????????-??????.dump" | sort | head --lines=-10 | xargs --no-run-if-empty rm --
echo "$file"
