"""What the rest of the library needs of dis: flag names and line starts.

The disassembler itself is not here yet.
"""

__all__ = ["COMPILER_FLAG_NAMES", "findlinestarts", "pretty_flags"]

COMPILER_FLAG_NAMES = {
    1: "OPTIMIZED",
    2: "NEWLOCALS",
    4: "VARARGS",
    8: "VARKEYWORDS",
    16: "NESTED",
    32: "GENERATOR",
    64: "NOFREE",
    128: "COROUTINE",
    256: "ITERABLE_COROUTINE",
    512: "ASYNC_GENERATOR",
}


def pretty_flags(flags):
    """Return pretty representation of code flags."""
    names = [name for bit, name in COMPILER_FLAG_NAMES.items() if flags & bit]
    rest = flags & ~sum(COMPILER_FLAG_NAMES)
    if rest or not names:
        names.append(hex(rest))
    return ", ".join(names)


def findlinestarts(code):
    """Find the offsets in a byte code which are start of lines in the source."""
    last = None
    for start, _, line in code.co_lines():
        if line is not None and line != last:
            last = line
            yield start, line


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(f"module 'dis' has no attribute {name!r}")
    raise NotImplementedError(f"pyrs does not implement dis.{name} yet")
