# How packages were, for undo. One backup for all that a call of apt-get changes, the packages that come along with others
# included: NUMBER.packages has all packages before it, NUMBER.packages-left those after it.

# all_packages: prints lines "PACKAGE WANT STATE VERSION MARK" of all that are there. The architecture is named where it is
# not the native one.
all_packages() {
  # shellcheck disable=SC2016 # dpkg-query's own fields
  dpkg-query --show --showformat='${Package} ${Architecture} ${db:Status-Want} ${db:Status-Status} ${Version}\n' | awk '
    BEGIN {
      while ((getline <"/var/lib/apt/extended_states") > 0) {
        if ($1 == "Package:") package = $2
        if ($1 == "Auto-Installed:" && $2) automatic[package]
      }
    }
    $1 == "dpkg" { native = $2 }
    $4 != "not-installed" { line[++lines] = $0 }
    END {
      for (i = 1; i <= lines; i++) {
        split(line[i], field, " ")
        foreign = field[2] != native && field[2] != "all"
        print field[1] (foreign ? ":" field[2] : ""), field[3], field[4], field[5], field[1] in automatic ? "auto" : "manual"
      }
    }'
}

apt_keep() {
  apt_from=${kept:-1000000}
  # Configuration that is purged is put back when its package is there again, so it is kept before.
  # shellcheck disable=SC2086 # names of packages
  apt_keep_configuration ${apt_purged-} || return
  new_backup && all_packages >"$backup.packages" && apt_backup=$backup && write_words state packages apt_back "${backup##*/}"
}

# apt_kept: names what has changed; where nothing has, there is nothing to undo.
apt_kept() {
  all_packages >"$apt_backup.packages-left"
  if cmp -s "$apt_backup.packages" "$apt_backup.packages-left"; then
    rm -f -- "$apt_backup.state" "$apt_backup.packages" "$apt_backup.packages-left"
    return
  fi
  backup=$apt_backup
  # A version or a mark counts, too.
  apt_changed=$(sort "$backup.packages" "$backup.packages-left" | uniq -u | cut -d ' ' -f 1 | sort -u | paste -s -d , |
    sed 's/,/, /g')
  write_words new "packages $apt_changed" apt_back "${backup##*/}" && mv -- "$backup.new" "$backup.state"
  # What came along with others may be one of them.
  for package in $(printf %s "$apt_changed" | tr -d ,); do
    case $access_packages in *" ${package%%:*} "*) arm_late "$apt_from" && return ;; esac
  done
}

