# session_processes LEADER: the numbers of all processes in the session that this one began.
session_processes() {
  for process in /proc/[0-9]*; do
    # 4711 (the command, which may hold spaces) S PARENT GROUP SESSION …
    read -r stat <"$process/stat" || continue
    session_leader=$1
    # shellcheck disable=SC2086 # plain words
    set -- ${stat##*) }
    [ "${4-}" != "$session_leader" ] || echo "${process#/proc/}"
    set -- "$session_leader"
  done 2>/dev/null
}
