"""Disassembler of Python byte code into mnemonics."""

# Written for pyrs, after the behaviour of CPython 3.11's module.

import collections
import io
import sys
import types

from opcode import *
from opcode import (
    __all__ as _opcodes_all,
    _cache_format,
    _inline_cache_entries,
    _nb_ops,
    _specializations,
    _specialized_instructions,
)

__all__ = ["code_info", "dis", "disassemble", "distb", "disco",
           "findlinestarts", "findlabels", "show_code",
           "get_instructions", "Instruction", "Bytecode", *_opcodes_all]
del _opcodes_all

# What dis() goes into when it finds it in a class or a module.
_have_code = (types.MethodType, types.FunctionType, types.CodeType,
              classmethod, staticmethod, type)

CACHE = opmap["CACHE"]
LOAD_CONST = opmap["LOAD_CONST"]
LOAD_GLOBAL = opmap["LOAD_GLOBAL"]
BINARY_OP = opmap["BINARY_OP"]
JUMP_BACKWARD = opmap["JUMP_BACKWARD"]
FORMAT_VALUE = opmap["FORMAT_VALUE"]
FORMAT_VALUE_CONVERTERS = ((None, ""), (str, "str"), (repr, "repr"), (ascii, "ascii"))
MAKE_FUNCTION = opmap["MAKE_FUNCTION"]
MAKE_FUNCTION_FLAGS = ("defaults", "kwdefaults", "annotations", "closure")

# Names and numbers with the quickened forms, which take the free numbers in order.
_all_opname = list(opname)
_all_opmap = dict(opmap)
_empty_slot = [number for number, name in enumerate(opname) if name.startswith("<")]
for spec_op, specialized in zip(_empty_slot, _specialized_instructions):
    _all_opname[spec_op] = specialized
    _all_opmap[specialized] = spec_op

deoptmap = {
    quickened: plain
    for plain, family in _specializations.items()
    for quickened in family
}


class _Unknown:
    def __repr__(self):
        return "<unknown>"


# Stands for values that cannot be told.
UNKNOWN = _Unknown()


# ---- finding the code of a thing

_CODE_ATTRIBUTES = ("__code__", "gi_code", "ag_code", "cr_code")


def _underlying(x):
    """The code object of a function, method, generator or coroutine; other things as they are."""
    x = getattr(x, "__func__", x)
    for attribute in _CODE_ATTRIBUTES:
        if hasattr(x, attribute):
            return getattr(x, attribute)
    return x


def _refuse(x):
    return TypeError(f"don't know how to disassemble {type(x).__name__} objects")


def _try_compile(source, name):
    """Compile source text, as an expression if it is one."""
    try:
        return compile(source, name, "eval")
    except SyntaxError:
        pass
    return compile(source, name, "exec")


def _get_code_object(x):
    x = _underlying(x)
    if isinstance(x, str):
        x = _try_compile(x, "<disassembly>")
    if not hasattr(x, "co_code"):
        raise _refuse(x)
    return x


def _get_code_array(co, adaptive):
    return co._co_code_adaptive if adaptive else co.co_code


def _deoptop(op):
    """The number of the plain form of an instruction."""
    name = _all_opname[op]
    return _all_opmap[deoptmap[name]] if name in deoptmap else op


# ---- the public functions that print

def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False):
    """Disassemble classes, methods, functions, and other compiled objects.

    With no argument, disassemble the last traceback.

    Compiled objects currently include generator objects, async generator
    objects, and coroutine objects, all of which store their code object
    in a special attribute.
    """
    if x is None:
        distb(file=file, show_caches=show_caches, adaptive=adaptive)
        return
    options = {"file": file, "show_caches": show_caches, "adaptive": adaptive}
    x = _underlying(x)
    if hasattr(x, "__dict__"):
        for name, member in sorted(x.__dict__.items()):
            if not isinstance(member, _have_code):
                continue
            print(f"Disassembly of {name}:", file=file)
            try:
                dis(member, depth=depth, **options)
            except TypeError as error:
                print("Sorry:", error, file=file)
            print(file=file)
    elif hasattr(x, "co_code"):
        _disassemble_recursive(x, depth=depth, **options)
    elif isinstance(x, (bytes, bytearray)):
        _disassemble_bytes(x, file=file, show_caches=show_caches)
    elif isinstance(x, str):
        _disassemble_str(x, depth=depth, **options)
    else:
        raise _refuse(x)


