def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


b = bytearray(b"abc")
m = memoryview(b)
attempt(lambda: b.append(1))
attempt(lambda: b.clear())
b[0] = 0x7a
print(m[0], bytes(m))
m.release()
b.append(1)
print(b)
