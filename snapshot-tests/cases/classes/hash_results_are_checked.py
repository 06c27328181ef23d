def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    def __init__(self, h): self.h = h
    def __hash__(self): return self.h
print(hash(C(5)), hash(C(-1)), hash(C(2 ** 61)), hash(C(True)))
attempt(lambda: hash(C("x")))
attempt(lambda: hash(C(None)))
