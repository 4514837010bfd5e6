"""Backup and restore: while it is served, onto either engine, and to a point in time."""
import glob
import itertools
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import moving  # noqa: E402
import postgres  # noqa: E402
import s3  # noqa: E402
import served  # noqa: E402
from moving import LINLI, house, linli, must, verified  # noqa: E402


LATER = itertools.count(9500)


class Load:
    """Reports that come one after the other until they are stopped, each with a photo or none."""

    def __init__(self, port):
        self.port, self.acknowledged, self.fault = port, [], None
        self.ended, self.some = threading.Event(), threading.Condition()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        client = served.Client(self.port)
        try:
            for number in range(1000, 9000):
                if self.ended.is_set():
                    break
                answer = moving.report(client, "nanshan", number, number % 200 if number % 10 == 0 else None)
                with self.some:
                    self.acknowledged.append((number, answer))
                    self.some.notify_all()
        except (moving.Failed, served.Failed, OSError) as fault:
            self.fault = fault
        client.close()

    def __enter__(self):
        self.thread.start()
        return self

    def reached(self, count):
        """Waits until so many are acknowledged: those there are then."""
        with self.some:
            must(self.some.wait_for(lambda: len(self.acknowledged) >= count or self.fault, 60), "the load stands still")
            return list(self.acknowledged)

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join(60)
        if self.fault:
            raise moving.Failed(f"the load failed: {self.fault}")


def key(a, b):
    """The master key travels by another way."""
    os.makedirs(f"{b}/keys")
    shutil.copy(f"{a}/keys/master.key", f"{b}/keys")


def all_there(data, acknowledged, store=None):
    """Everything that was acknowledged is in this house: sent again, it is what it was."""
    server = served.Server(LINLI, data, store).start()
    try:
        client = served.Client(server.port)
        area = client.get("/api/v1/nanshan/areas?kind=community")["items"][0]["code"]
        for number, answer in acknowledged:
            if number % 10 == 0:
                cookie = client.sign_in("nanshan", "desk")
                client.must("GET", f"/api/v1/nanshan/cases/{answer['case']}", cookie=cookie)
                continue
            fields = {"topic": "lamp", "description": f"路灯不亮 {number}", "contact": f"1380000{number:04d}"}
            again = client.must("POST", "/api/v1/nanshan/cases",
                                {"playbook": "service-request", "area": area, "fields": fields},
                                key=f"moving-nanshan-{number:08d}")
            must((again["case"], again["number"]) == (answer["case"], answer["number"]), f"report {number} was done anew")
        moving.report(client, "nanshan", next(LATER), 33)  # and it goes on
        client.close()
    finally:
        server.stop()


def under_load(folder, a, b, store, environment=None):
    """A backup of a served house under load, restored: (the folder, what has to be in it)."""
    server = served.Server(LINLI, a, store).start()
    try:
        with Load(server.port) as load:
            before = load.reached(12)
            linli("backup", *server.where, "--to", b, env=environment)
            load.reached(len(load.acknowledged) + 3)  # nobody was kept waiting for long
    finally:
        server.stop()
    return before


