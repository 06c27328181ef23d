# Code objects changed field by field; file names of all kinds; lines after RERAISE.
import sys
import warnings


def f(a, b=1, *args, c, **kwargs):
    return a


for name, value in [
    ("co_argcount", 0), ("co_flags", 0), ("co_stacksize", 50), ("co_consts", ()), ("co_names", ("x",)),
    ("co_code", f.__code__.co_code * 2), ("co_name", "g"), ("co_qualname", "h"), ("co_filename", "file"),
    ("co_firstlineno", 7), ("co_linetable", b""), ("co_exceptiontable", b""),
]:
    changed = f.__code__.replace(**{name: value})
    print(name, getattr(changed, name) == value, changed == f.__code__)

warnings.simplefilter("always")
for filename in ["str", b"bytes", bytearray(b"array"), memoryview(b"view")]:
    with warnings.catch_warnings(record=True) as caught:
        code = compile("1", filename, "eval")
    print(code.co_filename, [str(w.message) for w in caught])


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


def in_except():
    try:
        1 / 0
    except:
        1 / 0
        pass


def other():
    try:
        1 / 0
    except TypeError as ex:
        pass


def named():
    try:
        1 / 0
    except Exception as ex:
        1 / 0
        pass


def final():
    try:
        1 / 0
    finally:
        1 / 0
        pass


def managed():
    with Quiet():
        1 / 0
        pass


for function in (in_except, other, named, final, managed):
    try:
        function()
    except Exception as error:
        frame = error.__traceback__.tb_next.tb_frame
        print(function.__name__, frame.f_lineno - frame.f_code.co_firstlineno, error.__traceback__.tb_next.tb_lineno - frame.f_code.co_firstlineno)


class A:
    blech = None

    def __getattr__(self, name):
        raise AttributeError("own text")


class B:
    def __getattr__(self, name):
        raise AttributeError("own text", name="x", obj=1)


for cls in (A, B):
    try:
        cls().bluch
    except AttributeError as error:
        print(error.name, type(error.obj).__name__)

import collections.abc


class M(collections.UserDict, collections.abc.Sequence):
    pass


class S(collections.UserList, collections.abc.Mapping):
    def __iter__(self):
        return iter(())


class L(collections.UserDict, list):
    pass


class D(collections.UserList, dict):
    pass


for value in (M(), S(), L(), D()):
    match value:
        case [*_]:
            print("sequence")
        case {}:
            print("mapping")
