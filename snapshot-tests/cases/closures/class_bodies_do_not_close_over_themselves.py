x = "global"
class C:
    x = "class"
    def m(self): return x
    y = [x for _ in range(1)]
    z = [v for v in x]
print(C().m(), C.y, C.z[0])
def f():
    x = "local"
    class D:
        print(x)
        x = "own"
        print(x)
    return D
print(f().x)
