# logrotate NAME SHA-256
# logrotate NAME absent
# The file /etc/logrotate.d/NAME.

# What logrotate itself says of a new one, where it is installed; of all that it would do only what is wrong.
logrotate_validate='
  command -v logrotate >/dev/null || exit 0
  said=$(logrotate --debug "$1" 2>&1) && ! printf "%s\n" "$said" | grep -q "^error:" && exit
  printf "%s\n" "$said" | grep "^error:"
  exit 1'

logrotate_check() {
  if [ "$2" = absent ]; then
    file_check "/etc/logrotate.d/$1" absent
  else
    comes 'directory /etc/logrotate.d'
    file_check "/etc/logrotate.d/$1" 0644 root root "$2"
  fi
}

logrotate_change() {
  if [ "$2" = absent ]; then
    file_change "/etc/logrotate.d/$1" absent
    return
  fi
  if [ ! -d /etc/logrotate.d ]; then
    keep /etc/logrotate.d && mkdir --mode 0755 /etc/logrotate.d || return
  fi
  file_change "/etc/logrotate.d/$1" 0644 root root "$2" "$logrotate_validate" && return
  # Its own words say what; the command that asked it need not be read.
  echo 'logrotate refuses it: what it says stands above.'
  return 1
}
