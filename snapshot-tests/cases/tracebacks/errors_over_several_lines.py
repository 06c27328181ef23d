def f(*a): raise ValueError("v")
f(1,
  2,
  3)
