# hostname NAME [NAME-IN-HOSTS…]

hostname_check() {
  look /etc/hostname
  case $there in
  absent | 'file') ;;
  *) in_the_way /etc/hostname ;;
  esac
  hostname_look
  [ "$static" = "$1" ] || differs at-boot "$static" "$1"
  [ "$running" = "$1" ] || differs running "$running" "$1"
  [ $# -gt 1 ] || return 0
  hostname_hosts "$@"
  [ "$names" = "$hostname_names" ] || hosts_in_the_way || differs in-hosts "$names" "$hostname_names"
}

# Sets $static, the first line that is no comment (hostname(5)), and $running.
hostname_look() {
  static=$(awk '/^[^#]/ { print $1; exit }' /etc/hostname 2>/dev/null)
  running=$(uname -n)
}

# hostname_hosts NAME NAME-IN-HOSTS…: sets $names and $hostname_names, which are equal where another address has the name.
hostname_hosts() {
  hosts_names 127.0.1.1
  shift
  hostname_names=$*
  for short; do :; done
  awk -v "name=$short" '
    { sub(/#.*/, "") }
    $1 != "127.0.1.1" { for (i = 2; i <= NF; i++) if (tolower($i) == tolower(name)) found = 1 }
    END { exit !found }' /etc/hosts 2>/dev/null && hostname_names=$names
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
