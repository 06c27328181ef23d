# Operators whose methods are written in Python: order of the operands, NotImplemented, errors inside, recursion.
import sys
import traceback


class V:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        if isinstance(other, V):
            return V(self.n + other.n)
        if isinstance(other, int):
            return V(self.n + other)
        return NotImplemented

    def __radd__(self, other):
        return f"radd {self.n} {other!r}"

    def __mul__(self, factor):
        return V(self.n * factor)

    def __sub__(self, other):
        raise ValueError(f"no {self.n} - {other}")

    def __lt__(self, other):
        if isinstance(other, V):
            return self.n < other.n
        return NotImplemented

    def __eq__(self, other):
        if isinstance(other, V):
            return self.n == other.n
        return NotImplemented

    def __setitem__(self, key, value):
        if key == "bad":
            raise KeyError(key)
        print("set", self.n, key, value)
        return "ignored"

    def __getitem__(self, key):
        return self.n, key

    def __repr__(self):
        return f"V({self.n})"


class W(V):
    def __radd__(self, other):
        return f"W.radd {self.n} {other!r}"

    def __gt__(self, other):
        return f"W.gt {self.n} {other!r}"


class Plain:
    pass


def attempt(function, *args):
    try:
        print(function(*args))
    except Exception as error:
        print(type(error).__name__, error)


for _ in range(12):
    total = V(1) + V(2) + 3
    assert total.n == 6
    assert (V(2) * 4).n == 8
    assert V(1) < V(2) and not V(2) < V(1)
    assert V(1) == V(1) and V(1) != V(2)

# The subclass on the right goes first, the same class does not ask the reflected method.
print(V(1) + W(2), W(1) + V(2), W(1) + W(2))
print(V(1) < W(2), V(1) > V(0), W(3) > 1)
attempt(lambda: V(1) + "x")
attempt(lambda: V(1) + 1.5)
attempt(lambda: V(1) + None)
attempt(lambda: V(1) + Plain())
attempt(lambda: 1 + V(2))
attempt(lambda: V(1) < 1)
attempt(lambda: V(1) < Plain())
attempt(lambda: V(1) <= V(2))
attempt(lambda: (V(1) == 1, V(1) == None, V(1) != 1, V(1) == Plain()))
attempt(lambda: V(1) - V(2))
attempt(lambda: V(1) @ V(2))
attempt(lambda: V(1) ** V(2))


class P:
    def __add__(self, other):
        return NotImplemented if other.deny else ("P.add", type(other).__name__)

    deny = False


class Q(P):
    def __add__(self, other):
        return ("Q.add", type(other).__name__)


class R(P):
    def __radd__(self, other):
        return ("R.radd", type(other).__name__)


class Unrelated:
    deny = True

    def __add__(self, other):
        return "never asked"


class Reflects:
    deny = True

    def __radd__(self, other):
        return "reflected"


class OfList(list):
    deny = True


class OfInt(int):
    deny = True


class Denies(P):
    deny = True


for right in (P(), Q(), R(), Unrelated(), Reflects(), OfList(), OfInt(), Denies()):
    for left in (P(), Q()):
        attempt(lambda: left + right)
        attempt(lambda: right + left)


class L(list):
    def __add__(self, other):
        return NotImplemented

    def __mul__(self, other):
        return NotImplemented


attempt(lambda: L([1]) + [2])
attempt(lambda: L([1]) * 2)
attempt(lambda: L([1]) + 2)
attempt(lambda: L([1]) * "x")


class I:
    def __init__(self):
        self.log = []

    def __add__(self, other):
        return ("add", other)

    def __iadd__(self, other):
        if other == "no":
            return NotImplemented
        self.log.append(other)
        return self


i = I()
for word in ["a", "b"]:
    i += word
print(i.log)
i += "no"
print(i)
v = V(1)
v += 5
v *= 2
print(v)
try:
    v += "z"
except TypeError as error:
    print(error)

v = V(7)
v["k"] = 1
v[1], v[2] = 3, 4
print(v["k"], v[::2])


def store(target):
    target["good"] = 1
    target["bad"] = 2


