#!/usr/bin/env python3
"""A disk that is really full: what cannot be kept is refused with a word for it, the server stays,
and when there is room again the work goes on and nothing that was answered is lost.

The disk is a small tmpfs in a mount namespace of this test's own; where the system gives none to
its users, there is nothing to fill and the tests are skipped."""
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
from server import CASES, LINLI, ROOT, Server, Wire, lamp, new_key, run  # noqa: E402

DISK = "LINLI_TEST_DISK"
SIZE = 64 << 20
UPLOADS = "/api/v1/nanshan/uploads"
MANY = 20000  # more cases than the disk holds


def fill(disk, room=0):
    """Writes a file until the disk has only `room` left; its path."""
    path = os.path.join(disk, "filler")
    with open(path, "wb", buffering=0) as file:
        free = os.statvfs(disk)
        left = free.f_bavail * free.f_frsize - room
        while left > 0:
            left -= file.write(bytes(min(left, 1 << 16)))
    return path


def png(shade):
    """A picture of its own for every shade from 0 to 255."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\0" + bytes([shade, 0, 0]) * 60) * 40)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60, 40, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def ask(server, method, path, body=None, headers=None):
    with Wire(server) as wire:
        return wire.ask(method, path, body, headers)


def report(server, words="磁盘满了"):
    return ask(server, "POST", CASES, lamp(words), {"Idempotency-Key": new_key()})


def upload(server, bytes_):
    boundary = "linli-full"
    body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\n"
            "Content-Type: image/png\r\n\r\n").encode() + bytes_ + f"\r\n--{boundary}--\r\n".encode()
    return ask(server, "POST", UPLOADS, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})


def adopt(server):
    """The playbook of the tests, which has photos."""
    server.stop()
    subprocess.run([LINLI, "adopt", "--data", server.data, os.path.join(ROOT, "tests/lib/neighbour.yaml")], check=True)
    server.start()


def seen(uploads):
    """A case with photos."""
    fields = {"kind": "help", "note": "又有地方了", "photos": [one.json()["upload"] for one in uploads]}
    return {"playbook": "neighbour", "area": "440305001003", "fields": fields}


def refused_at_last(server):
    """Uploads until one is refused: what a case has no room for may still hold a photo or two.
    The shade of the refused one."""
    for shade in range(1, 256):
        answer = upload(server, png(shade))
        if answer.status != 201:
            is_full(answer)
            return shade
    raise AssertionError("the disk took every photo")


def is_full(answer):
    assert answer.status == 507 and answer.json()["code"] == "storage-full", (answer.status, answer.body)


def until_full(server):
    """Reports until one is refused; the keys of those that were answered."""
    taken = []
    for _ in range(MANY):
        key = new_key()
        answer = ask(server, "POST", CASES, lamp("满" * 500), {"Idempotency-Key": key})
        if answer.status != 201:
            is_full(answer)
            return taken
        taken.append((key, answer.json()["case"]))
    raise AssertionError("the disk never got full")


def answered(server, taken):
    for key, case in taken:
        again = ask(server, "POST", CASES, lamp("满" * 500), {"Idempotency-Key": key}).json()
        assert again["replayed"] and again["case"] == case, again


def refused_and_alive():
    """reports and photos are refused on a full disk, reading goes on, and room heals it"""
    disk = os.environ[DISK]
    with Server(tempfile.mkdtemp(dir=disk)) as server:
        adopt(server)
        first = upload(server, png(0))
        assert first.status == 201, first.body
        filler = fill(disk)
        taken = until_full(server)
        refused = refused_at_last(server)
        taken += until_full(server)
        assert ask(server, "GET", "/healthz").status == 200
        assert ask(server, "GET", "/api/v1/nanshan/areas/440305001").status == 200
        assert server.process.poll() is None
        os.unlink(filler)
        later = upload(server, png(refused))
        assert later.status == 201, later.body
        held = ask(server, "POST", CASES, seen([first, later]), {"Idempotency-Key": new_key()})
        assert held.status == 201, held.body
        answered(server, taken)
        assert server.stop()[0] == 0
        status, told = server.verify()
        assert status == 0 and "2 photos hold" in told, told


def full_at_the_stop():
    """a server that stops on a full disk loses nothing it answered, and starts again with room"""
    disk = os.environ[DISK]
    with Server(tempfile.mkdtemp(dir=disk)) as server:
        fill(disk, 1 << 18)
        taken = until_full(server)
        assert taken, "there was room for some"
        server.stop()
        os.unlink(os.path.join(disk, "filler"))
        server.start()
        answered(server, taken)
        assert report(server).status == 201
        assert server.stop()[0] == 0
        status, told = server.verify()
        assert status == 0, told


def on_a_disk(folder, *command):
    """The status of a command in a mount namespace where the folder is a disk of its own."""
    mount = f'mount -t tmpfs -o size={SIZE} none "$0" && exec "$@"'
    return subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, folder, *command],
                          env={**os.environ, DISK: folder}).returncode


def main():
    if DISK in os.environ:
        run(refused_and_alive, full_at_the_stop)
    folder = tempfile.mkdtemp(prefix="linli-disk-")
    try:
        if not shutil.which("unshare") or on_a_disk(folder, "true"):
            print("1..0 # SKIP this system gives its users no disk to fill")
            return 0
        return on_a_disk(folder, sys.executable, os.path.abspath(__file__))
    finally:
        os.rmdir(folder)


if __name__ == "__main__":
    sys.exit(main())
