#!/bin/sh
# Certificates by ACME for a load balancer, by certbot. Written by Proog: loadBalancer().
#
# proog-certificate has ENGINE NAME HOST…: whether there is one for exactly these hosts, and it is in use
# proog-certificate obtain ENGINE NAME EMAIL DIRECTORY HOST…: gets one; certbot.timer renews it from then on
# proog-certificate use ENGINE NAME: makes nginx or haproxy use it; certbot calls it after each renewal
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export LC_ALL

command=$1 engine=$2 name=$3
shift 3
lineage=/etc/letsencrypt/live/$name
place=/etc/ssl/proog/$name

# Lines such as DNS:www.example.org, in order.
hosts_of() {
  openssl x509 -in "$1" -noout -ext subjectAltName | tr -d ' ' | tr ',' '\n' | grep '^DNS:' | sort
}

# HAProxy reads both from one file.
whole() {
  cat -- "$lineage/fullchain.pem" "$lineage/privkey.pem"
}

is_used() {
  case $engine in
  haproxy) whole | cmp --quiet -- - "$place.pem" ;;
  *) [ "$(readlink "$place.crt")" = "$lineage/fullchain.pem" ] ;;
  esac
}

case $command in
has)
  [ -e "$lineage/fullchain.pem" ] && is_used || exit 1
  [ "$(hosts_of "$lineage/fullchain.pem")" = "$(printf 'DNS:%s\n' "$@" | sort)" ]
  ;;
obtain)
  email=$1 directory=$2
  shift 2
  domains=''
  for host; do domains="$domains --domain $host"; done
  case $engine in
  # HAProxy has no files to show, and passes challenges on to here.
  haproxy) challenges='--standalone --http-01-address 127.0.0.1 --http-01-port 8402' ;;
  *) challenges='--webroot --webroot-path /var/www/acme' ;;
  esac
  # Balancers that share an address are made at the same time: the authority may come to one that does not know of it yet. It counts
  # what fails: Let's Encrypt, for one, takes five in an hour.
  tries=1
  # shellcheck disable=SC2086 # host names and options
  until certbot certonly --non-interactive --quiet --agree-tos --email "$email" --server "$directory" $challenges \
    --cert-name "$name" --renew-with-new-domains --keep-until-expiring \
    --deploy-hook "/usr/local/sbin/proog-certificate use $engine $name" $domains; do
    [ "$tries" -lt 3 ] || exit 1
    tries=$((tries + 1))
    echo 'Trying again in 15 s.'
    sleep 15
  done
  # What was there already is not deployed again.
  exec "$0" use "$engine" "$name"
  ;;
use)
  if [ "$engine" = haproxy ]; then
    (umask 077 && whole >"$place.pem.new")
    mv -- "$place.pem.new" "$place.pem"
  else
    ln -sfn "$lineage/privkey.pem" "$place.key"
    ln -sfn "$lineage/fullchain.pem" "$place.crt"
  fi
  systemctl reload "$engine.service"
  ;;
esac
