# user NAME present [WORD…]
# user NAME absent [remove-home]
# Words: system, uid=, group=, groups= or groups-exactly= (with commas), home=, home-directory or no-home-directory,
# shell=, comment=, password= (the name of its hash, which comes as a secret blob), locked=yes or locked=no.
# Only what has a word is compared.

user_check() {
  user_look "$1"
  if [ "$2" = absent ]; then
    [ -z "$user_entry" ] || user_check_absent "${3-}"
    return
  fi
  shift 2
  [ -n "$user_entry" ] || differs state absent present
  for word; do user_check_word "$word"; done
  if [ -z "$user_entry" ]; then
    comes "user $user_name"
    [ -n "$group_word" ] || comes "group $user_name"
  fi
}

# user_look NAME: sets $user_name, $user_entry (empty where there is none) and its parts.
user_look() {
  user_name=$1
  home_word='' group_word='' password_word='' locked_word='' password=''
  user_entry=$(getent passwd "$1")
  IFS=: read -r _ _ user_number user_gid user_comment user_home user_shell <<END
$user_entry
END
}

# user_compare WORD: sets $aspect, $now and $wanted, which are equal where there is nothing to do.
user_compare() {
  aspect=${1%%=*} wanted=${1#*=} now=''
  case $aspect in
  uid) now=$user_number ;;
  group)
    group_word=$wanted
    user_primary_group
    now=$primary
    ;;
  groups | groups-exactly) user_compare_groups ;;
  home)
    home_word=$wanted
    now=$user_home
    ;;
  home-directory) user_compare_directory ;;
  shell) now=$user_shell ;;
  comment) now=$user_comment ;;
  password)
    password_word=$wanted
    user_compare_password
    ;;
  locked)
    locked_word=$wanted
    user_compare_lock
    ;;
  *) wanted='' ;;
  esac
}

# Sets $primary to the name of the group, or its number where it has no name.
user_primary_group() {
  primary=''
  [ -n "$user_entry" ] || return 0
  primary=$(getent group "$user_gid")
  primary=${primary%%:*}
  primary=${primary:-$user_gid}
}

# Without "exactly" the user stays in the groups that it is in.
user_compare_groups() {
  if [ -z "$user_entry" ]; then
    aspect='groups'
    return
  fi
  groups_of "$user_name"
  now=$list
  if [ "$aspect" = groups ]; then
    sorted_list "$now,$wanted"
    wanted=$list
  fi
  aspect='groups'
}

user_compare_directory() {
  home_directory=${home_word:-${user_home:-/home/$user_name}}
  wanted=present
  if [ -d "$home_directory" ]; then now=present; else now=absent; fi
}

# Sets $password to the field of shadow(5).
user_password() {
  password=$(getent shadow "$user_name")
  password=${password#*:}
  password=${password%%:*}
}

has_password() {
  case ${password#!} in '' | '!' | '*') return 1 ;; esac
}

# That of a locked user stands behind a "!".
user_compare_password() {
  [ -n "$user_entry" ] || return 0
  user_password
  now=none
  has_password || return 0
  now=$(printf %s "${password#!}" | sha256sum)
  secret_content "$wanted" "${now%% *}"
  now=$content
}

user_compare_lock() {
  [ -n "$user_entry" ] || return 0
  user_password
  case $password in '!'*) now=yes ;; *) now=no ;; esac
}

user_check_word() {
  user_compare "$1"
  [ "$now" != "$wanted" ] || return 0
  differs "$aspect" "$now" "$wanted"
  case $aspect in
  uid)
    user_needs_free_number "$wanted"
    user_needs_peace
    ;;
  group)
    [ -z "$now" ] || comes "user $user_name without group $now"
    needs_account group "$wanted" group
    ;;
  groups) user_needs_groups "$wanted" ;;
  home) user_needs_peace ;;
  home-directory)
    needs_parent "$home_directory"
    look "$home_directory"
    if [ "$there" = absent ]; then comes "directory $home_directory"; else in_the_way "$home_directory"; fi
    ;;
  shell) [ -x "$wanted" ] || depends "The shell $wanted is not there yet." ;;
  locked) [ "$wanted" = yes ] || user_needs_password ;;
  esac
}

