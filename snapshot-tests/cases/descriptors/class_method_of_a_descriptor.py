def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    @classmethod
    @property
    def name(cls): return cls.__name__
    @staticmethod
    def s(): return "s"
print(C.name, C().name, C.s())
print(classmethod(len).__func__ is len, staticmethod(len)([1]))
attempt(lambda: classmethod())
