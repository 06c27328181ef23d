class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
for x in (C(n) for n in range(2)):
    print("body", x.n)
print("loop over")
del x
print([c.n for c in [C(5), C(6)]])
