def f(): return "f"
def g(): return "g"
f.__code__ = g.__code__
print(f(), f.__name__)
def outer():
    x = 1
    return lambda: x
try:
    f.__code__ = outer().__code__
except ValueError as error:
    print(error)
