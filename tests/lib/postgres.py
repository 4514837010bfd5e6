#!/usr/bin/env python3
"""Starts a PostgreSQL to throw away.

    tests/lib/postgres.py [--fsync on|off]                 prints its URL, then waits
    tests/lib/postgres.py [--fsync on|off] -- COMMAND …    runs COMMAND with LINLI_TEST_PG

The cluster lies in a temporary folder, speaks on 127.0.0.1 at a free port and on
a socket in that folder, is UTF8 with locale C, and trusts whoever comes.  It is
stopped and deleted when this program ends: at the end of its standard input, of
COMMAND, or of its parent, or by a signal.  Should this program be killed outright,
the server still stops (the kernel tells it), and only the folder stays.

PostgreSQL refuses to run as root; root runs it as the user `postgres`.
fsync off is for tests of behaviour; on is for tests of durability and speed.
"""
import argparse
import ctypes
import glob
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

PR_SET_PDEATHSIG = 1
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "autovacuum_naptime": "10s",
    "log_min_messages": "warning",
}


def program(name):
    """Debian keeps the server's programs out of PATH."""
    versions = glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
    found = shutil.which(name) or max(versions, default=None,
                                      key=lambda path: int(path.split("/")[4]) if path.split("/")[4].isdigit() else 0)
    if not found:
        sys.exit(f"postgres.py: {name} is not installed (Debian: postgresql-15)")
    return found


def die_with_parent(sign):
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, sign)


class Server:
    def __init__(self, fsync):
        self.user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self.folder = tempfile.mkdtemp(prefix="linli-pg-")
        self.data = os.path.join(self.folder, "data")
        self.fsync = fsync
        self.process = None
        self.log = None
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)

    def identity(self):
        if not self.user:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def initialise(self):
        command = [program("initdb"), "-D", self.data, "-U", "postgres", "-E", "UTF8", "--locale=C",
                   "-A", "trust", "--no-sync", "--no-instructions"]
        done = subprocess.run(command, cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **self.identity())
        if done.returncode:
            sys.exit(f"postgres.py: initdb: {done.stdout}")

    def launch(self, port=None):
        """One try at a port that was free a moment ago; True when it answers."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = port or probe.getsockname()[1]
        settings = dict(SETTINGS, port=str(self.port), fsync=self.fsync,
                        unix_socket_directories=self.folder)
        command = [program("postgres"), "-D", self.data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.log = open(os.path.join(self.folder, "log"), "ab")
        # SIGQUIT: an immediate shutdown, of every process of the server
        self.process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, start_new_session=True,
                                        preexec_fn=lambda: die_with_parent(signal.SIGQUIT),
                                        **self.identity())
        return self.answers()

    def answers(self):
        while self.process.poll() is None:
            ready = subprocess.run([program("pg_isready"), "-q", "-t", "1", "-h", self.folder,
                                    "-p", str(self.port)], cwd=self.folder)
            if ready.returncode == 0:
                return True
            select.select([], [], [], 0.02)
        return False

    def start(self):
        self.initialise()
        for _ in range(5):
            if self.launch():
                return
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as log:
            sys.exit(f"postgres.py: the server does not start: {log.read()[-2000:]}")

    def restart(self, how=signal.SIGINT):
        """Ends it (SIGINT: in order, SIGQUIT: at once) and starts it again where it was."""
        self.process.send_signal(how)
        self.process.wait()
        self.log.close()
        if not self.launch(self.port):
            sys.exit("postgres.py: the server does not start again")

    def url(self):
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
        if self.log:
            self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_for_end():
    """Until standard input ends; what comes on it is of no interest."""
    while True:
        select.select([sys.stdin], [], [])
        if not os.read(sys.stdin.fileno(), 4096):
            return


def run(command, url):
    try:
        process = subprocess.Popen(command, env=dict(os.environ, LINLI_TEST_PG=url))
    except OSError as error:
        sys.exit(f"postgres.py: {command[0]}: {error.strerror}")
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fsync", choices=("on", "off"), default="off")
    parser.add_argument("command", nargs="*")
    options = parser.parse_args()
    parent = os.getppid()
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, lambda number, _: sys.exit(128 + number))
    die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)
    server = Server(options.fsync)
    try:
        server.start()
        if options.command:
            sys.exit(run(options.command, server.url()))
        print(server.url(), flush=True)
        wait_for_end()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
