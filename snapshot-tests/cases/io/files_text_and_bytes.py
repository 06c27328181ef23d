import io, os, sys, tempfile

folder = tempfile.mkdtemp()
name = os.path.join(folder, "t.txt")
with open(name, "w", encoding="utf-8") as f:
    print(f.write("h\u00e9llo\nworld\r\nlast\r"), f.mode, f.line_buffering, f.write_through)
for newline in (None, "", "\n", "\r", "\r\n"):
    with open(name, encoding="utf-8", newline=newline) as f:
        print(repr(newline), list(f), f.newlines)
with open(name, encoding="utf-8", newline="") as f:
    print(f.read(3), f.tell(), f.readline(), f.tell())
    place = f.tell()
    rest = f.read()
    f.seek(place)
    print(f.read() == rest, f.seek(0, 2), repr(f.read()))
    try:
        f.seek(1, 1)
    except io.UnsupportedOperation as error:
        print(error, isinstance(error, OSError), isinstance(error, ValueError))
with open(name, "r+b", buffering=4) as f:
    print(f.peek()[:2], f.read(2), f.write(b"XY"), f.tell(), f.readline(), f.truncate(9), f.read())
    print(f.seek(-3, 2), f.read(), f.closed)
print(f.closed)
for action in (f.read, lambda: f.write(b""), lambda: next(f), f.__enter__):
    try:
        action()
    except ValueError as error:
        print(error)
for mode in ("", "rw", "rbt", "z", "U", "rr"):
    try:
        open(name, mode)
    except ValueError as error:
        print(error)
for arguments in ({"mode": "rb", "encoding": "utf-8"}, {"newline": "x"}, {"buffering": 0}, {"closefd": False}):
    try:
        open(name, **arguments)
    except ValueError as error:
        print(error)
text = io.TextIOWrapper(io.BytesIO(b"ab\xff\ncd"), "ascii", "backslashreplace")
print(text.readlines(), text)
text = io.TextIOWrapper(io.BytesIO(), "latin-1", newline="\r\n")
text.write("\u00e9\n")
text.flush()
print(text.buffer.getvalue())
try:
    text.write("\u20ac")
except UnicodeEncodeError as error:
    print(error)
s = io.StringIO("a\r\nb\rc", newline=None)
print(list(s), s.newlines, s.getvalue(), s.seek(1), s.write("ZZZ"), s.getvalue(), s.truncate(3), s.getvalue())
b = io.BytesIO(b"one\ntwo\n")
view = b.getbuffer()
view[0] = 79
try:
    b.write(b"x")
except BufferError as error:
    print(error)
view.release()
print(b.readlines(), b.seek(20), b.write(b"!"), b.getvalue())


class Raw(io.RawIOBase):
    def __init__(self, data):
        self.data = data

    def readable(self):
        return True

    def readinto(self, place):
        count = min(3, len(place))
        part, self.data = self.data[:count], self.data[count:]
        place[: len(part)] = part
        return len(part)


r = io.BufferedReader(Raw(b"alpha\nbeta\n"), 5)
print(r.readline(), r.read1(2), r.read(), r.read())
print(io.TextIOWrapper(io.BufferedReader(Raw("\u00fc\u00f1\n".encode()))).read())
d = io.IncrementalNewlineDecoder(None, True)
print(repr(d.decode("a\r")), repr(d.decode("\nb\r")), repr(d.decode("", True)), d.newlines)


class Closing(io.BytesIO):
    def close(self):
        print("closing")
        super().close()


c = Closing()
del c
print(sys.stdout.encoding, sys.stdout.name, type(sys.stdout), open is io.open)
os.remove(name)
os.rmdir(folder)
