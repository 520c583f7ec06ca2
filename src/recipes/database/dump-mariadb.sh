#!/bin/sh
# dump-mariadb DATABASE: writes all of it, as of one moment, to a file in /var/backups/mariadb and prints its path. The last 10
# of a database stay. Written by Proog: mariadb().
set -eu
umask 077
database=$1 folder=/var/backups/mariadb
mkdir -p "$folder"
file=$folder/$database-$(date -u +%Y%m%d-%H%M%S).sql
mariadb-dump --single-transaction --routines --events --result-file="$file.part" "$database"
gzip --fast "$file.part"
mv "$file.part.gz" "$file.gz"
find "$folder" -name "$database-????????-??????.sql.gz" | sort | head --lines=-10 | xargs --no-run-if-empty rm --
echo "$file.gz"