# apt_keep_configuration PACKAGE…: the files that dpkg would purge.
apt_keep_configuration() {
  [ $# -gt 0 ] || return 0
  #  /etc/nginx/nginx.conf 4a5d6e… obsolete
  # shellcheck disable=SC2016
  dpkg-query --show --showformat='${Conffiles}\n' "$@" 2>/dev/null |
    sed -n 's/^ \(.*\) [0-9a-f]\{32\}\( .*\)\?$/\1/p' >"$work/conffiles"
  while IFS= read -r conffile; do
    [ ! -e "$conffile" ] || keep "$conffile" || return
  done <"$work/conffiles"
}

# apt_back_plan NUMBER: lists in $work/apt.back what is to be done: "remove PACKAGE", "install PACKAGE VERSION",
# "version PACKAGE OLD", "auto PACKAGE with|alone", "manual PACKAGE with|alone", "hold PACKAGE", "unhold PACKAGE"; and "moved PACKAGE OLD NOW"
# for what others have changed since.
apt_back_plan() {
  all_packages >"$work/apt.now"
  apt_left=$kept_run/$1.packages-left
  [ -e "$apt_left" ] || apt_left=$work/apt.now
  awk '
    function is_there(status) { return status != "" && status != "config-files" }
    {
      file = FILENAME == ARGV[1] ? 1 : FILENAME == ARGV[2] ? 2 : 3
      want[file, $1] = $2; status[file, $1] = $3; version[file, $1] = $4; mark[file, $1] = $5
      if (!($1 in known)) { known[$1]; name[++names] = $1 }
    }
    END {
      for (i = 1; i <= names; i++) {
        p = name[i]
        before = is_there(status[1, p]); left = is_there(status[2, p]); now = is_there(status[3, p])
        if (!before && left && now) print "remove", p, status[1, p] == "" ? "whole" : "-"
        if (before && !left && !now) print "install", p, version[1, p]
        if (before && left && now && version[1, p] != version[2, p] && version[3, p] != version[1, p])
          print version[3, p] == version[2, p] ? "version" : "moved", p, version[1, p], version[3, p]
        if (!before) continue
        if ((!left && !now) || (mark[1, p] != mark[2, p] && mark[3, p] == mark[2, p])) print mark[1, p], p, !left && !now ? "with" : "alone"
        if ((want[1, p] == "hold") != (want[2, p] == "hold") && (want[3, p] == "hold") == (want[2, p] == "hold"))
          print want[1, p] == "hold" ? "hold" : "unhold", p
      }
    }' "$kept_run/$1.packages" "$apt_left" "$work/apt.now" >"$work/apt.back"
}

# back_names VERB: those of the plan.
back_names() {
  awk -v verb="$1" '$1 == verb { print $2 }' "$work/apt.back"
}

# apt_back_judge: sets $back_gone to those that can go without others, $back_needed to those that others need now,
# $back_come to what apt is to install, and $back_newer and $back_lost, lines "PACKAGE VERSION", to those of which apt has
# only another version, and none.
apt_back_judge() {
  back_gone=$(back_names remove | tr '\n' ' ') back_needed=''
  while [ -n "${back_gone% }" ]; do
    # shellcheck disable=SC2086 # names of packages
    dpkg --no-act --remove $back_gone >"$work/dpkg.said" 2>&1 && break
    # Errors were encountered while processing:
    #  libfoo:amd64
    refused=$(sed '1,/^Errors were encountered while processing:/d; s/^ //' "$work/dpkg.said")
    [ -n "$refused" ] || refused=$back_gone
    for package in $refused; do
      case " $back_gone " in *" $package "*) ;; *) package=${package%:*} ;; esac
      back_gone=$(without "$package" "$back_gone")
      back_needed="$back_needed $package"
    done
  done
  back_come='' back_newer='' back_lost=''
  # shellcheck disable=SC2046 # names of packages
  set -- $(back_names install) $(back_names version)
  [ $# -gt 0 ] || return 0
  list_versions "$@" >"$work/apt.versions"
  while read -r verb package version _; do
    case $verb in install | version) ;; *) continue ;; esac
    if grep -qxF -e "${package%%:*} $version" "$work/apt.versions"; then
      back_come="$back_come $package=$version"
    elif [ "$verb" = install ] && grep -qF -e "${package%%:*} " "$work/apt.versions"; then
      back_come="$back_come $package"
      back_newer="$back_newer$package $version$newline"
    else
      back_lost="$back_lost$package $version$newline"
    fi
  done <"$work/apt.back"
}

# list_versions NAME…: prints lines "PACKAGE VERSION" of those that apt could install.
list_versions() {
  #    hello |   2.10-3 | http://deb.debian.org/debian trixie/main amd64 Packages
  apt-cache madison "$@" 2>/dev/null | awk -F '|' '{ gsub(/ /, ""); print $1, $2 }'
}

has_version() {
  list_versions "$1" | grep -qxF -e "${1%%:*} $2"
}

# Where all is as it was, it gives the argument itself.
apt_back_now() {
  apt_back_plan "$1"
  if [ -s "$work/apt.back" ]; then echo otherwise; else echo "$1"; fi
}

