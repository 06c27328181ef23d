"""Writes digests.txt with CPython 3.11.7: `python3.11 -I -S record.py LIB`, LIB being the `Lib` folder of the crate rustpython-pylib.

A line for each of its files: the path, then for the levels 0, 1 and 2 the length of the pyc's body and the hash that hash-based pycs use.
"""
import os
import subprocess
import sys
from _imp import source_hash


def main():
    if sys.version_info[:3] != (3, 11, 7):
        sys.exit("CPython 3.11.7 is needed")
    folder, lib = os.path.dirname(os.path.abspath(__file__)), os.path.abspath(sys.argv[1])
    names = sorted(
        os.path.relpath(os.path.join(top, name), lib)
        for top, _, files in os.walk(lib)
        for name in files
        if name.endswith(".py")
    )
    lines = "".join(f"{level}\tLib/{name}\t{lib}/{name}\n" for name in names for level in range(3))
    oracle = [sys.executable, "-I", "-S", os.path.join(folder, "oracle.py")]
    data = subprocess.run(oracle, input=lines.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    place = 0
    with open(os.path.join(folder, "digests.txt"), "w", encoding="utf-8") as out:
        for name in names:
            fields = [name]
            for _ in range(3):
                size = int.from_bytes(data[place : place + 4], "little")
                body = data[place + 4 : place + 4 + size]
                place += 4 + size
                fields += [str(size), source_hash(3495, body).hex()]
            print(*fields, sep="\t", file=out)


main()
