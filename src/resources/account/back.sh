# How users and groups were, for undo. The hash of a password is in no word: it stands in a file of its own, and a word has
# the hash of that.

# keep_user NAME: as it is now. A group of its name may come and go with it: undo makes it before the user, and removes it
# after it.
keep_user() {
  user_now=$(user_back_now "$1")
  case $user_now in
  *"${newline}absent")
    keep_group "$1" && keep_state "user $1: absent" user_back "$1" absent
    return
    ;;
  esac
  shadow_of "$1"
  keep_secret "$shadow_hash" && keep_lines "user $1" user_back "$user_now"
}

# keep_leaving_user NAME: one that is to be removed.
keep_leaving_user() {
  keep_user "$1" || return
  [ -z "$(getent group "$1")" ] || keep_group "$1"
}

keep_group() {
  group_now=$(group_back_now "$1")
  case $group_now in
  *"${newline}absent")
    keep_state "group $1: absent" group_back "$1" absent
    return
    ;;
  esac
  gshadow_of "$1"
  keep_secret "$gshadow_hash" && keep_lines "group $1" group_back "$group_now"
}

# keep_lines WHAT FUNCTION LINES: each line is an argument.
keep_lines() {
  kept_what=$1 kept_function=$2 kept_rest=$3
  set --
  while [ -n "$kept_rest" ]; do
    set -- "$@" "${kept_rest%%"$newline"*}"
    case $kept_rest in *"$newline"*) kept_rest=${kept_rest#*"$newline"} ;; *) kept_rest='' ;; esac
  done
  keep_state "$kept_what" "$kept_function" "$@"
}

# shadow_of NAME: sets $shadow_hash and $shadow_dates: LAST-CHANGE:MIN:MAX:WARN:INACTIVE:EXPIRE:
shadow_of() {
  entry_of shadow "$1"
  shadow_hash=${entry#*:}
  shadow_dates=${shadow_hash#*:}
  shadow_hash=${shadow_hash%%:*}
}

# gshadow_of NAME: sets $gshadow_hash and $gshadow_admins.
gshadow_of() {
  entry_of gshadow "$1"
  gshadow_hash=${entry#*:}
  gshadow_admins=${gshadow_hash#*:}
  gshadow_admins=${gshadow_admins%%:*}
  gshadow_hash=${gshadow_hash%%:*}
}

# hash_of TEXT: sets $hash to its SHA-256. Many have no password, and then the same text in its place.
hash_of() {
  [ "${hashed-}" != "=$1" ] || return 0
  hash=$(printf %s "$1" | sha256sum)
  hash=${hash%% *}
  hashed="=$1"
}

# sub_ids NAME FILE: its ranges in subuid(5) or subgid(5), as usermod takes them: 100000-165535,…
sub_ids() {
  [ ! -s "$2" ] || awk -F : -v name="$1" '$1 == name { printf "%s%d-%d", comma, $2, $2 + $3 - 1; comma = "," }' "$2" 2>/dev/null
}

user_back_ahead() {
  hold_accounts
}

group_back_ahead() {
  hold_accounts
}

user_back_now() {
  printf '%s\n' "$1"
  if ! entry_of passwd "$1"; then
    echo absent
    return
  fi
  IFS=: read -r _ _ back_number back_gid back_comment back_home back_shell <<END
$entry
END
  groups_of "$1" "$back_gid"
  shadow_of "$1"
  hash_of "$shadow_hash"
  printf '%s\n' "uid=$back_number" "group=${primary:-$back_gid}" "groups=$list" "comment=$back_comment" \
    "home=$back_home" "shell=$back_shell" "subuid=$(sub_ids "$1" /etc/subuid)" "subgid=$(sub_ids "$1" /etc/subgid)" \
    "password=$hash" "dates=$shadow_dates"
}

group_back_now() {
  printf '%s\n' "$1"
  if ! entry_of group "$1"; then
    echo absent
    return
  fi
  IFS=: read -r _ _ back_gid back_members <<END
$entry
END
  gshadow_of "$1"
  hash_of "$gshadow_hash"
  sorted_list "$back_members"
  printf '%s\n' "gid=$back_gid" "members=$list" "admins=$gshadow_admins" "password=$hash"
}

user_back_tell() {
  user_look "$1"
  if [ "$2" = absent ] && user_is_busy; then
    would remove "user $1, as soon as it has no running processes"
    return
  fi
  tell_account user "$(user_back_now "$1")" "$@"
}

group_back_tell() {
  tell_account group "$(group_back_now "$1")" "$@"
}

# tell_account NOUN NOW NAME WORD…
tell_account() {
  told_noun="$1 $3" told_now=$newline$2$newline
  shift 3
  case $1/$told_now in
  absent/*) would remove "$told_noun" ;;
  */*"${newline}absent$newline") would create "$told_noun" ;;
  *)
    told=''
    for word; do
      case $told_now in *"$newline$word$newline"*) continue ;; esac
      case $word in
      password=*) told="$told, password" ;;
      dates=*) told="$told, dates of its password" ;;
      *=) told="$told, no ${word%=}" ;;
      *) told="$told, ${word%%=*} ${word#*=}" ;;
      esac
    done
    would change "$told_noun${told:+: }${told#, }"
    ;;
  esac
}

