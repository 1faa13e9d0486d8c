#!/usr/bin/env python3
"""Fails when a file includes a folder that its CMakeLists.txt does not name under DEPENDS.

usage: check_layers.py SRC LAYERS   (LAYERS is written by cmake: one "folder:dep,dep" a line, in layer order)
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def main() -> int:
    source, layers_file = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    declared, order = {}, []
    for line in layers_file.read_text().split():
        folder, _, depends = line.partition(":")
        declared[folder] = [d for d in depends.split(",") if d]
        order.append(folder)
    faults = []
    for folder, depends in declared.items():
        for dependency in depends:
            if dependency not in order:
                faults.append(f"src/{folder}/CMakeLists.txt: DEPENDS names '{dependency}', which is no folder of src/")
            elif order.index(dependency) >= order.index(folder):
                faults.append(f"src/{folder}/CMakeLists.txt: '{dependency}' is not below '{folder}' in the layer order")

    def reachable(folder):
        seen, todo = set(), [folder]
        while todo:
            for dependency in declared.get(todo.pop(), []):
                if dependency not in seen:
                    seen.add(dependency)
                    todo.append(dependency)
        return seen

    def folder_of(path):
        best = ""
        for folder in order:
            if (path == folder or path.startswith(folder + "/")) and len(folder) > len(best):
                best = folder
        return best

    for file in sorted(source.rglob("*")):
        if file.suffix not in (".h", ".cpp"):
            continue
        relative = file.relative_to(source).as_posix()
        folder = folder_of(relative)
        if not folder:
            faults.append(f"src/{relative}: lies in no declared folder")
            continue
        # Tests may use anything below their folder; the program code only what it declares.
        allowed = set(declared[folder]) | {folder}
        if "/tests/" in relative or folder in ("cli", "hosts"):
            allowed |= reachable(folder) | {f for f in order if order.index(f) < order.index(folder)}
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            target = folder_of(match.group(1))
            if not target:
                faults.append(f"src/{relative}:{number}: include \"{match.group(1)}\" by its full path below src/")
            elif target not in allowed:
                faults.append(f"src/{relative}:{number}: includes {target}/, which {folder}/ does not depend on "
                              f"(add it to DEPENDS in src/{folder}/CMakeLists.txt if the layer order allows it)")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