def distb(tb=None, *, file=None, show_caches=False, adaptive=False):
    """Disassemble a traceback (default: last traceback)."""
    if tb is None:
        try:
            tb = sys.last_traceback
        except AttributeError:
            raise RuntimeError("no last traceback to disassemble") from None
        tb = _innermost(tb)
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file,
                show_caches=show_caches, adaptive=adaptive)


def _innermost(tb):
    while tb.tb_next:
        tb = tb.tb_next
    return tb


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False):
    """Disassemble a code object."""
    _disassemble_bytes(
        _get_code_array(co, adaptive), lasti,
        varname_from_oparg=co._varname_from_oparg,
        names=co.co_names, co_consts=co.co_consts,
        linestarts=dict(findlinestarts(co)), file=file,
        exception_entries=_parse_exception_table(co),
        co_positions=co.co_positions(), show_caches=show_caches,
    )


disco = disassemble  # an older name


def _disassemble_recursive(co, *, file=None, depth=None, show_caches=False, adaptive=False):
    disassemble(co, file=file, show_caches=show_caches, adaptive=adaptive)
    if depth is not None:
        if depth <= 0:
            return
        depth -= 1
    for constant in co.co_consts:
        if hasattr(constant, "co_code"):
            print(f"\nDisassembly of {constant!r}:", file=file)
            _disassemble_recursive(constant, file=file, depth=depth,
                                   show_caches=show_caches, adaptive=adaptive)


def _disassemble_str(source, **options):
    _disassemble_recursive(_try_compile(source, "<dis>"), **options)


def _disassemble_bytes(code, lasti=-1, varname_from_oparg=None,
                       names=None, co_consts=None, linestarts=None,
                       *, file=None, line_offset=0, exception_entries=(),
                       co_positions=None, show_caches=False):
    lineno_width = 0  # no column at all without line numbers
    if linestarts:
        last_line = max(linestarts.values()) + line_offset
        lineno_width = max(3, len(str(last_line))) if last_line >= 1000 else 3
    last_offset = len(code) - 2
    offset_width = len(str(last_offset)) if last_offset >= 10000 else 4
    instructions = _get_instructions_bytes(
        code, varname_from_oparg, names, co_consts, linestarts,
        line_offset=line_offset, exception_entries=exception_entries,
        co_positions=co_positions, show_caches=show_caches,
    )
    for instruction in instructions:
        if lineno_width and instruction.starts_line is not None and instruction.offset > 0:
            print(file=file)
        is_current = instruction.offset == lasti
        print(instruction._disassemble(lineno_width, is_current, offset_width), file=file)
    if not exception_entries:
        return
    print("ExceptionTable:", file=file)
    for entry in exception_entries:
        mark = " lasti" if entry.lasti else ""
        print(f"  {entry.start} to {entry.end - 2} -> {entry.target} [{entry.depth}]{mark}",
              file=file)


# ---- facts about a code object

# inspect makes its CO_* constants of this.
COMPILER_FLAG_NAMES = {
    1 << place: name
    for place, name in enumerate((
        "OPTIMIZED", "NEWLOCALS", "VARARGS", "VARKEYWORDS", "NESTED", "GENERATOR",
        "NOFREE", "COROUTINE", "ITERABLE_COROUTINE", "ASYNC_GENERATOR",
    ))
}


def pretty_flags(flags):
    """Return pretty representation of code flags."""
    names = []
    for place in range(32):
        bit = 1 << place
        if flags & bit:
            names.append(COMPILER_FLAG_NAMES.get(bit, hex(bit)))
            flags ^= bit
            if not flags:
                return ", ".join(names)
    return ", ".join([*names, hex(flags)])


def code_info(x):
    """Formatted details of methods, functions, or code."""
    return _format_code_info(_get_code_object(x))


def show_code(co, *, file=None):
    """Print details of methods, functions, or code to *file*.

    If *file* is not provided, the output is printed on stdout.
    """
    print(code_info(co), file=file)


