def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


b = bytearray(b"abcdef")
m = memoryview(b)
m[0] = 90
m[1:3] = b"YX"
print(b)
def s(k, v): m[k] = v
attempt(lambda: s(0, 256))
attempt(lambda: s(slice(0, 2), b"abc"))
attempt(lambda: s(0, "a"))
m.release()
attempt(lambda: m[0])
