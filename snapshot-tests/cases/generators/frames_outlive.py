"""Frames that outlive their generators; throw and close inside delegating generators; contexts of what is thrown."""
import gc
import sys
import traceback


def counting():
    local = "kept"
    yield 1


frame = counting().gi_frame
print(frame.f_locals, frame.f_back)
generator = counting()
next(generator)
frame = generator.gi_frame
del generator
gc.collect()
print(frame.f_locals)
frame.clear()
print(frame.f_locals)


def inner():
    try:
        yield sys._getframe().f_back.f_code.co_name
    except ValueError:
        yield [entry.name for entry in traceback.extract_stack()]


def outer():
    yield from inner()


generator = outer()
print(next(generator))
print(generator.throw(ValueError))


def handling():
    try:
        raise KeyError("first")
    except KeyError:
        yield from inner_plain()


def inner_plain():
    yield


generator = handling()
next(generator)
try:
    generator.throw(ValueError("second"))
except ValueError as error:
    print(repr(error), repr(error.__context__))


class Finisher:
    def __del__(self):
        self.__class__ = Other


class Other:
    pass


for _ in range(3):
    Finisher()
gc.collect()


class Node:
    count = 0

    def __del__(self):
        Node.count += 1
        if Node.count % 17 == 0:
            gc.collect()


chain = []
for _ in range(400):
    chain = [chain, Node()]
del chain
print(Node.count)
