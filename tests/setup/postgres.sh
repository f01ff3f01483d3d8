# Sourced by tests/run: a PostgreSQL cluster that lives as long as the run.
#
# It shares nothing with a cluster that the machine may have: own folder, own port, own process, reachable
# from this machine only. PostgreSQL refuses to run as root, so root starts it as Debian's user `postgres`.

postgres_pid=

# Starts the cluster in folder $1 (which must not exist) and sets `postgres_url` and `postgres_pid`.
start_postgres() {
    local folder=$1 programs port attempt as_user=(setpriv)
    programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort | tail -n 1)
    mkdir "$folder"
    if [ "$(id -u)" -eq 0 ]; then
        chown postgres: "$folder"
        as_user=(setpriv --reuid=postgres --regid=postgres --init-groups)
    fi

    # A dictionary order as the default, so that a query which sorts text without saying "by bytes" is found out.
    # In the folder, because the user `postgres` may not enter ours.
    (cd "$folder" && "${as_user[@]}" "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en >"$folder/../initdb.log" 2>&1) || {
        cat "$folder/../initdb.log" >&2
        return 1
    }

    # A port that is free now may be taken a moment later, hence more than one attempt.
    for attempt in 1 2 3; do
        port=$("$BOURSE_TEST_PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        # The kernel stops the server when this script dies, even by a signal that no trap sees.
        (cd "$folder" && exec "${as_user[@]}" --pdeathsig=INT "$programs/postgres" -D "$folder/data" \
            -c port="$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder" \
            -c max_connections=400 -c shared_buffers=64MB) </dev/null >"$folder/../postgres.log" 2>&1 &
        postgres_pid=$!
        if postgres_answers "$programs" "$port"; then
            postgres_url="postgres://postgres@127.0.0.1:$port/postgres"
            return 0
        fi
        stop_postgres
    done
    cat "$folder/../postgres.log" >&2
    return 1
}

# Waits up to 30 seconds for an answer on port $2; gives up at once when the server has ended.
postgres_answers() {
    local tenth
    for ((tenth = 0; tenth < 300; tenth++)); do
        kill -0 "$postgres_pid" 2>/dev/null || return 1
        "$1/pg_isready" --quiet --host=127.0.0.1 --port="$2" && return 0
        sleep 0.1
    done
    return 1
}

# Ends the cluster that start_postgres started, and waits until it is gone.
stop_postgres() {
    [ -n "$postgres_pid" ] || return 0
    # "Fast" shutdown: it drops connections instead of waiting for them.
    kill -INT "$postgres_pid" 2>/dev/null || true
    wait "$postgres_pid" 2>/dev/null || true
    postgres_pid=
}
