# floatingAddress ADDRESS OWN-ADDRESS PRIORITY ROUTER preempt|nopreempt OTHERS [CHECK…]
# floatingAddress ADDRESS absent
# OTHERS are the addresses of the others, with commas between them, or "-"; CHECK are the words of a command.

floating_file=/etc/keepalived/keepalived.conf

floatingAddress_check() {
  # Of the usual case no process need tell.
  if [ -f "$floating_file" ] && [ ! -L "$floating_file" ]; then there='file'; else look "$floating_file"; fi
  case $2/$there in
  absent/absent) return ;;
  absent/file)
    differs state present absent
    shown content "$floating_file"
    return
    ;;
  */absent | */file) ;;
  *)
    in_the_way "$floating_file"
    return
    ;;
  esac
  floating_place "$@" || return 0
  floating_text "$@"
  if [ "$there" = file ] && floating_holds; then return; fi
  [ "$there" = file ] || differs state absent present
  if [ "$there" = absent ] || ! grep --quiet --word-regexp --fixed-strings -- "$1/$floating_prefix" "$floating_file"; then
    floating_is_free "$@" || return 0
    differs address '' "$1/$floating_prefix on $floating_interface"
  fi
  [ "$there" = file ] || return 0
  differs content other "as declared"
  shown content "$floating_file"
}

