# Int and float operators on sites that see one kind of operands, then another one.
import zlib


def attempt(function, *args):
    try:
        result = function(*args)
        return type(result).__name__, result
    except Exception as error:
        return type(error).__name__, str(error)


def mod(a, b): return a % b
def floor(a, b): return a // b
def div(a, b): return a / b
def land(a, b): return a & b
def lor(a, b): return a | b
def xor(a, b): return a ^ b
def left(a, b): return a << b
def right(a, b): return a >> b
def add(a, b): return a + b
def sub(a, b): return a - b
def mul(a, b): return a * b
def power(a, b): return a ** b


def imod(a, b):
    a %= b
    return a


def idiv(a, b):
    a /= b
    return a


def iand(a, b):
    a &= b
    return a


def isub(a, b):
    a -= b
    return a


ints = [(7, 3), (-7, 3), (7, -3), (-7, -3), (0, 5), (1 << 40, 7), (-(1 << 40), 7), (5, 1 << 40), (2**59, 3), (2**60 - 1, 2**60 - 1),
        (-(2**60), -1), (2**70, 3), (3, 2**70), (1, 0), (0, 0), (1, -1), (3, 62), (1, 64), (-1, 70), (2**32, 2**32 + 1), (2**32 - 1, 2**31)]
floats = [(1.5, 2.0), (1.5, 2), (3, 0.5), (2**53, 1.0), (2**53 + 1, 1.0), (1.0, 2**60), (-(2**53) - 1, 0.5), (1.0, 0), (1, 0.0), (0.0, 0.0),
          (float("inf"), 1), (float("nan"), 1), (1e300, 10**10), (2**70, 1.0), (-0.0, 1), (1, -0.0), (True, 1.5), (1.5, True), (5e-324, 3)]
others = [("a%s", 1), ("ab", 2), (2, "ab"), ([1], [2]), (None, 1), (1, None), (1.5, "x"), (True, False), ({1}, {2})]
for function in (mod, floor, div, land, lor, xor, left, right, add, sub, mul, power, imod, idiv, iand, isub):
    for warm in ((5, 3), (5.0, 3.0), (5, 3.0)):
        for _ in range(20):
            attempt(function, *warm)
        results = [attempt(function, a, b) for a, b in ints + floats + others if not (function in (left, power) and 1000 < abs(b if isinstance(b, int) else 0))]
        text = repr(results)
    print(function.__name__, len(text), zlib.crc32(text.encode()), text[:400])


def truth(values):
    return [bool(v) if v else not v for v in values], [v or "no" for v in values], [1 if not v else 2 for v in values]


for _ in range(5):
    result = truth([0, 1, -1, 2**70, 0.0, -0.0, 1.5, "", "x", None, True, False, [], [0]])
print(result)
print([-x for x in (1, -1, 0, 0.0, 1.5, 2**60, -(2**60), 2**70, True)])
for value in ("s", None):
    try:
        -value
    except TypeError as error:
        print(error)
