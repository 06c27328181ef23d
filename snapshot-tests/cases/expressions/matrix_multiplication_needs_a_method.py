def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class M:
    def __matmul__(self, other): return "mat", other
    def __rmatmul__(self, other): return "rmat", other
    def __imatmul__(self, other): return "imat"
m = M()
print(m @ 1, 2 @ m)
m @= 3
print(m)
attempt(lambda: 1 @ 2)
