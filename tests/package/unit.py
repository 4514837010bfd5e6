#!/usr/bin/env python3
"""The systemd unit: systemd's own judgement, and the program inside the filter of system calls that the unit
asks for, which is built here from the unit's words, so that no systemd need run."""
import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
import picture  # noqa: E402
from server import LIMIT, LINLI, ROOT, Server, Skip, Wire, report, run  # noqa: E402

UNIT = os.path.join(ROOT, "packaging", "systemd", "linli.service")
EXPOSURE = 15  # tenths; systemd calls up to 3.9 "OK"


def need(program):
    if not shutil.which(program):
        raise Skip(f"{program} is not installed")


def words(key):
    with open(UNIT, encoding="utf-8") as file:
        return re.findall(rf"(?m)^{key}=(.*)$", file.read())


def verified():
    """systemd-analyze verify has nothing to say of the unit and its socket"""
    need("systemd-analyze")
    with tempfile.TemporaryDirectory(prefix="linli-unit-") as folder:
        for name in ("linli.service", "linli.socket"):
            with open(os.path.join(os.path.dirname(UNIT), name), encoding="utf-8") as file:
                text = file.read().replace("/usr/bin/linli", LINLI).replace("man:linli(1) ", "")
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run(["systemd-analyze", "verify", "--recursive-errors=no", os.path.join(folder, "linli.service")],
                              capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 0 and "linli" not in done.stderr, done.stderr


def exposure():
    """systemd-analyze security finds little that the service could still do"""
    need("systemd-analyze")
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", UNIT],
                          capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr


# ---- the filter -----------------------------------------------------------------

ALLOW, EPERM, NO_EXEC = 0x7fff0000, 0x00050001, 4
MASKED = 7  # SCMP_CMP_MASKED_EQ


class Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def calls_of(name):
    """The system calls of one of systemd's sets."""
    done = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], capture_output=True, text=True, timeout=LIMIT)
    found = set()
    for word in (line.strip() for line in done.stdout.splitlines()[1:]):
        if word.startswith("@"):
            found |= calls_of(word)
        elif word and not word.startswith("#"):
            found.add(word)
    assert found, name
    return found


def allowed():
    calls = set()
    for line in words("SystemCallFilter"):
        takes = line.startswith("~")
        for word in line.lstrip("~").split():
            these = calls_of(word) if word.startswith("@") else {word}
            calls = calls - these if takes else calls | these
    return calls | calls_of("@default")


def filters(names):
    """What systemd would install: loads itself in the process that calls it."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    numbers = [library.seccomp_syscall_resolve_name(name.encode()) for name in sorted(names)]
    numbers = [number for number in numbers if number >= 0]
    assert len(numbers) > 200

    def rule(context, action, name, *compares):
        array = (Compare * max(1, len(compares)))(*compares)
        number = name if isinstance(name, int) else library.seccomp_syscall_resolve_name(name.encode())
        done = library.seccomp_rule_add_array(ctypes.c_void_p(context), ctypes.c_uint32(action), number, len(compares), array)
        assert done == 0, (name, done)

    def load():
        few = library.seccomp_init(ctypes.c_uint32(EPERM))
        for number in numbers:
            rule(few, ALLOW, number)
        no_exec = library.seccomp_init(ctypes.c_uint32(ALLOW))
        rule(no_exec, EPERM, "mmap", Compare(2, MASKED, NO_EXEC | 2, NO_EXEC | 2))
        rule(no_exec, EPERM, "mprotect", Compare(2, MASKED, NO_EXEC, NO_EXEC))
        rule(no_exec, EPERM, "pkey_mprotect", Compare(2, MASKED, NO_EXEC, NO_EXEC))
        for context in (no_exec, few):
            assert library.seccomp_load(ctypes.c_void_p(context)) == 0
    return load


class Caged(Server):
    def start(self, *options, pass_fds=()):
        self.process = subprocess.Popen([LINLI, "serve", "--data", self.data, "--port", "0", "--ops-port", "0"],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=self.cage)
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        self.port = int(re.search(r":(\d+)$", line)[1])


def serves_in_the_cage():
    """under the unit's filter and without writable code it serves, takes a photo apart in its child, and stops"""
    need("systemd-analyze")
    assert words("MemoryDenyWriteExecute") == ["yes"]
    server = Caged()
    server.cage = filters(allowed())
    with server:
        with Wire(server) as wire:
            wire.send(report())
            assert wire.answer().status == 201
            wire.send(picture.upload(picture.png(64, 48)))
            answer = wire.answer()
            assert answer.status == 201 and answer.json()["width"] == 64, answer.body
            assert wire.ask("GET", "/nanshan/").status == 200
        status, err = server.stop()
        assert status == 0, err
        assert "unguarded" not in err, err


def cage_holds():
    """the filter of this test does refuse what the unit does not name"""
    need("systemd-analyze")
    done = subprocess.run(["unshare", "-U", "true"], preexec_fn=filters(allowed() - {"unshare"}), capture_output=True, timeout=LIMIT)
    assert done.returncode != 0
    assert "mount" not in allowed() and "ptrace" not in allowed() and "seccomp" in allowed()


if __name__ == "__main__":
    run(verified, exposure, cage_holds, serves_in_the_cage)
