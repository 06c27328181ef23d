"""Disassembles pycs, named on standard input one a line, as the Rust side does: addresses are left out, items of frozensets are sorted by their repr."""
import dis
import io
import marshal
import sys


def my_repr(value):
    if hasattr(value, "co_code"):
        return f'<code object {value.co_name} at 0x..., file "{value.co_filename}", line {value.co_firstlineno or -1}>'
    if type(value) is tuple:
        return "(" + ", ".join(map(my_repr, value)) + (",)" if len(value) == 1 else ")")
    if type(value) is frozenset and value:
        return "frozenset({" + ", ".join(sorted(map(my_repr, value))) + "})"
    return repr(value)


dis.repr = my_repr


def recursive(code, out, show_caches):
    dis.disassemble(code, file=out, show_caches=show_caches)
    for const in code.co_consts:
        if hasattr(const, "co_code"):
            print(file=out)
            print(f"Disassembly of {my_repr(const)}:", file=out)
            recursive(const, out, show_caches)


def main():
    for line in sys.stdin.read().splitlines():
        with open(line, "rb") as file:
            code = marshal.loads(file.read()[16:])
        for show_caches in (False, True):
            out = io.StringIO()
            recursive(code, out, show_caches)
            data = out.getvalue().encode("utf-8", "replace")
            sys.stdout.buffer.write(len(data).to_bytes(8, "little") + data)


if __name__ == "__main__":
    main()
