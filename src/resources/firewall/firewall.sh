# firewall 'inet proog' present SHA-256 UNIT-SHA-256 DROP-IN-SHA-256 [RULE…]
# firewall 'inet proog' absent
# The hashes are of the rules, of the unit that loads them at boot, and of what brings them back after nftables.service, which
# flushes the tables of all. A RULE is "VERDICT PROTOCOLS PORTS SOURCES INTERFACES", lists with commas, * for any; "other" are
# rules in the words of nft. They only serve to tell whom the rules let in.
firewall_unit=/etc/systemd/system/proog-firewall.service
firewall_drop_in=/etc/systemd/system/nftables.service.d/proog.conf

firewall_check() {
  if [ "$2" = absent ]; then
    firewall_check_absent
    return
  fi
  file_check "$firewall_rules" 0644 root root "$3"
  firewall_now=$there firewall_outdated=$finding
  file_check_part unit "$firewall_unit" "$4"
  file_check_part drop-in "$firewall_drop_in" "$5"
  if ! command -v nft >/dev/null; then
    # Rules that are there are worth nothing without it.
    [ "$firewall_now" = absent ] || differs rules absent loaded
    will_come 'package nftables' || waits 'nft is not installed: declare apt("nftables") before it.'
  elif firewall_usable && [ "$firewall_now" != absent ]; then
    firewall_check_live "$3"
    firewall_check_unit
  fi
  shift 5
  [ -z "$finding" ] || firewall_check_way "$@"
}

firewall_usable() {
  complaint=$(nft list tables 2>&1 >/dev/null) && return
  blocked "nft cannot be used here: $complaint" 'In a container, its host decides what nft may do.'
  return 1
}

# firewall_check_live SHA-256
firewall_check_live() {
  if ! firewall_has_table; then
    differs rules absent loaded
  elif [ -z "$firewall_outdated" ] && ! firewall_is_live "$1"; then
    differs rules changed loaded
  fi
}

firewall_check_unit() {
  case $finding in
  *" unit-content "* | *" drop-in-content "*) ;;
  *) [ "$(loaded_paths "$firewall_unit" "$firewall_drop_in" | wc -l)" = 2 ] || differs loaded outdated current ;;
  esac
  # What it has done shows in the rules: whether it was asked to, systemd need not tell.
  enabled_state proog-firewall.service
  start_holds enabled "$unit_enabled" || differs enabled "$unit_enabled" enabled
}

# firewall_note SHA-256 FILE: without it a look takes longer, and nothing else.
firewall_note() {
  rm -rf -- "$home/firewall"
  declared=$(firewall_printed "$2") &&
    (umask 077 && mkdir -- "$home/firewall" && printf '%s\n' "$declared" >"$home/firewall/$1") 2>/dev/null
  return 0
}

# firewall_check_way RULE…: rules that would shut out the way by which we are here are refused.
firewall_check_way() {
  # 192.0.2.7 50022 192.0.2.1 22
  way=${SSH_CONNECTION-}
  [ -n "$way" ] || return 0
  client=${way%% *} port=${way##* }
  case $(printf '%s\n' "$@" | firewall_verdict "$client" "$port" "$(firewall_interface "$client")") in
  none)
    blocked "No rule lets ssh in from $client to port $port, the way by which this connection came." \
      "Allow it, such as { port: $port, from: \"$client\" }."
    ;;
  drop)
    blocked "A rule of deny shuts out ssh from $client to port $port, the way by which this connection came." \
      'Leave that address out of it.'
    ;;
  esac
}

# firewall_interface CLIENT: by which one it comes in, where that can be told.
firewall_interface() {
  case $1 in
  *%*) printf '%s\n' "${1#*%}" ;;
  *)
    # 192.0.2.7 via 192.0.2.254 dev eth0 src 192.0.2.1 uid 0
    ip -o route get "$1" 2>/dev/null | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") { print $(i + 1); exit } }'
    ;;
  esac
}

