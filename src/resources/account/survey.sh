# Surveys of users and groups.

# survey_accounts: facts, one a line, each printed again where it holds:
#   user ada | user ada uid 1000 | user ada group ada | user ada home /home/ada | user ada shell /bin/sh
#   user ada comment Ada Lovelace | user ada locked yes | user ada in docker | user ada groups 1
#   group docker | group docker gid 998 | group docker member ada | group docker members 1
#   no user bob | no group bob
# The numbers at the end count the groups that name the user, and the other way round.
# Of few facts, only the databases that they are about are read.
survey_accounts() {
  set -- "$work/accounts.expected"
  case $few in '' | *group* | *' in '*)
    getent group >"$work/accounts.group"
    set -- "$@" "$work/accounts.group"
    ;;
  esac
  case $few in '' | *user\ *)
    getent passwd >"$work/accounts.passwd"
    set -- "$@" "$work/accounts.passwd"
    ;;
  esac
  # The hashes of passwords are not written anywhere.
  case $few in '' | *' locked '*)
    getent shadow | awk -F : '{ print $1 ":" ($2 ~ /^!/ ? "yes" : "no") }' >"$work/accounts.locks"
    set -- "$@" "$work/accounts.locks"
    ;;
  esac
  # shellcheck disable=SC2016 # its own fields
  at_last awk -F : '
    FILENAME ~ /[.]expected$/ { fact[++facts] = $0 }
    FILENAME ~ /[.]group$/ && !(("group " $1) in holds) {
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
    FILENAME ~ /[.]passwd$/ && !(("user " $1) in holds) {
      holds["user " $1]
      holds["user " $1 " uid " $3]
      holds["user " $1 " group " name[$4]]
      holds["user " $1 " comment " $5]
      holds["user " $1 " home " $6]
      holds["user " $1 " shell " $7]
      holds["user " $1 " groups " groups[$1] + 0]
    }
    FILENAME ~ /[.]locks$/ { holds["user " $1 " locked " $2] }
    END {
      for (i = 1; i <= facts; i++) {
        asked = fact[i]
        if (sub(/^no /, "", asked) ? !(asked in holds) : asked in holds) print fact[i]
      }
    }' "$@"
}

# survey_home: the names of users whose home directory is there.
survey_home() {
  getent passwd | while IFS=: read -r name _ _ _ _ path _; do
    [ ! -d "$path" ] || printf '%s\n' "$name"
  done
}
