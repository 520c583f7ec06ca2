#!/bin/sh
# restore-mariadb DATABASE FILE: what the file of dump-mariadb has takes the place of all that is in the database. What was there
# is dumped before, and comes back where the file cannot be loaded. Written by Proog: mariadb().
set -eu
database=$1 file=$2

load() {
  mariadb --execute="$afresh"
  gzip --decompress --stdout "$1" | mariadb "$database"
}

# What the last line of a dump says tells that nothing is missing.
if ! gzip --test "$file" || ! gzip --decompress --stdout "$file" | tail --lines=1 | grep --quiet '^-- Dump completed'; then
  echo "$file is no whole dump, so nothing was changed." >&2
  exit 1
fi
before=$(/usr/local/sbin/dump-mariadb "$database")
echo "What was there is kept: $before"
# Rights on a database stay when it goes.
afresh=$(mariadb --skip-column-names --batch --execute="SELECT CONCAT('DROP DATABASE $database; CREATE DATABASE $database CHARACTER SET ',
  default_character_set_name, ' COLLATE ', default_collation_name) FROM information_schema.schemata
  WHERE schema_name = '$database'")
if load "$file"; then exit; fi
echo 'It could not be loaded. What was there comes back.' >&2
load "$before"
exit 1
