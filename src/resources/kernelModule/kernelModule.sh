# kernelModule NAME present|absent LOAD PROBE
# LOAD and PROBE are the SHA-256 of the files /etc/modules-load.d/proog-NAME.conf and /etc/modprobe.d/zz-proog-NAME.conf, or "-"
# for none. NAME has "_" for "-".

# survey_modules: lines "NAME present" or "NAME absent".
survey_modules() {
  awk -v builtin="/lib/modules/$(uname -r)/modules.builtin" '
    BEGIN {
      # dummy 12288 0 - Live 0x0000000000000000
      while ((getline <"/proc/modules") > 0) loaded[$1]
      # Those that are built in are here where they have parameters.
      while (("ls /sys/module 2>/dev/null" | getline name) > 0) loaded[name]
      # kernel/net/802/p8022.ko
      while ((getline name <builtin) > 0) {
        gsub(/.*\/|\.ko.*/, "", name)
        gsub(/-/, "_", name)
        loaded[name]
      }
    }
    { print $1, $1 in loaded ? "present" : "absent" }'
}

module_is_loaded() {
  [ "$(echo "$1" | survey_modules)" = "$1 present" ]
}

kernelModule_check() {
  module_file_check "/etc/modules-load.d/proog-$1.conf" "$3"
  module_file_check "/etc/modprobe.d/zz-proog-$1.conf" "$4"
  if module_is_loaded "$1"; then
    [ "$2" = present ] || module_check_leaving "$1"
  elif [ "$2" = present ]; then
    differs loaded no yes
    module_can_come "$1"
  fi
}

# module_file_check FILE SHA-256: what differs in it is about its content, mode or owner, not the module.
module_file_check() {
  look "$1"
  case $2/$there in
  -/absent) ;;
  -/file) differs "${1%/*}" present '' ;;
  */absent) differs "${1%/*}" '' "$2" ;;
  */file)
    file_content "$1"
    [ "$content" = "$2" ] || differs "${1%/*}" "$content" "$2"
    differs_access 0644 root root
    ;;
  *) in_the_way "$1" ;;
  esac
}

module_check_leaving() {
  differs loaded yes no
  if systemd-detect-virt --container --quiet; then
    blocked 'The modules of a container belong to its host.' 'Take it out on the host, or leave it out for this machine.'
    return
  fi
  module_users=$(awk -v "name=$1" '$1 == name { print $3 }' /proc/modules)
  case $module_users in
  '') blocked 'It is built into the kernel, and cannot be taken out.' 'Leave it out for this machine.' ;;
  0) module_has_kmod || : ;;
  *) waits "It is in use, $module_users times: lsmod tells by what. Stop that before it." ;;
  esac
}

module_can_come() {
  if systemd-detect-virt --container --quiet; then
    blocked 'The modules of a container belong to its host.' 'Load it on the host, or leave it out for this machine.'
  elif module_has_kmod; then
    modprobe --dry-run --quiet -- "$1" 2>/dev/null || module_forbidden "$1" ||
      waits "The kernel $(uname -r) has no module $1. If a newer kernel was installed, reboot into it."
  fi
}

# module_forbidden NAME: what forbids it now is ours, and goes.
module_forbidden() {
  [ -e "/etc/modprobe.d/zz-proog-$1.conf" ] && modprobe --dry-run --quiet --ignore-install -- "$1" 2>/dev/null
}

module_has_kmod() {
  command -v modprobe >/dev/null && return
  will_come 'package kmod' || depends 'kmod is not installed: declare apt("kmod") before it.'
  return 1
}

kernelModule_change() {
  module_file_change "/etc/modules-load.d/proog-$1.conf" "$3" && module_file_change "/etc/modprobe.d/zz-proog-$1.conf" "$4" || return
  module_back "$1" "$2"
}

# module_file_change FILE SHA-256
module_file_change() {
  look "$1"
  case $2/$there in
  -/absent) ;;
  -/*) file_change "$1" absent ;;
  */absent)
    parent_of "$1"
    if [ ! -d "$parent" ]; then
      keep "$parent" && mkdir -- "$parent" || return
    fi
    file_change "$1" 0644 root root "$2"
    ;;
  *) file_change "$1" 0644 root root "$2" ;;
  esac
}

# module_back NAME present|absent: with what it needs, and without what only it needed. For undo, too, which puts back after
# this the file that forbids it.
module_back() {
  module_now=$(module_back_now "$1" | tail -n 1)
  case $2/$module_now in
  present/absent) keep_state "kernelModule $1: absent" module_back "$1" absent && module_insert "$1" ;;
  absent/present) keep_state "kernelModule $1: loaded" module_back "$1" present && modprobe --remove -- "$1" ;;
  esac
}

module_insert() {
  if grep -qs '^install ' "/etc/modprobe.d/zz-proog-$1.conf"; then
    modprobe --ignore-install -- "$1"
  else
    modprobe -- "$1"
  fi
}

module_back_now() {
  echo "$1"
  if module_is_loaded "$1"; then echo present; else echo absent; fi
}
