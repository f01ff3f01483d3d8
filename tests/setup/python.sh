# Sourced by tests/run: a Python environment of our own with the servers and libraries of tests/python.

# Makes or renews the environment in folder $1. A stamp inside tells which list it was made from.
make_python_environment() {
    local folder=$1 list=tests/python/requirements.txt stamp
    # Debian's own interpreter: a newer `python3` on somebody's PATH may know other versions of the packages.
    local python=/usr/bin/python3
    stamp="$("$python" --version) $(sha256sum <"$list")"
    if [ -x "$folder/bin/python" ] && [ "$(cat "$folder/made-from" 2>/dev/null)" = "$stamp" ]; then
        return 0
    fi

    printf 'installing: Python packages of %s\n' "$list"
    rm -rf "$folder"
    "$python" -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$list"
    "$folder/bin/python" -m pip check --disable-pip-version-check
    # Last, so that an interrupted installation is done again.
    printf '%s\n' "$stamp" >"$folder/made-from"
}
