def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class A:
    __slots__ = "x"
class B: pass
a = A()
A.x.__set__(a, 5)
print(A.x.__get__(a))
attempt(lambda: A.x.__get__(B()))
attempt(lambda: A.x.__set__(B(), 1))
A.x.__delete__(a)
attempt(lambda: a.x)
