"""`_pickle` writes what `pickle` in Python writes, and reads it again."""
import collections
import copyreg
import io
import pickle
import re


class Plain:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        return type(self) is type(other) and vars(self) == vars(other)


class Slots:
    __slots__ = ("a", "b")


class Items(list):
    pass


class Mapping(dict):
    pass


class Keyword:
    def __new__(cls, *, k):
        self = object.__new__(cls)
        self.k = k
        return self

    def __getnewargs_ex__(self):
        return (), {"k": self.k}


class Outer:
    class Inner:
        pass


slots = Slots()
slots.a = 1
items = Items([1, 2, 3])
items.q = 1
ring, table, knot = [], {}, ([],)
ring.append(ring)
table["x"] = table
knot[0].append(knot)
objects = [
    None, True, 0, 255, 256, 65536, -1, 2**31, -(2**63), 2**2000, 1.5, -0.0, "", "abc", "é\n\\\0\x1a", "\U0001F600\ud800", "x" * 300,
    b"", b"\xff" * 300, bytearray(b"abc"), (), (1,), (1, 2, 3, 4), [], list(range(2500)), {}, {1: 2}, {n: n for n in range(2001)},
    set(), set(range(1500)), frozenset([1]), ring, table, knot, Plain(1), slots, items, Mapping(a=1), Keyword(k=3), int, type(None), ..., len,
    Outer.Inner, Plain.__init__, collections.OrderedDict(a=1), collections.deque([1], 3), 1j, range(5), ValueError("x", 1),
    [Plain(1)] * 3, ["abc", "abc"], "a" * 70000, ["c" * 40000, "d" * 40000], {"k": b"q" * 100000},
]
for number, value in enumerate(objects):
    for protocol in range(2 if type(value) is Slots else 0, 6):
        blob = pickle.dumps(value, protocol)
        same = blob == pickle._dumps(value, protocol)
        file = io.BytesIO()
        pickle.dump(value, file, protocol)
        file.write(b"tail")
        in_file = file.getvalue() == blob + b"tail"
        file.seek(0)
        pickle.load(file)
        rest = file.read()
        again = pickle.loads(blob)
        if not same or not in_file or rest != b"tail" or type(again) is not type(value) or pickle.dumps(again, protocol) != pickle.dumps(
            pickle._loads(blob), protocol
        ):
            print(number, protocol, same, in_file, rest, type(again))


def show(f, *args, **keywords):
    try:
        text = repr(f(*args, **keywords))
    except BaseException as error:
        text = f"{type(error).__name__} {error}"
    print(re.sub("0x[0-9a-f]+", "0x", text)[:200])


def local():
    pass


for value in (lambda: 0, (x for x in ()), io, type("Lost", (), {})):
    show(pickle.dumps, value)
for bad in (b"", b"N", b".", b"0.", b"t.", b"(.", b"\x80\x09.", b"h\x05.", b"q\x05.", b"e.", b"(e.", b"Kx", b"s.", b"N(u.", b"]N(s.", b"}(Nu.", b"R.", b"NR.",
            b"cos\nnothing\n.", b"cnothing_such\nx\n.", b"\x93.", b"NN\x93.", b"b.", b"NNb.", b"\x8a\x05a", b"\x8b\xff\xff\xff\xff.", b"X\xff\xff\xff\x7f.",
            b"\x8d" + b"\xff" * 8 + b".", b"\x95" + b"\xff" * 8 + b".", b"I1x\n.", b"Fx\n.", b"Sx\n.", b"S'a\\x41'\n.", b"V\\u00e9\n.",
            b"I01\n.", b"I00\n.", b"I5\n.", b"L5L\n.", b"F1e3\n.", b"Pid\n.", b"NQ.", b"\x82\x00.", b"\x82\x05.", b"\x97.", b"N\x98.", b"\xff.", b"'.", b"p5\n.",
            b"g5\n.", b"(i__main__\nPlain\n.", b"NN\x81.", b"N)\x81."):
    show(pickle.loads, bad)
show(pickle.loads, "text")
show(pickle.loads, b"U\x01\xe9.")
show(pickle.loads, b"U\x01\xe9.", encoding="latin1")
show(pickle.loads, b"U\x01\xe9.", encoding="bytes")
show(pickle.dumps, 1, 9)
show(pickle.dumps, 1, -1)
show(pickle.Pickler, 1)
show(pickle.Unpickler, 1)
show(pickle.Pickler(io.BytesIO()).memo.copy)


class Persistent(pickle.Pickler):
    def persistent_id(self, value):
        return "here" if isinstance(value, Plain) else None


class Back(pickle.Unpickler):
    def persistent_load(self, key):
        return f"<{key}>"

    def find_class(self, module, name):
        print("find", module, name)
        return super().find_class(module, name)


for protocol in range(6):
    file = io.BytesIO()
    Persistent(file, protocol).dump([Plain(1), Plain, collections.OrderedDict])
    file.seek(0)
    print(Back(file).load())
buffers = []
data = bytearray(b"large data")
blob = pickle.dumps(pickle.PickleBuffer(data), 5, buffer_callback=buffers.append)
print(blob, len(buffers), type(pickle.loads(blob, buffers=buffers)), pickle.loads(pickle.dumps(pickle.PickleBuffer(b"x"), 5)))
show(pickle.loads, blob)
show(pickle.dumps, 1, 4, buffer_callback=len)


class Reduced:
    def __init__(self, result):
        self.result = result

    def __reduce__(self):
        return self.result


for result in (1, (), (1, 2), (int, 1), (int, ()), (int, (), None, 1), (int, (), None, None, 1), (int, (), None, None, None, 1), "nowhere", (list, (), None, iter([1, 2]))):
    show(pickle.dumps, Reduced(result))
deep = []
for _ in range(100000):
    deep = [deep]
show(pickle.dumps, deep)
copyreg.add_extension("__main__", "Plain", 77)
print(pickle.dumps(Plain, 2), pickle.loads(pickle.dumps(Plain, 2)) is Plain)
