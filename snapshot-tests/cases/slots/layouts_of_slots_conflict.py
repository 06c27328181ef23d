def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class A:
    __slots__ = "a"
class B:
    __slots__ = "b"
attempt(lambda: type("C", (A, B), {}))
attempt(lambda: type("C", (int, str), {}))
class E:
    __slots__ = ()
print(type("D", (A, E), {}).__name__)