user_needs_groups() {
  rest=$1
  while [ -n "$rest" ]; do
    needs_account group "${rest%%,*}" group
    case $rest in *,*) rest=${rest#*,} ;; *) rest='' ;; esac
  done
}

user_needs_free_number() {
  holder=$(getent passwd "$1") || return 0
  holder=${holder%%:*}
  will_come "user $holder without uid $1" ||
    blocked "The uid $1 is that of the user $holder." 'Choose another one, or leave out uid: a free one is taken.'
}

# Unlocking a user without a password would let anybody in; usermod(8) refuses it.
user_needs_password() {
  [ -z "$password_word" ] || return 0
  has_password ||
    blocked 'It has no password, so it stays locked.' 'Give it one with password, or leave out locked.'
}

# While a user has processes, usermod(8) and userdel(8) refuse to change its uid and home or to remove it.
user_needs_peace() {
  user_is_busy || return 0
  for process in $busy; do
    read -r command 2>/dev/null <"$process/comm"
    case $command in
    login | sshd | sshd-session)
      depends "The user $user_name is logged in: end its sessions before it (loginctl terminate-user $user_name)."
      return
      ;;
    esac
  done
  depends "The user $user_name has running processes: stop what it runs before it."
}

# Sets $busy to its processes: /proc/42. Those with another root are not counted, as usermod does not count them.
user_is_busy() {
  busy=''
  [ -n "$user_entry" ] || return
  # shellcheck disable=SC2013 # these paths have no spaces
  for process in $(grep -lsE "^Uid:.*[[:space:]]$user_number([[:space:]]|\$)" /proc/[0-9]*/status); do
    process=${process%/status}
    [ ! "$process/root" -ef / ] || busy="$busy $process"
  done
  [ -n "$busy" ]
}

# user_check_absent [remove-home]
user_check_absent() {
  differs state present absent
  user_primary_group
  comes "user $user_name without group $primary"
  comes "user $user_name without uid $user_number"
  user_needs_peace
  if [ "$1" = remove-home ] && [ -d "$user_home" ]; then user_check_home; fi
}

# A home is removed only where it is this user's and nobody else's.
user_check_home() {
  differs home "$user_home" ''
  look "$user_home"
  others=$(getent passwd | awk -F : -v "name=$user_name" -v "home=$user_home" '
    $1 != name && ($6 == home || index($6, home "/") == 1) { printf "%s%s", comma, $1; comma = ", " }')
  if [ "$owner" != "$user_name" ]; then
    blocked "Its home $user_home belongs to $owner, so it was left alone." 'Leave out removeHome.'
  elif [ -n "$others" ]; then
    blocked "Its home $user_home holds the home of $others, so it was left alone." 'Leave out removeHome.'
  fi
}

# Right after the check, which has looked.
user_change() {
  if [ "$2" = absent ]; then
    user_remove "${3-}"
    return
  fi
  shift 2
  user_is_new=''
  if [ -z "$user_entry" ]; then
    user_is_new=yes
    user_add "$@" || return
    user_look "$user_name"
  fi
  user_modify "$@"
}

user_add() {
  default_shell=/bin/bash make_home=yes
  for word; do
    shift
    value=${word#*=}
    case $word in
    system)
      default_shell=/usr/sbin/nologin make_home=''
      set -- "$@" --system
      ;;
    uid=*) set -- "$@" --uid "$value" ;;
    group=*)
      group_word=$value
      set -- "$@" --gid "$value"
      ;;
    groups=?* | groups-exactly=?*) set -- "$@" --groups "$value" ;;
    home=*)
      home_word=$value
      set -- "$@" --home-dir "$value"
      ;;
    home-directory) make_home=yes ;;
    no-home-directory) make_home='' ;;
    shell=*)
      default_shell=$value
      ;;
    comment=*) set -- "$@" --comment "$value" ;;
    esac
  done
  set -- "$@" --shell "$default_shell"
  if [ -n "$make_home" ]; then set -- "$@" --create-home; else set -- "$@" --no-create-home; fi
  if [ -z "$group_word" ]; then
    # useradd refuses to make a group that is there already.
    if getent group "$user_name" >/dev/null; then set -- "$@" --gid "$user_name"; else set -- "$@" --user-group; fi
  fi
  keep_user "$user_name" && user_keep_new_home && useradd "$@" "$user_name"
}

