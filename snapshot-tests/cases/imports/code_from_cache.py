"""Code objects of a cached module are what the compiler made, whatever is asked of them first."""

import importlib.util
import marshal
import os
import py_compile
import sys
import tempfile
import types

SOURCE = '''
"""The module."""
import functools
LIMIT = 3
SHARED = ("a", "b")


def documented(x, /, y=LIMIT, *rest, z, **more):
    """Says what it does."""
    def inner():
        "inner"
        return x, y, SHARED
    try:
        return [inner() for _ in range(y)]
    finally:
        rest = more = z


def undocumented(a):
    return ("a", "b"), 1.5, 2j, 10**20, b"bytes", "\\u00e9\\u20ac", ..., None, frozenset({1, 2})


async def coroutine():
    async with undocumented(1) as x:
        yield x


class Class:
    """A class."""
    attribute = undocumented

    @property
    def prop(self):
        """A property."""
        return __class__

    @functools.wraps(documented)
    def method(self): ...
    lambda_ = lambda self, x={1: 2}: x
'''


def compare(a, b, where="module"):
    """Compares code objects and those in them."""
    for name in sorted(name for name in dir(a) if name.startswith("co_") and name not in ("co_lnotab",)):
        x, y = getattr(a, name), getattr(b, name)
        if callable(x):
            x, y = list(x()), list(y())
        if name == "co_consts":
            for one, other in zip(x, y, strict=True):
                if isinstance(one, types.CodeType):
                    compare(one, other, f"{where}.{one.co_name}")
                elif (type(one), one) != (type(other), other):
                    print("constants differ in", where, one, other)
        elif x != y:
            print(name, "differs in", where, x, y)


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "cached.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(SOURCE)
    cache = py_compile.compile(path)
    with open(cache, "rb") as file:
        body = file.read()[16:]
    sys.path.insert(0, folder)
    import cached

    print(os.path.samefile(cached.__cached__, cache))
    print(cached.documented.__doc__, cached.undocumented.__doc__, cached.Class.prop.__doc__)
    print(cached.Class.method.__doc__, cached.Class.method.__qualname__)
    print(cached.documented.__code__.co_freevars, cached.documented.__code__.co_cellvars)
    code = cached.Class.lambda_.__code__
    cached.documented.__code__ = cached.undocumented.__code__
    print(cached.documented.__doc__, cached.documented(1))
    compiled = compile(SOURCE, path, "exec", dont_inherit=True)
    loaded = importlib.util.spec_from_file_location("again", path).loader.get_code("again")
    compare(loaded, compiled)
    again = importlib.util.spec_from_file_location("again", path).loader.get_code("again")
    print(again == compiled, hash(again) == hash(compiled), again is not loaded)
    compare(marshal.loads(marshal.dumps(again)), compiled)
    compare(marshal.loads(body), compiled)
    names = [const for const in loaded.co_consts if isinstance(const, types.CodeType)]
    print(all(const.co_filename == path for const in names))
    # What is one object in the stream is one object.
    print(loaded.co_consts[-1] is None, names[0].co_filename is names[1].co_filename)

    # A cache that was moved: the files are named as they are now.
    other = os.path.join(folder, "moved")
    os.mkdir(other)
    os.rename(path, os.path.join(other, "moved.py"))
    os.mkdir(os.path.join(other, "__pycache__"))
    tag = sys.implementation.cache_tag
    os.rename(cache, os.path.join(other, "__pycache__", f"moved.{tag}.pyc"))
    sys.path.insert(0, other)
    import moved

    for function in (moved.documented, moved.undocumented, moved.Class.lambda_):
        print(os.path.relpath(function.__code__.co_filename, folder))
    inner = next(c for c in moved.documented.__code__.co_consts if isinstance(c, types.CodeType))
    print(os.path.relpath(inner.co_filename, folder))
