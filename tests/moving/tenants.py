"""Copy: tenants between engines and folders, whole, verified, and open in one place only."""
import glob
import os
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import moving  # noqa: E402
import served  # noqa: E402
from moving import LINLI, house, linli, must, verified  # noqa: E402

FIELDS = {"topic": "lamp", "description": "路灯不亮"}


def files(folder):
    return sorted(os.path.relpath(path, folder) for path in glob.glob(f"{folder}/**", recursive=True)
                  if os.path.isfile(path))


def migrates(folder):
    """migrate says what it did, once; a server told not to migrate refuses an old schema"""
    said = linli("migrate", "--data", folder, "--en")
    must("0001 record" in said and "steps run" in said, said)
    must("nothing to do" in linli("migrate", "--data", folder, "--en"), "it was done twice")
    with sqlite3.connect(f"{folder}/linli.db") as db:
        newest = db.execute("select max(number) from schema_step").fetchone()[0]
        db.execute("update schema_step set number = number + 1000 where number = ?", (newest,))
    linli("migrate", "--data", folder, fails="later linli")
    with sqlite3.connect(f"{folder}/linli.db") as db:
        db.execute("delete from schema_step where number > 1000")
    os.makedirs(f"{folder}/keys")
    with open(f"{folder}/keys/master.key", "wb") as file:
        file.write(bytes(32))
    linli("serve", "--data", folder, "--port", "0", "--no-migrate", fails="linli migrate")


def copies_folders(folder):
    """a whole house into another folder: other master key, same history, same photos"""
    a, b = f"{folder}/a", f"{folder}/b"
    house(a)
    said = linli("copy", "--data", a, "--data-to", b, "--en")
    must(said.count("the gauges equal a recount") == len(served.TENANTS), said)
    must(verified("--data", a) == verified("--data", b), "the copies verify differently")
    must(files(f"{a}/blobs") == files(f"{b}/blobs") and len(files(f"{b}/blobs")) >= 12, files(f"{b}/blobs"))
    with open(f"{a}/keys/master.key", "rb") as one, open(f"{b}/keys/master.key", "rb") as other:
        must(one.read() != other.read(), "the goal has no master key of its own")
    linli("copy", "--data", a, "--data-to", b, fails="is at the goal already")
    server = served.Server(LINLI, b).start()
    try:
        client = served.Client(server.port)
        moving.report(client, "nanshan", 50, 90)  # the number goes on where it stood
        cookie = client.sign_in("nanshan", "desk")
        found = client.get("/api/v1/nanshan/cases?view=all&q=%E8%B7%AF%E7%81%AF", cookie)["items"]
        must(len(found) >= 4, f"{len(found)} cases are found by their words")
        client.close()
    finally:
        server.stop()
    verified("--data", b)


def moves_and_comes_back(folder):
    """a tenant that moved away takes no command at the source, and may come back longer"""
    a, b = f"{folder}/a", f"{folder}/b"
    house(a)
    linli("copy", "--data", a, "--data-to", b, "--tenant", "nanshan", "--move")
    server = served.Server(LINLI, a).start()
    try:
        client = served.Client(server.port)
        area = client.get("/api/v1/nanshan/areas?kind=community")["items"][0]["code"]
        status, value, _ = client.ask("POST", "/api/v1/nanshan/cases",
                                      {"playbook": "service-request", "area": area, "fields": FIELDS},
                                      key="after-the-move")
        must((status, value["code"]) == (409, "not-now"), f"{status} {value}")
        moving.report(client, "xifeng", 60)
        client.close()
    finally:
        server.stop()
    linli("copy", "--data", a, "--data-to", b, "--tenant", "nanshan", fails="is at the goal already")
    server = served.Server(LINLI, b).start()
    try:
        client = served.Client(server.port)
        moving.report(client, "nanshan", 61, 7)
        client.close()
    finally:
        server.stop()
    linli("copy", "--data", b, "--data-to", a, "--tenant", "nanshan", "--move")
    must(verified("--data", a)["nanshan"] == verified("--data", b)["nanshan"], "what came back is not what left")
    server = served.Server(LINLI, a).start()
    try:
        client = served.Client(server.port)
        moving.report(client, "nanshan", 62)
        cookie = client.sign_in("nanshan", "desk")
        found = client.get("/api/v1/nanshan/cases?view=all&q=%E8%B7%AF%E7%81%AF%E4%B8%8D%E4%BA%AE", cookie)["items"]
        must(len(found) >= 5 and len({case["case"] for case in found}) == len(found), "the words are not indexed once")
        client.close()
    finally:
        server.stop()


