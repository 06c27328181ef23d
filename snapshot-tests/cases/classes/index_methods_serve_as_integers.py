def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class I:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
print([10, 20, 30][I(1)], "abc"[I(-1):], list(range(I(3))), bin(I(5)), "x" * I(3), int(I(4)))
attempt(lambda: [1][I("x")])
attempt(lambda: [1]["a"])
attempt(lambda: range(I(1.5)))
