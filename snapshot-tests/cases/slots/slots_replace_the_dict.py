def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    __slots__ = ("a", "b")
c = C()
c.a = 1
print(c.a, hasattr(c, "b"), hasattr(c, "__dict__"))
def s(): c.z = 1
attempt(lambda: s())
attempt(lambda: c.b)
attempt(lambda: c.__dict__)
def d(): del c.b
attempt(lambda: d())
print(C.a, type(C.a).__name__, C.__slots__)
