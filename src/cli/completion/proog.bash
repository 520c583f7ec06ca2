# Completion of proog for bash: source <(proog completion bash)

_proog() {
  # COMP_WORDS are split at ":" too, and tag:security is one word.
  local line=${COMP_LINE:0:COMP_POINT} current value
  local -a words
  read -ra words <<<"$line"
  case $line in *[[:space:]]) words+=('') ;; esac
  current=${words[-1]}
  # Readline replaces what follows the last ":" or "=" only.
  local kept=${current%"${current##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\t' read -r value _; do
    if [ "$value" = :files ]; then
      compopt -o default
    elif [ "${value#"$current"}" != "$value" ] || [ -z "$current" ]; then
      COMPREPLY+=("${value#"$kept"}")
    fi
  done < <(proog __complete "${words[@]:1}" 2>/dev/null)
}

complete -F _proog proog
