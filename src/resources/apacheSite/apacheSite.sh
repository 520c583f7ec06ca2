# apacheSite NAME FILE SHA-256|absent [MODULE…]
# Modules that are enabled by it stay when it goes: others may use them.

apacheSite_check() {
  web_site_check apache2 "$2" "$3"
  shift 3
  for module; do
    [ ! -e "/etc/apache2/mods-enabled/$module.load" ] || continue
    differs "module-$module" disabled enabled
    if [ -d /etc/apache2/mods-available ] && [ ! -e "/etc/apache2/mods-available/$module.load" ]; then
      apacheSite_waits "$module"
    fi
  done
}

# apacheSite_waits MODULE: a package that is planned may bring it.
apacheSite_waits() {
  case $newline$coming in
  *"${newline}package "*) waits "Apache has no module $1 yet." ;;
  *) blocked "Apache has no module $1." "Declare the package that has it before: apt-cache search libapache2-mod" ;;
  esac
}

apacheSite_change() {
  apache_file=$2 apache_content=$3
  shift 3
  for module; do
    [ ! -e "/etc/apache2/mods-enabled/$module.load" ] || continue
    keep_state "Apache module $module: absent" apacheSite_module_back "$module" && a2enmod --quiet "$module" || return
  done
  web_site_change apache2 "$apache_file" "$apache_content" apache2ctl configtest
}

# apacheSite_module_back MODULE: undo.
apacheSite_module_back() {
  if [ -e "/etc/apache2/mods-enabled/$1.load" ]; then
    keep_state "Apache module $1: enabled" apacheSite_module_on "$1" && a2dismod --quiet "$1"
  fi
}

apacheSite_module_on() {
  keep_state "Apache module $1: absent" apacheSite_module_back "$1" && a2enmod --quiet "$1"
}
