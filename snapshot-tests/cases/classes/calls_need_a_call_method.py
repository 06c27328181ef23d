def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    def __call__(self, *a, **k): return a, k
print(C()(1, x=2), callable(C()), callable(C), callable(5))
class D: pass
d = D()
d.__call__ = lambda: 1
attempt(lambda: d())
attempt(lambda: 5())
attempt(lambda: None())
attempt(lambda: "text"())
attempt(lambda: []())
