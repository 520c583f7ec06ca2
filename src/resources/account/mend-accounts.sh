# useradd(8) and its like change several files one after the other. Killed in between, they leave accounts half made, their
# locks, and files that they were just writing.

# mend_accounts RUN AT: after a run that died at that resource, "user ada".
mend_accounts() {
  for database in passwd shadow group gshadow subuid subgid; do
    free_accounts "/etc/$database"
  done
  # What one file of a pair has and the other one lacks.
  have_same_names passwd shadow || { mended && pwconv; }
  have_same_names group gshadow || { mended && grpconv; }
  case $2 in
  'user '* | 'group '*) mend_members "${2%% *}" "${2#* }" ;;
  esac
  case $2 in
  'user '*) mend_user "$1" "${2#user }" ;;
  esac
}

mended() {
  tell 'An account was only half made when that run died: bringing it to its end.'
}

# free_accounts FILE: a lock counts as long as its owner lives; the process with that number may be another one by now.
free_accounts() {
  for left in "$1".[0-9]*; do
    [ ! -e "$left" ] || is_accountant "${left##*.}" || rm -f -- "$left"
  done
  if [ -e "$1.lock" ]; then
    # It ends with a NUL.
    is_accountant "$(tr -d '\0' <"$1.lock")" || rm -f -- "$1.lock"
  fi
  [ -e "$1.lock" ] || rm -f -- "$1+"
}

# is_accountant PID: whether it is a process that may change accounts.
is_accountant() {
  { read -r command <"/proc/$1/comm"; } 2>/dev/null || return
  case $command in
  user* | group* | adduser | addgroup | del* | passwd | *chpasswd | chage | chfn | chsh | gpasswd | newusers | vipw | vigr | pw* | grp*) ;;
  systemd-sysuser*) ;;
  *) return 1 ;;
  esac
}

have_same_names() {
  [ ! -e "/etc/$2" ] || [ "$(cut -d : -f 1 "/etc/$1" | sort)" = "$(cut -d : -f 1 "/etc/$2" | sort)" ]
}

# mend_members KIND NAME: who is in a group is written to /etc/group, and then to /etc/gshadow. What had been so before is left alone.
mend_members() {
  [ -e /etc/gshadow ] || return 0
  mend_groups=$(half_joined "$1" "$2")
  [ -n "$mend_groups" ] || return 0
  mended
  while IFS=: read -r mend_group mend_list; do
    gpasswd --members "$mend_list" "$mend_group" </dev/null
  done <<END
$mend_groups
END
}

# half_joined KIND NAME: prints lines "GROUP:MEMBERS", as /etc/group has them: of the group of that name, where /etc/gshadow has others; of the
# groups of a user, where it is in one of both alone.
half_joined() {
  awk -F : -v kind="$1" -v name="$2" '
    function differs(group, one, other,    count, list, i, found, given) {
      if (kind == "user") return index("," one ",", "," name ",") != 0 != (index("," other ",", "," name ",") != 0)
      if (group != name) return 0
      count = split(one, list, ",")
      for (i = 1; i <= count; i++) found[list[i]]
      count = split(other, list, ",")
      for (i = 1; i <= count; i++) { if (!(list[i] in found)) return 1; given[list[i]] }
      for (i in found) if (!(i in given)) return 1
      return 0
    }
    FILENAME == ARGV[1] { members[$1] = $4; next }
    ($1 in members) && differs($1, members[$1], $4) { print $1 ":" members[$1] }' /etc/group /etc/gshadow
}

# mend_user RUN NAME: its own group is written after it, and removed after it.
mend_user() {
  mend_entry=$(getent passwd "$2")
  if [ -n "$mend_entry" ]; then
    third_field "${mend_entry#*:}"
    getent group "$id" >/dev/null || getent group "$2" >/dev/null || { mended && groupadd --gid "$id" "$2"; }
  elif getent group "$2" >/dev/null && grep -q "^resource [0-9]* user $2 absent" "$home/runs/$1/catalog"; then
    mended && groupdel "$2"
  fi
}
