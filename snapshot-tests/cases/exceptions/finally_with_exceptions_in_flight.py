def f():
    try:
        raise ValueError("lost")
    finally:
        return "returned"
print(f())
def g():
    try:
        raise ValueError("first")
    finally:
        raise KeyError("second")
try:
    g()
except KeyError as error:
    print(error, repr(error.__context__))
