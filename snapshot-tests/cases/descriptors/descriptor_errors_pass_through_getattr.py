def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    @property
    def bad(self): raise AttributeError("inside")
    @property
    def worse(self): raise ValueError("worse")
    def __getattr__(self, name): return "fallback for " + name
c = C()
print(c.bad)
attempt(lambda: c.worse)
attempt(lambda: hasattr(c, "worse"))
