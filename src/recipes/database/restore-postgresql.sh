#!/bin/sh
# restore-postgresql DATABASE FILE: what the file of dump-postgresql has takes the place of the database, once all of it could be
# loaded. What was there is dumped before. Written by Proog: postgresql().
set -eu
database=$1 file=$2 beside=$1_restored
cd /

as_postgres() {
  runuser -u postgres -- "$@"
}

ask() {
  as_postgres psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --command="$1"
}

before=$(/usr/local/sbin/dump-postgresql "$database")
echo "What is there is kept: $before"
owner=$(ask "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '$database'")
as_postgres dropdb --if-exists --force "$beside"
as_postgres createdb --template=template0 --owner="$owner" "$beside"
if ! as_postgres pg_restore --exit-on-error --dbname="$beside" <"$file"; then
  as_postgres dropdb "$beside"
  echo "$file could not be loaded, so nothing was changed." >&2
  exit 1
fi
# Two commands, since neither may stand in a transaction; whoever is connected is sent away.
as_postgres dropdb --force "$database"
ask "ALTER DATABASE \"$beside\" RENAME TO \"$database\""
