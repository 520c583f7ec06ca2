# Whether the rules that are in force are those that are declared.
firewall_rules=/etc/nftables-proog.conf
quick="$quick firewall "

# survey_firewall: lines "inet proog SHA-256", or absent.
survey_firewall() {
  state=${few##* }
  if [ "$state" = absent ]; then
    ! firewall_has_table
  else
    enabled_by_link proog-firewall.service && firewall_is_live "$state"
  fi &&
    printf '%s\n' "inet proog $state"
}

firewall_has_table() {
  nft list table inet proog >/dev/null 2>&1
}

# firewall_is_live SHA-256: whether the rules in force are those of the file with this hash. How nft prints them was noted when they were
# loaded; where it prints something else now, by another version of it, the file tells.
firewall_is_live() {
  nft --stateless list table inet proog 2>/dev/null | cmp --quiet -- - "$home/firewall/$1" 2>/dev/null && return
  live=$(nft --stateless list table inet proog 2>/dev/null) || return
  declared=$(firewall_printed "$firewall_rules") || return 0
  [ "$live" = "$declared" ] ||
    [ "$(printf '%s\n' "$live" | firewall_lasting)" = "$(printf '%s\n' "$declared" | firewall_lasting)" ]
}

# firewall_printed FILE: how nft prints its rules: it is loaded into a network namespace of its own, which is gone with this. Where that
# cannot be, as in a container or with rules about devices, that the table is there must do.
firewall_printed() {
  # shellcheck disable=SC2016 # that is for the inner shell
  unshare --net sh -c 'nft --file "$1" && nft --stateless list table inet proog' sh "$1" 2>/dev/null
}

# firewall_lasting: a listing without what rules themselves put into sets.
firewall_lasting() {
  awk '
    /^\t(set|map) / { within = 1; moving = 0 }
    within && /^\t\t(flags .*(dynamic|timeout)|timeout )/ { moving = 1 }
    within && moving && /^\t\telements = / { passing = 1 }
    passing { if (/}$/) passing = 0; next }
    /^\t}/ { within = 0 }
    { print }'
}
