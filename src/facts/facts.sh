# What this machine is; changes nothing.
# The program goes on with: own NAME SHELL, once for each fact of the fleet's own.

token=''
read -r token <"$2/token"
folder=$2

say() {
  printf '%s %s\n' "$token" "$*"
}

# say_text VERB TEXT…
say_text() {
  verb=$1 fields=''
  shift
  for text; do fields="$fields =$(printf %s "$text" | base64 -w 0)"; done
  say "$verb$fields"
}

system() {
  id='' version='' codename='' name=''
  while IFS='=' read -r key value; do
    value=${value#[\"\']}
    value=${value%[\"\']}
    case $key in
    ID) id=$value ;;
    VERSION_ID) version=$value ;;
    VERSION_CODENAME) codename=$value ;;
    PRETTY_NAME) name=$value ;;
    esac
  done </etc/os-release
  release=$version
  # Others have the version of the Debian there that they were made from.
  [ "$id" != debian ] || read -r release </etc/debian_version
  say_text system "$id" "$version" "$codename" "$release" "$name"
}

machine() {
  read -r kernel </proc/sys/kernel/osrelease
  read -r hostname </proc/sys/kernel/hostname
  say_text kernel "$kernel"
  say_text hostname "$hostname"
  say_text architecture "$(dpkg --print-architecture)"
  # It says "none" and fails on bare metal.
  say_text virtualisation "$(systemd-detect-virt)"
  say cpus "$(nproc)"
  say_text processor "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)"
  while read -r key value _; do
    case $key in
    MemTotal:) say memory "$value" ;;
    SwapTotal:) say swap "$value" ;;
    esac
  done </proc/meminfo
}

# sda disk 21474836480 1 QEMU\x20HARDDISK
disks() {
  lsblk --bytes --nodeps --noheadings --raw --output NAME,TYPE,SIZE,ROTA,MODEL 2>/dev/null |
    while read -r name type size rotates model; do
      [ "$type" != disk ] || say_text disk "$name" "$size" "$rotates" "$model"
    done
}

file_systems() {
  df --block-size=1 --exclude-type=tmpfs --exclude-type=devtmpfs --exclude-type=efivarfs \
    --output=source,fstype,size,used,target 2>/dev/null | tail -n +2 |
    while read -r source type size used target; do
      say_text file-system "$source" "$type" "$size" "$used" "$target"
    done
}

# 2: host0    inet 10.77.3.2/24 brd 10.77.3.255 scope global host0
addresses() {
  if command -v ip >/dev/null; then
    ip -oneline address show scope global | while read -r _ interface family address _; do
      say_text address "${interface%%@*}" "$family" "$address"
    done
  else
    for address in $(hostname --all-ip-addresses); do
      case $address in
      *:*) say_text address '' inet6 "$address" ;;
      *) say_text address '' inet "$address" ;;
      esac
    done
  fi
}

# ssh-ed25519 AAAAC3NzaC1lZDI1NTE5… root@web-1
host_keys() {
  for file in /etc/ssh/ssh_host_*_key.pub; do
    if read -r type key _ <"$file"; then say_text host-key "$type $key"; fi
  done 2>/dev/null
}

# own NAME SHELL: what it prints is the fact. It must not wait for ever.
own() {
  printf '%s\n' "$2" >"$folder/fact"
  printed=$(timeout 60 sh "$folder/fact" 2>"$folder/complaint" </dev/null)
  status=$?
  if [ "$status" = 0 ]; then
    say_text own "$1" "$printed"
  else
    say_text failed "$1" "$status" "$(tail -n 20 "$folder/complaint")"
  fi
}

umask 022
system
machine
disks
file_systems
addresses
host_keys
