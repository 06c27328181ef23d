def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class A:
    def __init__(self, a): self.a = a
class B(A):
    def __init__(self, a, b):
        super().__init__(a)
        self.b = b
print(vars(B(1, 2)))
attempt(lambda: B(1))
attempt(lambda: A())
