#!/usr/bin/env python3
"""The Debian package: what is in it; installed in a copy of this system that is thrown away, started as the unit
starts it, installed again, purged without a trace.

The copy is an overlay over / in a mount namespace of its own, so nothing here changes.  With LINLI_NIGHT=1 a fresh
Debian is made by debootstrap instead, and the dependencies come from its archive."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))
from server import LIMIT, LINLI, ROOT, Skip, run  # noqa: E402

NIGHT = os.environ.get("LINLI_NIGHT") == "1"
BUILD = os.path.dirname(LINLI)
AT = "/" + "mnt"  # where the test's own files lie in there
FOLDER = tempfile.mkdtemp(prefix="linli-deb-")
VERSION = open(os.path.join(ROOT, "VERSION"), encoding="utf-8").read().strip()


def output(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, **more)
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def package():
    """The package, made once."""
    if not shutil.which("dh"):
        raise Skip("debhelper is not installed")
    path = os.path.join(FOLDER, f"linli_{VERSION}-1_{output('dpkg', '--print-architecture').strip()}.deb")
    if not os.path.exists(path):
        output(os.path.join(ROOT, "packaging", "deb.sh"), BUILD, FOLDER)
    return path


def contents():
    """it holds program, units, settings, manuals, guides and samples, and knows what it depends on"""
    path = package()
    listed = {line.split(None, 5)[5]: line for line in output("dpkg-deb", "-c", path).splitlines()}
    for name in ("usr/bin/linli", "etc/linli/linli.conf", "etc/linli/playbooks/", "lib/systemd/system/linli.service",
                 "lib/systemd/system/linli.socket", "usr/share/man/man1/linli.1.gz", "usr/share/man/zh_CN/man1/linli.1.gz",
                 "usr/share/doc/linli/copyright", "usr/share/doc/linli/examples/nginx.conf"):
        assert f"./{name}" in listed, f"{name} is missing"
    assert all(re.match(r"[-d]rwxr-xr-x root/root|-rw-r--r-- root/root", line) for line in listed.values()), listed
    depends = output("dpkg-deb", "-f", path, "Depends")
    for library in ("libc6", "libmicrohttpd12", "libsqlite3-0", "libpq5", "libseccomp2"):
        assert re.search(rf"\b{library} \(>= ", depends), depends
    assert output("dpkg-deb", "-f", path, "Version").strip() == f"{VERSION}-1"
    conffiles = output("dpkg-deb", "-I", path, "conffiles").split()
    assert conffiles == ["/etc/linli/linli.conf"], conffiles


def manual():
    """the manual names every command and renders without a warning"""
    folder = os.path.join(FOLDER, "manual")
    output("dpkg-deb", "-x", package(), folder)
    commands = re.findall(r"(?m)^  linli (\S+)", output(LINLI, "help"))
    for page in ("man1", "zh_CN/man1"):
        text = output("gzip", "-dc", f"{folder}/usr/share/man/{page}/linli.1.gz")
        assert commands and all(f".B linli {command}" in text for command in commands), page
        if shutil.which("groff"):
            done = subprocess.run(["groff", "-man", "-Kutf8", "-Tutf8", "-ww", "-rLL=200n"], input=text, capture_output=True, text=True,
                                  timeout=LIMIT)
            assert done.returncode == 0 and not done.stderr, done.stderr


def lintian():
    """lintian finds no error and no warning"""
    if not shutil.which("lintian"):
        raise Skip("lintian is not installed")
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags",
                           "initial-upload-closes-no-bugs", package()], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


# ---- installed ------------------------------------------------------------------

# Runs inside the throw-away system; $1 is the package.  What it says is checked outside.
LIFE = r"""
set -eu
cd "$(dirname "$1")"
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
install_it() { @INSTALL@; }
install_it "$1"
echo "version $(linli --version)"
echo "user $(getent passwd linli | cut -d: -f6,7)"
echo "key $(stat -c '%a %U:%G %s' /etc/linli/master.key)"
echo "state $(stat -c '%a %U:%G' /var/lib/linli)"
key=$(sha256sum /etc/linli/master.key)
own="setpriv --reuid=linli --regid=linli --init-groups -- env -i PATH=$PATH"
$own linli seed --data /var/lib/linli --keys /etc/linli
start=$(sed -n 's/^ExecStart=//p' /lib/systemd/system/linli.service |
    sed 's/%d/\/etc\/linli/; s/--ops-port [0-9]*/--ops-port 0/; s/\$LINLI_OPTIONS/--port 0/')
