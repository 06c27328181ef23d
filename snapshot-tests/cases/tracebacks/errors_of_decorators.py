def d(f): raise TypeError("not this one")
@d
def f():
    pass
