def plain(a, b=1, /, c=(2, 3), *args, d, e=5, **kwargs) -> "r":
    return a, b, c, args, d, e, kwargs

def outer(x, y):
    z = x
    def inner(q: int = 3):
        nonlocal z
        z += q
        return lambda: (x, z)
    return inner

class C(object, metaclass=type):
    attribute: int = 1
    def method(self):
        return __class__, super().method
    names = [n for n in range(3) for m in {n: n}]

def calls(f, *args, **kwargs):
    f(1, 2, key=3)
    f(*args, last=4, **kwargs)
    f.method(1)
    return f"{f!r:>{args}}{kwargs}", (yield f), {**kwargs, 1: 2}, [*args, 1], {1, *args}
