# line EDIT PATH CREATE VALIDATE WORD…: see edit.sh.

line_check() {
  edit_check "$@"
}

line_change() {
  edit_change "$@"
}
