"""Writes expected.txt: what CPython 3.11.7 says of each shape of shapes.txt, nested so many times.

    python3.11 record.py
"""

import pathlib
import sys

SIZES = 20, 99, 110, 300, 2950, 6100
# Here CPython compiles what pyrs says is too deep: code in code that marshal could not write; a stack of 6100 iterators.
OTHERWISE = {("lambda", 2950)}

here = pathlib.Path(__file__).parent


def text(field):
    return field.replace("\\e", "").replace("\\n", "\n").replace("\\\\", "\\")


def outcome(source):
    try:
        compile(source, "<shape>", "exec")
    except SyntaxError as e:
        return f"{type(e).__name__} {e.lineno} {e.offset} {e.end_lineno} {e.end_offset} {e.msg}"
    except Exception as e:
        return f"{type(e).__name__} {e}".strip()
    return "compiles"


assert sys.version_info[:3] == (3, 11, 7)
with open(here / "expected.txt", "w") as out:
    for line in open(here / "shapes.txt"):
        if line.startswith("#"):
            continue
        name, before, opening, middle, closing, after = line.rstrip("\n").split("\t")
        for n in SIZES:
            if (name, n) not in OTHERWISE:
                source = text(before) + n * text(opening) + text(middle) + n * text(closing) + text(after)
                print(name, n, outcome(source), sep="\t", file=out)
