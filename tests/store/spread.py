"""linli migrate --distribute, as it is typed: refused in one line without Citus, done once with it.

In place of Citus stands tests/lib/citus_stand_in.sql.
"""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402
import postgres  # noqa: E402

LINLI = os.environ.get("LINLI", os.path.join(house.ROOT, "build", "linli"))
URL = os.environ.get("LINLI_TEST_PG", "")
SCHEMA = f"linli_spread_{os.getpid()}"


def migrate(*more):
    done = subprocess.run([LINLI, "migrate", "--en", "--distribute", *more], text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def psql(text):
    subprocess.run([postgres.program("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-d", URL, "-f", "-"], check=True, text=True,
                   input=f"set client_min_messages to error;{text}", stdout=subprocess.DEVNULL)


def where(*schemas):
    return f"{URL}{'&' if '?' in URL else '?'}options=-csearch_path%3D{'%2C'.join(schemas)}"


def on_sqlite():
    """SQLite is not distributed: one line, status 2"""
    with tempfile.TemporaryDirectory(prefix="linli-test-") as folder:
        status, _, err = migrate("--store", os.path.join(folder, "linli.db"))
    if status != 2 or len(err) != 1 or "Citus" not in err[0]:
        yield f"{status} {err}"


def without_citus():
    """a PostgreSQL without Citus is refused: one line, status 1, and no table is missing"""
    psql(f"create schema {SCHEMA}")
    status, out, err = migrate("--store", where(SCHEMA))
    if status != 1 or len(err) != 1 or "create extension citus" not in err[0] or not out:
        yield f"{status} {out} {err}"


def with_stand_in():
    """with the stand-in each table is told once, and nothing the second time"""
    with open(os.path.join(house.ROOT, "tests/lib/citus_stand_in.sql"), encoding="utf-8") as file:
        psql(f"create schema {SCHEMA}_citus; set search_path to {SCHEMA}_citus; {file.read()}")
    status, out, err = migrate("--store", where(SCHEMA, SCHEMA + "_citus"))
    told = [line for line in out if ": " in line]
    if status or err or "head: by tenant" not in told or "tenant: a copy on every node" not in told:
        yield f"{status} {out} {err}"
    status, out, err = migrate("--store", where(SCHEMA, SCHEMA + "_citus"))
    if status or err or any(": " in line for line in out) or not out[-1].endswith(" 0 of them now"):
        yield f"{status} {out} {err}"


if URL in ("", "skip") or os.environ.get("LINLI_TEST_SPREAD"):
    print("1..0 # skip needs a plain PostgreSQL in LINLI_TEST_PG")
    sys.exit(0)
try:
    house.run(on_sqlite, without_citus, with_stand_in)
finally:
    psql(f"drop schema if exists {SCHEMA} cascade; drop schema if exists {SCHEMA}_citus cascade")
