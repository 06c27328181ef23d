def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(a, b=2): return a, b, name
F = type(f)
g = F(f.__code__, {"name": "other"}, "g", (7,))
print(g(1), g.__name__, g.__defaults__)
attempt(lambda: F(1, {}))
attempt(lambda: F(f.__code__, 1))
attempt(lambda: F(f.__code__, {}, 1))
