x = "g"
class C:
    x = x + "!"
    y = x
    def f(self): return x
print(C.x, C.y, C().f())
class D:
    global z
    z = 5
print(z, hasattr(D, "z"))
