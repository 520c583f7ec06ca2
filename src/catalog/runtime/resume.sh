# A run that reboots the machine notes where it is, and a unit goes on with it at boot: with the rest of what was approved,
# in the same log, which the controller reads on when the machine is back.

resume_unit=proog-resume.service
resume_link=/etc/systemd/system/multi-user.target.wants/$resume_unit

# leave_off NUMBER: before a change that ends this run; it is done when the machine is back.
leave_off() {
  printf '%s\n' "$1" "$approved" "$queue" "$changed" "$blocked_numbers" "${kept-}" "${arms-}" "$armed" "$boot" >"$run/left-off.new" &&
    mkdir -p "${resume_link%/*}" &&
    cat >"/etc/systemd/system/$resume_unit" <<END &&
[Unit]
Description=Proog goes on with run $run_id
Wants=network-online.target
After=network-online.target $access_boot_unit
ConditionPathExists=$run/catalog

[Service]
ExecStart=/bin/sh $run/catalog resume $run
ExecStopPost=/bin/sh $run/catalog gone $run
StandardOutput=append:$run/log
StandardError=append:$run/log
KillMode=process
END
    ln -sf "../$resume_unit" "$resume_link" &&
    mv -- "$run/left-off.new" "$run/left-off" || return
  timeout 10 sync --file-system "$home"
  event rebooting "$1"
  show_rest
}

# was_left_at NUMBER
was_left_at() {
  read -r left_at 2>/dev/null <"$run/left-off" && [ "$left_at" = "$1" ]
}

# stay: it did not come to that.
stay() {
  rm -f -- "$resume_link" "/etc/systemd/system/$resume_unit" "$run/left-off"
  systemctl daemon-reload
}

# drop_resume: of a run that died before its reboot came. Ours takes its place.
drop_resume() {
  [ -e "$resume_link" ] || return 0
  rm -f -- "$resume_link" "/etc/systemd/system/$resume_unit"
  systemctl daemon-reload
}

# What goes from /etc/systemd/system makes what systemd has read of it outdated, for a plan that comes right after the end of this run, too:
# so it is read anew at once, and the unit that we are of is from now on one of those that a reboot takes.
main_resume() {
  rm -f -- "$resume_link"
  mkdir -p /run/systemd/system && mv -- "/etc/systemd/system/$resume_unit" /run/systemd/system/
  systemctl daemon-reload
  main_apply
}

# pick_up: sets what leave_off noted.
pick_up() {
  {
    read -r left_at
    read -r approved
    read -r left_over
    read -r changed
    read -r blocked_numbers
    read -r kept
    read -r arms
    read -r armed
  } <"$run/left-off"
  event 'done' "$left_at"
  changed="$changed $left_at"
  drop_marks reboot.reboot.changed
  [ -z "$armed" ] || stand_by
}

# The resumed run has come to its end, or was killed.
main_gone() {
  read -r token <"$run/token"
  [ ! -e "$home/access/armed" ] || sh "$run/catalog" rescue "$run"
  # It may have rebooted once more.
  if [ ! -e "$resume_link" ]; then
    rm -f -- "/run/systemd/system/$resume_unit"
    systemctl daemon-reload
    event gone "${EXIT_STATUS-}" >>"$run/log"
  fi
}
