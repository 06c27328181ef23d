def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), s.indices(6), slice(None).indices(3), slice(-3, None, -1).indices(5), s == slice(1, 10, 2), slice(1) < slice(2))
attempt(lambda: slice())
attempt(lambda: hash(slice(1)))
attempt(lambda: s.indices(-1))
attempt(lambda: slice("a").indices(3))
attempt(lambda: [1, 2][slice("a", 1)])
attempt(lambda: slice(1, 2, 0).indices(5))
