# What dpkg and apt know of the declared packages.

# survey_packages: lines "PACKAGE installed", "PACKAGE removed", "PACKAGE purged", "PACKAGE version PATTERN", "PACKAGE hold" and
# "PACKAGE free"; for those that are to be installed it also asks for the versions that apt would take, while other surveys
# go on. In a pattern "%" stands for anything, since "*" is no plain word.
survey_packages() {
  list_packages
  [ ! -s "$work/packages.missing" ] || list_candidates <"$work/packages.missing" >"$work/packages.candidates"
}

# list_packages: prints the lines of the survey that hold. Leaves what is there of the surveyed packages in
# $work/packages.now, lines "PACKAGE STATE HELD VERSION", and the names of those that are to be installed, or in another
# version, in $work/packages.missing. The state is dpkg's, but automatic for what is installed only because something else
# needs it, and absent for what is held before it is there. HELD is hold or free.
list_packages() {
  : >"$work/packages.now"
  : >"$work/packages.missing"
  find_status
  awk -v survey="$work/packages.expected" -v now="$work/packages.now" -v missing="$work/packages.missing" '
    BEGIN {
      while ((getline <survey) > 0) {
        line[++lines] = $0
        surveyed[$1]
      }
      while ((getline <"/var/lib/apt/extended_states") > 0) {
        if ($1 == "Package:") package = $2
        if ($1 == "Auto-Installed:" && $2) automatic[package]
      }
    }
    /^Package: / { package = $2; version_now = "" }
    /^Status: / { want = $2; flag = $3; status = $4 }
    /^Architecture: / { machine = $2 }
    /^Version: / { version_now = $2 }
    $0 == "" && status != "not-installed" {
      if (package == "dpkg") native = machine
      if ((package in surveyed) || ((package ":" machine) in surveyed)) {
        state[++count] = flag != "ok" ? flag : status == "installed" && (package in automatic) ? "automatic" : status
        held[count] = want == "hold" ? "hold" : "free"
        version[count] = version_now
        name[count] = package
        architecture[count] = machine
        here[package, machine]
      }
    }
    function tell(package, i) {
      print package, state[i], held[i], version[i] >now
      state_of[package] = state[i]
      held_of[package] = held[i]
      version_of[package] = version[i]
    }
    # What was held before it was there, dpkg tells only where it is named.
    function ask_held(names, command) {
      for (i = 1; i <= lines; i++) {
        split(line[i], asked, " ")
        if (asked[2] !~ /^(removed|purged)$/ && !(asked[1] in state_of)) names[asked[1]]
      }
      for (i in names) command = command " " i
      if (command == "") return
      command = "dpkg-query --show --showformat=\047${Package} ${Package}:${Architecture} ${db:Status-Want}\\n\047" command " 2>/dev/null"
      while ((command | getline) > 0) {
        for (i = 1; i <= 2; i++) if ($3 == "hold" && ($i in names)) {
          state_of[$i] = "absent"
          held_of[$i] = "hold"
          print $i, "absent hold " >now
        }
      }
      close(command)
    }
    function holds(package, what, pattern) {
      there = package in state_of ? state_of[package] : "absent"
      if (what == "removed") return there == "absent" || there == "config-files"
      if (what == "purged") return there == "absent"
      if (what == "installed") return there == "installed"
      if (what == "hold" || what == "free") return held_of[package] == what
      gsub(/[.+]/, "[&]", pattern)
      gsub(/%/, ".*", pattern)
      return version_of[package] ~ "^" pattern "$"
    }
    END {
      # A name without architecture means the native one, and another only where that is not there.
      for (i = 1; i <= count; i++) {
        tell(name[i] ":" architecture[i], i)
        if (architecture[i] == native || architecture[i] == "all" || !((name[i], native) in here)) tell(name[i], i)
      }
      ask_held()
      for (i = 1; i <= lines; i++) {
        split(line[i], asked, " ")
        if (holds(asked[1], asked[2], asked[3])) print line[i]
        else if (asked[2] == "version" || asked[2] == "installed" && there != "automatic") print asked[1] >missing
      }
    }' "$dpkg_status"
}

# find_status: sets $dpkg_status to a file with what dpkg knows of all packages, in the form of deb822(5). It is its own; while dpkg is
# at work, or was ended in the middle of it, what came last is beside that one, and dpkg-query puts both together.
find_status() {
  dpkg_status=/var/lib/dpkg/status
  for dpkg_update in /var/lib/dpkg/updates/[0-9]*; do
    [ -e "$dpkg_update" ] || continue
    dpkg_status=$work/packages.status
    # shellcheck disable=SC2016 # its own fields
    dpkg-query --show --showformat='Package: ${Package}\nStatus: ${db:Status-Want} ${db:Status-Eflag} ${db:Status-Status}\nArchitecture: ${Architecture}\nVersion: ${Version}\n\n' >"$dpkg_status"
    return
  done
}

# read_packages: sets $packages_known to what dpkg and apt know of them. What somebody else did with dpkg or apt meanwhile
# makes us look again.
read_packages() {
  for packages_file in /var/lib/dpkg/status /var/lib/dpkg/updates /var/lib/apt/extended_states; do
    if [ ! -e "$work/packages.now" ] || [ "$packages_file" -nt "$work/packages.now" ]; then
      list_packages >/dev/null
      break
    fi
  done
  for packages_file in "$work/packages.now" "$work/packages.candidates" "$work/candidates.known"; do
    if [ -z "${packages_known-}" ] || [ "$packages_file" -nt "$work/packages-read" ]; then
      packages_known=$(cat "$work/packages.now" "$work/packages.candidates" "$work/candidates.known" 2>/dev/null)
      : >"$work/packages-read"
      break
    fi
  done
}

# package_fact NAME: sets $fact to the rest of its line, empty where there is none.
package_fact() {
  fact=''
  ! line_after "$packages_known" "$1 " || fact=$line_rest
}

# package_now NAME: sets $package_state (absent, or as in list_packages), $package_held and $package_version.
package_now() {
  package_fact "$1"
  package_state=absent package_held='free' package_version=''
  [ -n "$fact" ] || return 0
  package_state=${fact%% *} fact=${fact#* }
  package_held=${fact%% *} package_version=${fact#* }
}

# near_packages NAME: sets $near to names that differ from it in one letter: "nginx" for "ngnix".
near_packages() {
  near=$(
    apt-cache pkgnames | awk -v name="$1" '
      BEGIN { length_name = length(name) }
      {
        difference = length($0) - length_name
        if (difference > 1 || difference < -1) next
        shorter = difference < 0 ? length($0) : length_name
        for (front = 0; front < shorter && substr($0, front + 1, 1) == substr(name, front + 1, 1); ) front++
        for (back = 0; back < shorter - front && substr($0, length($0) - back, 1) == substr(name, length_name - back, 1); ) back++
        rest = shorter - front - back
        swapped = difference == 0 && rest == 2 && substr($0, front + 1, 1) == substr(name, front + 2, 1) && substr($0, front + 2, 1) == substr(name, front + 1, 1)
        if (swapped || rest + (difference != 0) <= 1) print
      }' | sort | head -n 3 | paste -s -d , | sed 's/,/, /g'
  )
}

# providers_of NAME: sets $providers to what provides the virtual package.
providers_of() {
  providers=$(
    apt-cache showpkg "$1" | sed '1,/^Reverse Provides:/d' | cut -d ' ' -f 1 |
      sort -u | head -n 5 | paste -s -d , | sed 's/,/, /g'
  )
}
