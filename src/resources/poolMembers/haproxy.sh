# What makes members of a pool effective in HAProxy: its backend, which it reads when it starts, and its socket, by which it takes changes
# while it goes on. Nothing is reloaded for them.

pool_include_haproxy() {
  pool_include=/etc/haproxy/proog/$pool_name.cfg
}

# pool_lines_haproxy: sets $pool_lines to the lines of the backend, in awk; see pool_awk.
pool_lines_haproxy() {
  # shellcheck disable=SC2016 # its own fields
  pool_lines='
    BEGIN {
      say("# Written by Proog: who gets what of the pool " pool " (proog pool " pool ").")
      say("backend " pool)
      lines = split(head, line, "\t")
      for (i = 1; i <= lines; i++) say("    " line[i])
    }
    $5 != "gone" {
      place = (index($2, ":") ? "[" $2 "]" : $2) ":" $3
      say("    server " $1 " " place " " options ($4 > 0 ? " weight " $4 : " disabled"))
    }
'
}

# pool_effective_haproxy <LINES: it is told of each member, whatever that gets.
pool_effective_haproxy() {
  cat
}

# pool_test_haproxy FILE: the whole configuration, with the new file where it alone sees it.
pool_test_haproxy() {
  command -v haproxy >/dev/null && [ -e "$pool_include" ] || return 0
  # shellcheck disable=SC2016 # for the shell that it starts
  unshare --mount sh -c 'mount --bind "$1" "$2" && exec haproxy -c -f /etc/haproxy/haproxy.cfg -f "${2%/*}"' \
    sh "$1" "$pool_include" 2>&1
}

# pool_load_haproxy: where it does not run, it will read it when it starts.
pool_load_haproxy() {
  systemctl --quiet is-active haproxy.service || return 0
  # 3 web 1 web-1 10.0.0.5 2 0 100 100 …, the port in column 19
  haproxy_ask "show servers state $pool_name" >"$work/haproxy-now" || return
  # As Debian has started it, it does not know this backend: its own configuration comes after this.
  grep --quiet '^# be_id' "$work/haproxy-now" || return 0
  pool_awk_options=$pool_options awk -F '\t' -v pool="$pool_name" '
    BEGIN { options = ENVIRON["pool_awk_options"] }
    function tell(text) { print text }
    FILENAME == ARGV[1] {
      fields = split($0, part, " ")
      if (fields > 18 && part[2] == pool) {
        here[part[4]] = part[5]
        port[part[4]] = part[19]
      }
      next
    }
    $5 == "gone" { next }
    {
      wanted[$1]
      server = pool "/" $1
      address = index($2, ":") ? "[" $2 "]" : $2
      if (!($1 in here)) {
        tell("add server " server " " address ":" $3 " " options " weight " ($4 > 0 ? $4 : 1))
        if (options ~ /(^| )check( |$)/) tell("enable health " server)
      } else if (here[$1] != $2 || port[$1] != $3) tell("set server " server " addr " $2 " port " $3)
      if ($4 > 0) tell("set server " server " weight " $4)
      tell("set server " server " state " ($4 > 0 ? "ready" : "maint"))
    }
    END {
      for (name in here)
        if (!(name in wanted)) {
          tell("set server " pool "/" name " state maint")
          # Where requests of it are in progress it stays, and gets no more.
          tell("-del server " pool "/" name)
        }
    }' "$work/haproxy-now" "$pool/members" >"$work/haproxy-say"
  while IFS= read -r haproxy_command; do
    haproxy_said=$(haproxy_ask "${haproxy_command#-}") || return
    # What goes well says nothing, but for these.
    case $haproxy_command/$haproxy_said in
    -* | */ | 'add server '*/*registered* | *' addr '*/*change*) ;;
    *)
      printf '%s: %s\n' "$haproxy_command" "$haproxy_said"
      return 1
      ;;
    esac
  done <"$work/haproxy-say"
}

# haproxy_ask COMMAND: over the socket, which only root can use.
haproxy_ask() {
  PERL5OPT='' PERL5LIB='' perl -MSocket -e '
    $SIG{ALRM} = sub { die "HAProxy did not answer for 10 s.\n" };
    alarm 10;
    socket(my $socket, AF_UNIX, SOCK_STREAM, 0) or die "$!\n";
    connect($socket, sockaddr_un("/run/haproxy/admin.sock"))
      or die "HAProxy cannot be asked by /run/haproxy/admin.sock: $!\n";
    syswrite $socket, "$ARGV[0]\n";
    while (sysread $socket, my $chunk, 65536) { print $chunk }' "$1"
}
