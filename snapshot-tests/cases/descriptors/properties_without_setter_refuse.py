def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    @property
    def x(self): return 1
    y = property(None, None, None, "doc y")
c = C()
def s(): c.x = 2
def d(): del c.x
attempt(lambda: s())
attempt(lambda: d())
attempt(lambda: c.y)
print(C.y.__doc__, c.x)
