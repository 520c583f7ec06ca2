# reboot asked
# reboot changed
# Asked for by the system, as packages of kernels do, or due since what it waits for has changed.

# A survey of one condition.
survey_unasked() {
  [ ! -e /run/reboot-required ]
}

reboot_check() {
  if [ "$1" = changed ]; then
    [ ! -e "$home/pending/reboot.reboot.changed" ] || differs reboot pending 'done'
  elif [ -n "$second_look" ]; then
    # What the run itself has brought about was not approved: the next one reboots.
    return 0
  elif [ -e /run/reboot-required ]; then
    differs reboot "asked for$(asking_packages)" 'done'
  elif [ "$pass" = check ]; then
    case $coming in *'package '*) depends 'Only if one of the packages asks for it.' ;; esac
  fi
}

# Which packages ask: " by linux-image-6.12.48-amd64, libc6".
asking_packages() {
  [ ! -s /run/reboot-required.pkgs ] || sort -u /run/reboot-required.pkgs | awk '{ printf "%s%s", NR == 1 ? " by " : ", ", $0 }'
}

reboot_change() {
  if [ "$1" = changed ] && reboot_came; then
    echo 'The machine was started anew since then.'
    drop_marks reboot.reboot.changed
    return
  fi
  if was_left_at "$number"; then
    echo 'It was rebooted in this run, and something asks for it all the same.'
    return 1
  fi
  keep_nothing reboot || return
  [ -z "$armed" ] || keep_later reboot reboot_again || return
  leave_off "$number" || return
  if systemctl reboot; then
    # It ends us.
    sleep 300
    echo 'systemd was told to reboot, and has not done so within 5 minutes: systemctl list-jobs'
  fi
  stay
  return 1
}

# Whether the machine was started since what it waits for has changed: by a person, or as its power was back.
reboot_came() {
  mark_boot=''
  read -r _ _ mark_boot <"$home/pending/reboot.reboot.changed" && [ -n "$mark_boot" ] && [ "$mark_boot" != "$boot" ]
} 2>/dev/null

# What waited for it was put back, and has an effect only then; a moment later, so that there is time to say so.
reboot_again() {
  systemd-run --quiet --collect --on-active=5 --timer-property=AccuracySec=1 systemctl reboot
}
