class C:
    def __del__(self): print("del")
def g():
    c = C()
    yield 1
    yield 2
i = g()
next(i)
print("running")
i.close()
print("closed")
