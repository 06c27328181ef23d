# What native types have in their namespaces, whoever looks first: dir, vars, a lookup, a subclass.
import collections
import functools
import itertools
import os
import sys
import time


class Sub(collections.deque):
    pass


print(Sub.append is collections.deque.append, "append" in vars(collections.deque))
print("__hash__" in vars(collections.defaultdict), collections.defaultdict.__hash__)
for value in (collections.defaultdict(), collections.OrderedDict(), [], {}, set(), bytearray()):
    try:
        print(hash(value))
    except TypeError as error:
        print(error)
for cls in (tuple, frozenset, range, slice, type(None), functools.partial, itertools.count):
    names = vars(cls)
    print(
        cls.__name__,
        [name for name in ("__new__", "__hash__", "__eq__", "__doc__", "__iter__") if name in names],
        type(names).__name__,
        names.get("__hash__"),
    )
for sequence in (os.stat_result, time.struct_time, type(sys.flags), type(sys.version_info)):
    print(sequence.n_fields, sequence.n_sequence_fields, sequence.__match_args__[:3])
print(type(sys.float_info).n_unnamed_fields, sys.float_info.n_fields == len(sys.float_info))
print(super(bool, True).__repr__(), int.__dict__["__repr__"](True))
print(type.__subclasses__(bool))
print(sorted(name for name in vars(staticmethod) if not name.startswith("__i")))
try:
    range.step = 1
except TypeError as error:
    print(error)