def served_sqlite(folder):
    """SQLite under load: everything acknowledged before it began is in the backup, chain and anchors hold"""
    a, b, c = f"{folder}/a", f"{folder}/b", f"{folder}/c"
    house(a)
    linli("verify", "--data", a)
    with open(f"{folder}/anchors", "w", encoding="utf-8") as file:
        server = served.Server(LINLI, a).start()
        client = served.Client(server.port)
        moving.report(client, "nanshan", 900, 1)
        client.close()
        server.stop()
        file.write(linli("seal", "--data", a))
    before = under_load(folder, a, b, None)
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=b, check=True)
    with open(f"{a}/keys/master.key", "rb") as file:
        secret = file.read()
    for path in glob.glob(f"{b}/**", recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                must(secret not in file.read(), f"the master key is in {path}")
    linli("restore", "--data", c, "--from", b, fails="master key is no part of a backup")
    key(a, c)
    linli("restore", "--data", c, "--from", b)
    linli("restore", "--data", c, "--from", b, fails="into an empty store")
    said = linli("verify", "--data", c, "--anchors", f"{folder}/anchors")
    must("proven against an anchor up to 0" not in said.splitlines()[0], said)
    linli("verify", "--data", a, "--from", b)
    all_there(c, before)
    verified("--data", c)


def damaged(folder):
    """a byte changed, a file missing, half a backup: refused before anything is written"""
    a, b, c = f"{folder}/a", f"{folder}/b", f"{folder}/c"
    house(a)
    os.makedirs(f"{b}.partial")
    linli("backup", "--data", a, "--to", b, fails="was interrupted")
    os.rmdir(f"{b}.partial")
    linli("backup", "--data", a, "--to", b)
    linli("backup", "--data", a, "--to", b, fails="is there already")
    key(a, c)
    photo = sorted(glob.glob(f"{b}/blobs/*/*/*"))[0]
    os.rename(photo, f"{folder}/photo")
    linli("restore", "--data", c, "--from", b, fails=os.path.basename(photo))
    os.rename(f"{folder}/photo", photo)
    with open(f"{b}/linli.db", "r+b") as file:
        file.seek(100000)
        byte = file.read(1)
        file.seek(100000)
        file.write(bytes([byte[0] ^ 1]))
    linli("restore", "--data", c, "--from", b, fails="linli.db is not what was backed up")
    linli("verify", "--data", a, "--from", b, fails="is not what was backed up")
    must(not os.path.exists(f"{c}/linli.db"), "something was written")


def take_back(db, step):
    """Undoes a step that made tables, columns and indexes, filled tables and columns it made or began a consumer at the newest entry; another kind of step fails here."""
    with open(step, encoding="utf-8") as file:
        text = re.sub(r"--.*", "", file.read())
    for statement in reversed([one.strip() for one in text.split(";") if one.strip()]):
        filled = re.match(r"insert into (\w+) select ", statement)
        if filled and f"create table {filled[1]} (" in text:
            continue
        said = re.match(r"update (\w+) set (\w+) =", statement)
        if said and f"alter table {said[1]} add column {said[2]} " in text:
            continue
        begun = re.match(r"insert into consumer_cursor select tenant, '(\w+)'", statement)
        if begun:
            db.execute("delete from consumer_cursor where consumer = ?", begun.groups())
            continue
        made = re.match(r"create (?:unique )?(table|index) (\w+)|alter table (\w+) add column (\w+)", statement)
        must(made, f"{step}: no way back from {statement}")
        kind, name, table, column = made.groups()
        db.execute(f"drop {kind} {name}" if kind else f"alter table {table} drop column {column}")


def older(folder):
    """a backup of an older linli is brought up to date on the way, and stays as it is"""
    a, b, c = f"{folder}/a", f"{folder}/b", f"{folder}/c"
    house(a)
    linli("backup", "--data", a, "--to", b)
    with sqlite3.connect(f"{b}/linli.db") as db:  # as it was before the step that closes tenants
        for step in sorted(glob.glob(f"{moving.ROOT}/schema/*.sql"), reverse=True)[:-9]:
            take_back(db, step)
        db.execute("delete from schema_step where number >= 10")
        for table, in db.execute("select name from sqlite_schema where type = 'table'").fetchall():
            must(table != "sqlite_sequence", table)
    subprocess.run("sed -i '/  linli.db$/d' SHA256SUMS && sha256sum linli.db >> SHA256SUMS", cwd=b, shell=True, check=True)
    key(a, c)
    linli("restore", "--data", c, "--from", b)
    with sqlite3.connect(f"{c}/linli.db") as db:  # history here tells of draws, which an older linli had not begun
        db.execute("attach ? as now", [f"{a}/linli.db"])
        db.execute("insert into sample select * from now.sample")
    kept = [{slug: [line for line in lines if " books, " not in line] for slug, lines in verified("--data", one).items()}
            for one in (a, c)]  # there were no books then
    must(kept[0] == kept[1], "the older backup lost something")
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=b, check=True)


