def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


b = bytearray(b"abc")
def s(i, v): b[i] = v
attempt(lambda: s(0, 256))
attempt(lambda: s(0, "a"))
attempt(lambda: s(9, 1))
attempt(lambda: s("a", 1))
attempt(lambda: s(slice(0, 2), 5))
attempt(lambda: s(slice(0, 3, 2), b"x"))
attempt(lambda: b.append("a"))
attempt(lambda: b.append(256))
attempt(lambda: b.remove(1))
attempt(lambda: bytearray().pop())
attempt(lambda: b.pop(10))
attempt(lambda: hash(b))
attempt(lambda: b.extend("a"))
