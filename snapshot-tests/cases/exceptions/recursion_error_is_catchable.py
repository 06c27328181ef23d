def f(n): return f(n + 1)
try:
    f(0)
except RecursionError as error:
    print(error)
class R:
    def __repr__(self): return repr(self)
try:
    repr(R())
except RecursionError as error:
    print(type(error).__name__)
print("alive")
