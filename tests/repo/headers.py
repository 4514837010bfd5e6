"""Every header stands alone and is guarded by its path."""
import concurrent.futures
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import house  # noqa: E402

HEADERS = house.files(r"^src/.*\.h$")
# Debian keeps libpq's header in a folder of its own
LIBRARIES = subprocess.run(["pkg-config", "--cflags", "libpq"], text=True, stdout=subprocess.PIPE,
                           check=True).stdout.split()


def compile_alone(path):
    command = [*os.environ.get("CC", "gcc").split(), "-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-fsyntax-only",
               "-Isrc", *LIBRARIES, "-x", "c", "-"]
    done = subprocess.run(command, input=f'#include "{path[4:]}"\nint li_nothing;\n', cwd=house.ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return f"{path}: {done.stdout.strip()}" if done.returncode or done.stdout else None


def alone():
    """every header compiles alone"""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        yield from filter(None, pool.map(compile_alone, HEADERS))


def guarded():
    """every header is guarded by LI_<PATH>_H"""
    for path in HEADERS:
        guard = "LI_" + path[4:-2].replace("/", "_").replace("-", "_").upper() + "_H"
        if f"#ifndef {guard}\n#define {guard}\n" not in house.read(path):
            yield f"{path}: no guard {guard}"


house.run(alone, guarded)
