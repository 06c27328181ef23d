class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
class Box: pass
b = Box()
b.x = C("x")
b.y = C("y")
del b
print("end")
