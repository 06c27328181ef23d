def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(self): return "f", self
print(f.__get__(5)(), f.__get__(None, int) is f)
class C: pass
C.m = f
c = C()
print(c.m()[1] is c, C.__dict__["m"] is f)
c.m = f
attempt(lambda: c.m())
attempt(lambda: f.__get__(None, None))
