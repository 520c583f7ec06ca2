# poolMembers POOL ENGINE PANIC OPTIONS HEAD PORT [NODE ADDRESS]…
# poolMembers POOL absent

poolMembers_check() {
  # Of the usual case one process tells.
  ! poolMembers_hold "$@" || return 0
  look "/var/lib/proog/pools/$1"
  case $2/$there in
  absent/absent) return ;;
  absent/directory)
    differs state present absent
    return
    ;;
  */absent | */directory) ;;
  *)
    in_the_way "/var/lib/proog/pools/$1"
    return
    ;;
  esac
  if pool_at "$1"; then
    pool_settings_hold "$@" || differs settings "$pool_now" "$pool_settings"
  else
    differs state absent present
  fi
  pool_changes 0 "$@" >"$work/pool-changes"
  while IFS='	' read -r pool_node pool_address pool_port _ pool_state _; do
    pool_place=$pool_address:$pool_port
    [ "$pool_state" != gone ] || pool_place=''
    differs "member-$pool_node" "$(pool_place_of "$pool_node")" "$pool_place"
  done <"$work/pool-changes"
  [ -n "$finding" ] || pool_is_effective || differs told-to-the-engine no yes
}

# poolMembers_hold POOL …: whether all is as declared, and as the engine reads it.
poolMembers_hold() {
  if [ "$2" = absent ]; then
    [ ! -e "/var/lib/proog/pools/$1" ] && [ ! -L "/var/lib/proog/pools/$1" ]
    return
  fi
  [ ! -L "/var/lib/proog/pools/$1" ] && pool_at "$1" && pool_settings_hold "$@" || return
  "pool_include_$pool_engine"
  [ -f "$pool_include" ] && [ -f "$pool/members" ] || return
  pool_port=$6
  shift 6
  # What should be otherwise is printed.
  pool_found=$(pool_awk "$pool_panic" "$pool_changing$pool_comparing" 0 "$pool_port" "$@" "$pool/members") &&
    [ -z "$pool_found" ]
}

# In awk: prints a line where what the engine reads is not what it should be.
pool_comparing='
  function say(text) {
    if ((getline pool_line <reads) <= 0 || pool_line != text) differing = 1
  }
  END { if (differing || (getline pool_line <reads) > 0) print reads }
'

# pool_place_of NODE: prints where it is now, as ADDRESS:PORT.
pool_place_of() {
  awk -F '\t' -v node="$1" '$1 == node && $5 != "gone" { print $2 ":" $3 }' "$pool/members" 2>/dev/null
}

# pool_settings POOL ENGINE PANIC OPTIONS HEAD…: sets $pool_settings to what its settings must say.
pool_settings() {
  pool_settings="engine $2${newline}options $4${newline}panic $3${newline}head $5"
}

# pool_settings_hold POOL …: sets $pool_now, too, to what they say; behind pool_at.
pool_settings_hold() {
  pool_settings "$1" "$pool_engine" "$pool_panic" "$pool_options" "$pool_head"
  pool_now=$pool_settings
  pool_settings "$@"
  [ "$pool_now" = "$pool_settings" ]
}

# pool_is_effective: somebody may have edited what the engine reads.
pool_is_effective() {
  "pool_include_$pool_engine"
  pool_render <"$pool/members" >"$work/pool-rendered"
  ! cmp --quiet -- "$work/pool-rendered" "$pool_include" || return 0
  # Without a last resort, as long as nginx takes none.
  [ "$pool_panic" = yes ] && pool_render '' <"$pool/members" | cmp --quiet -- - "$pool_include" &&
    ! "pool_test_$pool_engine" "$work/pool-rendered" >/dev/null
}

# pool_changes NOW POOL ENGINE PANIC OPTIONS HEAD PORT [NODE ADDRESS]…: prints the lines by which the members come to be those that are declared.
pool_changes() {
  pool_moment=$1 pool_members=/var/lib/proog/pools/$2/members pool_port=$7
  shift 7
  [ -e "$pool_members" ] || pool_members=/dev/null
  awk -F '\t' "$pool_changing" "$pool_moment" "$pool_port" "$@" "$pool_members"
}

