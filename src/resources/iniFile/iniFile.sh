# iniFile EDIT PATH CREATE VALIDATE WORD…: see edit.sh.

iniFile_check() {
  edit_check "$@"
}

iniFile_change() {
  edit_change "$@"
}
