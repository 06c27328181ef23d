"""Prints a stage of CPython's compiler for a program: its symbol table or its disassembly."""

import contextlib
import dis
import io
import os
import re
import sys

import _symtable

BLOCKS = ["Function", "Class", "Module", "Annotation"]
SCOPES = ["Unknown", "Local", "GlobalExplicit", "GlobalImplicit", "Free", "Cell"]
FLAGS = {
    1: "global", 2: "local", 4: "param", 8: "nonlocal", 16: "use",
    64: "free-class", 128: "import", 256: "annot", 512: "comp-iter",
}


def show_block(block, indent=""):
    nested = " nested" if block.nested else ""
    print(f"{indent}{BLOCKS[block.type]} {block.name} line {block.lineno}{nested}")
    for name, flags in block.symbols.items():
        names = "".join(f" {word}" for bit, word in FLAGS.items() if flags & bit)
        print(f"{indent}  {name}: {SCOPES[flags >> 11 & 15]}{names}")
    for child in block.children:
        show_block(child, indent + "  ")


stage, path = sys.argv[1:]
name = os.path.basename(path)
with open(path, encoding="utf-8") as file:
    source = file.read()
if stage == "symbols":
    show_block(_symtable.symtable(source, name, "exec"))
else:
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        dis.dis(compile(source, name, "exec", dont_inherit=True))
    print(re.sub(" at 0x[0-9a-f]+", " at 0x...", text.getvalue()), end="")
