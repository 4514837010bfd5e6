"""Files: in a folder or in an object store, the same; and when the object store fails."""
import glob
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import moving  # noqa: E402
import s3  # noqa: E402
import served  # noqa: E402
from moving import LINLI, house, linli, must  # noqa: E402


class Held(served.Server):
    """A server whose clock stands still and is moved by a line."""

    def __init__(self, data, files, environment):
        super().__init__(LINLI, data)
        self.where += ["--files", files]
        self.environment = environment

    def start(self):
        import socket
        self.ours, theirs = socket.socketpair()
        import tempfile
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [LINLI, "serve", *self.where, "--port", "0", "--hold-clock", str(theirs.fileno())], text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, pass_fds=[theirs.fileno()],
            env=self.environment)
        theirs.close()
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://127.0.0.1:"):
            raise served.Failed(f"linli serve does not start\n{self.said()[-2000:]}")
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def later(self, at):
        self.ours.sendall(f"set {at}\n".encode())
        answer = self.ours.makefile().readline()
        must(answer.startswith("ok"), f"the clock says {answer}")


def blobs(folder):
    return sorted(os.path.relpath(path, folder) for path in glob.glob(f"{folder}/*/*/*"))


def now(days=0):
    import datetime
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def switches(folder):
    """from a folder to a bucket and back, path and host style, lists of many pages: every byte the same"""
    a = f"{folder}/a"
    house(a)
    with s3.Store(f"{folder}/s3") as store:
        for more, host in (("", "127.0.0.1"), ("&style=host&region=cn-north-1", "s3.localhost")):
            where = store.where(f"x/{len(more)}", more=more, host=host)
            linli("copy", "--data", a, "--files-to", where, env=store.environment)
            must(store.keys(f"x/{len(more)}") == blobs(f"{a}/blobs"), "the bucket has other files than the folder")
            linli("verify", "--data", a, "--files", where, env=store.environment)
            back = f"{folder}/back{len(more)}"
            linli("copy", "--data", a, "--files-from", where, "--files-to", back, env=store.environment)
            must(subprocess.run(["diff", "-r", f"{a}/blobs", back]).returncode == 0, "a file changed on the way")
        with open(f"{folder}/keys", "w", encoding="utf-8") as file:
            file.write(f"[default]\naws_access_key_id = {s3.KEY}\naws_secret_access_key = {s3.SECRET}\n")
        linli("copy", "--data", a, "--files-to", store.where("named"), "--files-credentials", f"{folder}/keys")
        must(store.keys("named") == blobs(f"{a}/blobs"), "keys from a file are other keys")
        for key in glob.glob(f"{folder}/s3/linli/x/0/1/*/*._S3rver_object")[:1]:
            with open(key, "r+b") as file:
                file.write(b"\2")
        linli("verify", "--data", a, "--files", store.where("x/0"), env=store.environment,
              fails="does not verify")


def uses(folder, a, files, environment, keys):
    """Uploads, reads and sweeps over HTTP."""
    server = Held(a, files, environment).start()
    try:
        client = served.Client(server.port)
        before = keys()
        opened = moving.report(client, "nanshan", 80, 200)
        status, _ = moving.upload(client, "nanshan", 210)  # nobody ever names it
        must(status == 201 and len(keys()) == len(before) + 4, f"{status} {len(keys())} files")
        cookie = client.sign_in("nanshan", "desk")
        for size in ("full", "thumb"):
            client.connection.request("GET", f"/api/v1/nanshan/cases/{opened['case']}/photos/1?size={size}",
                                      headers={"Cookie": cookie})
            reply = client.connection.getresponse()
            body = reply.read()
            must((reply.status, body[:2]) == (200, b"\xff\xd8"), f"the photo was answered {reply.status}")
        client.close()
        server.later(now(1))
        server.later(now(4))
        client = served.Client(server.port)
        server.later(now(8))
        must(len(keys()) == len(before) + 2, f"{len(keys()) - len(before)} new files after the sweep, 2 are named")
        client.close()
        server.stop()
    finally:
        server.end()
    linli("verify", "--data", a, "--files", files, env=environment)


def folder_serves(folder):
    """photos go into a folder and out again, and what nobody names is swept"""
    house(f"{folder}/a")
    uses(folder, f"{folder}/a", f"{folder}/a/blobs", dict(os.environ), lambda: blobs(f"{folder}/a/blobs"))


def bucket_serves(folder):
    """photos go into a bucket and out again, and what nobody names is swept"""
    house(f"{folder}/a")
    with s3.Store(f"{folder}/s3") as store:
        linli("copy", "--data", f"{folder}/a", "--files-to", store.where(), env=store.environment)
        uses(folder, f"{folder}/a", store.where(), store.environment, store.keys)


def fails_for_a_while(folder):
    """busy, silent and broken connections are tried again; a bucket that stays away is said so"""
    a = f"{folder}/a"
    house(a)
    with s3.Store(f"{folder}/s3") as store:
        store.faults = ["503", "drop", "503", None, "hang"]
        linli("copy", "--data", a, "--files-to", store.where(more="&timeout=1"), env=store.environment)
        must(not store.faults and store.keys() == blobs(f"{a}/blobs"), "not all files came through")
        server = served.Server(LINLI, a)
        server.where += ["--files", store.where()]
        os.environ.update(AWS_ACCESS_KEY_ID=s3.KEY, AWS_SECRET_ACCESS_KEY=s3.SECRET)
        server.start()
        try:
            client = served.Client(server.port)
            store.only, store.faults = "/files/1/", ["503"] * 8  # the look and the putting, four times each
            status, _ = moving.upload(client, "nanshan", 220)
            must(status == 503 and not store.faults, f"a photo was answered {status}, {len(store.faults)} faults are left")
            status, _ = moving.upload(client, "nanshan", 220)
            must(status == 201, f"afterwards a photo was answered {status}")
            client.close()
        finally:
            server.stop()
            del os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]


def says_why(folder):
    """wrong keys, no such bucket, nobody there, nonsense: each is said in words, no key in them"""
    a = f"{folder}/a"
    house(a)
    with s3.Store(f"{folder}/s3") as store:
        wrong = dict(store.environment, AWS_SECRET_ACCESS_KEY="another secret")
        for where, environment, words in (
                (store.where(), wrong, "403 SignatureDoesNotMatch"),
                (store.where(), dict(store.environment, AWS_ACCESS_KEY_ID="nobody", ), "403"),
                (store.where(bucket="nothing"), store.environment, "404 NoSuchBucket"),
                ("s3://linli?endpoint=http://127.0.0.1:1", store.environment, "does not answer"),
                ("s3://linli?endpoint=ftp://x", store.environment, "an object store is s3://"),
                ("s3://linli?colour=red", store.environment, "not colour"),
                (store.where(), {"PATH": os.environ["PATH"]}, "AWS_ACCESS_KEY_ID")):
            said = linli("copy", "--data", a, "--files-to", where, env=environment, fails=words)
            must(s3.SECRET not in said and "another secret" not in said, said)


moving.run(switches, folder_serves, bucket_serves, fails_for_a_while, says_why)
