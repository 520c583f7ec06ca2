# How long logs and backups stay. The names of runs sort by time.

# The logs of the last 50 runs stay. What they replaced is kept elsewhere.
forget_runs() {
  set -- "$home"/runs/*
  while [ $# -gt 50 ]; do
    [ "$1" = "$run" ] || rm -rf -- "$1"
    shift
  done
}

# Backups go when they are older than $backup_days, or when all together have more than $backup_kib, the oldest first; but
# those of the last 10 runs that changed something stay. Each run's size stands beside its backups, so that nothing old is
# measured again.
forget_backups() {
  [ -d "$home/backups/$run_id" ] || return 0
  set -- "$home"/backups/*
  [ $# -gt 10 ] || return 0
  old=$newline$(find "$home/backups" -mindepth 1 -maxdepth 1 -type d -mtime "+$backup_days")$newline
  sum=0
  for kept_run; do
    measure_backups
    sum=$((sum + size))
  done
  for kept_run; do
    [ $# -gt 10 ] || return 0
    shift
    case $old in *"$newline$kept_run$newline"*) measure_backups ;; *)
      [ "$sum" -gt "$backup_kib" ] || continue
      measure_backups
      ;;
    esac
    rm -rf -- "$kept_run"
    sum=$((sum - size))
  done
}

# Sets $size to what $kept_run takes, in KiB.
measure_backups() {
  size=''
  read -r size <"$kept_run/size"
  [ -z "$size" ] || return 0
  size=$(du -s -k -- "$kept_run")
  size=${size%%[!0-9]*}
  echo "$size" >"$kept_run/size"
} 2>/dev/null
