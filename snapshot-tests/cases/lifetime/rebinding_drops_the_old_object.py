class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
x = C(1)
x = C(2)
print("between")
x = None
print("end")
