# Reads and writes the members of a pool on one of its balancers, and tells what that sees of them.
# Behind it stands what the kind poolMembers has of it, and then one call of a function.

token=''
read -r token <"$2/token"
work=$2
LC_ALL=C
export LC_ALL
# By pool_at.
pool='' pool_name='' pool_engine=''

say() {
  printf '%s %s\n' "$token" "$*"
}

# pool_read POOL: "member NODE ADDRESS PORT WEIGHT STATE SINCE BY WHY"; those that are gone, too.
pool_read() {
  if ! pool_at "$1"; then
    say unknown
    return
  fi
  awk -F '\t' -v token="$token" 'NF >= 8 { print token " member " $1, $2, $3, $4, $5, $6, $7, $8 }' "$pool/members"
}

# pool_set POOL LINE…: lines as the file of members has them. "taken", or "refused" with what was said.
pool_set() {
  pool_set=$1
  shift
  if printf '%s\n' "$@" | pool_take "$pool_set" >"$work/said" 2>&1; then
    say taken
  else
    say refused "=$(tail -n 20 "$work/said" | base64 -w 0)"
  fi
}

# pool_connections ADDRESS PORT: "connections COUNT", of those that this machine has made there and that are established.
pool_connections() {
  say connections "$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v there="$(pool_hex "$1")" -v port="$2" '
    $4 == "01" && $3 ~ there ":" sprintf("%04X", port) "$" { count++ }
    END { print count + 0 }')"
}

# pool_hex ADDRESS: how the end of it stands in /proc/net/tcp, and behind ::ffff: in /proc/net/tcp6: 0A000005 as 0500000A.
pool_hex() {
  case $1 in
  *:*) getent ahostsv6 "$1" | pool_hex_six "$1" ;;
  *) echo "$1" | awk -F . '{ printf "%02X%02X%02X%02X", $4, $3, $2, $1 }' ;;
  esac
}

# pool_hex_six ADDRESS: groups of four bytes, each of them turned round.
pool_hex_six() {
  echo "$1" | awk '
    function group(text) { return substr("0000" toupper(text), length(text) + 1) }
    {
      halves = split($0, half, "::")
      left = split(half[1], first, ":")
      right = halves > 1 ? split(half[2], last, ":") : 0
      for (i = 1; i <= left; i++) all = all group(first[i])
      for (i = left + right; i < 8; i++) all = all "0000"
      for (i = 1; i <= right; i++) all = all group(last[i])
      for (i = 1; i <= 32; i += 8)
        printf "%s%s%s%s", substr(all, i + 6, 2), substr(all, i + 4, 2), substr(all, i + 2, 2), substr(all, i, 2)
    }'
}

# pool_traffic POOL SECONDS [PLACE…]: what the log says of members since that place in it, or of the last seconds:
# "place PLACE…", and for each "traffic ADDRESS:PORT REQUESTS ERRORS BUCKET:COUNT…"; a bucket is 5 % wide, in milliseconds. "silent LOG" where
# nothing is written.
pool_traffic() {
  pool_at "$1" || return 0
  shift
  # shellcheck disable=SC2154 # members.sh sets it
  "pool_traffic_$pool_engine" "$@"
}

# The place is the inode of the log and an offset.
pool_traffic_nginx() {
  # shellcheck disable=SC2154 # members.sh sets it
  log=/var/log/nginx/pool-$pool_name.log
  if [ ! -e "$log" ]; then
    say silent "$log"
    return
  fi
  inode_size=$(stat --format '%i %s' -- "$log")
  since=$(($(date +%s) - $1)) from=1
  if [ "${inode_size% *}" = "${2-}" ] && [ "${inode_size#* }" -ge "$3" ]; then
    since=0 from=$(($3 + 1))
  elif [ "${inode_size#* }" -gt 8388608 ]; then
    from=$((${inode_size#* } - 8388608))
  fi
  say place "$inode_size"
  head -c "${inode_size#* }" -- "$log" | tail -c "+$from" | pool_count "$since" 1000
}

# The place is a cursor of the journal.
pool_traffic_haproxy() {
  if [ -n "${2-}" ]; then set -- "--after-cursor=$2"; else set -- "--since=-$1s"; fi
  journalctl --quiet --unit=haproxy.service --output=cat --show-cursor "$@" >"$work/journal" 2>/dev/null
  # -- cursor: s=0123…;i=1a;…
  place=$(sed -n 's/^-- cursor: //p' "$work/journal" | tail -n 1)
  [ -z "$place" ] || say place "$place"
  pool_count 0 1 <"$work/journal"
}

# pool_count SINCE UNIT <LINES "TIME MEMBER… STATUS… DURATION…" with tabs; UNIT is that of durations in milliseconds. A line that is
# just being written has less.
pool_count() {
  awk -F '\t' -v since="$1" -v unit="$2" -v token="$token" '
    NF < 5 || $1 + 0 < since { next }
    {
      tries = split($2, member, /, | : /)
      split($3, status, /, | : /)
      split($4, time, /, | : /)
      for (i = 1; i <= tries; i++) {
        if (member[i] !~ /:[0-9]+$/) continue
        requests[member[i]]++
        if (status[i] + 0 >= 500 || status[i] + 0 <= 0) errors[member[i]]++
        milliseconds = time[i] * unit
        count[member[i], int(log((milliseconds > 0 ? milliseconds : 0) + 1) / log(1.05))]++
      }
    }
    END {
      for (key in count) {
        split(key, part, SUBSEP)
        buckets[part[1]] = buckets[part[1]] " " part[2] ":" count[key]
      }
      for (one in requests) print token " traffic " one " " requests[one] " " errors[one] + 0 buckets[one]
    }'
}
