#!/usr/bin/env python3
"""Makes a database in a Citus cluster, to throw away.

    tests/lib/cluster.py postgres://…    prints the new database's URL, then waits
    tests/lib/cluster.py stand-in        the same in a PostgreSQL of its own (postgres.py) with
                                         tests/lib/citus_stand_in.sql in place of Citus

The URL names a database on the coordinator that has Citus and its nodes (pg_dist_node); whoever it
signs in may create databases there and, with the same name and password, on every node.  The new
database is made on all of them, with UTF8 and locale C, and dropped again at the end of standard
input or by a signal; nothing else of the cluster is touched.
"""
import os
import signal
import subprocess
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import postgres  # noqa: E402

NAME = f"linli_test_{os.getpid()}"
STAND_IN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "citus_stand_in.sql")


def sql(url, text):
    """The rows of a statement as lists of texts; the program ends when it fails."""
    done = subprocess.run([postgres.program("psql"), "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-"],
                          input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=dict(os.environ, PGCONNECT_TIMEOUT="10"))
    if done.returncode:
        sys.exit(f"cluster.py: {done.stderr.strip().splitlines()[0] if done.stderr else 'psql failed'}")
    return [line.split("\t") for line in done.stdout.splitlines()]


def moved(url, database=None, host=None, port=None):
    """The URL with another database or server; options of the old one stay."""
    parts = urllib.parse.urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    place = f"[{host}]" if host and ":" in host else host
    server = f"{user}@{place}:{port}" if user else f"{place}:{port}"
    return parts._replace(netloc=server if host else parts.netloc,
                          path=f"/{database}" if database else parts.path).geturl()


def make(url):
    """The new database's URL, and what to say where to be rid of it."""
    if sql(url, "select to_regproc('create_distributed_table') is not null") != [["t"]]:
        sys.exit("cluster.py: the database of LINLI_TEST_CLUSTER has no Citus")
    nodes = sql(url, "select nodename, nodeport from pg_dist_node where noderole = 'primary' and groupid <> 0")
    places = [url] + [moved(url, host=host, port=port) for host, port in nodes]
    for place in places:
        sql(place, f"create database {NAME} encoding 'UTF8' locale 'C' template template0")
        sql(moved(place, NAME), "create extension citus")
    own = moved(url, NAME)
    for host, port in nodes:
        sql(own, f"select citus_add_node('{host}', {int(port)})")
    return own, [(place, f"drop database if exists {NAME} with (force)") for place in places]


def make_stand_in(server):
    """A database of a plain PostgreSQL whose catalogue has the stand-in."""
    server.start()
    sql(server.url(), f"create database {NAME} encoding 'UTF8' locale 'C' template template0")
    url = moved(server.url(), NAME)
    with open(STAND_IN, encoding="utf-8") as file:
        sql(url, "set allow_system_table_mods to on; set search_path to pg_catalog;" + file.read())
    return url


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, lambda number, _: sys.exit(128 + number))
    postgres.die_with_parent(signal.SIGTERM)
    server = postgres.Server("off") if sys.argv[1] == "stand-in" else None
    after = []
    try:
        if server:
            url = make_stand_in(server)
        else:
            url, after = make(sys.argv[1])
        print(url, flush=True)
        postgres.wait_for_end()
    finally:
        for place, text in after:
            sql(place, text)
        if server:
            server.stop()


if __name__ == "__main__":
    main()
