# Which releases of sites are on this machine; changes nothing.
# The program goes on with: releases SITE TO …

token=''
read -r token <"$2/token"
LC_ALL=C
export LC_ALL

# releases SITE TO …: "site SITE", "maintenance", "live RELEASE", "pinned RELEASE"; and for each release, the oldest first,
# "release RELEASE STATE MADE REVISION CHANGED", "gone" where its files are, "by WORD…" and "why WORD…".
releases() {
  while [ $# -ge 2 ]; do
    say site "$1"
    site_releases "$2"
    shift 2
  done
}

say() {
  printf '%s %s\n' "$token" "$*"
}

site_releases() {
  [ ! -e "$1/maintenance.html" ] || say maintenance
  live=$(readlink -- "$1/current" 2>/dev/null)
  case $live in releases/?*) say live "${live#releases/}" ;; esac
  [ -f "$1/releases.log" ] || return 0
  # shellcheck disable=SC2012 # names of runs
  ls -- "$1/releases" 2>/dev/null | awk -v token="$token" '
    function say(text) { print token " " text }
    # TIME RELEASE STATE BY TEXT [FINGERPRINT], as site.sh writes it
    BEGIN { FS = "\t" }
    FILENAME == "-" || FILENAME == "" { there[$1]; next }
    NF < 5 { next }
    $3 == "pinned" { pin = $2; next }
    $3 == "unpinned" { pin = ""; next }
    !($2 in state) { order[++count] = $2; made[$2] = $1 }
    $3 == "building" { revision[$2] = $5; by[$2] = $4 }
    { state[$2] = $3; changed[$2] = $1; why[$2] = $5 }
    END {
      if (pin != "") say("pinned " pin)
      for (i = 1; i <= count; i++) {
        r = order[i]
        say("release " r " " state[r] " " made[r] " " (r in revision ? revision[r] : "-") " " changed[r])
        if (!(r in there)) say("gone")
        if (by[r] != "") say("by " by[r])
        if ((state[r] == "bad" || state[r] == "left") && why[r] != "-") say("why " why[r])
      }
    }' - "$1/releases.log"
}
