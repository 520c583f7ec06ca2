# survey_site: lines "FINGERPRINT PATH" of plain words. Which release is live is told without a process.
survey_site() {
  site_lives=''
  # shellcheck disable=SC2046,SC2086 # plain words; read would ask for each byte of them by itself
  set -- ${few:-$(cat)}
  while [ $# -ge 2 ]; do
    for site_each in "$2"/releases/*; do
      [ ! "$2/current" -ef "$site_each" ] || site_lives="$site_lives$2 ${site_each##*/}$newline"
    done
    shift 2
  done
  # shellcheck disable=SC2016 # its own fields
  at_last awk '
    # /srv/app 20261122-231542-4f1a
    {
      path = $1
      release = $2
      state = fingerprint = pin = ""
      while ((getline line <(path "/releases.log")) > 0) {
        if (split(line, part, "\t") < 5) continue
        if (part[3] == "pinned") pin = part[2]
        else if (part[3] == "unpinned") pin = ""
        else if (part[2] == release) {
          state = part[3]
          if (state == "building") fingerprint = part[6]
        }
      }
      close(path "/releases.log")
      if (state == "good" && pin == "") print fingerprint, path
    }' <<END
$site_lives
END
}

# survey_site_shared: lines "PATH".
survey_site_shared() {
  # shellcheck disable=SC2046,SC2086 # plain paths; read would ask for each byte of them by itself
  for path in ${few:-$(cat)}; do
    [ ! -d "$path" ] || printf '%s\n' "$path"
  done
}
