# Where units come from.

# systemctl is-enabled tells such units before all others.
from_init_script() {
  [ -e "/etc/init.d/${1%.service}" ] && ! has_unit_file "$1"
}

# has_unit_file UNIT: of its own, or of the template that it is an instance of.
has_unit_file() {
  for folder in /etc/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
    if [ -e "$folder/$1" ] || [ -L "$folder/$1" ]; then return 0; fi
    case $1 in *@*) [ ! -e "$folder/${1%%@*}@.${1##*.}" ] || return 0 ;; esac
  done
  return 1
}

# enabled_by_link UNIT: whether what most units are enabled by is there, which costs no process: a link in a folder of wants,
# and a unit that is not masked. systemctl is-enabled takes as long for one unit as all other surveys together.
enabled_by_link() {
  [ ! -L "/etc/systemd/system/$1" ] && [ ! -L "/run/systemd/system/$1" ] && has_unit_file "$1" || return
  for wants_folder in ${wants_folders:-/etc/systemd/system/*.wants}; do
    [ -L "$wants_folder/$1" ] && return
  done
}
