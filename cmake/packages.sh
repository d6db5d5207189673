# Debian packages that Confab needs, and how ./run and ./check get them. Sourced by both.
# shellcheck disable=SC2034 # the lists are read by the scripts that source this

# To build and run confabd. espeak-ng and sox make its prompts.
build_packages=(
  g++ cmake ninja-build pkg-config
  libcaf-dev libre-dev libssl-dev libsrtp2-dev liburing-dev
  libopus-dev libspeex-dev libspeexdsp-dev
  libspdlog-dev libtomlplusplus-dev
  libexpat1-dev librapidxml-dev libsqlite3-dev libboost1.81-dev
  espeak-ng sox
)

# To test it: unit tests, benchmarks, lint and fuzzing, then real phones and what analyses their recordings.
check_packages=(
  ccache git python3 python3-numpy
  libgtest-dev libgmock-dev libbenchmark-dev libspandsp-dev nlohmann-json3-dev
  clang clang-format clang-tidy libclang-rt-14-dev
  baresip-core linphone-cli sip-tester sipsak
  kamailio kamailio-tls-modules
  iproute2 procps openssl libxml2-utils
  chromium chromium-driver
)

# What benchmarks compare Confab with, beyond the above (bench/compare, bench/chat); installed by hand where they are run.
bench_packages=(
  debootstrap librsvg2-bin prosody
)

# missing_packages NAME...: those that are not installed, one a line.
missing_packages() {
  local name
  for name in "$@"; do
    if [[ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)" != installed ]]; then
      echo "$name"
    fi
  done
}

# as_root COMMAND...: by sudo where needed; never waits for a password that nobody can type.
as_root() {
  if [[ "$(id -u)" == 0 ]]; then
    "$@"
  elif ! command -v sudo >/dev/null; then
    echo "this needs root and there is no sudo; run as root: $*" >&2
    return 1
  elif [[ -t 0 ]]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# install_missing NAME...: asks apt for what is not there, and for nothing when all is.
install_missing() {
  local missing
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "this is not Debian; these packages, or what they are called here, must be installed: $*" >&2
    return 0
  fi
  mapfile -t missing < <(missing_packages "$@")
  if [[ ${#missing[@]} == 0 ]]; then
    return 0
  fi
  echo "installing by apt-get: ${missing[*]}"
  # Only its program is wanted: its service would take port 5060, which ./run listens on.
  if [[ -d /run/systemd/system && " ${missing[*]} " == *" kamailio "* ]]; then
    as_root systemctl mask kamailio.service
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      -o Dpkg::Use-Pty=0 "${missing[@]}" </dev/null
}
