#!/bin/sh
# Certificates by ACME for a load balancer, by certbot. Written by Proog: loadBalancer().
#
# proog-certificate has NAME HOST…: whether there is one for exactly these hosts, and it is in use
# proog-certificate obtain NAME EMAIL DIRECTORY HOST…: gets one; certbot.timer renews it from then on
# proog-certificate use NAME: makes the web server use it; certbot calls it after each renewal
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export LC_ALL

command=$1 name=$2
shift 2
lineage=/etc/letsencrypt/live/$name
place=/etc/ssl/proog/$name

# Lines such as DNS:www.example.org, in order.
hosts_of() {
  openssl x509 -in "$1" -noout -ext subjectAltName | tr -d ' ' | tr ',' '\n' | grep '^DNS:' | sort
}

case $command in
has)
  [ -e "$lineage/fullchain.pem" ] && [ "$(readlink "$place.crt")" = "$lineage/fullchain.pem" ] || exit 1
  [ "$(hosts_of "$lineage/fullchain.pem")" = "$(printf 'DNS:%s\n' "$@" | sort)" ]
  ;;
obtain)
  email=$1 directory=$2
  shift 2
  domains=''
  for host; do domains="$domains --domain $host"; done
  # shellcheck disable=SC2086 # host names
  certbot certonly --non-interactive --quiet --agree-tos --email "$email" --server "$directory" --webroot \
    --webroot-path /var/www/acme --cert-name "$name" --renew-with-new-domains --keep-until-expiring \
    --deploy-hook "/usr/local/sbin/proog-certificate use $name" $domains
  # What was there already is not deployed again.
  exec "$0" use "$name"
  ;;
use)
  ln -sfn "$lineage/privkey.pem" "$place.key"
  ln -sfn "$lineage/fullchain.pem" "$place.crt"
  systemctl reload nginx.service
  ;;
esac
