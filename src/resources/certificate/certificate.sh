# certificate PATH MODE OWNER GROUP CONTENT: a file, whose content was looked at before it was sent.

certificate_check() {
  file_check "$@"
}

certificate_join() {
  file_join "$@"
}
