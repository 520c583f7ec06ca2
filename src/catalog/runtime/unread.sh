# What systemd reads units from is changed, and has not been read by it yet: files of units, and /etc/fstab.

# note_unread: before the change, so that a run that dies in between leaves the reading to the next one.
note_unread() {
  : >"$home/unread"
}

read_units() {
  units_seen=''
  systemctl daemon-reload && rm -f "$home/unread"
}