def refuses(folder):
    """another's number, another's name, a wrong master key, the store itself: nothing is touched"""
    a, b = f"{folder}/a", f"{folder}/b"
    house(a)
    linli("copy", "--data", a, "--to", f"{a}/linli.db", fails="the same store")
    linli("copy", "--data", a, "--to", f"{folder}/c.db", "--tenant", "nowhere", fails="there is no tenant nowhere")
    linli("copy", "--data", a, "--data-to", b, "--tenant", "nanshan")
    with sqlite3.connect(f"{b}/linli.db") as db:  # a stranger under this number: closed, with another history
        db.execute("update head set closed = 1, hash = zeroblob(32) where tenant = 1")
    linli("copy", "--data", a, "--data-to", b, "--tenant", "nanshan", fails="another history")
    with sqlite3.connect(f"{b}/linli.db") as db:
        db.execute("update tenant set tenant = 77 where tenant = 1")
        db.execute("update head set tenant = 77 where tenant = 1")
    linli("copy", "--data", a, "--data-to", b, "--tenant", "nanshan", fails="another tenant is called nanshan")
    with open(f"{a}/keys/master.key", "r+b") as file:
        key = file.read()
        file.seek(0)
        file.write(bytes(32))
    linli("copy", "--data", a, "--data-to", f"{folder}/d", fails="does not open with this master key")
    must(not verified_slugs(f"{folder}/d/linli.db"), "something is at the goal")
    with open(f"{a}/keys/master.key", "wb") as file:
        file.write(key)
    verified("--data", a)


def verified_slugs(path):
    with sqlite3.connect(path) as db:
        return [slug for slug, in db.execute("select slug from tenant")]


def finds_damage(folder):
    """what does not verify on arrival stays closed there and goes on at the source"""
    a, b = f"{folder}/a", f"{folder}/b"
    house(a)
    with sqlite3.connect(f"{a}/linli.db") as db:
        db.execute("update vault set value = cast('改' as blob) where tenant = 1 and sealed = 0 and slot = "
                   "(select max(slot) from vault where tenant = 1 and sealed = 0)")
    linli("copy", "--data", a, "--data-to", b, "--tenant", "nanshan", "--move", fails="a text was altered")
    for path, closed in ((a, 0), (b, 1)):
        with sqlite3.connect(f"{path}/linli.db") as db:
            must(db.execute("select closed from head where tenant = 1").fetchone()[0] == closed, f"{path} closed?")
    photo = glob.glob(f"{a}/blobs/2/*/*")[0]
    os.remove(photo)
    linli("copy", "--data", a, "--data-to", b, "--tenant", "xifeng", fails="does not verify")


