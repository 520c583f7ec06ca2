# aptRepository NAME SHA-256 [asc|gpg SHA-256 [UNUSABLE]]
# aptRepository NAME absent
# The file /etc/apt/sources.list.d/NAME.sources and, of the other hash, the key /etc/apt/keyrings/NAME.asc or NAME.gpg.
# UNUSABLE says why apt takes nothing that the key signed: "expired on 2024-05-01".

aptRepository_check() {
  if [ -n "${5-}" ]; then
    blocked "Its key $5, so that apt takes nothing that it signed." \
      'Declare the newer key of whoever publishes the repository.'
    return
  fi
  if [ "$2" = absent ]; then
    file_check "/etc/apt/sources.list.d/$1.sources" absent
  else
    file_check "/etc/apt/sources.list.d/$1.sources" 0644 root root "$2"
    [ -z "${3-}" ] || repository_key "/etc/apt/keyrings/$1.$3" "$4"
  fi
  for ending in asc gpg; do
    [ "$ending" = "${3-}" ] || repository_no_key "/etc/apt/keyrings/$1.$ending"
  done
  [ -z "$finding" ] || [ "$verdict" = blocked ] || comes 'package lists'
}

# repository_key PATH SHA-256
repository_key() {
  look "$1"
  case $there in
  absent) differs key absent "$2" ;;
  file)
    file_content "$1"
    [ "$content" = "$2" ] || differs key "$content" "$2"
    [ "$mode $owner $group" = '0644 root root' ] || differs key-access "$mode $owner:$group" '0644 root:root'
    ;;
  *) in_the_way "$1" ;;
  esac
}

repository_no_key() {
  look "$1"
  case $there in
  absent) ;;
  file) differs key present absent ;;
  *) in_the_way "$1" ;;
  esac
}

# The key comes before what is signed by it, and goes after it.
aptRepository_change() {
  if [ "$2" = absent ]; then
    repository_drop "/etc/apt/sources.list.d/$1.sources" || return
  else
    [ -z "${3-}" ] || repository_put "/etc/apt/keyrings/$1.$3" "$4" || return
    repository_put "/etc/apt/sources.list.d/$1.sources" "$2" || return
  fi
  for ending in asc gpg; do
    [ "$ending" = "${3-}" ] || repository_drop "/etc/apt/keyrings/$1.$ending" || return
  done
}

# repository_put PATH SHA-256
repository_put() {
  parent_of "$1"
  if [ ! -d "$parent" ]; then
    keep "$parent" && mkdir -m 0755 -- "$parent" || return
  fi
  file_change_part "$@"
}

repository_drop() {
  if [ -e "$1" ] || [ -L "$1" ]; then file_change "$1" absent; fi
}