user_back() {
  user_look "$1"
  user_now=$newline$(user_back_now "$1")$newline
  user_same=yes
  for word; do
    case $user_now in *"$newline$word$newline"*) ;; *) user_same='' ;; esac
  done
  [ -z "$user_same" ] || return 0
  shift
  if [ "$1" = absent ]; then
    keep_leaving_user "$user_name" && user_is_in_peace && userdel "$user_name"
    return
  fi
  keep_user "$user_name" || return
  back_words "$@"
  there_groups "$back_groups"
  if [ -z "$user_entry" ]; then
    useradd --no-create-home --no-user-group --no-log-init --uid "$back_uid" --gid "$back_group" --groups "$groups_there" \
      --comment "$back_comment" --home-dir "$back_home" --shell "$back_shell" "$user_name" || return
  else
    case $user_now in
    *"${newline}uid=$back_uid$newline"*"${newline}home=$back_home$newline"*) ;;
    *) user_is_in_peace || return ;;
    esac
    usermod --uid "$back_uid" --gid "$back_group" --groups "$groups_there" --comment "$back_comment" \
      --home "$back_home" --shell "$back_shell" "$user_name" || return
  fi
  user_back_ranges && user_back_password && user_back_dates || return
  [ -z "$groups_missing" ] || echo "It was also in$groups_missing, which is not there."
  [ -z "$groups_missing" ]
}

# back_words WORD…: sets $back_uid, $back_shell and so on.
back_words() {
  for word; do
    value=${word#*=}
    case $word in
    uid=*) back_uid=$value ;;
    gid=*) back_gid=$value ;;
    group=*) back_group=$value ;;
    groups=*) back_groups=$value ;;
    members=*) back_members=$value ;;
    admins=*) back_admins=$value ;;
    comment=*) back_comment=$value ;;
    home=*) back_home=$value ;;
    shell=*) back_shell=$value ;;
    subuid=*) back_subuid=$value ;;
    subgid=*) back_subgid=$value ;;
    password=*) back_password=$value ;;
    dates=*) back_dates=$value ;;
    esac
  done
}

# there_groups LIST: sets $groups_there to those that there are, and $groups_missing to the others.
there_groups() {
  groups_there='' groups_missing='' back_rest=$1
  while [ -n "$back_rest" ]; do
    back_one=${back_rest%%,*}
    if getent group "$back_one" >/dev/null; then
      groups_there="$groups_there,$back_one"
    else
      groups_missing="$groups_missing $back_one"
    fi
    case $back_rest in *,*) back_rest=${back_rest#*,} ;; *) back_rest='' ;; esac
  done
  groups_there=${groups_there#,}
}

# useradd may have given it other ones.
user_back_ranges() {
  for file in subuid subgid; do
    case $file in subuid) range=$back_subuid del=-V add=-v ;; *) range=$back_subgid del=-W add=-w ;; esac
    ranges_now=$(sub_ids "$user_name" "/etc/$file")
    [ "$ranges_now" != "$range" ] || continue
    each_range "$del" "$ranges_now" && each_range "$add" "$range" || return
  done
}

# each_range OPTION LIST
each_range() {
  back_rest=$2
  while [ -n "$back_rest" ]; do
    usermod "$1" "${back_rest%%,*}" "$user_name" || return
    case $back_rest in *,*) back_rest=${back_rest#*,} ;; *) back_rest='' ;; esac
  done
}

# From shell to chpasswd, in no argument.
user_back_password() {
  shadow_of "$user_name"
  hash_of "$shadow_hash"
  [ "$hash" != "$back_password" ] || return 0
  secret_file "$back_password"
  back_hash=''
  [ -e "$secret_file" ] || return
  read -r back_hash <"$secret_file"
  printf '%s:%s\n' "$user_name" "$back_hash" | chpasswd --encrypted
}

# -1 takes a date away.
user_back_dates() {
  shadow_of "$user_name"
  [ "$shadow_dates" != "$back_dates" ] || return 0
  IFS=: read -r last least most warning inactive expires _ <<END
$back_dates
END
  chage --lastday "${last:--1}" --mindays "${least:--1}" --maxdays "${most:--1}" --warndays "${warning:--1}" \
    --inactive "${inactive:--1}" --expiredate "${expires:--1}" "$user_name"
}

group_back() {
  group_look "$1"
  group_now=$(group_back_now "$1")
  [ "$group_now" != "$(printf '%s\n' "$@")" ] || return 0
  keep_group "$1" || return
  shift
  if [ "$1" = absent ]; then
    groupdel "$group_name"
    return
  fi
  back_words "$@"
  if [ -z "$group_entry" ]; then
    groupadd --gid "$back_gid" "$group_name" || return
  elif [ "$group_number" != "$back_gid" ]; then
    groupmod --gid "$back_gid" "$group_name" || return
  fi
  there_users "$back_members"
  gpasswd --members "$users_there" "$group_name" || return
  there_users "$back_admins"
  gshadow_of "$group_name"
  [ "$gshadow_admins" = "$users_there" ] || gpasswd --administrators "$users_there" "$group_name" || return
  hash_of "$gshadow_hash"
  [ "$hash" != "$back_password" ] || return 0
  secret_file "$back_password"
  back_hash=''
  [ -e "$secret_file" ] || return
  read -r back_hash <"$secret_file"
  printf '%s:%s\n' "$group_name" "$back_hash" | chgpasswd --encrypted
}

# there_users LIST: sets $users_there to those that there are; the others bring their groups with them.
there_users() {
  users_there='' back_rest=$1
  while [ -n "$back_rest" ]; do
    back_one=${back_rest%%,*}
    ! getent passwd "$back_one" >/dev/null || users_there="$users_there,$back_one"
    case $back_rest in *,*) back_rest=${back_rest#*,} ;; *) back_rest='' ;; esac
  done
  users_there=${users_there#,}
}
