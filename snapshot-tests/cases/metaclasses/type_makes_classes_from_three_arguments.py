def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


C = type("C", (int,), {"x": 5, "double": lambda self: self * 2})
print(C(4).double(), C.x, C.__name__, C.__bases__, C.__mro__)
attempt(lambda: type("C", int, {}))
attempt(lambda: type("C", (), []))
attempt(lambda: type(1, (), {}))
attempt(lambda: type("C", (1,), {}))
attempt(lambda: type("a\0b", (), {}))