# What is made with a new user goes with it.
user_keep_new_home() {
  [ -n "$make_home" ] || return 0
  [ -n "$home_word" ] || home_word=$(useradd --defaults | sed -n 's/^HOME=//p')/$user_name
  [ -e "$home_word" ] || keep_tree "$home_word"
}

# Makes what differs, which after useradd is little.
user_modify() {
  [ -n "$user_is_new" ] || keep_user "$user_name" || return
  new_password='' lock='' make_home='' peace=''
  for word; do
    shift
    user_compare "$word"
    [ "$now" != "$wanted" ] || continue
    case $aspect in
    uid | home)
      peace=needed
      set -- "$@" "--$aspect" "$wanted"
      ;;
    group) set -- "$@" --gid "$wanted" ;;
    groups | shell | comment) set -- "$@" "--$aspect" "$wanted" ;;
    home-directory) make_home=yes ;;
    password) new_password=$wanted ;;
    locked) lock=$wanted ;;
    esac
  done
  if [ -n "$peace" ]; then user_is_in_peace || return; fi
  if [ $# -gt 0 ]; then usermod "$@" "$user_name" || return; fi
  if [ -n "$make_home" ]; then user_make_home || return; fi
  if [ -n "$new_password" ]; then user_set_password || return; fi
  case $lock in
  yes) usermod --lock "$user_name" ;;
  no) usermod --unlock "$user_name" ;;
  esac
}

# As useradd makes it: a copy of /etc/skel with the mode of login.defs(5).
user_make_home() {
  keep_tree "$home_directory" || return
  temporary_beside "$home_directory"
  home_mode=$(awk '$1 == "HOME_MODE" { print $2 }' /etc/login.defs)
  home_umask=$(awk '$1 == "UMASK" { print $2 }' /etc/login.defs)
  [ -n "$home_mode" ] || home_mode=$(printf %o $((0777 & ~0${home_umask:-022})))
  rm -rf -- "$temporary"
  cp -r --no-target-directory -- /etc/skel "$temporary" &&
    chmod -- "$home_mode" "$temporary" &&
    chown -R --no-dereference -- "$user_name:" "$temporary" || drop_temporary || return
  put_in_place "$home_directory"
}

# The hash goes from shell to chpasswd, in no argument. A locked user stays locked.
user_set_password() {
  user_password
  new_hash=''
  read -r new_hash <"$run/blobs/$new_password"
  [ -n "$new_hash" ] || return
  printf '%s:%s\n' "$user_name" "$new_hash" | chpasswd --encrypted || return
  case $locked_word/$password in yes/* | /'!'?*) lock=yes ;; esac
}

# user_remove [remove-home]: the home first, which only its user's entry tells.
user_remove() {
  user_is_in_peace || return
  if [ "$1" = remove-home ] && [ -d "$user_home" ]; then
    keep_tree "$user_home" && rm -r --one-file-system -- "$user_home" || return
  fi
  keep_leaving_user "$user_name" && userdel "$user_name"
}

user_is_in_peace() {
  user_is_busy || return 0
  echo "The user $user_name has running processes, so it was left alone:"
  for process in $busy; do
    read -r command 2>/dev/null <"$process/comm" && echo "  ${process#/proc/} $command"
  done
  return 1
}
