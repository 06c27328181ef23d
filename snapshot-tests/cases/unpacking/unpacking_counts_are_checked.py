def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(v):
    a, b = v
    return a, b
def g(v):
    a, *b, c = v
    return a, b, c
attempt(lambda: f((1, 2)))
attempt(lambda: f((1,)))
attempt(lambda: f((1, 2, 3)))
attempt(lambda: f([]))
attempt(lambda: f("abc"))
attempt(lambda: f(iter([1])))
attempt(lambda: f({"x": 1, "y": 2}))
attempt(lambda: f(5))
attempt(lambda: f(None))
attempt(lambda: g((1,)))
attempt(lambda: g([1, 2]))
attempt(lambda: g("abcd"))
attempt(lambda: g(5))
