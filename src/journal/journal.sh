# What units of this machine have written; changes nothing. The program goes on with: journal ARGUMENT…, as journalctl takes them.

read -r token <"$2/token"

journal() {
  # So that lines of machines whose clocks differ are put where they belong.
  printf '%s clock %s\n' "$token" "$(date +%s%N)"
  # When it was said, and not only when the journal took it, which on a busy machine comes later.
  fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_COMM,_PID,_SYSTEMD_UNIT,_SOURCE_REALTIME_TIMESTAMP
  exec journalctl --quiet --no-pager --output=json --output-fields="$fields" "$@" </dev/null
}

LC_ALL=C
export LC_ALL
