"""
opcode module - potentially shared between dis and other modules which
operate on bytecodes (e.g. peephole optimizers).
"""

# Written for pyrs. All numbers and names come from the interpreter's own table of instructions.

from _opcode import stack_effect, _table

__all__ = ["cmp_op", "hasconst", "hasname", "hasjrel", "hasjabs",
           "haslocal", "hascompare", "hasfree", "opname", "opmap",
           "HAVE_ARGUMENT", "EXTENDED_ARG", "hasnargs", "stack_effect"]

cmp_op = ("<", "<=", "==", "!=", ">", ">=")


def _plain(kind):
    return [row[1] for row in _rows if row[0] == row[3] and row[2] == kind]


_rows = sorted(_table(), key=lambda row: row[1])
opmap = {row[0]: row[1] for row in _rows if row[0] == row[3]}
opname = [f"<{number}>" for number in range(256)]
for _row in _rows:
    if _row[0] == _row[3]:
        opname[_row[1]] = _row[0]

hasconst = _plain("const")
hasname = _plain("name")
hasjrel = _plain("jump")
hasjabs = []
haslocal = _plain("local")
hascompare = _plain("compare")
hasfree = _plain("free")
hasnargs = []  # unused

HAVE_ARGUMENT = 90
EXTENDED_ARG = opmap["EXTENDED_ARG"]

_nb_ops = [
    (f"NB_{prefix}{name}", sign + suffix)
    for prefix, suffix in (("", ""), ("INPLACE_", "="))
    for name, sign in (
        ("ADD", "+"), ("AND", "&"), ("FLOOR_DIVIDE", "//"), ("LSHIFT", "<<"),
        ("MATRIX_MULTIPLY", "@"), ("MULTIPLY", "*"), ("REMAINDER", "%"),
        ("OR", "|"), ("POWER", "**"), ("RSHIFT", ">>"), ("SUBTRACT", "-"),
        ("TRUE_DIVIDE", "/"), ("XOR", "^"),
    )
]

_specializations = {}
for _row in sorted(_rows, key=lambda row: (row[3], row[1])):
    if _row[0] != _row[3]:
        _specializations.setdefault(_row[3], []).append(_row[0])
_specialized_instructions = [
    name for family in _specializations.values() for name in family
]
_specialization_stats = ["success", "failure", "hit", "deferred", "miss", "deopt"]

_cache_format = {row[0]: dict(row[4]) for row in _rows if row[4] and row[0] == row[3]}
_inline_cache_entries = [
    sum(_cache_format.get(name, {}).values()) for name in opname
]

del _plain, _rows, _row, _table
