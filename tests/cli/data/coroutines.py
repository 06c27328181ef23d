"""Generators, coroutines and asynchronous generators, driven by hand."""
import collections
import types


def countdown(n):
    try:
        while n:
            step = yield n
            n -= step or 1
    finally:
        print("cleaned up")
    return "done"


def delegate(n):
    result = yield from countdown(n)
    print("result:", result)
    yield from "ab"


@types.coroutine
def suspend(value):
    return (yield value)


class Manager:
    async def __aenter__(self):
        return await suspend("enter")

    async def __aexit__(self, *details):
        await suspend("exit")
        return details[0] is ZeroDivisionError


async def ticks(n):
    for i in range(n):
        await suspend(("tick", i))
        yield i


async def work(name):
    async with Manager() as value:
        print(name, "got", value)
        async for i in ticks(2):
            print(name, "tick", i)
        print(name, [i * i async for i in ticks(3) if i])
        1 / 0
    return name.upper()


def run(*coroutines):
    ready = collections.deque((c, None) for c in coroutines)
    while ready:
        coroutine, value = ready.popleft()
        try:
            yielded = coroutine.send(value)
        except StopIteration as stop:
            print("finished:", stop.value)
        else:
            ready.append((coroutine, str(yielded)))


print(list(delegate(3)))
g = countdown(10)
print(next(g), g.send(4), g.gi_frame.f_locals["n"])
g.close()
run(work("first"), work("second"))


async def never():
    pass


never()
agen = ticks(1)
try:
    agen.asend(None).throw(KeyError("thrown"))
except KeyError as error:
    print("thrown out:", error)
def broken():
    yield 1
    raise StopIteration(2)
list(broken())
