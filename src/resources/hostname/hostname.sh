# hostname NAME [NAME-IN-HOSTS…]

hostname_check() {
  if [ ! -f /etc/hostname ] || [ -L /etc/hostname ]; then
    look /etc/hostname
    [ "$there" = absent ] || in_the_way /etc/hostname
  fi
  hostname_look
  [ "$static" = "$1" ] || differs at-boot "$static" "$1"
  [ "$running" = "$1" ] || differs running "$running" "$1"
  [ $# -gt 1 ] || return 0
  hostname_hosts "$@"
  [ "$names" = "$hostname_names" ] || hosts_in_the_way || differs in-hosts "$names" "$hostname_names"
}

# Sets $static, the first line that is no comment (hostname(5)), and $running.
hostname_look() {
  static=''
  if [ -f /etc/hostname ]; then
    while read -r static _ || [ -n "$static" ]; do
      case $static in '' | '#'*) static='' ;; *) break ;; esac
    done </etc/hostname
  fi
  read -r running </proc/sys/kernel/hostname
}

# hostname_hosts NAME NAME-IN-HOSTS…: sets $names and $hostname_names, which are equal where another address has the name.
hostname_hosts() {
  shift
  hostname_names=$*
  for short; do :; done
  names=$(awk -v "name=$short" '
    { sub(/#.*/, "") }
    $1 == "127.0.1.1" { for (i = 2; i <= NF; i++) own = own " " $i; next }
    { for (i = 2; i <= NF; i++) if (tolower($i) == tolower(name)) found = 1 }
    END { print substr(own, 2); exit !found }' /etc/hosts 2>/dev/null) && hostname_names=$names
}

hostname_change() {
  hostname_look
  [ "$static" = "$1" ] || rewrite /etc/hostname printf '%s\n' "$1" || return
  if [ "$running" != "$1" ]; then
    hostname_back "$1" || return
  fi
  [ $# -gt 1 ] || return 0
  hostname_hosts "$@"
  [ "$names" = "$hostname_names" ] || rewrite /etc/hosts hosts_with "127.0.1.1 $hostname_names"
}

# For undo, too: the running name.
hostname_back() {
  hostname_before=$(uname -n)
  keep_state "hostname: $hostname_before" hostname_back "$hostname_before" && hostname -- "$1"
}

hostname_back_now() {
  uname -n
}