def _format_code_info(co):
    facts = (
        ("Name:", co.co_name),
        ("Filename:", co.co_filename),
        ("Argument count:", co.co_argcount),
        ("Positional-only arguments:", co.co_posonlyargcount),
        ("Kw-only arguments:", co.co_kwonlyargcount),
        ("Number of locals:", co.co_nlocals),
        ("Stack size:", co.co_stacksize),
        ("Flags:", pretty_flags(co.co_flags)),
    )
    lines = [f"{title:<18} {fact}" for title, fact in facts]
    lists = (
        ("Constants:", map(repr, co.co_consts)),
        ("Names:", co.co_names),
        ("Variable names:", co.co_varnames),
        ("Free variables:", co.co_freevars),
        ("Cell variables:", co.co_cellvars),
    )
    for title, entries in lists:
        entries = [f"{number:4}: {entry}" for number, entry in enumerate(entries)]
        if entries:
            lines += [title, *entries]
    return "\n".join(lines)


# ---- instructions

Positions = collections.namedtuple(
    "Positions",
    ["lineno", "end_lineno", "col_offset", "end_col_offset"],
    defaults=[None] * 4,
)

_Instruction = collections.namedtuple(
    "_Instruction",
    ["opname", "opcode", "arg", "argval", "argrepr", "offset", "starts_line",
     "is_jump_target", "positions"],
    defaults=[None],
)

for _field, _doc in (
    ("opname", "Human readable name for operation"),
    ("opcode", "Numeric code for operation"),
    ("arg", "Numeric argument to operation (if any), otherwise None"),
    ("argval", "Resolved arg value (if known), otherwise same as arg"),
    ("argrepr", "Human readable description of operation argument"),
    ("offset", "Start index of operation within bytecode sequence"),
    ("starts_line", "Line started by this opcode (if any), otherwise None"),
    ("is_jump_target", "True if other code jumps to here, otherwise False"),
    ("positions", "dis.Positions object holding the span of source code covered by this instruction"),
):
    getattr(_Instruction, _field).__doc__ = _doc
del _field, _doc

_ExceptionTableEntry = collections.namedtuple(
    "_ExceptionTableEntry", "start end target depth lasti")

_OPNAME_WIDTH = 20
_OPARG_WIDTH = 5


class Instruction(_Instruction):
    """Details for a bytecode operation

       Defined fields:
         opname - human readable name for operation
         opcode - numeric code for operation
         arg - numeric argument to operation (if any), otherwise None
         argval - resolved arg value (if known), otherwise same as arg
         argrepr - human readable description of operation argument
         offset - start index of operation within bytecode sequence
         starts_line - line started by this opcode (if any), otherwise None
         is_jump_target - True if other code jumps to here, otherwise False
         positions - Optional dis.Positions object holding the span of source code
                     covered by this instruction
    """

    def _disassemble(self, lineno_width=3, mark_as_current=False, offset_width=4):
        """One line of text; a lineno_width of 0 leaves that column out."""
        columns = []
        if lineno_width:
            line = "" if self.starts_line is None else self.starts_line
            columns.append(f"{line:>{lineno_width}}")
        columns.append("-->" if mark_as_current else "   ")
        columns.append(">>" if self.is_jump_target else "  ")
        columns.append(f"{self.offset!r:>{offset_width}}")
        columns.append(f"{self.opname:<{_OPNAME_WIDTH}}")
        if self.arg is not None:
            columns.append(f"{self.arg!r:>{_OPARG_WIDTH}}")
            if self.argrepr:
                columns.append(f"({self.argrepr})")
        return " ".join(columns).rstrip()


def get_instructions(x, *, first_line=None, show_caches=False, adaptive=False):
    """Iterator for the opcodes in methods, functions or code

    Generates a series of Instruction named tuples giving the details of
    each operations in the supplied code.

    If *first_line* is not None, it indicates the line number that should
    be reported for the first source line in the disassembled code.
    Otherwise, the source line information (if any) is taken directly from
    the disassembled code object.
    """
    co = _get_code_object(x)
    line_offset = 0 if first_line is None else first_line - co.co_firstlineno
    return _get_instructions_bytes(
        _get_code_array(co, adaptive), co._varname_from_oparg, co.co_names, co.co_consts,
        dict(findlinestarts(co)), line_offset,
        co_positions=co.co_positions(), show_caches=show_caches,
    )


def _get_const_value(op, arg, co_consts):
    """The constant an operand stands for, if it can be told."""
    assert op in hasconst
    if op != LOAD_CONST or co_consts is None:
        return UNKNOWN
    return co_consts[arg]


def _get_const_info(op, arg, co_consts):
    value = _get_const_value(op, arg, co_consts)
    return value, "" if value is UNKNOWN else repr(value)


