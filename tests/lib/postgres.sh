#!/bin/sh
# Runs a command with a PostgreSQL of its own (postgres.py says how).
#
#     tests/lib/postgres.sh build/store-values             fsync off
#     FSYNC=on tests/lib/postgres.sh build/crash-kill
#
# Without a command: prints the URL and keeps the server until Ctrl-D or a signal.
# The command finds the URL in LINLI_TEST_PG.
exec python3 "$(dirname "$0")/postgres.py" --fsync "${FSYNC:-off}" -- "$@"
