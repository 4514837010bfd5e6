#!/usr/bin/env python3
"""Crash: kill -9 while linli starts, makes its schema, seeds, imports, seals, derives anew,
copies, makes a backup, restores one.

Each round begins from a folder that is whole, starts a verb and kills it at a random
moment of the time it takes undisturbed, some times in a row; then the verb is run to its
end.  What it then leaves is what it leaves undisturbed: every tenant's history verifies and
is as long, and nothing is there twice.

4 rounds a verb (60 with LINLI_NIGHT=1); LINLI_CRASH_ROUNDS says how many, CRASH_SEED repeats
the choices.
"""
import contextlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))
import served  # noqa: E402

BUILD = os.environ.get("LINLI_BUILD", os.path.join(ROOT, "build"))
LINLI = os.environ.get("LINLI", os.path.join(BUILD, "linli"))
NIGHT = os.environ.get("LINLI_NIGHT") == "1"
SEED = int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(1 << 32))
ROUNDS = int(os.environ.get("LINLI_CRASH_ROUNDS") or (60 if NIGHT else 4))
KILLS = 3  # in a row, at most
UNHURT = 40  # rounds at most until one kill came in time
AREAS = "code,parent,kind,name\n" + "".join(
    f"4403050010039{number:02d},440305001003,grid,试验网格{number}\n" for number in range(1, 60))


def linli(*words):
    return served.run([LINLI, *words])


def entries(folder):
    """{tenant: entries}, verified."""
    return dict(re.findall(r"^(\w+): (\d+) entries", linli("verify", "--data", folder), re.M))


