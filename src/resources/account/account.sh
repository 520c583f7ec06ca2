# What the kinds that are about users and groups share.

# survey_accounts: facts, one a line, each printed again where it holds:
#   user ada | user ada uid 1000 | user ada group ada | user ada home /home/ada | user ada shell /bin/sh
#   user ada comment Ada Lovelace | user ada locked yes | user ada in docker | user ada groups 1
#   group docker | group docker gid 998 | group docker member ada | group docker members 1
#   no user bob | no group bob
# The numbers at the end count the groups that name the user, and the other way round.
# Only the databases that the facts are about are read.
survey_accounts() {
  awk '
    { fact[++facts] = $0 }
    /^(no )?group | (in|groups?) / { groups_matter = 1 }
    /^(no )?user / { users_matter = 1 }
    / locked / { locks_matter = 1 }
    END {
      FS = ":"
      while (groups_matter && ("getent group" | getline) > 0) {
        if (("group " $1) in holds) continue
        holds["group " $1]
        holds["group " $1 " gid " $3]
        if (!($3 in name)) name[$3] = $1
        count = split($4, members, ",")
        holds["group " $1 " members " count]
        for (i = 1; i <= count; i++) {
          holds["group " $1 " member " members[i]]
          holds["user " members[i] " in " $1]
          groups[members[i]]++
        }
      }
      while (users_matter && ("getent passwd" | getline) > 0) {
        if (("user " $1) in holds) continue
        holds["user " $1]
        holds["user " $1 " uid " $3]
        holds["user " $1 " group " name[$4]]
        holds["user " $1 " comment " $5]
        holds["user " $1 " home " $6]
        holds["user " $1 " shell " $7]
        holds["user " $1 " groups " groups[$1] + 0]
      }
      while (locks_matter && ("getent shadow" | getline) > 0) {
        holds["user " $1 " locked " ($2 ~ /^!/ ? "yes" : "no")]
      }
      for (i = 1; i <= facts; i++) {
        asked = fact[i]
        if (sub(/^no /, "", asked) ? !(asked in holds) : asked in holds) print fact[i]
      }
    }'
}

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
    case $newline$entries in
    *"$newline$2:"*)
      entry="$2:${entries#*"$newline$2:"}"
      entry=${entry%%"$newline"*}
      return
      ;;
    esac
  fi
  entry=$(getent "$1" "$2")
}

# held_entries DATABASE: sets $entries to all of them. Where many accounts are looked at and none is changed, they are held.
held_entries() {
  entries=''
  [ -z "${accounts_held-}" ] || eval "entries=\${held_$1-}"
  [ -z "$entries" ] || return 0
  entries=$newline$(getent "$1")
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
