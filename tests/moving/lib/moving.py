"""What the tests of this group share: TAP, houses with photos, databases of their own."""
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import urllib.parse
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import postgres  # noqa: E402
import served  # noqa: E402

BUILD = os.environ.get("LINLI_BUILD", os.path.join(ROOT, "build"))
LINLI = os.environ.get("LINLI", os.path.join(BUILD, "linli"))
NIGHT = os.environ.get("LINLI_NIGHT") == "1"
PG = os.environ.get("LINLI_TEST_PG")


class Failed(Exception):
    """What was expected and is not so."""


def must(true, what):
    if not true:
        raise Failed(what)


def linli(*words, fails=None, **more):
    """Runs linli to its end: its output.  With `fails`, it has to fail saying that."""
    done = subprocess.run([LINLI, *words], text=True, errors="replace", stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    if fails is None:
        must(done.returncode == 0, f"linli {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout
    must(done.returncode != 0 and fails in done.stderr,
         f"linli {' '.join(words)}: {done.returncode}, not failing with {fails!r}\n{done.stdout}{done.stderr}")
    return done.stderr


# ---- pictures and cases -------------------------------------------------------


def png(grey):
    """A small picture of one grey."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    head = struct.pack(">IIBBBBB", 40, 30, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([grey]) * 40) * 30
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def upload(client, tenant, grey):
    """Sends a picture: (status, its token)."""
    edge = "----linli"
    body = (f"--{edge}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\n"
            f"Content-Type: image/png\r\n\r\n").encode() + png(grey) + f"\r\n--{edge}--\r\n".encode()
    client.connection.request("POST", f"/api/v1/{tenant}/uploads", body,
                              {"Content-Type": f"multipart/form-data; boundary={edge}"})
    reply = client.connection.getresponse()
    value = json.loads(reply.read())
    return reply.status, value.get("upload")


def report(client, tenant, number, grey=None):
    """Reports a matter, with a picture if a grey is given: the answer."""
    area = client.get(f"/api/v1/{tenant}/areas?kind=community")["items"][0]["code"]
    fields = {"topic": "lamp", "description": f"路灯不亮 {number}", "contact": f"1380000{number:04d}"}
    if grey is not None:
        status, token = upload(client, tenant, grey)
        must(status == 201, f"a photo was answered {status}")
        fields["photos"] = [token]
    return client.must("POST", f"/api/v1/{tenant}/cases",
                       {"playbook": "service-request", "area": area, "fields": fields}, key=f"moving-{tenant}-{number:08d}")


MADE = tempfile.TemporaryDirectory(prefix="linli-moving-house-")


def house(folder):
    """A seeded data folder with some cases, texts, photos and seals, stopped; made once."""
    made = os.path.join(MADE.name, "house")
    if not os.path.exists(made):
        linli("seed", "--data", made)
        server = served.Server(LINLI, made).start()
        try:
            client = served.Client(server.port)
            for tenant in served.TENANTS[:2]:
                for number in range(3):
                    report(client, tenant, number, 40 + 20 * number)
            client.close()
        finally:
            server.stop()
        linli("seal", "--data", made)
    shutil.copytree(made, folder)


def verified(*where):
    """What verify says of each tenant: {slug: its lines}."""
    said = {}
    for line in linli("verify", *where).splitlines():
        slug, figures = line.split(":", 1)
        said.setdefault(slug, []).append(figures)
    return said


# ---- databases ----------------------------------------------------------------


class Databases:
    """Databases on the tests' PostgreSQL, dropped at the end."""

    def __init__(self):
        self.names = []

    def __enter__(self):
        return self

    def psql(self, text, url=None):
        return served.run([postgres.program("psql"), "-qAt", "-d", url or PG, "-c", text])

    def make(self):
        name = f"linli_moving_{os.getpid()}_{len(self.names)}"
        self.psql(f"create database {name}")
        self.names.append(name)
        return urllib.parse.urlsplit(PG)._replace(path="/" + name).geturl()

    def __exit__(self, *_):
        for name in self.names:
            self.psql(f"drop database {name} with (force)")


def on_postgres():
    return PG not in (None, "", "skip")


# ---- TAP ----------------------------------------------------------------------


def run(*tests):
    """Runs tests; each takes a temporary folder.  One that is marked `postgres` is
    skipped, and says so, when LINLI_TEST_PG=skip; one marked `night` by day."""
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__doc__.splitlines()[0]
        if getattr(test, "postgres", False) and PG == "skip":
            print(f"ok {number} - {name} # skip LINLI_TEST_PG=skip", flush=True)
            continue
        if getattr(test, "night", False) and not NIGHT:
            print(f"ok {number} - {name} # skip by night: LINLI_NIGHT=1", flush=True)
            continue
        folder = tempfile.mkdtemp(prefix="linli-moving-")
        try:
            must(not getattr(test, "postgres", False) or PG, "no PostgreSQL: set LINLI_TEST_PG")
            test(folder)
            print(f"ok {number} - {name}", flush=True)
        except (Failed, served.Failed, OSError, KeyError) as fault:
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            print("#   " + f"{type(fault).__name__}: {fault}".replace("\n", "\n#   "), flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(failed > 0)


def postgres_test(test):
    test.postgres = True
    return test


def night_test(test):
    test.night = True
    return test
