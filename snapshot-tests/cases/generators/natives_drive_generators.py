# Native functions that run a generator to its end, or stop early; errors, recursion, trace functions in between.
import sys
import traceback


def count(n):
    for i in range(n):
        yield i


def failing(n):
    yield from range(n)
    raise ValueError(n)


def returning():
    yield 1
    return "done"


print(sum(count(10)), max(count(5)), min(count(5)), list(count(3)), tuple(count(2)), set(count(1)))
print(any(x > 2 for x in count(10)), all(x < 2 for x in count(10)), sorted(-x for x in count(4)))
print("".join(chr(97 + i) for i in count(4)), dict((i, i) for i in count(2)), list(zip(count(2), count(3))))
print(list(map(str, count(3))), list(filter(None, count(3))), list(enumerate(count(2))))
for consume in (sum, list, max, any, "".join, set, sorted):
    try:
        consume(failing(1))
    except (ValueError, TypeError) as error:
        print(consume.__name__, type(error).__name__, error)

try:
    sum(failing(2))
except ValueError:
    traceback.print_exc(file=sys.stdout)

g = count(4)
print(any(x == 1 for x in g), list(g), list(g))
g = returning()
print(list(g))
g = returning()
next(g)
try:
    next(g)
except StopIteration as stop:
    print(stop.value)
try:
    next(g)
except StopIteration as stop:
    print(stop.value)
print(next(g, "default"))


def reentrant():
    yield sum(r)


r = reentrant()
try:
    sum(r)
except ValueError as error:
    print(error)


def stops():
    yield 1
    raise StopIteration(5)


try:
    list(stops())
except RuntimeError as error:
    print(error, repr(error.__cause__))


def nest(n):
    if n:
        yield sum(nest(n - 1)) + 1
    else:
        yield 0


print(sum(nest(50)))
limit = sys.getrecursionlimit()
sys.setrecursionlimit(120)
try:
    sum(nest(100000))
except RecursionError as error:
    print("RecursionError", error)
sys.setrecursionlimit(limit)
print(sum(nest(50)))


def handles():
    try:
        yield 1
        yield 2
    finally:
        print("finally", sys.exc_info()[0])


try:
    raise KeyError("outer")
except KeyError:
    print(sum(handles()), sys.exc_info()[0])
    print(any(handles()))
    print(sys.exc_info()[0])


def context():
    try:
        raise IndexError
    except IndexError:
        yield sys.exc_info()[0].__name__
        yield sys.exc_info()[0].__name__


try:
    raise KeyError
except KeyError:
    print(list(context()), sys.exc_info()[0].__name__)

events = []


def trace(frame, event, arg):
    if frame.f_code.co_name in ("count", "traced"):
        events.append((frame.f_code.co_name, event, arg))
    return trace


def traced():
    return sum(count(2))


sys.settrace(trace)
traced()
sys.settrace(None)
for event in events:
    print(*event)


def set_inside():
    yield 1
    events.clear()
    sys.settrace(trace)
    yield 2
    sys.settrace(None)
    yield 3


print(sum(set_inside()), events)


def closes():
    try:
        yield 1
    finally:
        print("closed")


any(closes())
print("after any")
pairs = ((i, -i) for i in count(3))
for a, b in zip(count(3), pairs):
    print(a, b, end=" ")
for a, b in enumerate(count(2), 5):
    print(a, b, end=" ")
for a, b in {"x": 1}.items():
    print(a, b)
try:
    for a, b in zip(count(2), failing(1)):
        print(a, b)
except ValueError as error:
    print("failed", error)
try:
    for a, b in zip(count(2), count(1), strict=True):
        print(a, b)
except ValueError as error:
    print(error)
try:
    for a, b in zip(count(2), count(2), count(2)):
        print(a, b)
except ValueError as error:
    print(error)
