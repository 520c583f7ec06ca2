# systemdUnit PATH UNIT SHA-256
# systemdUnit PATH UNIT absent
# A file under /etc/systemd/system, as file has it, that systemd has also read.

systemdUnit_check() {
  # The folder of a drop-in comes with it.
  parent_of "$1"
  comes "directory $parent"
  if [ "$3" = absent ]; then file_check "$1" absent; else file_check "$1" 0644 root root "$3"; fi
  case $2 in
  *@.*) ;; # a template is no unit that could be asked for
  *)
    unit_show "$2"
    [ "$unit_stale" != yes ] || differs loaded old new
    ;;
  esac
}

systemdUnit_join() {
  parent_of "$1"
  if [ "$3" = absent ]; then
    [ ! -e "$1" ] || file_change "$1" absent || return
    case $parent in *.d) rmdir --ignore-fail-on-non-empty -- "$parent" ;; esac
    return 0
  fi
  if [ ! -d "$parent" ]; then
    keep "$parent" && mkdir --mode 0755 -- "$parent" || return
  fi
  file_check "$1" 0644 root root "$3"
  [ -z "$finding" ] || file_change "$1" 0644 root root "$3"
}

# systemd reads all of them at once.
systemdUnit_flush() {
  systemctl daemon-reload
}
