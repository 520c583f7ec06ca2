# alternatives NAME manual PATH
# alternatives NAME automatic

# survey_alternatives: lines "NAME manual PATH" and "NAME automatic". The second line in what is known of a name is its link, which
# leads to /etc/alternatives and from there to the choice.
survey_alternatives() {
  awk 'FNR == 2' /var/lib/dpkg/alternatives/* | xargs -d '\n' stat --format %N -- /etc/alternatives/* >"$work/alternatives.links"
  awk -v "links=$work/alternatives.links" '
    { asked[++count] = $0 }
    END {
      while ((getline <links) > 0) {
        # \047/etc/alternatives/editor\047 -> \047/bin/nano\047
        split($0, part, "\047")
        target[part[2]] = part[4]
      }
      for (i = 1; i <= count; i++) {
        split(asked[i], part, " ")
        status = link = ""
        file = "/var/lib/dpkg/alternatives/" part[1]
        getline status <file
        getline link <file
        close(file)
        if (target[link] != "/etc/alternatives/" part[1]) continue
        if (status == "auto" && part[2] == "automatic") print asked[i]
        if (status == "manual" && part[2] == "manual" && target["/etc/alternatives/" part[1]] == part[3]) print asked[i]
      }
    }'
}

# alternatives_look NAME: sets $alternatives_status (auto, manual, or empty where there is no such name),
# $alternatives_link, $alternatives_value, and $alternatives_choices, one a line.
alternatives_look() {
  alternatives_status='' alternatives_link='' alternatives_value='' alternatives_choices=''
  while read -r key value; do
    case $key in
    Link:) alternatives_link=$value ;;
    Status:) alternatives_status=$value ;;
    Value:) alternatives_value=$value ;;
    Alternative:) alternatives_choices="$alternatives_choices$value$newline" ;;
    esac
  done <<END
$(update-alternatives --query "$1" 2>/dev/null)
END
}

alternatives_check() {
  alternatives_look "$1"
  if [ "$2" = automatic ]; then
    [ "$alternatives_status" = auto ] || differs mode "$alternatives_status" auto
  else
    [ "$alternatives_status" = manual ] || differs mode "$alternatives_status" manual
    [ "$alternatives_value" = "$3" ] || differs path "$alternatives_value" "$3"
  fi
  if [ -z "$alternatives_status" ]; then
    waits "There are no alternatives for $1 yet."
    return
  fi
  alternatives_check_links "$1"
  if [ "$2" = manual ]; then
    case $newline$alternatives_choices in
    *"$newline$3$newline"*) ;;
    *) waits "$3 is no alternative for $1 yet. There is: $(printf %s "$alternatives_choices" | paste -sd , - | sed 's/,/, /g')." ;;
    esac
  fi
}

# alternatives_check_links NAME: update-alternatives makes what is missing or leads elsewhere anew, and goes on where something else stands.
alternatives_check_links() {
  look "$alternatives_link"
  case $there in
  absent) differs link absent "/etc/alternatives/$1" ;;
  symlink) alternatives_is_linked "$1" || differs link "$(readlink -- "$alternatives_link")" "/etc/alternatives/$1" ;;
  *)
    differs link "$there" "/etc/alternatives/$1"
    in_the_way "$alternatives_link"
    ;;
  esac
  look "/etc/alternatives/$1"
  case $there in absent | symlink) ;; *) in_the_way "/etc/alternatives/$1" ;; esac
}

# alternatives_is_linked NAME: after alternatives_look.
alternatives_is_linked() {
  [ "$(readlink -- "$alternatives_link")" = "/etc/alternatives/$1" ]
}

alternatives_change() {
  alternatives_look "$1"
  alternatives_is_linked "$1" || keep "$alternatives_link" || return
  alternatives_back "$@"
}

# alternatives_back NAME automatic|manual [PATH]: for undo, too.
alternatives_back() {
  alternatives_keep "$1" || return
  if [ "$2" = automatic ]; then
    update-alternatives --auto "$1"
  else
    update-alternatives --set "$1" "$3"
  fi
}

alternatives_keep() {
  alternatives_look "$1"
  if [ "$alternatives_status" = auto ]; then
    keep_state "alternatives $1: automatic" alternatives_back "$1" automatic
  else
    keep_state "alternatives $1: $alternatives_value" alternatives_back "$1" manual "$alternatives_value"
  fi
}

alternatives_back_now() {
  alternatives_look "$1"
  if [ "$alternatives_status" = auto ]; then
    printf '%s\n' "$1" automatic
  else
    printf '%s\n' "$1" manual "$alternatives_value"
  fi
}
