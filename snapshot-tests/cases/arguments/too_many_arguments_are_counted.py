def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(): pass
def g(a): pass
def h(a, b=1): pass
def k(a, *, b): pass
attempt(lambda: f(1))
attempt(lambda: f(1, 2))
attempt(lambda: g(1, 2))
attempt(lambda: h(1, 2, 3))
attempt(lambda: k(1, 2))
attempt(lambda: k(1, 2, b=3))
attempt(lambda: k(1, 2, 3, b=4))
