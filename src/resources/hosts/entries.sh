# What is said in /etc/hosts, for the kinds that keep something there.

# hosts_entries ASKED…: what holds of "ADDRESS NAME…" (exactly these names there, and at no other address of IPv4 or IPv6)
# and "no ADDRESS", one a line. For one "ADDRESS ?" it prints the names that are there.
survey_hosts() {
  awk '
    { asked[++count] = $0 }
    END {
      while ((getline line <"/etc/hosts") > 0) {
        sub(/#.*/, "", line)
        fields = split(line, part)
        address = tolower(part[1])
        for (i = 2; i <= fields; i++) {
          names[address] = names[address] " " part[i]
          family = index(address, ":") ? 6 : 4
          if (!((family, tolower(part[i]), address) in here)) places[family, tolower(part[i])]++
          here[family, tolower(part[i]), address]
        }
      }
      for (i = 1; i <= count; i++) {
        fields = split(asked[i], part)
        if (part[1] == "no") {
          if (!(part[2] in names)) print asked[i]
          continue
        }
        if (part[2] == "?") {
          print substr(names[part[1]], 2)
          continue
        }
        holds = names[part[1]] == substr(asked[i], length(part[1]) + 1)
        family = index(part[1], ":") ? 6 : 4
        for (j = 2; j <= fields; j++) if (places[family, tolower(part[j])] > 1) holds = 0
        if (holds) print asked[i]
      }
    }'
}

# hosts_with ASKED: reads a file like /etc/hosts, and prints it with what is asked, lines "ADDRESS NAME…" or "no ADDRESS".
hosts_with() {
  awk -v asked="$1" '
    BEGIN {
      lines = split(asked, line, "\n")
      for (i = 1; i <= lines; i++) {
        fields = split(line[i], part)
        if (part[1] == "no") leaves[part[2]]
        else if (fields > 1) {
          address[++count] = part[1]
          names[part[1]] = substr(line[i], length(part[1]) + 2)
          for (j = 2; j <= fields; j++) taken[index(part[1], ":") ? 6 : 4, tolower(part[j])] = part[1]
        }
      }
    }
    {
      comment = index($0, "#") ? substr($0, index($0, "#")) : ""
      text = $0
      sub(/[ \t]*#.*/, "", text)
      fields = split(text, part)
      here = tolower(part[1])
      if (fields == 0) print
      else if (here in leaves) next
      else if (here in names) {
        if (!(here in told)) print part[1] "\t" names[here] (comment == "" ? "" : " " comment)
        told[here]
      } else {
        rest = ""
        for (i = 2; i <= fields; i++)
          if (!(((index(here, ":") ? 6 : 4), tolower(part[i])) in taken)) rest = rest " " part[i]
        joined = ""
        for (i = 2; i <= fields; i++) joined = joined " " part[i]
        if (rest == joined) print
        else if (rest != "") print part[1] "\t" substr(rest, 2) (comment == "" ? "" : " " comment)
      }
    }
    END { for (i = 1; i <= count; i++) if (!(address[i] in told)) print address[i] "\t" names[address[i]] }'
}

# hosts_names ADDRESS: sets $names to those that it has.
hosts_names() {
  names=$(echo "$1 ?" | survey_hosts 2>/dev/null)
}

# hosts_in_the_way: whether something else stands where the file belongs.
hosts_in_the_way() {
  look /etc/hosts
  case $there in absent | 'file') return 1 ;; esac
  in_the_way /etc/hosts
}
