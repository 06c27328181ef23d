def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    __x = 1
    def __m(self): return self.__x
    def call(self): return self.__m()
    __dunder__ = 2
c = C()
print(c.call(), c._C__x, sorted(n for n in vars(C) if "C__" in n), C.__dunder__)
attempt(lambda: c.__x)
class _Under:
    __y = 5
print(_Under._Under__y)
