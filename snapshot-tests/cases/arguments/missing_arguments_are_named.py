def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(a, b, c): pass
def g(*, x, y): pass
def h(a, /, *, b): pass
attempt(lambda: f())
attempt(lambda: f(1))
attempt(lambda: f(1, 2))
attempt(lambda: f(c=1))
attempt(lambda: g())
attempt(lambda: g(x=1))
attempt(lambda: h())
attempt(lambda: h(1))
