# Surveys of users and groups.

# survey_accounts: facts, one a line, each printed again where it holds:
#   user ada | user ada uid 1000 | user ada group ada | user ada home /home/ada | user ada shell /bin/sh
#   user ada comment Ada Lovelace | user ada locked yes | user ada in docker | user ada groups 1
#   group docker | group docker gid 998 | group docker member ada | group docker members 1
#   no user bob | no group bob
# The numbers at the end count the groups that name the user, and the other way round.
# Only the databases that the facts are about are read.
survey_accounts() {
  # shellcheck disable=SC2016 # its own fields
  at_last awk '
    { fact[++facts] = $0 }
    /^(no )?group | (in|groups?) / { groups_matter = 1 }
    /^(no )?user / { users_matter = 1 }
    / locked / { locks_matter = 1 }
    END {
      FS = ":"
      while (groups_matter && ("exec getent group" | getline) > 0) {
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
      while (users_matter && ("exec getent passwd" | getline) > 0) {
        if (("user " $1) in holds) continue
        holds["user " $1]
        holds["user " $1 " uid " $3]
        holds["user " $1 " group " name[$4]]
        holds["user " $1 " comment " $5]
        holds["user " $1 " home " $6]
        holds["user " $1 " shell " $7]
        holds["user " $1 " groups " groups[$1] + 0]
      }
      while (locks_matter && ("exec getent shadow" | getline) > 0) {
        holds["user " $1 " locked " ($2 ~ /^!/ ? "yes" : "no")]
      }
      for (i = 1; i <= facts; i++) {
        asked = fact[i]
        if (sub(/^no /, "", asked) ? !(asked in holds) : asked in holds) print fact[i]
      }
    }'
}

# survey_home: the names of users whose home directory is there.
survey_home() {
  getent passwd | while IFS=: read -r name _ _ _ _ path _; do
    [ ! -d "$path" ] || printf '%s\n' "$name"
  done
}
