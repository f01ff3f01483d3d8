# Sourced by tests/run: the Debian packages that the tests need.
#
# Nothing here is needed to build or to run the server; the README names the compiler tools for that.

# PostgreSQL's server, a browser and its driver, Chinese glyphs for the browser, a Python that can make
# environments, and the download clients that people resume with.
test_packages=(
    postgresql
    chromium chromium-driver fonts-noto-cjk
    python3 python3-venv python3-pip
    curl wget aria2
)

# Succeeds when the package is installed and configured (dpkg also knows removed and half-installed ones).
is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs what is missing, as root or through sudo. Otherwise says what to type, and ends with 2.
install_packages() {
    local missing=() package as_root=()
    for package in "${test_packages[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    local line="apt-get install --yes --no-install-recommends ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        # A password can be asked for only where there is a terminal to ask at.
        if sudo --non-interactive true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; }; then
            as_root=(sudo)
        else
            as_root=(false)
        fi
    fi
    if ! command -v apt-get >/dev/null || [ "${as_root[*]}" = false ]; then
        printf 'tests/run: packages are missing and only an administrator can install them. As root, run:\n' >&2
        printf '    apt-get update && %s\n' "$line" >&2
        exit 2
    fi

    printf 'installing: %s\n' "${missing[*]}"
    # The timeout waits for another apt run (automatic upgrades) instead of failing on its lock.
    "${as_root[@]}" apt-get --quiet --quiet update
    # shellcheck disable=SC2086 # the printed line and the line that runs are one and the same
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive ${line/apt-get/apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0} </dev/null
}
