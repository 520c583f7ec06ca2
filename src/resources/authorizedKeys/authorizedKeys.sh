# authorizedKeys USER exactly|among [WORD…]
# authorizedKeys USER absent
# Words: key=LINE, a line of authorized_keys(5), and revoked=BLOB, the part of such a line that makes it this key.
# Whatever is below a home is changed as its user: what it puts in the way cannot lead root elsewhere.

# survey_authorized_keys: facts, one a line, each printed again where it holds:
#   ada access       the home, .ssh and authorized_keys belong to whom sshd demands, and nobody else may write
#   ada has LINE | ada line 2 LINE | ada lines 3 | ada once BLOB | ada no BLOB | ada absent
survey_authorized_keys() {
  awk -v paths="$work/authorized_keys.paths" '
    { fact[++facts] = $0; asked[$1] }
    END {
      FS = ":"
      while (("getent passwd" | getline) > 0) {
        if (!($1 in asked) || ($1 in home)) continue
        home[$1] = $6
        uid[$1] = $3
        print $6 "\n" $6 "/.ssh\n" $6 "/.ssh/authorized_keys" >paths
      }
      close(paths)
      FS = " "
      # 755 1000 directory|/home/ada
      stat = "xargs -r -d \"\\n\" stat --format \"%a %u %F|%n\" -- <\"" paths "\""
      while ((stat | getline) > 0) access[substr($0, index($0, "|") + 1)] = substr($0, 1, index($0, "|") - 1)
      for (user in home) look(user, home[user] "/.ssh/authorized_keys")
      for (i = 1; i <= facts; i++) {
        $0 = fact[i]
        if ($2 == "absent") { if (!($1 in home) || !((home[$1] "/.ssh/authorized_keys") in access)) print fact[i] }
        else if ($2 == "access") { if (is_safe($1)) print fact[i] }
        else if ($2 == "no") { if (!(fact[i] in holds) && !($1 in odd)) print fact[i] }
        else if (fact[i] in holds) print fact[i]
      }
    }
    function is_safe(user,    part) {
      if (!(user in home)) return 0
      split(access[home[user]], part, " ")
      if (part[1] !~ /[0145][0145]$/ || (part[2] != 0 && part[2] != uid[user])) return 0
      return access[home[user] "/.ssh"] == "700 " uid[user] " directory" && access[home[user] "/.ssh/authorized_keys"] ~ "^600 " uid[user] " regular"
    }
    function look(user, file,    number, part, parts, i, times, blob) {
      if (!(file in access)) return
      if (access[file] !~ / regular/) { odd[user]; return }
      while ((getline <file) > 0) {
        holds[user " has " $0]
        holds[user " line " ++number " " $0]
        for (i = 1; i <= NF; i++) if ($i ~ /^AAAA/) { times[$i]++; holds[user " no " $i] }
      }
      close(file)
      holds[user " lines " number + 0]
      for (blob in times) if (times[blob] == 1) holds[user " once " blob]
    }'
}

authorizedKeys_check() {
  keys_look "$1"
  keys_read "$@"
  if [ "$2" = absent ]; then
    [ -n "$keys_entry" ] || return 0
    look "$keys_file"
    case $there in
    absent) ;;
    file)
      differs state present absent
      shown content "$keys_file"
      keys_need_to_write "$keys_folder" 0700
      ;;
    *) in_the_way "$keys_file" ;;
    esac
    return
  fi
  if ! keys_are_needed; then
    keys_check_revoked
    return
  fi
  if [ -z "$keys_entry" ]; then
    keys_differ_all
    needs_account user "$1" passwd
    return
  fi
  keys_check_home
  look "$keys_folder"
  case $there in
  absent)
    keys_differ_all
    needs_parent "$keys_folder"
    [ ! -d "$keys_home" ] || keys_need_to_write "$keys_home" 0755
    return
    ;;
  directory)
    [ "$mode" = 0700 ] || differs folder-mode "$mode" 0700
    [ "$owner_number" = "$keys_number" ] || differs folder-owner "$owner" "$keys_user"
    ;;
  *)
    in_the_way "$keys_folder"
    return
    ;;
  esac
  keys_check_file
  # The folder itself will be the user's.
  [ -z "$finding" ] || keys_may -x "$keys_home" ||
    keys_wait "$keys_user may not enter $keys_home" "$keys_home" 0755
}

keys_check_file() {
  look "$keys_file"
  case $there in
  absent) keys_differ_all ;;
  file)
    keys_check_text
    [ "$mode" = 0600 ] || differs mode "$mode" 0600
    [ "$owner_number" = "$keys_number" ] || differs owner "$owner" "$keys_user"
    ;;
  *) in_the_way "$keys_file" ;;
  esac
}

# Keys that must not be there need no file.
keys_are_needed() {
  case $newline$keys_words in *"${newline}key="*) ;; *) [ -n "$keys_exactly" ] ;; esac
}