# floating_holds: whether the file says $floating_text. Of so few lines no process need tell.
floating_holds() {
  floating_now=''
  while IFS='' read -r floating_line || [ -n "$floating_line" ]; do
    floating_now="$floating_now$floating_line
"
  done <"$floating_file"
  [ "$floating_now" = "$floating_text
" ]
}

# floating_place ADDRESS OWN-ADDRESS…: sets $floating_interface and $floating_prefix to where this machine has its own address; the
# other one must fit there.
floating_place() {
  if ! command -v ip >/dev/null; then
    blocked 'There is no ip(8) here, which tells the interfaces.' 'Declare apt("iproute2") before it.'
    return 1
  fi
  floating_find "$1" "$2"
  if [ -z "$floating_interface" ]; then
    blocked "No interface of this machine has the address $2, by which the others know it." \
      'Give the addresses that the machines themselves have, by nodes.'
    return 1
  fi
  if [ "$floating_fits" = no ]; then
    blocked "$1 is outside of the subnet of $floating_interface, which has $2/$floating_prefix." \
      'Take an address of that subnet: nobody would find another one there.'
    return 1
  fi
}

# floating_find ADDRESS OWN-ADDRESS: sets $floating_interface, empty where there is none, $floating_prefix, and $floating_fits: whether
# both are in one subnet.
floating_find() {
  floating_interface='' floating_prefix='' floating_fits=no
  floating_found=$(ip -oneline -4 address show)
  # 2: host0    inet 10.64.0.11/24 brd 10.64.0.255 scope global host0
  while read -r _ floating_name _ floating_network _; do
    [ "${floating_network%/*}" = "$2" ] || continue
    floating_interface=$floating_name floating_prefix=${floating_network#"$2"}
    floating_prefix=${floating_prefix#/}
    floating_bits=$((32 - ${floating_prefix:-32}))
    floating_number "$1"
    floating_shared=$((floating_number >> floating_bits))
    floating_number "$2"
    [ "$floating_shared" != $((floating_number >> floating_bits)) ] || floating_fits=yes
    return
  done <<END
$floating_found
END
}

# floating_number ADDRESS: sets $floating_number to its 32 bits.
floating_number() {
  floating_rest=$1. floating_number=0
  while [ -n "$floating_rest" ]; do
    floating_number=$((floating_number * 256 + ${floating_rest%%.*}))
    floating_rest=${floating_rest#*.}
  done
}

# floating_others OTHERS: sets $floating_others to them, with blanks between them.
floating_others() {
  floating_others=''
  floating_rest=$1,
  while [ "$floating_rest" != -, ] && [ -n "$floating_rest" ]; do
    floating_others="$floating_others ${floating_rest%%,*}"
    floating_rest=${floating_rest#*,}
  done
}

# floating_is_free ADDRESS OWN-ADDRESS PRIORITY ROUTER PREEMPT OTHERS [CHECK…]: whether nobody has it who is none of the
# machines that share it. Whoever has an address tells so when something is sent to it.
floating_is_free() {
  floating_address=$1
  floating_others "$6"
  # shellcheck disable=SC2086 # addresses
  set -- $floating_others
  ! ip -oneline -4 address show | grep --quiet --fixed-strings -- " $floating_address/" || return 0
  floating_knock "$floating_address" "$@"
  floating_owner=$(floating_link "$floating_address")
  [ -n "$floating_owner" ] || return 0
  for floating_other; do
    [ "$(floating_link "$floating_other")" != "$floating_owner" ] || return 0
  done
  blocked "$floating_address is taken: the machine with the link address $floating_owner has it." \
    'Take an address that nobody has, or take it off that machine.'
  return 1
}

# floating_knock ADDRESS…: sends an empty datagram to the port "discard" of each, so that its link address is asked for.
floating_knock() {
  PERL5OPT='' PERL5LIB='' perl -MSocket -e '
    socket(my $socket, AF_INET, SOCK_DGRAM, 0) or exit;
    send($socket, "", 0, sockaddr_in(9, inet_aton($_))) for @ARGV;
    select(undef, undef, undef, 0.5);' "$@"
}

# floating_link ADDRESS: prints its link address, if it has told one.
floating_link() {
  # 10.64.0.9 dev host0 lladdr 4a:29:6e:80:d9:ea REACHABLE
  ip -4 neighbour show to "$1" | awk '/ lladdr / && !/ FAILED/ { for (i = 1; i < NF; i++) if ($i == "lladdr") print $(i + 1) }'
}

# floating_text ADDRESS OWN-ADDRESS PRIORITY ROUTER PREEMPT OTHERS [CHECK…]: sets $floating_text to what the file says.
floating_text() {
  floating_head="# Written by Proog: floatingAddress(\"$1\").
global_defs {
    vrrp_version 3  # whose adverts can come more often than each second
    script_user root
    enable_script_security
}
"
  floating_preempt=''
  # Only who begins as BACKUP can be without preemption.
  [ "$5" = preempt ] || floating_preempt="
    nopreempt  # who is back does not take it from who has it"
  floating_own="
vrrp_instance address {
    state BACKUP$floating_preempt
    interface $floating_interface
    virtual_router_id $4
    priority $3
    advert_int 0.5  # after three that are missed another one takes the address"
  floating_address="
    virtual_ipaddress {
        $1/$floating_prefix
    }"
  floating_others "$6"
  floating_peers=''
  for floating_other in $floating_others; do
    floating_peers="$floating_peers
        $floating_other"
  done
  # Without others there is nobody to speak to.
  [ -z "$floating_others" ] || floating_peers="
    unicast_src_ip $2
    unicast_peer {$floating_peers
    }"
  shift 6
  floating_script=''
  floating_track=''
  if [ $# -gt 0 ]; then
    floating_script="
# Asked each second: a machine that is not well gives the address away.
vrrp_script well {
    script \"$*\"
    interval 1
    timeout 2
    fall 2
    rise 2
}
"
    floating_track="
    track_script {
        well
    }"
  fi
  floating_text="$floating_head$floating_script$floating_own$floating_peers$floating_address$floating_track
}"
}

floatingAddress_change() {
  if [ "$2" = absent ]; then
    keep "$floating_file" && rm -f -- "$floating_file"
    return
  fi
  floating_place "$@" || return
  floating_text "$@"
  mkdir -p -- "${floating_file%/*}" && keep "$floating_file" || return
  temporary_beside "$floating_file"
  printf '%s\n' "$floating_text" >"$temporary" && chmod 644 -- "$temporary" || return
  if command -v keepalived >/dev/null && ! keepalived --config-test --use-file "$temporary" 2>&1; then
    rm -f -- "$temporary"
    echo 'keepalived does not take this, so its configuration stays as it was.'
    return 1
  fi
  put_in_place "$floating_file"
}
