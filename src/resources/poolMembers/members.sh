# The members of a pool on one of its balancers: for the kind poolMembers, and for commands (src/pools/pool.sh).
#
# $pool/members says who gets traffic, one line a member, with tabs between:
#   NODE ADDRESS PORT WEIGHT STATE SINCE BY WHY
# One that was removed stays for a day with the state "gone", so that a balancer that has missed it learns of it.
# $pool/settings says what makes that effective, lines "KEY VALUE": engine, options (of each server), panic, head (lines of the backend of
# HAProxy, with tabs between).

# pool_at POOL: sets $pool_name, $pool (its folder), and what its settings say; fails where there is no such pool.
pool_at() {
  pool_name=$1 pool=/var/lib/proog/pools/$1 pool_engine='' pool_options='' pool_panic='' pool_head=''
  [ -e "$pool/settings" ] || return
  while IFS= read -r pool_line; do
    case $pool_line in
    'engine '*) pool_engine=${pool_line#* } ;;
    'options '*) pool_options=${pool_line#* } ;;
    'panic '*) pool_panic=${pool_line#* } ;;
    'head '*) pool_head=${pool_line#* } ;;
    esac
  done <"$pool/settings"
}

# pool_render [PANIC] <MEMBERS: prints what the engine reads.
pool_render() {
  pool_awk "${1-$pool_panic}" 'function say(text) { print text }'
}

# pool_awk PANIC PROGRAM [WORD…]: runs it with the lines of the engine before it: they give each line of what the engine reads, made of members, to
# the function say. Where that is read is the variable reads. What people have written comes by the environment: after -v, some awks take its
# backslashes away.
pool_awk() {
  "pool_lines_$pool_engine"
  # shellcheck disable=SC2016 # of awk
  pool_awk_panic=$1 pool_awk='
    BEGIN {
      options = ENVIRON["pool_awk_options"]
      head = ENVIRON["pool_awk_head"]
    }
'$pool_lines$2
  shift 2
  pool_awk_options=$pool_options pool_awk_head=$pool_head \
    awk -F '\t' -v pool="$pool_name" -v panic="$pool_awk_panic" -v reads="$pool_include" "$pool_awk" "$@"
}

# pool_merged FILE <LINES: the members of FILE with these lines; of two about the same node, the newer one holds. In the order of their
# names, whatever came first here, so that all balancers have the same.
pool_merged() {
  awk -F '\t' -v now="$(date +%s)" '
    NF < 8 { next }
    $5 == "gone" && $6 < now - 86400 { next }
    !($1 in line) || $6 + 0 > since[$1] || ($6 + 0 == since[$1] && $0 > line[$1]) { line[$1] = $0; since[$1] = $6 + 0 }
    END { for (node in line) print line[node] }' "$1" - | sort --version-sort
}

# pool_take POOL <LINES: takes these lines over, and makes them effective. Nothing has changed where it fails.
pool_take() {
  pool_at "$1" || return
  : >>"$pool/members" && {
    if ! flock --timeout 60 7; then
      echo "Somebody else has been writing the members of the pool $1 for a minute."
      return 1
    fi
    pool_merged "$pool/members" >"$pool/members.new" && pool_place
  } 7>>"$pool/lock" && pool_load
}

# pool_fits: whether the engine takes $pool/rendered, else prints why not. A method of nginx that what follows is about to replace may take no
# last resort yet: then it is left out, and the check finds it missing as soon as it is taken.
pool_fits() {
  pool_said=$("pool_test_$pool_engine" "$pool/rendered") && return
  case $pool_panic$pool_said in
  yes*'parameter "backup"'*)
    pool_render '' <"$pool/members.new" >"$pool/rendered" &&
      pool_said=$("pool_test_$pool_engine" "$pool/rendered") && return
    ;;
  esac
  printf '%s\n' "$pool_said"
  return 1
}

# pool_place: puts $pool/members.new in place, with what the engine reads.
pool_place() {
  "pool_include_$pool_engine"
  pool_render <"$pool/members.new" >"$pool/rendered" || return
  if cmp --quiet -- "$pool/rendered" "$pool_include"; then
    rm -f -- "$pool/rendered"
    mv -- "$pool/members.new" "$pool/members"
    return
  fi
  if ! pool_fits; then
    rm -f -- "$pool/members.new" "$pool/rendered"
    echo "$pool_engine does not take its configuration, so the pool $pool_name stays as it was."
    return 1
  fi
  # Beside it, so that it is renamed in one file system.
  mkdir -p -- "${pool_include%/*}" && chmod 755 -- "${pool_include%/*}" && cp -- "$pool/rendered" "$pool_include.new" &&
    chmod 644 -- "$pool_include.new" && mv -- "$pool_include.new" "$pool_include" &&
    mv -- "$pool/members.new" "$pool/members" && rm -f -- "$pool/rendered"
}

# pool_load: makes the engine take what is in place. Those who wait here together share one reload, and what changes nothing for it is none.
pool_load() {
  {
    flock --timeout 60 7 || return
    pool_hash=$("pool_effective_$pool_engine" <"$pool_include" | sha256sum)
    pool_loaded=''
    { read -r pool_loaded <"/run/proog-pool-$pool_name"; } 2>/dev/null
    [ "$pool_loaded" != "$pool_hash" ] || return 0
    "pool_load_$pool_engine" && (umask 077 && printf '%s\n' "$pool_hash" >"/run/proog-pool-$pool_name")
  } 7>>"$pool/load-lock"
}