@moving.postgres_test
def served_postgres(folder):
    """PostgreSQL under load, with files in a bucket: restored on SQLite, and from there onto PostgreSQL"""
    a, b, c, d = (f"{folder}/{name}" for name in "abcd")
    house(a)
    with moving.Databases() as databases, s3.Store(f"{folder}/s3") as store:
        one, other = databases.make(), databases.make()
        linli("copy", "--data", a, "--to", one, "--files-to", store.where(), env=store.environment)
        os.environ.update(store.environment, LINLI_FILES=store.where())
        try:
            before = under_load(folder, a, b, one)
        finally:
            for name in ("LINLI_FILES", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
                os.environ.pop(name)
        key(a, c)
        linli("restore", "--data", c, "--from", b)
        all_there(c, before)
        linli("backup", "--data", c, "--to", f"{folder}/b2")
        key(a, d)
        linli("restore", "--data", d, "--store", other, "--from", f"{folder}/b2")
        must(verified("--data", c) == verified("--data", d, "--store", other), "the engines differ after two restores")
        all_there(d, before, other)


@moving.night_test
def point_in_time(folder):
    """PostgreSQL to a point in time: base backup, archived log, recovery to a named point (docs/guide/backup.md)"""
    os.chmod(folder, 0o755)
    archive, base = f"{folder}/archive", f"{folder}/base"
    first = postgres.Server("on")
    postgres.SETTINGS.update({"wal_level": "replica", "archive_mode": "on", "max_wal_senders": "3", "hot_standby": "off",
                              "archive_command": f"test ! -f {archive}/%f && cp %p {archive}/%f"})
    second = postgres.Server("on")
    try:
        for path in (archive, base):
            os.makedirs(path, mode=0o700)
            if first.user:
                os.chown(path, first.user.pw_uid, first.user.pw_gid)
        first.start()
        house(f"{folder}/a")
        linli("copy", "--data", f"{folder}/a", "--to", first.url())
        served.run([postgres.program("pg_basebackup"), "-d", first.url(), "-D", base, "-X", "none", "-c", "fast"],
                   **first.identity())
        server = served.Server(LINLI, f"{folder}/a", first.url()).start()
        client = served.Client(server.port)
        kept = [(number, moving.report(client, "nanshan", number)) for number in range(1001, 1005)]
        psql = [postgres.program("psql"), "-qAt", "-d", first.url(), "-c"]
        served.run([*psql, "select pg_create_restore_point('before_the_mistake')"])
        lost = moving.report(client, "nanshan", 1006)
        served.run([*psql, "select pg_switch_wal()"])
        client.close()
        server.stop()
        served.run([*psql, "checkpoint"])
        first.process.terminate()
        first.process.wait()  # a clean end archives what is left
        shutil.rmtree(second.data, ignore_errors=True)
        shutil.move(base, second.data)
        with open(f"{second.data}/postgresql.auto.conf", "a", encoding="utf-8") as file:
            file.write(f"restore_command = 'cp {archive}/%f %p'\nrecovery_target_name = 'before_the_mistake'\n"
                       "recovery_target_action = 'promote'\n")
        with open(f"{second.data}/recovery.signal", "w", encoding="utf-8"):
            pass
        second.initialise = lambda: None
        second.start()
        verified("--data", f"{folder}/a", "--store", second.url())
        all_there(f"{folder}/a", kept, second.url())
        found = served.run([postgres.program("psql"), "-qAt", "-d", second.url(), "-c",
                            f"select count(*) from cases where number = '{lost['number']}' and opened_at < "
                            "(select max(opened_at) from cases)"])
        must(found.strip() in ("0", "1"), found)
        replayed = served.run([postgres.program("psql"), "-qAt", "-d", second.url(), "-c",
                               "select count(*) from request_key where key = 'moving-nanshan-00001006'"])
        must(replayed.strip() == "0", "what came after the point is there")
    finally:
        first.stop()
        second.stop()


moving.run(served_sqlite, damaged, older, served_postgres, point_in_time)
