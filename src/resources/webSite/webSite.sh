# What apacheSite and nginxSite share: a file in sites-available, and a link to it in sites-enabled. SERVER is the folder in /etc and
# the package; FILE the name in both folders.

# web_site_check SERVER FILE SHA-256|absent
web_site_check() {
  web_file=/etc/$1/sites-available/$2 web_link=/etc/$1/sites-enabled/$2
  if [ "$3" = absent ]; then
    web_site_check_absent "$1" "$2"
    return
  fi
  if [ ! -d "/etc/$1/sites-available" ]; then
    will_come "package $1" || depends "$1 is not installed: declare apt(\"$1\") before it."
  fi
  [ -e "$web_file" ] || [ -L "$web_file" ] || differs state absent present
  file_check_part site "$web_file" "$3"
  look "$web_link"
  case $there in
  absent) differs enabled no yes ;;
  symlink) case $(readlink -- "$web_link") in "../sites-available/$2" | "$web_file") ;; *) differs enabled elsewhere yes ;; esac ;;
  *) in_the_way "$web_link" ;;
  esac
}

# web_site_check_absent SERVER FILE
web_site_check_absent() {
  look "$web_file"
  case $there in
  absent)
    # What the package itself brings, and enables.
    case $1/$2 in
    apache2/000-default.conf | nginx/default)
      if [ ! -d "/etc/$1/sites-available" ] && will_come "package $1"; then
        depends "The package $1 brings it."
        return
      fi
      ;;
    esac
    ;;
  file) differs state present absent ;;
  *)
    in_the_way "$web_file"
    return
    ;;
  esac
  look "$web_link"
  case $there in
  absent) ;;
  symlink) differs enabled yes absent ;;
  *) in_the_way "$web_link" ;;
  esac
}

# web_site_change SERVER FILE SHA-256|absent COMMAND…: the command is the server's own check of all of its configuration.
web_site_change() {
  web_file=/etc/$1/sites-available/$2 web_link=/etc/$1/sites-enabled/$2
  if [ "$3" = absent ]; then
    for web_path in "$web_link" "$web_file"; do
      [ -e "$web_path" ] || [ -L "$web_path" ] || continue
      keep "$web_path" && rm -- "$web_path" || return
    done
    return
  fi
  web_site_try "$@" && file_change_part "$web_file" "$3" && web_site_link "$2"
}

# web_site_show FOLDER: the line that was complained of, which is nowhere to be looked at when the new file is not put in place.
web_site_show() {
  # nginx: [emerg] unknown directive "gzipp" in /etc/nginx/sites-enabled/www:12
  # AH00526: Syntax error on line 12 of /etc/apache2/sites-enabled/www.conf:
  web_line=$(sed -n "s|.* in $1/sites-[a-z]*/${web_file##*/}:\([0-9]*\)\$|\1|p; s|.* on line \([0-9]*\) of $1/sites-[a-z]*/${web_file##*/}:\$|\1|p" "$work/web-said" | head -n 1)
  [ -n "$web_line" ] || return 0
  awk -v line="$web_line" 'NR >= line - 2 && NR <= line { printf "%s %d  %s\n", NR == line ? ">" : " ", NR, $0 }' "$web_new"
}

# web_site_link FILE
web_site_link() {
  keep "$web_link" || return
  temporary_beside "$web_link"
  rm -f -- "$temporary"
  ln -s -- "../sites-available/$1" "$temporary" && put_in_place "$web_link"
}

# web_site_try SERVER FILE SHA-256 COMMAND…: with the new file in the place of the old one, in a copy of the whole configuration that
# the command alone sees.
web_site_try() {
  web_copy=$work/web-site
  web_new=$run/blobs/$3
  [ -e "$web_new" ] || web_new=$web_file
  rm -rf -- "$web_copy"
  cp -a -- "/etc/$1" "$web_copy" && cp -- "$web_new" "$web_copy/sites-available/$2" &&
    ln -sfn -- "../sites-available/$2" "$web_copy/sites-enabled/$2" || return
  web_etc=/etc/$1
  shift 3
  # shellcheck disable=SC2016 # for the shell that it starts
  unshare --mount sh -c 'mount --bind "$1" "$2" && shift 2 && "$@"' sh "$web_copy" "$web_etc" "$@" >"$work/web-said" 2>&1
  web_status=$?
  rm -rf -- "$web_copy"
  cat -- "$work/web-said"
  [ "$web_status" = 0 ] || web_site_show "$web_etc"
  [ "$web_status" = 0 ] || echo 'The whole configuration with it is not valid, so it was not put in place.'
  return "$web_status"
}
