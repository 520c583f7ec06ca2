# timezone ZONE

timezone_check() {
  timezone_look
  [ "$zone" = "$1" ] || differs zone "$zone" "$1"
  [ -z "$zone_name" ] || [ "$zone_name" = "$1" ] || differs /etc/timezone "$zone_name" "$1"
  if [ -e /etc/localtime ] && [ ! -f /etc/localtime ]; then
    look /etc/localtime
    case $there in directory | other) in_the_way /etc/localtime ;; esac
  fi
  if [ -f "/usr/share/zoneinfo/$1" ]; then
    return
  elif [ ! -e /usr/share/zoneinfo/UTC ]; then
    differs tzdata absent present
    will_come 'package tzdata' || depends 'tzdata is not installed: declare apt("tzdata") before it.'
  else
    differs file absent present
    will_come 'package tzdata-legacy' ||
      waits "The machine has no time zone $1. Older names come with the package tzdata-legacy since Debian 13."
  fi
}

# Sets $zone, and $zone_name to what /etc/timezone says; the link may be relative, as timedatectl makes it.
timezone_look() {
  zone='' zone_name=''
  if [ -L /etc/localtime ]; then
    zone=$(readlink /etc/localtime)
    zone=${zone#../}
    zone=/${zone#/}
    zone=${zone#/usr/share/zoneinfo/}
  elif [ -e /etc/localtime ]; then
    zone='no link'
  fi
  if [ -f /etc/timezone ]; then read -r zone_name </etc/timezone; fi
}

timezone_change() {
  timezone_look
  if [ "$zone" != "$1" ]; then
    keep /etc/localtime || return
    temporary_beside /etc/localtime
    ln -s -f --no-target-directory -- "/usr/share/zoneinfo/$1" "$temporary" && put_in_place /etc/localtime || return
  fi
  [ -z "$zone_name" ] || [ "$zone_name" = "$1" ] || rewrite /etc/timezone printf '%s\n' "$1"
}
