# Which versions apt has, and which of them it would take.

# survey_candidates: lines "PACKAGE latest|any PATTERN|- RELEASE|- [VERSION]": it is the newest one of that pattern and release, or any
# one of that release. What is the newest can only be told where the package lists are fresh. VERSION is the one that is
# there, where it may have changed since apt was asked.
survey_candidates() {
  cut -d ' ' -f 1 "$work/candidates.expected" | sort -u | list_candidates >"$work/candidates.known"
  if lists_fresh; then suiting; else grep -v ' latest ' | suiting; fi
}

# list_candidates: reads names and prints "?PACKAGE VERSION", the version that apt would install, (none) for a virtual or
# pinned package, and "=PACKAGE VERSION now|- here|gone PRIORITY RELEASE…" for each version, the highest first; a package that apt
# does not know has no line. Releases are only asked for where a declaration names one.
#   t-one:
#     Candidate: 2.0
#     Version table:
#        2.0 500
#           500 http://deb.debian.org/debian trixie/main amd64 Packages
#    *** 1.1 100
#           100 /var/lib/dpkg/status
list_candidates() {
  {
    ! grep -qsv ' -$' "$work/candidates.expected" || apt-cache policy </dev/null
    echo .
    xargs -r apt-cache policy
  } 2>/dev/null | awk '
    function tell() {
      if (version != "") print "=" name, version, now, here, priority releases
      version = ""
    }
    $0 == "." { names = 1; next }
    #  500 http://deb.debian.org/debian trixie/main amd64 Packages
    #      release v=13.2,o=Debian,a=stable,n=trixie,l=Debian,c=main,b=amd64
    !names && /^ *-?[0-9]+ / {
      source = $2 " " $3
      suite = $3
      sub(/\/[^\/]*$/, "", suite)
    }
    !names && $1 == "release" {
      sub(/^ *release /, "")
      count = split($0, part, ",")
      for (i = 1; i <= count; i++) if (part[i] ~ /^[an]=/) suite = suite " " substr(part[i], 3)
      releases_of[source] = suite
    }
    !names { next }
    /^[^ ]/ { tell(); sub(/:$/, ""); name = $0 }
    $1 == "Candidate:" { print "?" name, $2 }
    /^( \*\*\* |     )[^ ]/ {
      tell()
      now = $1 == "***" ? "now" : "-"
      version = $1 == "***" ? $2 : $1
      priority = $1 == "***" ? $3 : $2
      here = "gone"
      releases = ""
    }
    /^        +-?[0-9]+ / && NF > 2 { here = "here"; releases = releases " " releases_of[$2 " " $3] }
    END { tell() }'
}

# suiting: reads lines as in the survey, and prints those that hold.
suiting() {
  judge_versions suits
}

# package_target NAME: sets $candidate as apt has it, empty where it does not know it, and $target to the version that
# $version and $release ask for, empty where apt has none.
package_target() {
  package_fact "?$1"
  # apt leaves out the native architecture.
  [ -n "$fact" ] || package_fact "?${1%%:*}"
  candidate=$fact target=$fact
  if [ -n "$version$release" ]; then
    target=$(package_line "$1" | judge_versions target)
  elif [ "$candidate" = '(none)' ]; then
    target=''
  fi
}

# package_suits NAME: whether the version that is there will do.
package_suits() {
  if [ -n "$latest$release" ]; then
    [ -n "$(package_line "$1" | suiting)" ]
  elif [ -n "$version" ]; then
    fits "$package_version" "$version"
  fi
}

package_line() {
  printf '%s\n' "$1 ${latest:-any} ${version:--} ${release:--} $package_version"
}

# fits VERSION PATTERN
fits() {
  pattern=$2
  while :; do
    case $pattern in *%*) pattern="${pattern%%"%"*}*${pattern#*"%"}" ;; *) break ;; esac
  done
  # shellcheck disable=SC2254 # a pattern
  case $1 in $pattern) ;; *) return 1 ;; esac
}

