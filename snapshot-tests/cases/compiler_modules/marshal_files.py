# marshal.load reads no more than the value, with readinto; subclasses are refused.
import io
import marshal

values = [1, 2**70, 1.5, "text", b"bytes" * 30000, (1, [2, {3: 4}]), None]
stream = io.BytesIO()
for value in values:
    marshal.dump(value, stream)
stream.write(b"rest")
stream.seek(0)
for value in values:
    print(marshal.load(stream) == value, stream.tell())
print(stream.read())


class Greedy(io.BytesIO):
    def readinto(self, buffer):
        n = super().readinto(buffer)
        return n + 10 if n > 4 else n


for value in ["some text here", 7]:
    try:
        print(marshal.load(Greedy(marshal.dumps(value))))
    except ValueError as error:
        print(error)
for data in [b"", b"i\1", b"(\2\0\0\0N", b"\xff"]:
    try:
        print(marshal.load(io.BytesIO(data)))
    except Exception as error:
        print(type(error).__name__, error)
try:
    marshal.load(io.StringIO("N"))
except TypeError as error:
    print(error)
for base in (int, float, complex, str, bytes, tuple, list, dict, set, frozenset):
    value = type("Sub", (base,), {})()
    try:
        print(base.__name__, marshal.dumps(value))
    except ValueError as error:
        print(base.__name__, error)
