# Keys that are compared natively, and what stands next to them.
class S(str):
    def __lt__(self, other):
        return str.__gt__(self, other)


class T(tuple):
    def __lt__(self, other):
        return tuple.__gt__(self, other)


class I(int):
    pass


def attempt(items, **options):
    try:
        print(sorted(items, **options))
    except TypeError as error:
        print(error)


nan = float("nan")
attempt([(2, "b"), (1, "z"), (2, "a"), (1, "a", 0), (1,), ()])
attempt([(2, "b"), (1, "z"), (2, "a")], reverse=True)
attempt([(1.5, 2), (1.5, 1), (0.5, 9), (1, 5)])
attempt([((1, 2), "x"), ((1, 1), "y"), ((0,), "z"), ((1, 2), "w")])
attempt([(((((((2,),),),),),),), (((((((1,),),),),),),)])
attempt([(1, None), (1, None), (0, None)])
attempt([(1, None), (1, 2)])
attempt([(1, "a"), ("a", 1)])
attempt([(1, S("a")), (1, S("b"))])
attempt([(S("a"),), (S("b"),), (S("c"),)])
attempt([T((1, 2)), T((2, 1)), T((0, 3))])
attempt([(1, 2), T((2, 1)), (0, 3)])
attempt([(nan, 1), (nan, 0), (1.0, 2)])
attempt([(nan, 2), (nan, 1)])
attempt([(True, 2), (False, 3), (1, 1)])
attempt([(2**70, 1), (2**60, 2), (1, 3), (-(2**70), 4)])
attempt([(I(3), 1), (2, 2), (I(1), 3)])
attempt([1, 2.5, 0, -1.5, True])
attempt([3, "a", 1])
attempt(["é", "e", "€", "\U00010000", "z"])
attempt([("é", 1), ("e", 2), ("€", 0), ("z", 3)])
attempt([[2, 1], [1, 2], [1, 1]])
attempt("banana", key=lambda c: (-ord(c), c))
attempt(range(10), key=lambda n: (n % 3, -n))
attempt([(1, [2]), (1, [1])])
pairs = [(n % 5, n % 3, str(n)) for n in range(40)]
print(sorted(pairs) == sorted(pairs, key=lambda p: p), sorted(pairs)[:3], sorted(pairs, reverse=True)[:3])
stable = [(n % 3, "x") for n in range(9)]
order = sorted(range(9), key=stable.__getitem__)
print(order, sorted(range(9), key=stable.__getitem__, reverse=True))
print(max(pairs), min(pairs), max((1, 2), (1, 1)), (1, "a") < (1, "b"), (1,) < (1, 0), () < ())


def lengths(things):
    return [len(thing) for thing in things]


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


for _ in range(4):
    print(lengths(["ab", (1,), [1, 2, 3], {1: 2}, {1, 2}, frozenset("abc"), b"xy", range(7), Sized(9), S("q"), T((1, 2)), "é€"]))
for wrong in (5, None, Sized(-1), Sized("x"), Sized):
    try:
        lengths(["a", wrong])
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


def measured(thing):
    return len(thing)


for _ in range(20):
    measured("abc")
builtin_len = len
len = lambda thing: "mine"
print(measured("abc"))
len = builtin_len
import builtins
builtins.len = lambda thing: "everyone's"
del len
print(measured("abc"))
builtins.len = builtin_len
print(measured("abc"))
try:
    measured()
except TypeError as error:
    print(error)
try:
    len("a", "b")
except TypeError as error:
    print(error)


def last(sequence, index=-1):
    return sequence[index]


for _ in range(20):
    last([1, 2]), last((1, 2))
for sequence in ([1, 2, 3], (1, 2, 3), "abc", [], (), range(3)):
    row = []
    for index in (-1, 0, -3, 2, 3, -4, True, 2**70, -(2**63)):
        try:
            row.append(last(sequence, index))
        except IndexError as error:
            row.append(str(error))
    print(row)


class Empty:
    pass


class New:
    def __new__(cls):
        return "new"


def make(cls):
    return cls()


for _ in range(20):
    assert type(make(Empty)) is Empty
print(make(New), make(int), make(dict))
try:
    Empty(1)
except TypeError as error:
    print(error)
Empty.__init__ = lambda self: setattr(self, "made", True)
print(make(Empty).made)
del Empty.__init__
print(hasattr(make(Empty), "made"))
Empty.__new__ = lambda cls: "replaced"
print(make(Empty))
table = {}
for n in list(range(-5, 30)) + [2**59, -(2**59), 2**61, 2**61 - 1, 1 - 2**61, -(2**61)]:
    table[n] = n
print(len(table), table[-1], table[-2], table[1.0], table[True], table[2**61 - 1], table[0], table.get(-6), 3 in table, 31 in table)
table[3.0] = "three"
table[True] = "yes"
print(table[3], table[1], [k for k in table][:9])


class Equal:
    def __hash__(self):
        return 7

    def __eq__(self, other):
        return other == 7


table = {Equal(): "equal"}
print(table[7], table.get(8), 7 in table)
table[7] = "seven"
print(len(table), table[7])
