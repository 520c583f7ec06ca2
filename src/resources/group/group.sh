# group NAME present [WORD…]
# group NAME absent
# Words: system, gid=, members= or members-exactly= (with commas). Only what has a word is compared.

group_check() {
  group_look "$1"
  if [ "$2" = absent ]; then
    [ -z "$group_entry" ] || group_check_absent
    return
  fi
  shift 2
  if [ -z "$group_entry" ]; then
    differs state absent present
    comes "group $group_name"
  fi
  for word; do group_check_word "$word"; done
}

# group_look NAME: sets $group_name, $group_entry (empty where there is none) and its parts.
group_look() {
  group_name=$1
  group_entry=$(getent group "$1")
  IFS=: read -r _ _ group_number group_members <<END
$group_entry
END
}

# group_compare WORD: sets $aspect, $now and $wanted, which are equal where there is nothing to do.
group_compare() {
  aspect=${1%%=*} wanted=${1#*=} now=''
  case $aspect in
  gid) now=$group_number ;;
  members | members-exactly) group_compare_members ;;
  *) wanted='' ;;
  esac
}

# Without "exactly" who is in it stays in it.
group_compare_members() {
  if [ -n "$group_members" ]; then
    sorted_list "$group_members"
    now=$list
    if [ "$aspect" = members ]; then
      sorted_list "$now,$wanted"
      wanted=$list
    fi
  fi
  aspect=members
}

group_check_word() {
  group_compare "$1"
  [ "$now" != "$wanted" ] || return 0
  differs "$aspect" "$now" "$wanted"
  case $aspect in
  gid) group_needs_free_number "$wanted" ;;
  members) group_needs_users "$wanted" ;;
  esac
}

group_needs_free_number() {
  holder=$(getent group "$1") || return 0
  holder=${holder%%:*}
  will_come "group $holder without gid $1" ||
    blocked "The gid $1 is that of the group $holder." 'Choose another one, or leave out gid: a free one is taken.'
}

group_needs_users() {
  rest=$1
  while [ -n "$rest" ]; do
    needs_account user "${rest%%,*}" passwd
    case $rest in *,*) rest=${rest#*,} ;; *) rest='' ;; esac
  done
}

group_check_absent() {
  differs state present absent
  comes "group $group_name without gid $group_number"
  group_stays=''
  for primary_user in $(getent passwd | awk -F : -v "gid=$group_number" '$4 == gid { print $1 }'); do
    will_come "user $primary_user without group $group_name" || group_stays="$group_stays, $primary_user"
  done
  [ -z "$group_stays" ] || blocked "It is the primary group of ${group_stays#, }, so it was left alone." \
    'Give them another one before it, such as user("NAME", { group: "users" }), or remove them.'
}

group_change() {
  group_look "$1"
  if [ "$2" = absent ]; then
    # userdel removes a user's own group with it.
    [ -z "$group_entry" ] || { keep_group "$1" && groupdel "$group_name"; }
    return
  fi
  keep_group "$1" || return
  shift 2
  if [ -z "$group_entry" ]; then
    group_add "$@" || return
    group_look "$group_name"
  fi
  for word; do
    group_compare "$word"
    [ "$now" != "$wanted" ] || continue
    case $aspect in
    gid) groupmod --gid "$wanted" "$group_name" || return ;;
    members) gpasswd --members "$wanted" "$group_name" || return ;;
    esac
  done
}

group_add() {
  for word; do
    shift
    case $word in
    system) set -- "$@" --system ;;
    gid=*) set -- "$@" --gid "${word#gid=}" ;;
    esac
  done
  groupadd "$@" "$group_name"
}
