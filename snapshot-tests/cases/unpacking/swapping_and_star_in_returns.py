def f(*a): return *a, 5
def g(): yield *[1, 2], 3
print(f(1, 2), next(g()))
a, b, c = 1, 2, 3
a, b, c = c, a, b
print(a, b, c)
