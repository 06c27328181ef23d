def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class A: pass
class B: __match_args__ = ["x"]
class C: __match_args__ = (1,)
class D:
    __match_args__ = ("x",)
    x = 1
def f(k):
    match k():
        case k(1): return "yes"
attempt(lambda: f(A))
attempt(lambda: f(B))
attempt(lambda: f(C))
print(f(D))
def g(k):
    match 5:
        case k(): pass
attempt(lambda: g(5))
def h(x):
    match x:
        case D(1, x=1): pass
attempt(lambda: h(D()))
def i(x):
    match x:
        case int(1, 2): pass
attempt(lambda: i(1))
