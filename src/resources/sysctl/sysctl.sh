# sysctl KEY VALUE FILE LIVE SHA-256
# sysctl KEY absent FILE
# FILE is in /etc/sysctl.d, LIVE in /proc/sys.

# survey_sysctls: lines "LIVE VALUE".
survey_sysctls() {
  awk '{
    path = $1
    value = ""
    if ((getline <path) > 0) {
      value = $0
      close(path)
    }
    gsub(/[ \t]+/, " ", value)
    sub(/ $/, "", value)
    print path, value
  }'
}

sysctl_check() {
  if [ "$2" = absent ]; then
    file_check "$3" absent
    return
  fi
  file_check "$3" 0644 root root "$5"
  if [ ! -e "$4" ]; then
    differs value '' "$2"
    waits "The kernel does not know $1. Is it misspelt, or does a kernelModule() before it bring it?"
    return
  fi
  sysctl_value "$4"
  [ "$value" != "$2" ] || return 0
  differs value "$value" "$2"
  # root may write wherever the file system lets it: this asks about that.
  [ -w "$4" ] ||
    blocked "$4 cannot be written here: in a container it belongs to the host." 'Set it on the host, or leave it out for this machine.'
}

# sysctl_value LIVE: sets $value, with single blanks.
sysctl_value() {
  value=$(cat -- "$1" | tr -s '[:blank:]' ' ')
  value=${value% }
}

sysctl_change() {
  if [ "$2" = absent ]; then
    file_change "$3" absent
    return
  fi
  sysctl_value "$4"
  if [ "$value" != "$2" ]; then sysctl_back "$1" "$4" "$2" || return; fi
  file_change "$3" 0644 root root "$5"
}

# sysctl_back KEY LIVE VALUE: for undo, too.
sysctl_back() {
  sysctl_value "$2"
  keep_state "sysctl $1: $value" sysctl_back "$1" "$2" "$value" || return
  if printf '%s\n' "$3" >"$2"; then return 0; fi
  echo "The kernel does not take the value $3 for $1."
  return 1
}

sysctl_back_now() {
  sysctl_value "$2"
  printf '%s\n' "$1" "$2" "$value"
}
