class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
only = C("at exit")
print("end")