mkfifo said
$own $start >said 2>log &
exec 5<said
read -r line <&5; port=${line##*:}
read -r line <&5; ops=${line##*:}
ask() { exec 6<>/dev/tcp/127.0.0.1/$1; printf 'GET %s HTTP/1.0\r\nHost: x\r\n\r\n' "$2" >&6; cat <&6; exec 6>&-; }
ask $port /nanshan/ | grep -q '<!doctype html>\|<!DOCTYPE html>' && echo "page yes"
ask $ops /readyz | grep -q '"ready"' && echo "ready yes"
ask $ops /metrics | grep -q '^linli_ready 1$' && echo "metrics yes"
install_it "$1"
[ "$key" = "$(sha256sum /etc/linli/master.key)" ] && echo "kept yes"
ask $ops /readyz | grep -q '"ready"' && echo "undisturbed yes"
kill -TERM $!
wait $! && echo "stopped yes"
$own linli verify --data /var/lib/linli --keys /etc/linli | grep -q 'texts hold' && echo "verified yes"
dpkg --no-triggers --remove linli >/dev/null
[ -e /var/lib/linli/linli.db ] && [ -e /etc/linli/linli.conf ] && echo "removed yes"
dpkg --no-triggers --purge linli >/dev/null
rm -f said log told
getent passwd linli || echo "gone yes"
"""
SAID = ["version " + VERSION, "user /var/lib/linli:/usr/sbin/nologin", "key 640 root:linli 32", "state 700 linli:linli",
        "page yes", "ready yes", "metrics yes", "kept yes", "undisturbed yes", "stopped yes", "verified yes", "removed yes",
        "gone yes"]
# What a system keeps of a package that was there: dpkg's and the accounts' own books.
BOOKS = re.compile(r"^(var/lib/dpkg|var/log|var/cache|var/backups|run/adduser|etc/\.pwd\.lock|etc/(passwd|group|shadow|gshadow|subuid|subgid)\b|"
                   r"var/lib/(systemd|apt|pam|deb-systemd-helper))")

OVERLAY = r"""
set -eu
mount -t tmpfs -o size=512m none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount -t proc none "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mount -t tmpfs none "$1/root$AT"
chmod 1777 "$1/root$AT"
cp "$2" "$1/root$AT/linli.deb"
echo "$3" >"$1/root$AT/life"
chroot "$1/root" bash "$AT/life" "$AT/linli.deb"
umount -R "$1/root/dev" "$1/root/proc" "$1/root$AT"
cd "$1/upper"
find . -mindepth 1 ! -type c ! -type d -printf 'left %P\n'
find . -mindepth 1 -type d -name '*linli*' -printf 'left %P\n'
"""


def lives():
    """installed it has its user, key and state, serves as the unit says, survives an upgrade, and purged it is gone"""
    path = package()
    if os.geteuid() != 0:
        raise Skip("only root can install")
    place = os.path.join(FOLDER, "overlay")
    os.mkdir(place)
    probe = 'mount -t tmpfs none "$1" && mkdir "$1/u" "$1/w" "$1/m" && mount -t overlay o -o "lowerdir=/,upperdir=$1/u,workdir=$1/w" "$1/m"'
    if subprocess.run(["unshare", "-m", "sh", "-c", probe, "sh", place], capture_output=True, timeout=LIMIT).returncode:
        raise Skip("no overlay file system may be mounted here")
    life = LIFE.replace("@INSTALL@", 'dpkg --no-triggers -i "$1" >told 2>&1 || { cat told; exit 1; }')
    done = subprocess.run(["unshare", "-m", "-p", "-f", "bash", "-c", OVERLAY, "bash", place, path, life],
                          capture_output=True, text=True, timeout=120, env=dict(os.environ, AT=AT))
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert [line for line in lines if not line.startswith("left ")] == SAID, (lines[:20], done.stderr)
    left = [line[5:] for line in lines if line.startswith("left ")]
    assert [name for name in left if not BOOKS.match(name)] == [], left


def fresh():
    """in a Debian made anew, dependencies from its archive, the same (LINLI_NIGHT=1)"""
    if not NIGHT:
        raise Skip("LINLI_NIGHT=1 makes one")
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        raise Skip("debootstrap, as root")
    path, place = package(), os.path.join(FOLDER, "fresh")
    archive = re.search(r"(?m)^(?:deb (?:\[.*\] )?|URIs: )(\S+)", sources())
    output("debootstrap", "--variant=minbase", "bookworm", place, *([archive[1]] if archive else []))
    shutil.copy(path, os.path.join(place + AT, "linli.deb"))
    life = LIFE.replace("@INSTALL@", 'apt-get install -q -y --no-install-recommends --allow-downgrades --reinstall "$1" >/dev/null')
    with open(os.path.join(place + AT, "life"), "w", encoding="utf-8") as file:
        file.write(life)
    script = 'mount -t proc none "$1/proc"; mount --rbind /dev "$1/dev"; chroot "$1" bash "$AT/life" "$AT/linli.deb"'
    done = subprocess.run(["unshare", "-m", "-p", "-f", "bash", "-c", script, "bash", place], capture_output=True, text=True,
                          timeout=600, env=dict(os.environ, AT=AT))
    assert done.returncode == 0 and done.stdout.splitlines() == SAID, done.stdout[-2000:] + done.stderr[-2000:]


def sources():
    text = ""
    for folder, _, names in os.walk("/etc/apt"):
        for name in names:
            if name.endswith((".list", ".sources")):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    text += file.read() + "\n"
    return text


if __name__ == "__main__":
    try:
        run(contents, manual, lintian, lives, fresh)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
