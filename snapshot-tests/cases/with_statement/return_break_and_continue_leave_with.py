class C:
    def __init__(self, n): self.n = n
    def __enter__(self): return self.n
    def __exit__(self, *e): print("exit", self.n, e[0])
def f():
    with C("return"):
        return 5
print(f())
for x in range(3):
    with C(x):
        if x == 0: continue
        break
