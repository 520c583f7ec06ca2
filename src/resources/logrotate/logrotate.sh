# logrotate NAME SHA-256
# logrotate NAME absent
# The file /etc/logrotate.d/NAME.

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
  # What logrotate itself says of it, where it is installed. What it says of each log that it knows, a line of its own, is not asked for.
  set -- "/etc/logrotate.d/$1" "$2"
  if command -v logrotate >/dev/null; then
    # shellcheck disable=SC2016 # for the shell that validates
    file_change "$1" 0644 root root "$2" 'logrotate --debug --state /dev/null "$1"'
  else
    file_change "$1" 0644 root root "$2"
  fi
}
