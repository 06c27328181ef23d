def f(): raise ValueError("inside")
def g(x): return x
y = g(1) + g(f()) + g(2)
