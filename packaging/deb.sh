#!/bin/sh
# Packs a program that is built as a Debian package.
#
#     packaging/deb.sh BUILD OUT     OUT/linli_VERSION_ARCH.deb
#
# Nothing is compiled here and nobody needs to be root.  debhelper does what packages
# have in common: dependencies from the program's libraries, stripping, units, modes.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
stage=$out/stage
version=$(cat "$root/VERSION")
made=$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)

command -v dh >/dev/null || { echo "deb.sh: debhelper is not installed (Debian: debhelper)" >&2; exit 1; }
rm -rf "$stage"
mkdir -p "$stage/bin" "$stage/papers" "$stage/examples"
cp -r "$root/packaging/debian" "$stage/"
cp "$build/linli" "$stage/bin/"
cp "$root/packaging/linli.conf" "$stage/"
"$build/linli" help | awk '
    /^  linli / { sub(/^  linli /, ""); gsub(/-/, "\\-"); print ".TP\n.B linli " $0 }
    /^      /   { sub(/^ +/, ""); gsub(/-/, "\\-"); print }' >"$stage/commands"
for page in linli.1 linli.zh_CN.1; do
    sed -e "/^@COMMANDS@$/{r $stage/commands
d}" "$root/packaging/$page" >"$stage/$page"
done
cp "$root/packaging/systemd/linli.service" "$root/packaging/systemd/linli.socket" "$stage/debian/"
cp "$root/README.md" "$root/README.zh-CN.md" "$root/CHANGES.md" "$root"/docs/guide/*.md "$stage/papers/"
cp "$root/packaging/nginx/linli.conf" "$stage/examples/nginx.conf"
cp "$root/packaging/caddy/Caddyfile" "$stage/examples/"
cp "$root"/packaging/prometheus/* "$stage/examples/"
cat >"$stage/debian/changelog" <<END
linli ($version-1) unstable; urgency=medium

  * See changelog.gz.

 -- linli contributors <linli@linli.example>  $(date -R -u -d "@$made")
END
cd "$stage"
SOURCE_DATE_EPOCH=$made dh binary >"$out/dh.log" 2>&1 || { tail -20 "$out/dh.log" >&2; exit 1; }
rm -rf "$stage"
ls "$out"/linli_*.deb