# firewall_verdict CLIENT PORT INTERFACE: reads RULEs, and prints what the first one that fits says of a new tcp connection:
# accept, drop, other (only nft knows), or none. What an unknown interface fits may let in, and shuts nobody out.
firewall_verdict() {
  awk -v client="${1%%%*}" -v port="$2" -v interface="$3" '
    function binary(number, digits) {
      return digits ? binary(int(number / 2), digits - 1) (number % 2) : ""
    }
    function groups(text, part, count, i, j, value, all) {
      count = text == "" ? 0 : split(tolower(text), part, ":")
      for (i = 1; i <= count; i++) {
        value = 0
        for (j = 1; j <= length(part[i]); j++) value = value * 16 + index("123456789abcdef", substr(part[i], j, 1))
        all = all binary(value, 16)
      }
      return all
    }
    # The family and all bits, so that networks are prefixes.
    function bits(address, part, first, last, missing) {
      sub(/^::ffff:/, "", address)
      if (address ~ /\./) {
        split(address, part, ".")
        return 4 binary(part[1], 8) binary(part[2], 8) binary(part[3], 8) binary(part[4], 8)
      }
      split(address, part, "::")
      first = groups(part[1])
      last = groups(part[2])
      for (missing = 128 - length(first) - length(last); missing > 0; missing--) first = first 0
      return 6 first last
    }
    function from_fits(list, network, count, i, part, wanted) {
      count = split(list, network, ",")
      for (i = 1; i <= count; i++) {
        wanted = bits(network[i])
        if (split(network[i], part, "/") == 2) wanted = substr(bits(part[1]), 1, 1 + part[2])
        if (index(client_bits, wanted) == 1) return 1
      }
      return 0
    }
    function port_fits(list, range, count, i, part) {
      count = split(list, range, ",")
      for (i = 1; i <= count; i++) {
        if (split(range[i], part, "-") == 1) part[2] = part[1]
        if (port + 0 >= part[1] + 0 && port + 0 <= part[2] + 0) return 1
      }
      return 0
    }
    function interface_fits(list, name, count, i) {
      count = split(list, name, ",")
      for (i = 1; i <= count; i++) {
        if (name[i] == interface) return 1
        if (sub(/\*$/, "", name[i]) && index(interface, name[i]) == 1) return 1
      }
      return 0
    }
    BEGIN { client_bits = bits(client); verdict = "none" }
    $1 == "other" { verdict = "other"; exit }
    $2 != "*" && index("," $2 ",", ",tcp,") == 0 { next }
    $3 != "*" && !port_fits($3) { next }
    $4 != "*" && !from_fits($4) { next }
    $5 != "*" && interface == "" && $1 == "drop" { next }
    $5 != "*" && interface != "" && !interface_fits($5) { next }
    { verdict = $1; exit }
    END { print verdict }'
}

firewall_check_absent() {
  file_check "$firewall_rules" absent
  for path in "$firewall_unit" "$firewall_drop_in"; do
    look "$path"
    case $there in
    absent) ;;
    file) differs "${path##*/}" present absent ;;
    *) in_the_way "$path" ;;
    esac
  done
  ! firewall_has_table || differs rules loaded absent
  [ -n "$finding" ] ||
    [ "$(loaded_paths "$firewall_unit" "$firewall_drop_in" | wc -l)" = 2 ] || differs loaded outdated current
}

firewall_change() {
  if [ "$2" = absent ]; then
    firewall_remove
    return
  fi
  new_rules=$run/blobs/$3
  [ -e "$new_rules" ] || new_rules=$firewall_rules
  if ! nft --check --file "$new_rules"; then
    echo 'nft refuses these rules, so nothing was changed.'
    return 1
  fi
  firewall_keep_live && nft --file "$new_rules" || return
  firewall_note "$3" "$new_rules"
  note_unread
  file_change_part "$firewall_rules" "$3" && file_change_part "$firewall_unit" "$4" || return
  parent_of "$firewall_drop_in"
  if [ ! -d "$parent" ]; then
    keep "$parent" && mkdir -- "$parent" || return
  fi
  file_change_part "$firewall_drop_in" "$5" && read_units || return
  look_unit proog-firewall.service
  enabled_state proog-firewall.service
  if ! state_holds running "$unit_active"; then
    keep_running proog-firewall.service "$unit_active" && systemctl_bounded start proog-firewall.service || return
  fi
  if ! start_holds enabled "$unit_enabled"; then
    keep_enabled proog-firewall.service "$unit_enabled" && systemctl enable proog-firewall.service
  fi
}

firewall_remove() {
  if firewall_has_table; then
    firewall_keep_live && nft delete table inet proog || return
  fi
  rm -rf -- "$home/firewall"
  if [ -e "$firewall_unit" ]; then
    look_unit proog-firewall.service
    enabled_state proog-firewall.service
    keep_running proog-firewall.service "$unit_active" && keep_enabled proog-firewall.service "$unit_enabled" &&
      systemctl disable --now proog-firewall.service || return
  fi
  note_unread
  for path in "$firewall_rules" "$firewall_unit" "$firewall_drop_in"; do
    [ ! -e "$path" ] || file_change "$path" absent || return
  done
  parent_of "$firewall_drop_in"
  if [ -d "$parent" ] && [ -z "$(ls -A -- "$parent")" ]; then
    keep "$parent" && rmdir -- "$parent" || return
  fi
  read_units
}

# What is in force may be other rules than those of the file.
firewall_keep_live() {
  listing=$(nft list table inet proog 2>/dev/null)
  if [ -z "$listing" ]; then
    keep_state 'firewall inet proog: absent' firewall_back none
  else
    keep_secret "$listing" && keep_state 'firewall inet proog: other rules' firewall_back "$secret"
  fi
}

# firewall_back HASH: for undo. The rules with this hash are in force again; none, where there were none.
firewall_back() {
  firewall_keep_live || return
  if [ "$1" = none ]; then
    ! firewall_has_table || nft delete table inet proog
    return
  fi
  secret_file "$1"
  {
    printf 'table inet proog\ndelete table inet proog\n'
    cat -- "$secret_file"
  } | nft --file -
}

firewall_back_now() {
  listing=$(nft list table inet proog 2>/dev/null)
  if [ -n "$listing" ]; then printf %s "$listing" | sha256sum | cut -d ' ' -f 1; else echo none; fi
}
