class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
a = C("a")
b = a
del a
print("still")
del b
print("gone")
C("temporary")
print("after")
