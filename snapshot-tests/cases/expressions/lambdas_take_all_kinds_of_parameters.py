f = lambda a, /, b=2, *args, c, d=4, **kw: (a, b, args, c, d, kw)
print(f(1, c=3))
print(f(1, 2, 3, 4, c=5, d=6, e=7))
print((lambda: (yield))().__class__.__name__, f.__name__)
