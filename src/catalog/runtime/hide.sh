# Secrets stay out of the log of a run, whatever commands print: what it has to say goes through redact.pl, which looks for the
# texts in $run/needles, a line in hexadecimal each. Without that file, all goes to the log as it is.

# hide_secrets: from now on. What commands leave running may print for as long as it likes, so its end is not waited for.
hide_secrets() {
  hiding=''
  [ -e "$run/needles" ] || return 0
  if ! { rm -f -- "$run/said" && mkfifo -m 600 "$run/said" && : >"$run/hiding"; }; then
    echo 'What this run prints could not be kept free of secrets, so it did nothing. Make room, and apply again.'
    return 1
  fi
  # Open for both, so that nobody waits for the other one.
  exec 6<>"$run/said"
  # They may be gone before it has begun: a run can be that short.
  { redact_said & } 7<"$run/needles"
  exec >"$run/said" 2>&1 6>&-
  hiding=yes
}

# redact_said: by exec, since a shell keeps what it redirects for a function alone: it would hold the lock, and wait for its own end.
redact_said() {
  exec <"$run/said" >>"$run/log" 2>&1
  exec 6>&- 8>&- 9>&-
  redact_perl "$run"
}

# show_rest: all that was printed until now is in the log.
show_rest() {
  [ -n "${hiding-}" ] || return 0
  : >"$run/hiding"
  event shown
  shown_waited=0
  while [ -e "$run/hiding" ] && [ "$shown_waited" -lt 100 ]; do sleep 0.05 && shown_waited=$((shown_waited + 1)); done
}

# forget_secrets: at the end of a run nothing of them stays with it.
forget_secrets() {
  set -- "$run"/blobs/secret-* "$work"/secret.*
  [ -e "$1" ] || [ -e "$2" ] || [ -e "$run/prints" ] || [ -e "$run/needles" ] || [ -e "$work/secret" ] || return 0
  rm -rf -- "$run"/blobs/secret-* "$run/prints" "$run/needles" "$work/secret" "$work"/secret.*
}
