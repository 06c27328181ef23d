"""Arguments, text and attributes that natives treat as CPython does."""
import functools
import itertools
import sys


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


class Text(str):
    def __str__(self):
        return "overridden"


text = Text("text")
print("%s" % text, "{}".format(text), f"{text}", f"{text:>6}")
attempt(lambda: dict(**{1: 2}))
attempt(lambda: {}.update(**{1: 2}))
attempt(lambda: type("A\udcdc", (), {}))
attempt(lambda: type("A", (), {"__doc__": "\udcdc"}))
data = bytearray(b"abcdef")
data[::2] = b""
print(data)


class Sub(list):
    def __new__(cls, items, extra=None):
        return super().__new__(cls, items)


attempt(lambda: Sub([1], extra=2))
attempt(lambda: [].extend(5))


class Endless:
    def __iter__(self):
        return iter([1])

    def __length_hint__(self):
        return sys.maxsize


items = [0]
items.extend(Endless())
print(items)
partial = functools.partial(print)
arguments = (1,)
partial.__setstate__((print, arguments, {}, None))
print(partial.args is arguments, partial.__dict__)
attempt(lambda: itertools.cycle("ab").__setstate__(([], "x")))
total = itertools.accumulate([None, None], lambda a, b: b)
next(total)
print(total.__reduce__()[0].__name__)


class Looked:
    blech = 1

    def __getattr__(self, name):
        raise AttributeError(23)


try:
    Looked().bluch
except AttributeError as error:
    print(error.name, type(error.obj).__name__)


def function():
    pass


for target in (function, ValueError()):
    try:
        del target.__dict__
    except TypeError as error:
        print(error)
new = type(function)(function.__code__, {})
print(new.__builtins__ is function.__builtins__)
attempt(lambda: sys.exit((1,)) if False else float(type("T", (str,), {"__float__": lambda self: 2.0})("1")))


class Meta(type):
    def mro(cls):
        return [object]


attempt(lambda: Meta("C", (), {}))
