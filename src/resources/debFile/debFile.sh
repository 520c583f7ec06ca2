# debFile NAME VERSION ARCHITECTURE SHA-256 [--downgrade]
# debFile NAME --remove | --purge
# The file comes as the blob of that hash, and is installed by the same call of apt-get as the packages of apt beside it.

debFile_check() {
  case $2 in
  --*)
    apt_check "$@"
    return
    ;;
  esac
  read_packages
  package_now "$1"
  debFile_fits "$3" || return 0
  case $package_state in
  installed | automatic)
    if ! debFile_suits "$@"; then
      differs "$1" "$package_version" "$2"
      differs file '' "$4"
      package=$1
      apt_check_held
    fi
    [ "$package_state" = installed ] || differs "$1" 'installed, automatic' 'installed, manual'
    ;;
  *)
    differs "$1" "$(debFile_now)" "$2"
    differs file absent "$4"
    package=$1
    apt_check_held
    comes "package $1"
    ;;
  esac
}

debFile_now() {
  case $package_state in
  absent) echo absent ;;
  config-files) echo 'absent, configuration left' ;;
  *) echo "$package_state $package_version" ;;
  esac
}

# debFile_suits NAME VERSION ARCHITECTURE SHA-256 [--downgrade]: a newer one will do, unless an older one is asked for.
debFile_suits() {
  [ "$package_version" != "$2" ] || return 0
  [ "${5-}" != --downgrade ] && dpkg --compare-versions "$package_version" ge "$2"
}

# debFile_fits ARCHITECTURE
debFile_fits() {
  [ "$1" != all ] || return 0
  native=$(dpkg --print-architecture)
  [ "$1" != "$native" ] || return 0
  ! dpkg --print-foreign-architectures | grep -qx -e "$1" || return 0
  blocked "The file is for $1, and this machine is $native." "Declare the file for $native, or let the machine take both: dpkg --add-architecture $1."
  return 1
}

debFile_join() {
  case $2 in
  --*)
    apt_join "$@"
    return
    ;;
  esac
  read_packages
  package_now "$1"
  case $package_state in
  installed | automatic)
    if debFile_suits "$@"; then
      apt_manual="${apt_manual-} $1"
      return
    fi
    ! is_older "$2" "$package_version" || apt_downgrade=--allow-downgrades
    ;;
  esac
  # apt-get takes only what is named as a path and ends so.
  ln -f -- "$run/blobs/$4" "$work/$1.deb" && apt_files="${apt_files-} $work/$1.deb"
}
