# Sourced by bin/test and bin/demo: Debian's packages and npm's, each only when it is missing, and the compiled program.
# Node of this project is the one that npm ci brings.

missing_packages() {
  for pair in debootstrap:debootstrap systemd-nspawn:systemd-container nft:nftables ip:iproute2 ssh:openssh-client \
    git:git "$@"; do
    command -v "${pair%%:*}" >/dev/null || printf '%s ' "${pair#*:}"
  done
}

# Of npm, beside what comes from Debian: each waits for another server.
node_packages() {
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    # The Node that it warns of is the one that it replaces.
    npm ci --no-audit --no-fund --loglevel=error
  fi
}

debian_packages() {
  packages=$(missing_packages "$@")
  if [ -n "$packages" ]; then
    echo "Installing from Debian: $packages"
    apt-get update --quiet=2
    # shellcheck disable=SC2086 # names of packages
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 $packages >/dev/null
  fi
}

setup() {
  if [ "$(id -u)" != 0 ]; then
    echo "This boots machines, which needs root: sudo $0" >&2
    exit 1
  fi
  node_packages &
  debian_packages "$@"
  wait "$!"
  PATH=$PWD/node_modules/.bin:$PATH
  export PATH
  node scripts/build-when-stale.ts
}
