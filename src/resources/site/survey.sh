# survey_site: lines "FINGERPRINT PATH" of plain words.
survey_site() {
  sed 's,^[^ ]* \(.*\)$,\1/current,' | xargs -d '\n' -r stat --format '%N' -- | awk '
    # "/srv/app/current" -> "releases/20261122-231542-4f1a", in single quotes
    {
      gsub(/\047/, "")
      path = substr($1, 1, length($1) - 8)
      release = substr($3, 10)
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
    }'
}

# survey_site_shared: lines "PATH".
survey_site_shared() {
  # shellcheck disable=SC2046,SC2086 # plain paths; read would ask for each byte of them by itself
  for path in ${few:-$(cat)}; do
    [ ! -d "$path" ] || printf '%s\n' "$path"
  done
}
