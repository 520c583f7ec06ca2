# aptPin NAME SHA-256
# aptPin NAME absent
# The file /etc/apt/preferences.d/NAME.pref. apt passes over names with other endings: apt_preferences(5).

aptPin_check() {
  aptPin_file file_check "$@"
  # What apt would take is another version then.
  [ -z "$finding" ] || comes 'package lists'
}

aptPin_change() {
  aptPin_file file_change "$@"
}

# aptPin_file FUNCTION NAME SHA-256|absent
aptPin_file() {
  if [ "$3" = absent ]; then
    "$1" "/etc/apt/preferences.d/$2.pref" absent
  else
    "$1" "/etc/apt/preferences.d/$2.pref" 0644 root root "$3"
  fi
}
