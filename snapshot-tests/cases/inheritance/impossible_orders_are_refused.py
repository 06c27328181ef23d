def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class A: pass
class B(A): pass
attempt(lambda: type("C", (A, B), {}))
attempt(lambda: type("C", (A, A), {}))
class X(A, B.__mro__[0].__base__) if False else A: pass