def _get_name_info(index, get_name, **extrainfo):
    if get_name is None:
        return UNKNOWN, ""
    name = get_name(index, **extrainfo)
    return name, name


def _operand(op, arg, offset, varname_from_oparg, get_name, co_consts):
    """What an operand means, as value and as text."""
    if op in hasconst:
        return _get_const_info(op, arg, co_consts)
    if op == LOAD_GLOBAL:
        value, text = _get_name_info(arg // 2, get_name)
        return value, f"NULL + {text}" if arg & 1 and text else text
    if op in hasname:
        return _get_name_info(arg, get_name)
    if op in hasjabs:
        return arg * 2, f"to {arg * 2!r}"
    if op in hasjrel:
        target = _jump_target(op, arg, offset)
        return target, f"to {target!r}"
    if op in haslocal or op in hasfree:
        return _get_name_info(arg, varname_from_oparg)
    if op in hascompare:
        return cmp_op[arg], cmp_op[arg]
    if op == FORMAT_VALUE:
        converter, text = FORMAT_VALUE_CONVERTERS[arg & 3]
        has_format = bool(arg & 4)
        parts = [text] if text else []
        if has_format:
            parts.append("with format")
        return (converter, has_format), ", ".join(parts)
    if op == MAKE_FUNCTION:
        flags = (name for place, name in enumerate(MAKE_FUNCTION_FLAGS) if arg & (1 << place))
        return arg, ", ".join(flags)
    if op == BINARY_OP:
        return arg, _nb_ops[arg][1]
    return arg, ""


def _get_instructions_bytes(code, varname_from_oparg=None,
                            names=None, co_consts=None,
                            linestarts=None, line_offset=0,
                            exception_entries=(), co_positions=None,
                            show_caches=False):
    """Iterate over the instructions in a bytecode string.

    Details that are not given (names, constants, lines, positions) are
    left out of the instructions.
    """
    positions = iter(()) if co_positions is None else co_positions
    get_name = None if names is None else names.__getitem__
    labels = set(findlabels(code))
    labels.update(entry[2] for entry in exception_entries if entry[0] < entry[1])
    line = None
    for offset, op, arg in _unpack_opargs(code):
        if linestarts is not None:
            line = linestarts.get(offset)
            if line is not None:
                line += line_offset
        position = Positions(*next(positions, ()))
        plain = _deoptop(op)
        value, text = None, ""
        if arg is not None:
            value, text = _operand(plain, arg, offset, varname_from_oparg, get_name, co_consts)
        yield Instruction(_all_opname[op], op, arg, value, text, offset, line,
                          offset in labels, position)
        if not show_caches:
            for _ in range(_inline_cache_entries[plain]):
                next(positions, ())  # caches have positions too
            continue
        place = offset
        for name, units in _cache_format.get(opname[plain], {}).items():
            for unit in range(units):
                place += 2
                text = ""
                if unit == 0 and op != plain:
                    # Only quickened instructions have something in their caches.
                    content = int.from_bytes(code[place:place + 2 * units], sys.byteorder)
                    text = f"{name}: {content}"
                yield Instruction("CACHE", CACHE, 0, None, text, place, None, False,
                                  Positions(*next(positions, ())))


# ---- reading the tables of a code object

# Operands are C ints.
_INT_BITS = 32
_INT_OVERFLOW = 1 << (_INT_BITS - 1)


def _unpack_opargs(code):
    """Triplets of offset, opcode and operand (or None), without the caches."""
    extension = 0
    offset = 0
    while offset < len(code):
        op = code[offset]
        plain = _deoptop(op)
        arg = None
        if plain >= HAVE_ARGUMENT:
            arg = code[offset + 1] | extension
        extension = 0
        if plain == EXTENDED_ARG:
            extension = arg << 8
            if extension >= _INT_OVERFLOW:
                extension -= 2 * _INT_OVERFLOW
        yield offset, op, arg
        offset += 2 + 2 * _inline_cache_entries[plain]


def _is_backward_jump(op):
    return "JUMP_BACKWARD" in opname[op]


def _jump_target(op, arg, offset):
    return offset + 2 + 2 * (-arg if _is_backward_jump(op) else arg)


def findlabels(code):
    """Detect all offsets in a byte code which are jump targets.

    Return the list of offsets.

    """
    labels = {}  # a set that keeps the order
    for offset, op, arg in _unpack_opargs(code):
        if arg is None:
            continue
        if op in hasjrel:
            labels[_jump_target(op, arg, offset)] = None
        elif op in hasjabs:
            labels[arg * 2] = None
    return list(labels)


def findlinestarts(code):
    """Find the offsets in a byte code which are start of lines in the source.

    Generate pairs (offset, lineno)
    """
    previous = None
    for start, _, line in code.co_lines():
        if line is not None and line != previous:
            previous = line
            yield start, line


def _parse_varint(iterator):
    value = 0
    while True:
        byte = next(iterator)
        value = value << 6 | byte & 63
        if not byte & 64:
            return value


def _parse_exception_table(code):
    """The entries of a code object's exception table, in bytes."""
    numbers = iter(code.co_exceptiontable)
    entries = []
    try:
        while True:
            start = 2 * _parse_varint(numbers)
            end = start + 2 * _parse_varint(numbers)
            target = 2 * _parse_varint(numbers)
            depth, lasti = divmod(_parse_varint(numbers), 2)
            entries.append(_ExceptionTableEntry(start, end, target, depth, bool(lasti)))
    except StopIteration:
        return entries


# ---- for modulefinder

def _find_imports(co):
    """Triplets (name, level, fromlist) for the import statements of a code object."""
    import_name = opmap["IMPORT_NAME"]
    before = (None, None)
    earlier = before
    for _, op, arg in _unpack_opargs(co.co_code):
        if op == EXTENDED_ARG:
            continue
        if op == import_name and before[0] in hasconst and earlier[0] in hasconst:
            level = _get_const_value(*earlier, co.co_consts)
            fromlist = _get_const_value(*before, co.co_consts)
            yield co.co_names[arg], level, fromlist
        earlier, before = before, (op, arg)


def _find_store_names(co):
    """The names that a code object's instructions store, as global or in a namespace."""
    stores = (opmap["STORE_NAME"], opmap["STORE_GLOBAL"])
    for _, op, arg in _unpack_opargs(co.co_code):
        if op in stores:
            yield co.co_names[arg]


class Bytecode:
    """The bytecode operations of a piece of code

    Instantiate this with a function, method, other compiled object, string of
    code, or a code object (as returned by compile()).

    Iterating over this yields the bytecode operations as Instruction instances.
    """

    def __init__(self, x, *, first_line=None, current_offset=None, show_caches=False, adaptive=False):
        self.codeobj = co = _get_code_object(x)
        self.first_line = co.co_firstlineno if first_line is None else first_line
        self._line_offset = self.first_line - co.co_firstlineno
        self._linestarts = dict(findlinestarts(co))
        self._original_object = x
        self.current_offset = current_offset
        self.exception_entries = _parse_exception_table(co)
        self.show_caches = show_caches
        self.adaptive = adaptive

    def _details(self):
        co = self.codeobj
        return {
            "varname_from_oparg": co._varname_from_oparg,
            "names": co.co_names,
            "co_consts": co.co_consts,
            "linestarts": self._linestarts,
            "line_offset": self._line_offset,
            "exception_entries": self.exception_entries,
            "co_positions": co.co_positions(),
            "show_caches": self.show_caches,
        }

    def __iter__(self):
        code = _get_code_array(self.codeobj, self.adaptive)
        return _get_instructions_bytes(code, **self._details())

    def __repr__(self):
        return f"{self.__class__.__name__}({self._original_object!r})"

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """ Construct a Bytecode from the given traceback """
        tb = _innermost(tb)
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti,
                   show_caches=show_caches, adaptive=adaptive)

    def info(self):
        """Return formatted information about the code object."""
        return _format_code_info(self.codeobj)

    def dis(self):
        """Return a formatted view of the bytecode operations."""
        offset = -1 if self.current_offset is None else self.current_offset
        with io.StringIO() as output:
            _disassemble_bytes(_get_code_array(self.codeobj, self.adaptive),
                               lasti=offset, file=output, **self._details())
            return output.getvalue()


def main():
    import argparse

    parser = argparse.ArgumentParser()
    parser.add_argument("infile", type=argparse.FileType("rb"), nargs="?", default="-")
    infile = parser.parse_args().infile
    with infile:
        source = infile.read()
    dis(compile(source, infile.name, "exec"))


if __name__ == "__main__":
    main()