apt_back_tell() {
  apt_back_plan "$1"
  apt_back_judge
  while read -r verb package version _; do
    case $verb in
    remove)
      case " $back_needed " in
      *" $package "*) would lost "package $package: others need it now" ;;
      *) would remove "package $package$(purge_remark "$package" "$version")" ;;
      esac
      ;;
    install | version)
      case $newline$back_lost in
      *"$newline$package $version$newline"*) would lost "package $package $version: apt does not have it" ;;
      *)
        case $newline$back_newer in
        *"$newline$package $version$newline"*) newer=", or the version that apt has now" ;;
        *) newer='' ;;
        esac
        if [ "$verb" = install ]; then apt_sign=create; else apt_sign=change; fi
        would "$apt_sign" "package $package $version$newer"
        ;;
      esac
      ;;
    moved) would lost "package $package $version: it was changed again since" ;;
    auto) [ "$version" = with ] || would change "package $package: automatically installed" ;;
    manual) [ "$version" = with ] || would change "package $package: manually installed" ;;
    hold) would change "package $package: held" ;;
    unhold) would change "package $package: not held" ;;
    esac
  done <"$work/apt.back"
}

# purge_remark PACKAGE whole|-: what a script of its own would remove when it is purged, nobody knows: that stays.
purge_remark() {
  [ "$2" = whole ] && has_postrm "$1" && printf '; its configuration and data stay'
}

has_postrm() {
  [ -e "/var/lib/dpkg/info/$1.postrm" ] || [ -e "/var/lib/dpkg/info/$1:$(dpkg --print-architecture).postrm" ]
}

apt_back() {
  apt_updated=''
  await_locks && apt_repair || return
  apt_back_plan "$1"
  [ -s "$work/apt.back" ] || return 0
  cp "$work/apt.back" "$work/apt.plan"
  if grep -q '^\(install\|version\) ' "$work/apt.back" && ! lists_usable; then apt_update; fi
  apt_back_judge
  apt_purged=''
  while read -r verb package whole; do
    [ "$verb/$whole" = remove/whole ] || continue
    case " $back_gone " in *" $package "*) has_postrm "$package" || apt_purged="$apt_purged $package" ;; esac
  done <"$work/apt.plan"
  apt_keep || return
  apt_failed=''
  apt_marks unhold
  # shellcheck disable=SC2046,SC2086 # names of packages
  apt_back_install $back_come $(printf %s "$back_gone" | sed 's/[^ ]\+/&-/g') || apt_failed=yes
  # shellcheck disable=SC2086
  if [ -n "$apt_purged" ]; then dpkg --purge $apt_purged || apt_failed=yes; fi
  apt_purged=''
  all_packages >"$work/apt.now"
  for mark in auto manual hold; do apt_marks "$mark"; done
  apt_kept
  rm -f "$work/packages.now"
  [ -z "$apt_failed" ] && apt_back_whole
}

# An undo has told before it began what cannot be brought back; what puts back by itself says it now.
apt_back_whole() {
  [ -n "${access_run-}" ] && [ -n "$back_lost" ] || return 0
  printf %s "$back_lost" | sed 's/.*/apt does not have & any more, so it could not be put back./'
  return 1
}

# apt_back_install NAME…: NAME, NAME=VERSION or NAME-. Nothing else is removed for it.
apt_back_install() {
  [ $# -gt 0 ] || return 0
  unasked=$(
    apt-get --simulate --quiet=2 --no-install-recommends --allow-downgrades install "$@" 2>/dev/null |
      awk -v asked=" $* " '$1 == "Remv" && !index(asked, " " $2 "- ") { printf " %s", $2 }'
  )
  if [ -n "$unasked" ]; then
    echo "apt would have to remove packages for this that were there before, so it was left alone:$unasked."
    return 1
  fi
  apt_get install --no-install-recommends --allow-downgrades "$@"
}

# apt_marks auto|manual|hold|unhold: of those that are there.
apt_marks() {
  # shellcheck disable=SC2046 # names of packages
  set -- "$1" $(awk -v verb="$1" '
    FILENAME == ARGV[1] { if ($3 == "installed") there[$1]; next }
    $1 == verb && $2 in there { print $2 }' "$work/apt.now" "$work/apt.plan")
  [ $# -gt 1 ] || return 0
  apt-mark "$@" || apt_failed=yes
}
