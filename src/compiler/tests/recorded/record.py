"""Writes FILE.expected for every FILE.cases here, with CPython 3.11: `python3.11 -I -S record.py`.

A case starts with a line `=== mode optimize flags`; the source goes on to the next such line. What compiling it gives is one line: `C`, the
length and the FNV-1a hash of the marshal stream, and the warnings; or `E`, the position and the text of the error.
"""
import glob
import marshal
import os
import sys
import warnings


def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def result(source, mode, optimize, flags):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            code = compile(source, "<case>", mode, flags, True, optimize)
        except (SyntaxError, RecursionError) as error:
            fields = [getattr(error, name, None) for name in ("lineno", "offset", "end_lineno", "end_offset")]
            return "\t".join(["E", *map(str, fields), str(getattr(error, "msg", error))])
    stream = marshal.dumps(code)
    texts = "; ".join(f"{w.lineno} {w.message}" for w in caught)
    return f"C\t{len(stream)}\t{fnv(stream):016x}\t{texts}"


def in_child(*case):
    """`result` in a process of its own: what one case interns must not change the next."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, result(*case).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        text = pipe.read().decode()
    os.wait()
    return text


def main():
    if sys.version_info[:2] != (3, 11):
        sys.exit("CPython 3.11 is needed")
    folder = os.path.dirname(os.path.abspath(__file__))
    for name in sorted(glob.glob(os.path.join(folder, "*.cases"))):
        with open(name, encoding="utf-8") as file:
            cases = file.read().split("=== ")[1:]
        lines = []
        for case in cases:
            head, source = case.split("\n", 1)
            mode, optimize, flags = head.split()
            lines.append(in_child(source, mode, int(optimize), int(flags, 16)))
        with open(name.removesuffix(".cases") + ".expected", "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


main()
