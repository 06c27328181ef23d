def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(a, b, /): pass
def g(a, /, **kw): return a, kw
attempt(lambda: f(a=1, b=2))
attempt(lambda: f(1, b=2))
attempt(lambda: g(1, a=2))
attempt(lambda: g(a=2))