keys_check_revoked() {
  [ -n "$keys_entry" ] || return 0
  look "$keys_file"
  case $there in
  absent) ;;
  file)
    keys_check_text
    [ -z "$finding" ] || keys_need_to_write "$keys_folder" 0700
    ;;
  *) in_the_way "$keys_file" ;;
  esac
}

# keys_need_to_write FOLDER MODE: what is done in it is done as the user. MODE is what a user's own has.
keys_need_to_write() {
  if keys_may -w "$1" && keys_may -x "$1"; then return; fi
  keys_wait "$keys_user may not write to $1" "$1" "$2"
}

# keys_may -w|-x FOLDER
keys_may() {
  as_user "$keys_user" '' test "$1" "$2"
}

# keys_wait WHAT FOLDER MODE
keys_wait() {
  look "$2"
  waits "$1, which has the mode $mode and belongs to $owner: declare directory(\"$2\", { owner: \"$keys_user\", mode: \"$3\" }) before it."
}

keys_check_text() {
  keys_wanted <"$keys_file"
  now=$(cat <"$keys_file")
  [ "$now" = "$wanted" ] || differs keys "$now$newline" "$wanted$newline"
}

keys_differ_all() {
  differs state absent present
  keys_wanted </dev/null
  differs keys '' "$wanted$newline"
}

# keys_look USER: sets $keys_user, $keys_entry (empty where there is none), $keys_number, $keys_home and the paths.
keys_look() {
  keys_user=$1
  keys_entry=$(getent passwd "$1")
  IFS=: read -r _ _ keys_number _ _ keys_home _ <<END
$keys_entry
END
  keys_folder=${keys_home%/}/.ssh keys_file=${keys_home%/}/.ssh/authorized_keys
}

# keys_read ARGUMENT…: sets $keys_words to the words, one a line, and $keys_exactly.
keys_read() {
  keys_exactly='' keys_words=''
  [ "$2" != exactly ] || keys_exactly=yes
  shift 2
  for word; do keys_words="$keys_words$word$newline"; done
}

# sshd reads no keys below what others may write to: sshd_config(5), StrictModes.
keys_check_home() {
  look "$keys_home"
  [ "$there" = directory ] || return 0
  case $mode/$owner_number in
  *[0145][0145]/0 | *[0145][0145]/"$keys_number") ;;
  *) keys_wait "sshd reads no keys below $keys_home" "$keys_home" 0755 ;;
  esac
}

# keys_wanted: reads the file, and sets $wanted to the text that it must have, without the last line's end.
keys_wanted() {
  wanted=$(
    awk -v exactly="$keys_exactly" '
      FILENAME == ARGV[1] {
        line = substr($0, index($0, "=") + 1)
        if (sub(/=.*/, "") && $0 == "revoked") { revoked[line]; next }
        if (line == "") next
        key[++keys] = line
        number[blob_of(line)] = keys
        next
      }
      exactly { next }
      (blob = blob_of($0)) in revoked { next }
      blob in number {
        if (!(blob in told)) print key[number[blob]]
        told[blob]
        next
      }
      { print }
      END { for (i = 1; i <= keys; i++) if (!(blob_of(key[i]) in told)) print key[i] }
      # The base64 of every key begins with the length of its name: AAAA.
      function blob_of(line,    words, count, i) {
        count = split(line, words)
        if (words[1] ~ /^#/) return ""
        for (i = 2; i <= count; i++) if (words[i] ~ /^AAAA/ && words[i - 1] ~ /(ssh|ecdsa|sk)-[a-z0-9@.-]+$/) return words[i]
        return ""
      }' /dev/fd/3 - 3<<END
$keys_words
END
  )
}

authorizedKeys_change() {
  keys_look "$1"
  keys_read "$@"
  if [ "$2" = absent ]; then
    keep "$keys_file" && as_user "$keys_user" '' rm -- "$keys_file"
    return
  fi
  if keys_are_needed; then keys_make_folder || return; fi
  keys_make_file
}

keys_make_folder() {
  look "$keys_folder"
  [ "$there/$mode/$owner_number" != "directory/0700/$keys_number" ] || return 0
  keep "$keys_folder" || return
  if [ "$there" = absent ]; then
    as_user "$keys_user" '' mkdir --mode 0700 -- "$keys_folder"
    return
  fi
  [ "$owner_number" = "$keys_number" ] || chown --no-dereference -- "$keys_user:" "$keys_folder" || return
  as_user "$keys_user" '' chmod -- 00700 "$keys_folder"
}

# A new file in place of the old one, so that it belongs to the user whoever had the old one.
keys_make_file() {
  keep "$keys_file" || return
  if [ -f "$keys_file" ] && [ ! -L "$keys_file" ]; then keys_wanted <"$keys_file"; else keys_wanted </dev/null; fi
  temporary_beside "$keys_file"
  keys_write || drop_temporary
}

keys_write() {
  # shellcheck disable=SC2016 # for the shell of the user
  printf '%s' "$wanted${wanted:+$newline}" |
    as_user "$keys_user" '' sh -c 'umask 077 && cat >"$1"' sh "$temporary" &&
    as_user "$keys_user" '' mv --no-target-directory -- "$temporary" "$keys_file"
}
