class D:
    def __init__(self, n): self.n = n
    def __set_name__(self, owner, name): print(self.n, owner.__name__, name)
class C:
    a = D(1)
    b = D(2)
C.c = D(3)
class Bad:
    def __set_name__(self, owner, name): raise ValueError("no")
try:
    class E:
        x = Bad()
except RuntimeError as error:
    print(error, repr(error.__cause__))
