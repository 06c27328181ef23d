def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(self): super()
attempt(lambda: f(1))
attempt(lambda: (lambda: super())())
class C:
    def g(): return super()
    def h(self):
        del self
        return super()
    def k(self): return [super() for _ in (1,)]
attempt(lambda: C.g())
attempt(lambda: C().h())
attempt(lambda: C().k())
attempt(lambda: super())
