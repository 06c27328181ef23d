"""Prints what CPython knows of each opcode: one line each, then the stack effects."""
import dis
import opcode

specialized = {}
for base, family in opcode._specializations.items():
    for name in family:
        specialized[name] = base

for number, name in enumerate(dis._all_opname):
    if name.startswith("<"):
        continue
    base = specialized.get(name, name)
    base_number = opcode.opmap[base]
    kinds = []
    for label, numbers in [
        ("const", opcode.hasconst), ("name", opcode.hasname), ("jrel", opcode.hasjrel), ("jabs", opcode.hasjabs),
        ("local", opcode.haslocal), ("free", opcode.hasfree), ("compare", opcode.hascompare), ("arg", range(opcode.HAVE_ARGUMENT, 256)),
    ]:
        if base_number in numbers:
            kinds.append(label)
    fields = " ".join(f"{field}:{size}" for field, size in opcode._cache_format.get(base, {}).items())
    print("op", number, name, base, opcode._inline_cache_entries[base_number], ",".join(kinds), fields)

def effect(number, arg, jump):
    try:
        return str(dis.stack_effect(number, arg, jump=jump))
    except ValueError as error:
        return str(error)

args = [None, *range(301), 65536, 2**31 - 1, -1, -5]
print("args", *args)
for number in range(256):
    for jump in (None, False, True):
        print("effect", number, jump, "|".join(effect(number, arg, jump) for arg in args))
