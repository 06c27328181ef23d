# __iter__ and __await__ written in Python: what they may give, errors, recursion, trace functions.
import sys
import traceback


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


class Gen:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        for i in range(self.n):
            yield i


class Own:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration("end")
        self.n -= 1
        return self.n


class Gives:
    def __init__(self, what):
        self.what = what

    def __iter__(self):
        return self.what


class Raises:
    def __iter__(self):
        raise LookupError("no")


def loop(what):
    return [x for x in what]


def both(what):
    result = []
    for a, b in what:
        result.append(a + b)
    return result


for _ in range(4):
    print(loop(Gen(3)), loop(Own(3)), loop(Gives(iter("ab"))), loop([1]), both(Gives(iter([(1, 2)]))), both(Gen(0)))
for what in (Gives(None), Gives([1]), Gives(3), Gives(NotImplemented), Raises(), 5):
    attempt(lambda: loop(what))
try:
    for x in Raises():
        pass
except LookupError:
    traceback.print_exc(file=sys.stdout)


def delegates():
    yield from Gen(2)
    yield from Own(2)
    yield from Gives(3)


try:
    for x in delegates():
        print(x, end=" ")
except TypeError as error:
    print(error)


class NoIter(Gen):
    __iter__ = None


class Static(Gen):
    __iter__ = staticmethod(lambda: iter("static"))


class Args(Gen):
    def __iter__(*args, **kwargs):
        return iter((len(args), len(kwargs)))


class Defaults(Gen):
    def __iter__(self, more=5):
        return iter([more])


attempt(lambda: loop(NoIter(1)))
attempt(lambda: loop(Static(1)))
attempt(lambda: loop(Args(1)))
attempt(lambda: loop(Defaults(1)))


class Deep:
    def __iter__(self):
        for x in self:
            return x


limit = sys.getrecursionlimit()
sys.setrecursionlimit(120)
attempt(lambda: loop(Deep()))
sys.setrecursionlimit(limit)


class Awaits:
    def __init__(self, what):
        self.what = what

    def __await__(self):
        got = yield self.what
        return got, "done"


class AwaitGives(Awaits):
    def __await__(self):
        return self.what


class AwaitRaises:
    def __await__(self):
        raise LookupError("await")


async def coroutine():
    return 1


async def waits(what):
    return await what


def drive(what, send=7):
    task = waits(what)
    try:
        while True:
            print("yielded", task.send(None if task.cr_await is None else send))
    except StopIteration as stop:
        return stop.value


for _ in range(3):
    print(drive(Awaits(5)), drive(AwaitGives(iter([1, 2])), None))
inner = coroutine()
for what in (AwaitGives(None), AwaitGives([1]), AwaitGives(inner), AwaitGives(iter([1])), AwaitRaises(), 5):
    attempt(lambda: drive(what))
inner.close()


class Context:
    def __aenter__(self):
        return Awaits("enter")

    def __aexit__(self, *args):
        return Awaits("exit")


async def with_context():
    async with Context() as entered:
        return entered


task = with_context()
print(task.send(None), task.send(1))
attempt(lambda: task.send(2))

events = []


def trace(frame, event, arg):
    if frame.f_code.co_name in ("__iter__", "traced", "__await__"):
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return trace


def traced():
    for x in Own(1):
        pass
    for x in Gen(1):
        pass
    drive(Awaits(0))


sys.settrace(trace)
traced()
sys.settrace(None)
print(*events, sep="\n")
