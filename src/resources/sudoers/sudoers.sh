# sudoers NAME SHA-256
# sudoers NAME absent
# The file /etc/sudoers.d/NAME.

sudoers_check() {
  if [ "$2" = absent ]; then
    file_check "/etc/sudoers.d/$1" absent
    return
  fi
  # The folder comes with the package.
  if ! survey_sudo; then
    will_come 'package sudo' || depends 'sudo is not installed: declare apt("sudo") before it.'
    comes 'directory /etc/sudoers.d'
  fi
  file_check "/etc/sudoers.d/$1" 0440 root root "$2"
}

survey_sudo() {
  command -v visudo >/dev/null
}

sudoers_change() {
  if [ "$2" = absent ]; then
    file_change "/etc/sudoers.d/$1" absent
  else
    sudoers_has "$1" "$2" || sudoers_accepts "$1" "$run/blobs/$2" || return
    file_change "/etc/sudoers.d/$1" 0440 root root "$2"
  fi
}

# sudoers_has NAME SHA-256: where only the mode or the owner is wrong, no content was brought.
sudoers_has() {
  [ -f "/etc/sudoers.d/$1" ] && file_content "/etc/sudoers.d/$1" && [ "$content" = "$2" ]
}

# sudoers_accepts NAME FILE: by itself, and in its place among all others: an alias may be there twice then.
sudoers_accepts() {
  if ! survey_sudo; then
    echo 'sudo is not installed: declare apt("sudo") before it.'
    return 1
  fi
  sudoers_try=$run/sudoers
  rm -rf -- "$sudoers_try"
  mkdir -p "$sudoers_try" && cp -a /etc/sudoers.d "$sudoers_try/d" &&
    install --mode 0440 -- "$2" "$sudoers_try/new" && install --mode 0440 -- "$2" "$sudoers_try/d/$1" &&
    sed "s|^\([@#]includedir[[:blank:]]\{1,\}\)/etc/sudoers\.d[[:blank:]]*\$|\1$sudoers_try/d|" /etc/sudoers >"$sudoers_try/all" &&
    chmod 0440 "$sudoers_try/all" || return
  sudoers_refused=''
  if ! visudo -cf "$sudoers_try/new"; then
    echo 'visudo refuses it, so nothing was changed.'
    sudoers_refused=yes
  elif ! visudo -cf "$sudoers_try/all" >"$sudoers_try/said" 2>&1 && visudo -c >/dev/null 2>&1; then
    cat "$sudoers_try/said"
    echo 'visudo refuses it together with the other files in /etc/sudoers.d, so nothing was changed.'
    sudoers_refused=yes
  fi
  rm -rf -- "$sudoers_try"
  [ -z "$sudoers_refused" ]
}
