# Slices whose code ran often enough to be specialised: every kind of bound and container, and the errors.
class Index:
    def __index__(self):
        return 2


def read(container, start, stop, step):
    return container[start:stop], container[start:stop:step], container[::-1][stop:]


def write(target, start, stop, values):
    target[start:stop] = values
    return target


for container in (list(range(8)), tuple(range(8)), "abcdefgh", "äbcdéfgh", b"abcdefgh", bytearray(b"abcdefgh"), range(8)):
    for bounds in [(1, 5, 2), (None, None, None), (-3, None, -1), (5, 1, -2), (100, -100, 3), (Index(), None, 1), (2**70, -(2**70), 1)] * 3:
        print(read(container, *bounds))
for values in ([], [9], [9, 8, 7], (1, 2), "xy", {5: 6}):
    for bounds in [(0, 3), (None, None), (5, 2), (-2, None), (Index(), 100)] * 3:
        print(write(list(range(6)), *bounds, values))
same = [1, 2, 3]
for _ in range(4):
    same[1:2] = same
    print(len(same), write(same, 0, len(same), same) is same)
for bounds in [(0, 1, 0), ("a", None, None), (None, 1.5, 1)]:
    try:
        print(read([1, 2], *bounds))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


items = [Loud(n) for n in range(4)]
for _ in range(3):
    items[1:3] = [Loud("new"), Loud("newer")]
del items


def starred(values):
    first, *middle, last = values
    return first, middle, last


for values in ((1, 2), [1, 2, 3], (1, 2, 3, 4), "abc", iter([1, 2, 3])):
    print(starred(values))
for values in ((1,), [], "a"):
    try:
        starred(values)
    except ValueError as error:
        print(error)


def compare(a, b):
    return [a < b, a <= b, a == b, a != b, a > b, a >= b]


def branches(a, b):
    found = []
    if a < b:
        found.append("<")
    if a <= b:
        found.append("<=")
    if a == b:
        found.append("==")
    if a != b:
        found.append("!=")
    if a > b:
        found.append(">")
    if a >= b:
        found.append(">=")
    return found


nan = float("nan")
for a, b in [(1, 2), (2, 1), (-1, -1), (1.5, 2.5), (2.5, 1.5), (0.0, -0.0), (nan, 1.0), (1.0, nan), (nan, nan), (2**80, 1), (1e300, 1e301)] * 3:
    print(compare(a, b), branches(a, b))
