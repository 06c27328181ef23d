def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


m = memoryview(bytearray(8))
i = m.cast("I")
i[0] = 0x01020304
print(i.tolist(), m.tolist(), i.format, i.shape, i.itemsize)
print(m.cast("B", (2, 4)).tolist())
attempt(lambda: m.cast("Z"))
attempt(lambda: m.cast("I", (3,)))
attempt(lambda: memoryview(b"abc").cast("H"))
