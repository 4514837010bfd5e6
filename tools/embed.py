#!/usr/bin/env python3
"""Packs files into one C file: tools/embed.py OUT.c OUT.d

The bytes are taken in by the assembler (.incbin), which is as fast as copying.
The C file names them all, so writing it anew recompiles it; the depfile names
every file and folder read, so that a changed, added or removed one does that.
"""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# folder or file -> suffixes taken (None: all)
WHAT = {
    "api/openapi.yaml": None,
    "schema": (".sql",),
    "docs/tables.txt": None,
    "playbooks": (".yaml",),
    "data": None,
    "web/pages": None,
    "web/texts": None,
    "web/dist": None,
}
NEVER = (".map", "~", ".swp")


def collect():
    """The paths to pack, sorted, and everything they depend on."""
    packed, seen = [], []
    for what, suffixes in WHAT.items():
        top = os.path.join(ROOT, what)
        if not os.path.exists(top):
            seen.append(os.path.dirname(top))  # its folder changes when it appears
        elif os.path.isfile(top):
            packed.append(what)
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if not name.startswith(".")]
            seen.append(folder)
            for name in names:
                if not name.startswith(".") and not name.endswith(NEVER) \
                        and (suffixes is None or name.endswith(suffixes)):
                    packed.append(os.path.relpath(os.path.join(folder, name), ROOT))
    packed.sort(key=lambda path: path.encode())
    return packed, sorted(set(seen + [os.path.join(ROOT, path) for path in packed]))


def c_text(packed):
    out = ['/* Made by tools/embed.py. */', '#include "base/asset.h"', '',
           'extern const struct li_asset li_assets[];', 'extern const size_t li_asset_count;', '',
           '__asm__(".section .rodata\\n"']
    for number, path in enumerate(packed):
        out.append(f'        ".balign 16\\nli_asset_{number}:\\n"')
        out.append(f'        ".incbin \\"{os.path.join(ROOT, path)}\\"\\n.byte 0\\n"')
    out.append('        ".previous\\n");')
    out += [f"extern const char li_asset_{number}[];" for number in range(len(packed))]
    out += ["", "const struct li_asset li_assets[] = {"]
    for number, path in enumerate(packed):
        size = os.path.getsize(os.path.join(ROOT, path))
        out.append(f'    {{LI_S_INIT("{path}"), {{.ptr = li_asset_{number}, .len = {size}}}}},')
    out += ["    {{0}, {0}},", "};", f"const size_t li_asset_count = {len(packed)};", ""]
    return "\n".join(out)


def main():
    target, depfile = sys.argv[1:3]
    packed, seen = collect()
    with open(target, "w", encoding="utf-8") as file:
        file.write(c_text(packed))
    with open(depfile, "w", encoding="utf-8") as file:
        file.write(target + ": " + " ".join(path.replace(" ", "\\ ") for path in seen) + "\n")


main()