try:
    store(v)
except KeyError:
    traceback.print_exc(file=sys.stdout)

try:
    (V(3) -
     V(4))
except ValueError as error:
    traceback.print_exc(file=sys.stdout)
    inner = error.__traceback__.tb_next
    print(inner.tb_frame.f_code.co_name, inner.tb_frame.f_back is sys._getframe())
    print(sorted(inner.tb_frame.f_locals))


class Generator:
    def __add__(self, other):
        yield other

    def __lt__(self, other):
        yield other

    async def __sub__(self, other):
        return other

    def __setitem__(self, key, value):
        yield


print(list(Generator() + 3), bool(Generator() < 3))
coroutine = Generator() - 1
coroutine.close()
Generator()[0] = 1


class Caller:
    def __add__(self, depth):
        frame = sys._getframe()
        names = []
        while frame:
            names.append(frame.f_code.co_name)
            frame = frame.f_back
        return names, sys._getframe(1).f_lineno - sys._getframe(1).f_code.co_firstlineno


def ask():
    return Caller() + 1


print(ask())


class Deep:
    def __add__(self, other):
        return self + other

    def __eq__(self, other):
        return self == other

    def __lt__(self, other):
        return self.less(other)

    def less(self, other):
        return self < other

    def __setitem__(self, key, value):
        self[key] = value


for function in [
    lambda: Deep() + Deep(),
    lambda: Deep() == Deep(),
    lambda: Deep() < Deep(),
    lambda: Deep().__setitem__(1, 2),
]:
    try:
        function()
    except RecursionError as error:
        print("RecursionError", error)


def depth_of(make):
    def down(n):
        try:
            return make(down, n)
        except RecursionError:
            return n
    return down(0)


class Adder:
    def __init__(self, f):
        self.f = f

    def __add__(self, n):
        return self.f(n + 1)

    def __eq__(self, n):
        return self.f(n + 1)


sys.setrecursionlimit(200)
add_levels = depth_of(lambda f, n: Adder(f) + n)
eq_levels = depth_of(lambda f, n: Adder(f) == n)
call_levels = depth_of(lambda f, n: f(n + 1))
print(add_levels, eq_levels, call_levels)
# Nothing of the levels is lost.
print(add_levels == depth_of(lambda f, n: Adder(f) + n), eq_levels == depth_of(lambda f, n: Adder(f) == n))


class Raises:
    def __eq__(self, other):
        raise LookupError


for _ in range(300):
    try:
        Raises() == 1
    except LookupError:
        pass
print(call_levels == depth_of(lambda f, n: f(n + 1)))


# Replaced while it is in use.
class Changing:
    def __add__(self, other):
        return "first"


def add(a, b):
    return a + b


print([add(Changing(), 1) for _ in range(3)])
Changing.__add__ = lambda self, other: "second"
print([add(Changing(), 1) for _ in range(3)])
Changing.__add__ = int.__add__
attempt(add, Changing(), 1)
del Changing.__add__
attempt(add, Changing(), 1)
Changing.__add__ = lambda *args, **kwargs: ("star", len(args))
print(add(Changing(), 1))
Changing.__add__ = lambda self: 1
attempt(add, Changing(), 1)
Changing.__add__ = staticmethod(lambda other: ("static", other))
print(add(Changing(), 1))
Changing.__add__ = None
attempt(add, Changing(), 1)


# Trace functions hear of the calls.
events = []


def trace(frame, event, arg):
    if frame.f_code.co_name in ("__add__", "__eq__", "__setitem__", "traced"):
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return trace


def traced():
    a = V(1) + V(2)
    a == V(3)
    a["x"] = 1
    try:
        V(1) + "x"
    except TypeError:
        pass
    return a


sys.settrace(trace)
traced()
sys.settrace(None)
for event in events:
    print(*event)
calls = []
sys.setprofile(lambda frame, event, arg: calls.append((frame.f_code.co_name, event)))
traced()
sys.setprofile(None)
print([call for call in calls if call[0] in ("__add__", "__eq__", "traced")])
