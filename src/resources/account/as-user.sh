# as_user USER GROUP [NAME=VALUE…] COMMAND…: runs it as that user (a name or a number), with that group or, where GROUP is empty, with
# the user's own. Its environment is the same whether the catalog was sent, pulled by cron or run at the first boot, and has
# these variables. With $as_last, nothing comes after it in this shell, which becomes the command.
as_user() {
  as_entry_of "$1"
  as_group=$2
  shift 2
  IFS=: read -r as_name _ as_number as_own _ as_home _ <<END
$as_entry
END
  set -- env -i HOME="$as_home" USER="$as_name" LOGNAME="$as_name" SHELL=/bin/sh PATH="$PATH" LANG=C.UTF-8 "$@"
  case $as_number/${as_group:-$as_own} in
  0/0 | 0/root) ;;
  *)
    if [ -n "$as_name" ]; then as_others=--init-groups; else as_others=--clear-groups; fi
    set -- setpriv --reuid="$as_number" --regid="${as_group:-$as_own}" "$as_others" -- "$@"
    ;;
  esac
  ${as_last:+exec} "$@"
}

# as_entry_of USER: sets $as_entry. That of root, whom most is about, is asked for once while nothing is changed.
as_entry_of() {
  if [ "${pass-}/$1" = check/root ]; then
    [ "${as_root_look-none}" = "${second_look-}" ] || as_root=$(getent passwd root)
    as_root_look=${second_look-} as_entry=$as_root
  else
    as_entry=$(getent passwd "$1") || as_entry=":x:$1:$1::/:"
  fi
}

# by_owner FUNCTION: reads lines "UID GID PATH", and calls it with UID and GID for each owner; its input are that one's paths.
by_owner() {
  sort >"$work/$1.owned"
  cut -d ' ' -f 1,2 "$work/$1.owned" | uniq >"$work/$1.owners"
  while read -r owner_uid owner_gid <&4; do
    sed -n "s/^$owner_uid $owner_gid //p" "$work/$1.owned" | "$1" "$owner_uid" "$owner_gid"
  done 4<"$work/$1.owners"
}
