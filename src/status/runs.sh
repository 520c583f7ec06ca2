# Which runs this machine knows of, and what became of each one's resources; changes nothing.

token=''
read -r token <"$2/token"
folder=$2
home=/var/lib/proog

say() {
  printf '%s %s\n' "$token" "$*"
}

# say_text WORDS TEXT: the text is the last field.
say_text() {
  say "$1" "=$(printf %s "$2" | base64 -w 0)"
}

runs() {
  for run in "$home"/runs/*; do
    [ -e "$run/begun" ] || continue
    one_run
  done
}

# run ID COMMAND BEGAN ENDED OUTCOME BY; times in seconds since 1970, and no outcome while it goes on.
one_run() {
  by='' their_token='' command=apply
  { read -r _ by <"$run/by" && read -r their_token <"$run/token"; } 2>/dev/null || return 0
  [ ! -e "$run/looked" ] || command=undo
  began=$(stat -c %Y "$run/begun")
  ended=$(stat -c %Y "$run/log")
  outcome=$(sed -n "s/^$their_token end //p" "$run/log" | tail -n 1)
  if [ -z "$outcome" ] && flock --nonblock --shared 7 7<"$run/alive" && [ ! -e "$run/left-off" ]; then outcome=died; fi
  say_text "run ${run##*/} $command $began $ended ${outcome:--}" "$by"
  # did NUMBER OUTCOME, the last that was said of it; as many as a page can have.
  awk -v token="$their_token" '
    $1 == token && $2 ~ /^(done|already|left|moved|failed|unreached|put-back)$/ && $3 ~ /^[0-9]+$/ { said[$3] = $2 }
    END { for (number in said) print number, said[number] }
  ' "$run/log" | sort -n | head -n 2000 >"$folder/said"
  while read -r number became; do say did "$number" "$became"; done <"$folder/said"
  keys
}

# resource NUMBER KIND NAME …: as a program calls it.
resource() {
  say_text "key $1 $2" "$3"
}

# The names of these resources are in the program of the run. One that is written in several lines is none here.
keys() {
  awk 'NR == FNR { said[$1]; next } $1 == "resource" && $2 in said' "$folder/said" "$run/catalog" >"$folder/lines"
  while read -r line; do (eval "$line") 2>/dev/null; done <"$folder/lines"
}

applied() {
  { read -r run time by <"$home/applied"; } 2>/dev/null || return 0
  say_text "applied $run $time" "$by"
}

umask 077
if [ -d "$home/runs" ]; then runs; fi
applied
