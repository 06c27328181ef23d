def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    @property
    def x(self):
        "The x."
        return self._x
    @x.setter
    def x(self, value): self._x = value * 2
    @x.deleter
    def x(self): del self._x
c = C()
c.x = 5
print(c.x, C.x.__doc__, C.x.fget.__name__)
del c.x
attempt(lambda: c.x)
