def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    def __init__(self): self.b = 1; self.a = 2
print(vars(C()), [n for n in dir(C()) if not n.startswith("_")])
attempt(lambda: vars(1))
def f(x):
    y = 1
    return dir(), sorted(vars())
print(f(0))
