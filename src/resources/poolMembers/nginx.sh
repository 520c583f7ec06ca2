# What makes members of a pool effective in nginx: the lines of servers of its upstream.

pool_include_nginx() {
  pool_include=/etc/nginx/proog/$pool_name.members
}

# pool_lines_nginx: sets $pool_lines to the lines of servers, in awk; see pool_awk. Weights are made as small as they can be: nginx forgives a
# failure by 1 with each request.
pool_lines_nginx() {
  # shellcheck disable=SC2016 # its own fields
  pool_lines='
    function common(a, b, rest) {
      while (b) { rest = a % b; a = b; b = rest }
      return a
    }
    $5 != "gone" {
      node[++count] = $1
      place[count] = (index($2, ":") ? "[" $2 "]" : $2) ":" $3
      weight[count] = $4 + 0
      if (weight[count] > 0) {
        divisor = common(weight[count], divisor)
        live++
      }
    }
    END {
      say("# Written by Proog: who gets what of the pool " pool " (proog pool " pool ").")
      if (!count) say("server 127.0.0.1:1 down; # It has no members.")
      # With nobody else to turn to, one that has failed is better than none.
      if (live == 1 && panic == "") sub(/max_fails=[0-9]+/, "max_fails=0", options)
      for (i = 1; i <= count; i++) {
        share = weight[i] ? weight[i] / divisor : 0
        say("server " place[i] (share ? (share > 1 ? " weight=" share : "") " " options : " down") "; # " node[i])
      }
      if (panic != "" && live) say("# When all of them have failed, they are tried all the same.")
      for (i = 1; i <= count; i++)
        if (panic != "" && weight[i]) say("server " place[i] " backup max_fails=0;")
    }
'
}

# pool_effective_nginx <LINES: those that nginx must know. A member that gets nothing may as well be none, so one that is noted before it joins,
# or that goes after it was drained, costs no reload.
pool_effective_nginx() {
  grep -v -e '^#' -e ' down; #'
}

# pool_test_nginx FILE: the whole configuration, with the new lines where it alone sees them.
pool_test_nginx() {
  command -v nginx >/dev/null && [ -e "$pool_include" ] || return 0
  # shellcheck disable=SC2016 # for the shell that it starts
  unshare --mount sh -c 'mount --bind "$1" "$2" && exec nginx -q -t' sh "$1" "$pool_include" 2>&1
}

# pool_load_nginx: returns when the old workers take no connections any more. Where nginx does not run, it will read it when it starts.
pool_load_nginx() {
  systemctl --quiet is-active nginx.service || return 0
  # What includes it may come only after it.
  grep --quiet --dereference-recursive --fixed-strings -- "$pool_include" /etc/nginx/sites-enabled /etc/nginx/conf.d /etc/nginx/nginx.conf \
    2>/dev/null || return 0
  pool_workers=$(nginx_workers)
  systemctl reload nginx.service || return
  pool_tries=0
  while [ "$pool_tries" -lt 100 ]; do
    pool_now=" $(nginx_workers | tr '\n' ' ')"
    for pool_worker in $pool_workers; do
      case $pool_now in *" $pool_worker "*) ;; *) continue ;; esac
      pool_tries=$((pool_tries + 1))
      sleep 0.05
      continue 2
    done
    return 0
  done
  echo 'nginx was told to reload, and its workers have gone on as they were for 5 s: see /var/log/nginx/error.log.'
  return 1
}

# The processes of nginx that take connections: not those that are shutting down.
nginx_workers() {
  read -r nginx_master 2>/dev/null </run/nginx.pid || return 0
  awk -v master="$nginx_master" '$2 == "(nginx)" && $4 == master { print $1 }' /proc/[0-9]*/stat 2>/dev/null |
    while read -r nginx_pid; do
      case $(tr '\0' ' ' 2>/dev/null <"/proc/$nginx_pid/cmdline") in
      *'shutting down'*) ;;
      *) echo "$nginx_pid" ;;
      esac
    done
}
