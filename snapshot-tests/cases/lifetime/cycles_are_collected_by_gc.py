import gc
class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
a = C("cycle")
a.me = a
del a
print("before")
gc.collect()
print("after")
