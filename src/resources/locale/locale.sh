# locale NAME LISTED present|absent|built-in [default]
# LISTED is how locale -a calls it: de_DE.utf8 for de_DE.UTF-8.

# survey_locales: lines "NAME LISTED present", "NAME LISTED absent" and "NAME default", each printed again where it holds.
# One counts as present where it was made, and locale-gen will make it again. Those of locales-all are dpkg's, whatever /etc/locale.gen says.
survey_locales() {
  locale_file
  awk -v "default_file=$locale_file" '
    BEGIN {
      while (("locale -a" | getline name) > 0) made[name]
      while ((getline <"/etc/locale.gen") > 0) {
        generated = 1
        if ($1 !~ /^#/) wanted[$1]
      }
      if ((getline <"/var/lib/dpkg/info/locales-all.list") > 0) generated = 0
      while ((getline <default_file) > 0) if (sub(/^LANG=/, "")) {
        gsub(/["\047 \t]/, "")
        language = $0
      }
    }
    $2 == "default" { if ($1 == language) print; next }
    { holds = ($2 in made) && (($1 in wanted) || !generated) }
    $3 == "absent" { holds = !($2 in made) && !($1 in wanted) }
    holds { print }'
}

# Sets $locale_file to the one that says the default: since Debian 13 the other one is a link to it.
locale_file() {
  if [ -e /etc/locale.conf ] || [ -L /etc/default/locale ]; then locale_file=/etc/locale.conf; else locale_file=/etc/default/locale; fi
}

locale_check() {
  case $3 in built-in) ;; *) locale_check_made "$@" ;; esac
  [ -n "${4-}" ] || return 0
  locale_holds "$1 default" && return
  comes 'default locale'
  locale_default
  differs default "$language" "$1"
  look "$locale_file"
  case $there in absent | 'file') ;; *) in_the_way "$locale_file" ;; esac
}

locale_holds() {
  [ "$(printf '%s\n' "$1" | survey_locales 2>/dev/null)" = "$1" ]
}

# Sets $language.
locale_default() {
  locale_file
  language=$(sed -n 's/^LANG=//p' "$locale_file" 2>/dev/null | tr -d "\"' \t" | tail -n 1)
}

locale_check_made() {
  locale_holds "$1 $2 $3" && return
  if [ "$3" = absent ]; then
    differs state present absent
    ! locale_has_all || locale_check_all
    locale_default
    [ "$language" != "$1" ] || will_come 'default locale' ||
      waits 'It is the default: declare another one with { default: true } before it.'
    locale_check_list
    return
  fi
  differs state absent present
  locale_check_list
  if locale_has_all && grep -qxF -e "/usr/lib/locale/$2" "$locale_all_list"; then
    blocked 'It is of the package locales-all, and was removed from /usr/lib/locale.' 'Bring it back: apt-get install --reinstall locales-all'
  elif ! locale_has_all && ! command -v locale-gen >/dev/null; then
    will_come 'package locales' || will_come 'package locales-all' || depends 'locales is not installed: declare apt("locales") before it.'
  elif [ -z "$(locale_charset "$1")" ]; then
    blocked "The C library does not know the locale $1." "Of that language it knows: $(locale_relatives "$1")."
  fi
}

# locale_has_all: whether the package locales-all is there. It brings all there are, and neither /etc/locale.gen nor locale-gen.
locale_has_all() {
  locale_all_list=/var/lib/dpkg/info/locales-all.list
  [ -e "$locale_all_list" ]
}

# Of one that must not be there.
locale_check_all() {
  if will_come 'no package locales-all'; then
    depends 'It goes with locales-all.'
  else
    blocked 'The package locales-all has every locale.' 'Declare apt("locales-all", { absent: true }) and apt("locales") before it.'
  fi
}

# What is no file is not written anew as one.
locale_check_list() {
  look /etc/locale.gen
  case $there in absent | 'file') ;; *) in_the_way /etc/locale.gen ;; esac
}

# locale_charset NAME: de_DE.UTF-8 has UTF-8, de_DE has ISO-8859-1.
locale_charset() {
  locale_supported | awk -v "name=$1" '$1 == name { print $2; exit }'
}

# locale_supported: prints what the C library knows. The list is of the package locales.
locale_supported() {
  cat /usr/share/i18n/SUPPORTED 2>/dev/null || locale -a | sed 's/\.utf8/.UTF-8/'
}

locale_relatives() {
  relatives=$(locale_supported | awk -v "name=$1" '
    BEGIN { language = name; sub(/[_.@].*/, "", language) }
    index($1, language "_") == 1 { printf "%s%s", comma, $1; comma = ", " }')
  printf %s "${relatives:-none}"
}

locale_join() {
  case $3 in
  present)
    if ! locale_holds "$1 $2 present"; then
      locale_keep "$1" "$2" && rewrite /etc/locale.gen locale_listed "$1" "$(locale_charset "$1")" || return
      locales_joined=yes
    fi
    ;;
  absent)
    locale_keep "$1" "$2" && rewrite /etc/locale.gen locale_listed "$1" '' && locale_delete "$2" || return
    ;;
  esac
  [ -z "${4-}" ] || locale_new_default=$1
}

# locale_listed NAME CHARSET: reads and prints /etc/locale.gen with it, or without it where CHARSET is empty. A line that
# is there in a comment is put to use again.
locale_listed() {
  awk -v "name=$1" -v "charset=$2" '
    { line = $0; sub(/^[# \t]+/, "", line); split(line, part) }
    part[1] != name || (part[2] != charset && charset != "") || (NF > 3) { print; next }
    charset == "" { print "# " line; next }
    !told { print name " " charset }
    { told = 1 }
    END { if (charset != "" && !told) print name " " charset }'
}

# locale_delete LISTED: one that is not in the archive has a folder of its own.
locale_delete() {
  locale_is_made "$1" || return 0
  [ -d "/usr/lib/locale/$1" ] || { localedef --delete-from-archive -- "$1" && return; }
  keep_tree "/usr/lib/locale/$1" && rm -rf -- "/usr/lib/locale/$1"
}

# All that is new in one go, and the default when it is there.
locale_flush() {
  locale_wanted=${locale_new_default-} locale_generate=${locales_joined-}
  locale_new_default='' locales_joined=''
  if [ -n "$locale_generate" ]; then locale-gen --keep-existing || return; fi
  [ -n "$locale_wanted" ] || return 0
  locale_holds "$locale_wanted default" && return
  locale_file
  rewrite "$locale_file" locale_spoken "$locale_wanted"
}

# locale_spoken NAME: reads and prints the file with the default, its other lines as they are.
locale_spoken() {
  awk -v "name=$1" '
    !/^LANG=/ { print; next }
    !told { print "LANG=" name }
    { told = 1 }
    END { if (!told) print "LANG=" name }'
}

locale_keep() {
  if locale_is_made "$2"; then
    keep_state "locale $1: present" locale_back "$1" "$2" present
  else
    keep_state "locale $1: absent" locale_back "$1" "$2" absent
  fi
}

locale_is_made() {
  locale -a 2>/dev/null | grep -qxF -- "$1"
}

# For undo: /etc/locale.gen was put back by then.
locale_back() {
  locale_keep "$1" "$2" || return
  if [ "$3" = present ]; then locale-gen --keep-existing; else locale_delete "$2"; fi
}

locale_back_now() {
  printf '%s\n' "$1" "$2"
  if locale_is_made "$2"; then echo present; else echo absent; fi
}