def killed(words, moment):
    """Runs linli and kills it when `moment` says so, or lets it come to its end: its status."""
    process = subprocess.Popen([LINLI, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    while process.poll() is None and not moment():
        pass
    process.kill()
    return process.wait()


def whole_or_closed(path):
    """What a killed copy left: whole tenants, closed but for those that were looked over, and no stray row."""
    with sqlite3.connect(path) as db:
        tables = db.execute("select 1 from pragma_table_info('head') where name = 'closed'").fetchall()
        for tenant, seq, closed in db.execute("select tenant, seq, closed from head") if tables else ():
            rows = db.execute("select count(*), max(seq) from history where tenant = ?", (tenant,)).fetchone()
            must(rows == (seq, seq), f"tenant {tenant}: {rows} entries of {seq}, closed = {closed}")
        for table in ("history", "cases", "vault", "due") if tables else ():
            stray = db.execute(f"select count(*) from {table} where tenant not in (select tenant from tenant)").fetchone()
            must(stray == (0,), f"{stray} rows in {table} belong to nobody")


def killed_and_repeated(folder):
    """a copy killed anywhere leaves nothing half, and the same command then brings it to its end"""
    a, b = f"{folder}/a", f"{folder}/b"
    house(a)
    log, file = f"{b}/linli.db-wal", f"{b}/linli.db"
    ends = set()
    for size in (1, 100_000, 400_000, 800_000, 1_200_000, 2_000_000, 3_000_000):
        def grown():
            return os.path.exists(log) and os.path.getsize(log) >= size or os.path.exists(f"{b}/blobs") and size > 2_500_000
        ends.add(killed(["copy", "--data", a, "--data-to", b, "--move"], grown))
        if os.path.exists(file):
            whole_or_closed(file)
        shutil.rmtree(b, ignore_errors=True)
        with sqlite3.connect(f"{a}/linli.db") as db:
            slugs = [slug for slug, closed in db.execute("select slug, closed from head join tenant using (tenant)") if closed]
        for slug in slugs:  # what was closed for the move is opened by hand
            linli("copy", "--open", "--to", f"{a}/linli.db", "--data", a, "--tenant", slug)
    must(-9 in ends, "no copy was killed")
    killed(["copy", "--data", a, "--data-to", b, "--tenant", "nanshan", "--move"],
           lambda: os.path.exists(log) and os.path.getsize(log) > 600_000)
    linli("copy", "--data", a, "--data-to", b, "--tenant", "nanshan", "--move")
    must(verified("--data", a)["nanshan"] == verified("--data", b)["nanshan"], "the repeated move lost something")
    server = served.Server(LINLI, b).start()
    try:
        client = served.Client(server.port)
        moving.report(client, "nanshan", 95)
        client.close()
    finally:
        server.stop()


@moving.postgres_test
def between_engines(folder):
    """SQLite to PostgreSQL, on to another PostgreSQL and back to SQLite: the same in the end"""
    a = f"{folder}/a"
    house(a)
    with moving.Databases() as databases:
        one, other = databases.make(), databases.make()
        linli("copy", "--data", a, "--to", one)
        must(verified("--data", a) == verified("--data", a, "--store", one), "SQLite and PostgreSQL differ")
        os.makedirs(f"{folder}/there/keys")
        shutil.copy(f"{a}/keys/master.key", f"{folder}/there/keys")
        there = served.Server(LINLI, f"{folder}/there", other).start()
        server = served.Server(LINLI, a, one).start()  # PostgreSQL may be served at both ends
        try:
            client = served.Client(server.port)
            linli("copy", "--data", a, "--from", one, "--to", other, "--tenant", "nanshan", "--move")
            guest = served.Client(there.port)
            for _ in range(2000):  # it hears of the tenant a moment later
                if guest.get("/api/v1/tenants")["items"]:
                    break
            moving.report(guest, "nanshan", 71)
            guest.close()
            area = client.get("/api/v1/nanshan/areas?kind=community")["items"][0]["code"]
            status, _, _ = client.ask("POST", "/api/v1/nanshan/cases",
                                      {"playbook": "service-request", "area": area, "fields": FIELDS},
                                      key="after-the-move")
            must(status == 409, f"a command after the move was answered {status}")
            moving.report(client, "xifeng", 70)
            client.close()
        finally:
            server.stop()
            there.stop()
        due = "select count(*), min(parked), max(parked) from due where tenant = 1"
        must(databases.psql(due, other).split("|")[1:] == ["0", "0\n"], "due rows are held at the goal")
        must(databases.psql(due, one).split("|")[1:] == ["2", "2\n"], "due rows run on at the source")
        linli("copy", "--data", a, "--from", other, "--to", f"{folder}/back.db")
        must(verified("--data", a, "--store", other) == verified("--data", a, "--store", f"{folder}/back.db"),
             "the way back lost something")


moving.run(migrates, copies_folders, moves_and_comes_back, refuses, finds_damage,
           killed_and_repeated, between_engines)
