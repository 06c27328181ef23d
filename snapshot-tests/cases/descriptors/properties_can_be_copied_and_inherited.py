def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class A:
    def get(self): return "A"
    x = property(get)
class B(A):
    x = A.x.getter(lambda self: "B")
    y = property(fget=lambda self: 1, doc="d")
print(A().x, B().x, B.y.__doc__, B.y.fset)
attempt(lambda: property(1, 2, 3, 4, 5))
