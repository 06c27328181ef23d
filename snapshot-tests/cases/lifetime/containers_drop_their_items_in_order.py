class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
l = [C(1), C(2), C(3)]
l.pop(0)
print("popped")
l.clear()
print("cleared")
d = {"a": C(4), "b": C(5)}
del d["a"]
d["b"] = None
t = (C(6), C(7))
del t
print("end")
