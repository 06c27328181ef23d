def f(a, b=2):
    c = a + b
    def g(): return c
    return locals()
r = f(1)
print(sorted(r), r["c"])
def h():
    print(locals())
    x = 1
    print(locals())
    del x
    print(locals())
h()
class C:
    v = 1
    print("v" in locals())