# In awk, with the words NOW PORT [NODE ADDRESS]… before the members: a node that is not known gets traffic at once, one at another address
# keeps its state, and one that is not declared any more goes.
# shellcheck disable=SC2016 # its own fields
pool_changing='
  BEGIN {
    OFS = "\t"
    now = ARGV[1]
    port = ARGV[2]
    ARGV[1] = ARGV[2] = ""
    for (i = 3; i + 1 < ARGC - 1; i += 2) {
      order[++declared] = ARGV[i]
      address[ARGV[i]] = ARGV[i + 1]
      ARGV[i] = ARGV[i + 1] = ""
    }
  }
  function later(since) { return now > since ? now : since + 1 }
  NF < 8 { next }
  { known[$1] }
  $5 == "gone" {
    # What people took away stays so until it comes with another address; what was not declared may be declared again.
    if ($1 in address && ($2 != address[$1] || $7 == "apply"))
      print $1, address[$1], port, 100, "healthy", later($6), "apply", "declared"
    next
  }
  !($1 in address) {
    print $1, $2, $3, 0, "gone", later($6), "apply", "not declared any more"
    next
  }
  $2 != address[$1] || $3 != port { print $1, address[$1], port, $4, $5, later($6), $7, $8 }
  END {
    # Older than whatever else is known of it elsewhere.
    for (i = 1; i <= declared; i++)
      if (!(order[i] in known)) print order[i], address[order[i]], port, 100, "healthy", 0, "apply", "declared"
  }
'

poolMembers_change() {
  poolMembers_keep "$1" || return
  if [ "$2" = absent ]; then
    pool_forget "$1"
    return
  fi
  pool_settings "$@"
  pool=/var/lib/proog/pools/$1
  mkdir -p -- "$pool" && pool_changes "$(date +%s)" "$@" >"$work/pool-changes" && printf '%s\n' "$pool_settings" >"$pool/settings.new" &&
    mv -- "$pool/settings.new" "$pool/settings" && pool_take "$1" <"$work/pool-changes"
}

# poolMembers_keep POOL: undo declares the nodes that are members now. What they get has gone on, and is left as it is.
poolMembers_keep() {
  pool_words=$(poolMembers_back_now "$1")
  pool_nodes=$(awk -F '\t' '$5 != "gone" { printf "%s%s", space, $1; space = " " }' "$pool/members" 2>/dev/null)
  set --
  while IFS= read -r pool_word; do set -- "$@" "$pool_word"; done <<END
$pool_words
END
  keep_state "pool $1: ${pool_nodes:-absent}" poolMembers_back "$@"
}

poolMembers_back() {
  poolMembers_change "$@"
}

# poolMembers_back_now POOL …
poolMembers_back_now() {
  echo "$1"
  if ! pool_at "$1"; then
    echo absent
    return
  fi
  printf '%s\n' "$pool_engine" "$pool_panic" "$pool_options" "$pool_head"
  awk -F '\t' '
    $5 != "gone" { port = $3; words = words "\n" $1 "\n" $2 }
    END { print (port == "" ? 80 : port) words }' "$pool/members"
}

# pool_forget POOL: what the engine reads of it goes too, and must not be named any more.
pool_forget() {
  pool_at "$1" || pool_engine=nginx
  "pool_include_$pool_engine"
  pool_named=$pool_include
  [ "$pool_engine" != haproxy ] || pool_named="the backend $1"
  case $pool_engine in
  haproxy) set -- -e "default_backend $1\$" -e "str($1)" -- /etc/haproxy/haproxy.cfg ;;
  *) set -- --fixed-strings -- "$pool_include" /etc/nginx/sites-enabled /etc/nginx/conf.d ;;
  esac
  if grep --quiet --dereference-recursive "$@"; then
    echo "The configuration of $pool_engine still has $pool_named: declare what names it as absent before this, or without it."
    return 1
  fi 2>/dev/null
  keep "$pool_include" && rm -f -- "$pool_include" && rm -rf -- "$pool"
}
