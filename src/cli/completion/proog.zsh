#compdef proog
# Completion of proog for zsh: source <(proog completion zsh), or as a file _proog in a folder of $fpath

_proog() {
  local -a lines described
  local line
  lines=("${(@f)$(proog __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "${lines[@]}"; do
    if [[ $line == :files ]]; then
      _files
    elif [[ -n $line ]]; then
      # value<tab>what it is
      described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    fi
  done
  (( ${#described} )) && _describe proog described
}

if [[ ${funcstack[1]} == _proog ]]; then
  _proog "$@"
else
  compdef _proog proog
fi
