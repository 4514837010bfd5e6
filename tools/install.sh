#!/bin/sh
# Installs the missing Debian packages of the named groups of packages.txt.
#
#     tools/install.sh build web
#
# Nothing is asked; nothing is fetched when nothing is missing.
set -eu
cd "$(dirname "$0")/.."

say() { echo "install: $*" >&2; }

wanted=$(for group in "$@"; do
    # Node of the machine's owner comes before Debian's.
    if [ "$group" = web ] && tools/node.sh --own >/dev/null; then continue; fi
    awk -v group="$group" '$1 == group { print $2 }' packages.txt
done)
[ -n "$wanted" ] || exit 0

if ! command -v dpkg-query >/dev/null; then
    say "this is not Debian; it needs the like of:" $wanted
    exit 0
fi
missing=$( { dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null || true; } |
    awk -v wanted="$wanted" '
        $1 == "installed" { have[$2] = 1 }
        END { n = split(wanted, name); for (i = 1; i <= n; i++) if (!have[name[i]]) print name[i] }')
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then root=; elif command -v sudo >/dev/null; then root=sudo; else
    say "neither root nor sudo; install these by hand:" $missing
    exit 1
fi
say "Debian packages" $missing
export DEBIAN_FRONTEND=noninteractive
$root apt-get update -q
$root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
