def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


m = memoryview(b"abcdef")
print(m[0], m[-1], m[1:3].tobytes(), m.tolist(), len(m), m.nbytes, m.itemsize, m.format, m.shape, m.strides, m.readonly, m.ndim, m[::2].tobytes(), m == b"abcdef", m.hex(), m.contiguous)
attempt(lambda: m[10])
attempt(lambda: m["a"])
def s(): m[0] = 1
attempt(lambda: s())
attempt(lambda: memoryview(5))
attempt(lambda: memoryview("a"))
