def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class A: pass
class B:
    def __init__(self, x): pass
class C:
    def __new__(cls, x): return object.__new__(cls)
attempt(lambda: A(1))
attempt(lambda: A(x=1))
attempt(lambda: B())
attempt(lambda: B(1, 2))
attempt(lambda: C())
attempt(lambda: object(1))
attempt(lambda: list(1, 2))
attempt(lambda: dict(1, 2))
attempt(lambda: tuple(1, 2))
attempt(lambda: float(1, 2))
attempt(lambda: type())
attempt(lambda: type(1, 2))
