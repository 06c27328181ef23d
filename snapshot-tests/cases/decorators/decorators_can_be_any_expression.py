fs = [lambda f: "replaced"]
@fs[0]
def f(): pass
print(f)
@(lambda c: c.__name__)
class K: pass
print(K)
@str.upper
@(lambda f: f.__name__)
def shown(): pass
print(shown)
