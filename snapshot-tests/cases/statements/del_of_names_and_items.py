def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


x = [1, 2, 3]
del x[0]
print(x)
del x[:]
print(x)
y = 1
del y
attempt(lambda: y)
a = b = 2
del a, (b)
attempt(lambda: a)
attempt(lambda: b)