# judge_versions suits|target: reads lines as in the survey; prints those that hold, or the version that each asks for. Any version of
# a release is also a newer one than all others have: what came from it once.
judge_versions() {
  awk -v asked="$1" -v candidates="$work/packages.candidates" -v known="$work/candidates.known" '
    function read_all(file) {
      while ((getline <file) > 0) {
        name = substr($1, 2)
        if ($1 ~ /^[?]/) {
          twice = name in candidate
          candidate[name] = $2
        } else if (!twice) {
          i = ++count[name]
          version[name, i] = $2
          if ($3 == "now") installed[name] = i
          here[name, i] = $4 == "here"
          priority[name, i] = $5
          releases[name, i] = " "
          for (j = 6; j <= NF; j++) releases[name, i] = releases[name, i] $j " "
        }
      }
    }
    BEGIN { read_all(candidates); read_all(known) }
    function is_in(i) { return release == "-" || index(releases[name, i], " " release " ") }
    function fits(i) { return is_in(i) && (regex == "-" || version[name, i] ~ "^" regex "$") }
    # What apt prefers, and of that the highest: backports do not come unasked.
    function target(i, best) {
      best = 0
      for (i = 1; i <= count[name]; i++)
        if (here[name, i] && fits(i) && (!best || priority[name, i] > priority[name, best])) best = i
      return best
    }
    function newest(i) {
      if (regex == "-" && release == "-") return version[name, i] == candidate[name]
      return fits(i) && i <= target()
    }
    # From the highest version down to the one that is there: another release has none of them.
    function of_release(i) {
      for (i = 1; i <= installed[name]; i++) if (here[name, i] && !is_in(i)) return 0
      return 1
    }
    {
      line = $0
      name = $1
      if (!(name in candidate)) sub(/:.*/, "", name)
      regex = $3
      gsub(/[.+]/, "[&]", regex)
      gsub(/%/, ".*", regex)
      release = $4
      if (NF > 4) for (i = 1; i <= count[name]; i++) if (version[name, i] == $5) installed[name] = i
      if (asked == "target") {
        if (target()) print version[name, target()]
      } else if (name in installed) {
        if ($2 == "latest" ? newest(installed[name]) : is_in(installed[name]) || of_release()) print line
      }
    }'
}

# Sets $lack to what apt says to a package that it cannot install as $version and $release ask for; after package_target.
package_lack() {
  if [ -z "$candidate" ]; then
    near_packages "$1"
    lack="apt knows no package \"$1\"${near:+; there is $near}."
  elif [ -n "$version" ]; then
    lack="apt has no version $(printf %s "$version" | tr % '*') of \"$1\"$(versions_of "$1")."
  elif [ -n "$release" ]; then
    lack_of_release "$1"
  elif [ -n "$(versions_of "$1")" ]; then
    lack="A pin keeps apt from installing \"$1\"$(grep -ls 'Pin-Priority: *-' /etc/apt/preferences /etc/apt/preferences.d/* |
      paste -s -d , | sed 's/,/, /g; s/^/: see /')."
  else
    providers_of "$1"
    lack="apt has nothing to install for \"$1\"${providers:+, which is provided by $providers}."
  fi
}

lack_of_release() {
  releases=$(apt-cache policy | sed -n 's/^ *release //p' | tr , '\n' | sed -n 's/^[an]=//p' | grep -vx now | sort -u)
  case $newline$releases$newline in
  *"$newline$release$newline"*) lack="The release \"$release\" has no package \"$1\"$(versions_of "$1")." ;;
  *) lack="apt knows no release \"$release\"${releases:+; there are $(joined "$releases")}: its repository must be declared before." ;;
  esac
}

# versions_of NAME: prints "; there are 2.0, 1.1", or nothing.
versions_of() {
  found=$(printf %s "$packages_known" | awk -v name="=${1%%:*}" '$1 == name && $4 == "here" && !($2 in seen) { seen[$2]; print $2 }')
  case $found in
  '') ;;
  *"$newline"*) printf '; there are %s' "$(joined "$found")" ;;
  *) printf '; there is %s' "$found" ;;
  esac
}

# joined LINES: prints "2.0, 1.1", and of many the first ones.
joined() {
  printf '%s\n' "$1" | awk '
    NR <= 8 { text = text (NR > 1 ? ", " : "") $0 }
    END { print text (NR > 8 ? " and " NR - 8 " more" : "") }'
}

# lists_usable: whether package lists are there, and no source was changed since they were read.
lists_usable() {
  [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -print -quit 2>/dev/null)" ] || return 1
  # apt-get update works there, even when it finds nothing new.
  for source in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/sources.list.d/* /etc/apt/keyrings/*; do
    [ ! "$source" -nt /var/lib/apt/lists/partial ] || return 1
  done
}

# lists_recent: whether they were read within a day.
lists_recent() {
  [ -n "$(find /var/lib/apt/lists/partial -maxdepth 0 -mmin -1440 2>/dev/null)" ]
}

lists_fresh() {
  lists_usable && lists_recent
}
