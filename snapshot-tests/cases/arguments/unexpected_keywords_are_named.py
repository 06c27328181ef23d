def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(a): pass
attempt(lambda: f(1, b=2))
attempt(lambda: f(1, a=2))
attempt(lambda: f(b=2))
attempt(lambda: f(**{"a": 1, "zz": 2}))
class C:
    def m(self): pass
attempt(lambda: C().m(x=1))
attempt(lambda: C().m(1))
attempt(lambda: C.m())
