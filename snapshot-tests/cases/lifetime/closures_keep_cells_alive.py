class C:
    def __del__(self): print("del")
def f():
    c = C()
    return lambda: c
g = f()
print("held")
del g
print("end")
