# cron NAME SHA-256 USER
# cron NAME absent
# The file /etc/cron.d/proog-NAME, which runs a command as USER. Names there have no dots: run-parts(8) would not see them.

cron_check() {
  if [ "$2" = absent ]; then
    file_check "/etc/cron.d/proog-$1" absent
    return
  fi
  file_check "/etc/cron.d/proog-$1" 0644 root root "$2"
  needs_account user "$3" passwd
  cron_is_there || will_come 'package cron' ||
    depends 'cron is not installed: declare apt("cron") before it.'
}

cron_join() {
  if [ "$2" = absent ]; then
    file_join "/etc/cron.d/proog-$1" absent
  else
    file_join "/etc/cron.d/proog-$1" 0644 root root "$2"
  fi
}
