# hosts ADDRESS present NAME…
# hosts ADDRESS absent

hosts_check() {
  if hosts_in_the_way; then return; fi
  hosts_names "$1"
  hosts_asked "$@"
  [ "$(echo "$asked" | survey_hosts)" != "$asked" ] || return 0
  if [ "$2" = absent ]; then
    differs state present absent
    differs names "$names" ''
    return
  fi
  [ -n "$names" ] || differs state absent present
  if [ "$names" != "${asked#* }" ]; then
    differs names "$names" "${asked#* }"
  else
    differs also-elsewhere yes no
  fi
}

# hosts_asked ADDRESS present|absent [NAME…]: sets $asked to that line of the survey.
hosts_asked() {
  if [ "$2" = absent ]; then
    asked="no $1"
  else
    asked=$1
    shift 2
    asked="$asked $*"
  fi
}

hosts_join() {
  hosts_asked "$@"
  hosts_joined="${hosts_joined-}$asked$newline"
}

hosts_flush() {
  hosts_all=$hosts_joined
  hosts_joined=''
  rewrite /etc/hosts hosts_with "$hosts_all"
}