class Trial:
    """A verb: where it begins, how it is run, what it leaves."""

    runs = 1  # of the verb, until it is finished

    def __init__(self, base, verb):
        self.base, self.verb, self.killed = base, verb, 0

    def words(self, folder):
        return [self.verb, "--data", folder]

    def begin(self, folder):
        """The folder it is run on."""
        shutil.copytree(self.base, folder)

    def finish(self, folder):
        """After the last kill: to its end."""
        linli(*self.words(folder))

    def left(self, folder):
        """What is compared with an undisturbed run."""
        return entries(folder)

    def measure(self, folder):
        """An undisturbed run: how long it takes, what it leaves."""
        self.begin(folder)
        start = time.monotonic()
        self.finish(folder)
        self.took, self.expected = (time.monotonic() - start) / self.runs, self.left(folder)

    def disturb(self, folder, chance):
        start = time.monotonic()
        process = subprocess.Popen([LINLI, *self.words(folder)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        try:
            process.communicate(timeout=chance.uniform(0, self.took))
            if process.returncode == 0:  # quicker than when it was measured
                self.took = min(self.took, time.monotonic() - start)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            self.killed += 1
            process.communicate()

    def round(self, folder, chance):
        self.begin(folder)
        for _ in range(chance.randint(1, KILLS)):
            self.disturb(folder, chance)
        self.finish(folder)
        left = self.left(folder)
        if left != self.expected:
            raise served.Failed(f"linli {self.verb} leaves {left}, undisturbed {self.expected}")


class Migrate(Trial):
    def begin(self, folder):
        os.mkdir(folder)

    def left(self, folder):
        return linli("migrate", "--data", folder, "--en")


class Seed(Trial):
    def begin(self, folder):
        os.mkdir(folder)


class Seal(Trial):
    def left(self, folder):
        lines = [line.split()[2:4] for line in linli("seal", "--data", folder).splitlines()]
        return lines, entries(folder)


class Rebuild(Trial):
    def words(self, folder):
        return ["rebuild", "--data", folder, "search"]


class Import(Trial):
    def words(self, folder):
        return ["import", "areas", os.path.join(self.base, os.pardir, "areas.csv"), "--tenant", "nanshan", "--data", folder]

    def left(self, folder):
        """The areas.  History may have an import twice: killed when it was done, and run again."""
        served.run([LINLI, "verify", "--data", folder])
        with contextlib.closing(sqlite3.connect(os.path.join(folder, "linli.db"))) as base:
            return base.execute("select tenant, code, count(*) from area group by tenant, code order by tenant, code").fetchall()


class Start(Trial):
    """A server that is killed while it starts; whoever starts last serves."""

    def words(self, folder):
        return ["serve", "--data", folder, "--port", "0"]

    def finish(self, folder):
        server = served.Server(LINLI, folder).start()
        try:
            client = served.Client(server.port)
            client.get("/api/v1/nanshan/tally")
            client.close()
        finally:
            server.stop()


class Copy(Trial):
    """Tenant after tenant: what has arrived whole is not taken twice."""

    runs = 2  # about: each tenant by itself costs more than all together

    def words(self, folder):
        return ["copy", "--data", self.base, "--data-to", folder]

    def begin(self, folder):
        os.mkdir(folder)

    def finish(self, folder):
        for tenant in served.TENANTS:
            done = subprocess.run([LINLI, *self.words(folder), "--tenant", tenant, "--en"], text=True, capture_output=True)
            if done.returncode and "is at the goal already" not in done.stdout + done.stderr:
                raise served.Failed(f"linli copy --tenant {tenant}: {done.returncode}\n{done.stdout[-800:]}{done.stderr[-800:]}")


class Backup(Trial):
    """It has its name only when it is whole; what was interrupted is deleted by hand, as it says."""

    def words(self, folder):
        shutil.rmtree(os.path.join(folder, "kept.partial"), ignore_errors=True)
        return ["backup", "--data", self.base, "--to", os.path.join(folder, "kept")]

    def begin(self, folder):
        os.mkdir(folder)

    def finish(self, folder):
        if not os.path.exists(os.path.join(folder, "kept")):
            linli(*self.words(folder))

    def left(self, folder):
        """What it restores to."""
        goal = os.path.join(folder, "restored")
        shutil.copytree(os.path.join(self.base, "keys"), os.path.join(goal, "keys"))
        linli("restore", "--data", goal, "--from", os.path.join(folder, "kept"))
        return entries(goal)


class Restore(Trial):
    """Repeated by the same command; done already where the kill came after the last word."""

    def __init__(self, base, verb):
        super().__init__(base, verb)
        self.kept = os.path.join(os.path.dirname(base), "kept")
        linli("backup", "--data", base, "--to", self.kept)

    def words(self, folder):
        return ["restore", "--data", folder, "--from", self.kept]

    def begin(self, folder):
        shutil.copytree(os.path.join(self.base, "keys"), os.path.join(folder, "keys"))

    def finish(self, folder):
        done = subprocess.run([LINLI, *self.words(folder), "--en"], text=True, capture_output=True)
        if done.returncode and "a backup is restored into an empty store" not in done.stderr:
            raise served.Failed(f"linli restore: {done.returncode}\n{done.stdout[-800:]}{done.stderr[-800:]}")


def play(number, trial, folder, chance):
    """One line of TAP: whether it passed."""
    try:
        trial.measure(os.path.join(folder, trial.verb))
        rounds = 0
        while rounds < ROUNDS or (not trial.killed and rounds < UNHURT):
            trial.round(os.path.join(folder, f"{trial.verb}-{rounds}"), chance)
            rounds += 1
        if not trial.killed:
            raise served.Failed(f"no kill in {rounds} rounds")
    except (served.Failed, OSError, subprocess.SubprocessError) as error:
        print(f"not ok {number} - linli {trial.verb}")
        print("# " + str(error).replace("\n", "\n# "), flush=True)
        return False
    print(f"ok {number} - linli {trial.verb}: {trial.killed} kills in {rounds} rounds", flush=True)
    return True


def main():
    print(f"# CRASH_SEED={SEED}")
    with tempfile.TemporaryDirectory(prefix="linli-verbs-") as folder:
        base = os.path.join(folder, "base")
        linli("seed", "--data", base)
        with open(os.path.join(folder, "areas.csv"), "w", encoding="utf-8") as file:
            file.write(AREAS)
        trials = [Migrate(base, "migrate"), Seed(base, "seed"), Start(base, "serve"), Import(base, "import"),
                  Seal(base, "seal"), Rebuild(base, "rebuild"), Copy(base, "copy"), Backup(base, "backup"),
                  Restore(base, "restore")]
        print(f"1..{len(trials)}")
        passed = [play(number, trial, folder, random.Random(SEED + number)) for number, trial in enumerate(trials, 1)]
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
