# What the kinds that are about users and groups share.

# sorted_list LIST: sets $list to the words of a list with commas, sorted, each once.
sorted_list() {
  list=$1
  case $1 in *,*) ;; *) return 0 ;; esac
  list=$(printf %s "$1" | tr , '\n' | LC_ALL=C sort -u | paste -sd , -)
  list=${list#,}
}

# groups_of NAME [GID]: sets $list to those that name the user, and $primary to the one with that number.
groups_of() {
  held_entries group
  list=$(printf '%s\n' "$entries" | awk -F : -v name="$1" -v gid="${2-}" '
    $3 == gid && primary == "" { primary = $1 }
    index("," $4 ",", "," name ",") {
      for (i = ++count; i > 1 && sorted[i - 1] > $1; i--) sorted[i] = sorted[i - 1]
      sorted[i] = $1
    }
    END {
      printf "%s:", primary
      for (i = 1; i <= count; i++) printf "%s%s", (i > 1 ? "," : ""), sorted[i]
    }')
  primary=${list%%:*}
  list=${list#*:}
}

# entry_of DATABASE NAME: sets $entry; fails where there is none.
entry_of() {
  if [ -n "${accounts_held-}" ]; then
    held_entries "$1"
    if line_after "$entries" "$2:"; then
      entry=$2:$line_rest
      return
    fi
  fi
  entry=$(getent "$1" "$2")
}

# held_entries DATABASE: sets $entries to all of them. Where many accounts are looked at and none is changed, they are held.
held_entries() {
  entries=''
  [ -z "${accounts_held-}" ] || eval "entries=\${held_$1-}"
  [ -z "$entries" ] || return 0
  entries=$(getent "$1")
  [ -z "${accounts_held-}" ] || eval "held_$1=\$entries"
}

# hold_accounts: from here on, until $accounts_held is empty.
hold_accounts() {
  [ -z "${accounts_held-}" ] || return 0
  accounts_held=yes
  for database in passwd group shadow gshadow; do eval "held_$database=''"; done
}

# among WORD LIST: whether the list with commas has the word.
among() {
  case ,$2, in *",$1,"*) ;; *) return 1 ;; esac
}
