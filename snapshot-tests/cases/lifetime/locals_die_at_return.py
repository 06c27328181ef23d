class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
def f():
    a = C("a")
    b = C("b")
    print("in f")
    return 5
print(f())
def g(x): print("in g")
g(C("argument"))
