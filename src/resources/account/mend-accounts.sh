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
