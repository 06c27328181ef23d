"""Loops that take pairs apart, often enough for the quickened forms."""

import sys


def pairs(iterable):
    out = []
    for a, b in iterable:
        out.append((a, b))
    return out


for _ in range(12):
    print(pairs(zip([1, 2, 3], "ab")), pairs(enumerate("xy", 2**62)), pairs({"k": 1, "l": 2}.items()))

print(pairs([(1, 2), [3, 4], "ab", {5: 0, 6: 0}]))
print(pairs(zip(range(3), (i * i for i in range(5)))))
print(pairs(map(lambda n: (n, -n), range(3))))


class Swapped(zip):
    def __next__(self):
        a, b = super().__next__()
        return b, a


class Numbered(enumerate):
    pass


print(pairs(Swapped([1, 2], [3, 4])), pairs(Numbered("ab")))


def attempt(what):
    try:
        print(pairs(what()))
    except Exception as error:
        print(type(error).__name__, error)


attempt(lambda: zip([1, 2, 3], [1], strict=True))
attempt(lambda: zip([1], [1, 2, 3], strict=True))
attempt(lambda: zip([1], [2], [3]))
attempt(lambda: [(1, 2, 3)])
attempt(lambda: [5])
attempt(lambda: zip())


def failing():
    yield 1
    raise KeyError("from the generator")


attempt(lambda: zip(failing(), [1, 2]))
attempt(lambda: enumerate(failing()))

table = {1: 2}
try:
    for key, value in table.items():
        table[key + 1] = value
except RuntimeError as error:
    print(error)


class Place:
    pass


place, row = Place(), [0, 0]
for place.x, row[1] in zip("abc", "def"):
    print(place.x, row)

events = []


def trace(frame, event, argument):
    if frame.f_code.co_name == "pairs":
        frame.f_trace_opcodes = True
        events.append(event)
    return trace


sys.settrace(trace)
pairs(zip([1, 2], [3, 4]))
sys.settrace(None)
print(events)

kept = [pair for pair in zip([1, 2], [3, 4])]
print(kept, [a + b for a, b in zip([1, 2], [3, 4])])
